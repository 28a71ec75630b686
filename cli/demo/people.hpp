/// Invented people of the country: who lives here, and how they are called.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "demo/random.hpp"

namespace cli::demo {

enum class Gender { female, male, other };

struct Person {
    std::string first_name;
    std::string last_name;
    Gender gender = Gender::female;
};

/// First and last name belong together: Luxembourgish, French, German, Portuguese or Italian, in about the shares in
/// which they are heard.
Person invent_person(Random& chance);

/// Communes, most populous first.
std::span<const std::string_view> communes();
/// A commune; large ones come up more often.
std::string_view a_commune(Random& chance);

std::span<const std::string_view> interests();
/// Two or three sentences about oneself.
std::string a_bio(Random& chance);
/// What one writes to somebody met at an event: the first message of a thread, and what follows.
std::string_view an_opening(Random& chance);
std::string_view a_reply(Random& chance);
/// A note to the organisers.
std::string_view a_diet(Random& chance);
std::string a_phone_number(Random& chance);

}  // namespace cli::demo
