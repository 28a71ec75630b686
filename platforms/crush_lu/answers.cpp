#include "crush_lu/answers.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crush_lu/plain_text.hpp"
#include "crush_lu/rules.hpp"

namespace crush_lu {

namespace {

using Type = JourneyChallenge::ChallengeType;
namespace json = boost::json;

constexpr std::size_t longest_word = 200, shortest_text = 10, longest_text = 2000;  // code points
constexpr std::string_view alternatives = "alternatives";

json::object options_of(const JourneyChallenge& challenge) {
    if (!challenge.options) return {};
    json::value value = json::parse(challenge.options->text);
    return value.is_object() ? std::move(value.as_object()) : json::object();
}

Verdict right_if(bool condition) {
    return condition ? Verdict::right : Verdict::wrong;
}

/// Riddles and scrambles: without punctuation, accents and case; of a scramble the blanks do not count either.
Verdict judge_word(const JourneyChallenge& challenge, std::string_view answer) {
    const auto plain = [&](std::string_view text) {
        std::string result = normalised(text, Loosely::yes);
        return challenge.challenge_type == Type::word_scramble ? without_blanks(std::move(result)) : result;
    };
    const std::string given = plain(answer);
    if (given.empty() || orm::count_code_points(trimmed(answer)) > longest_word) return Verdict::invalid;
    if (trimmed(challenge.correct_answer).empty() || given == plain(challenge.correct_answer)) return Verdict::right;
    const json::object options = options_of(challenge);
    if (const json::value* others = options.if_contains(alternatives); others && others->is_array())
        for (const json::value& other : others->as_array())
            if (other.is_string() && given == plain(other.as_string())) return Verdict::right;
    return Verdict::wrong;
}

Verdict judge_key(const JourneyChallenge& challenge, std::string_view answer) {
    const std::string given = normalised(answer);
    const json::object options = options_of(challenge);
    const bool offered = std::ranges::any_of(
        options, [&](const auto& option) { return option.key() != alternatives && normalised(option.key()) == given; });
    if (!offered) return Verdict::invalid;
    const std::string right = normalised(challenge.correct_answer);
    return right_if(challenge.challenge_type == Type::would_you_rather || right.empty() || given == right);
}

/// "0, 2 ,1"; nothing unless it names each of 0..n-1 once.
std::optional<std::vector<std::size_t>> permutation(std::string_view list) {
    std::vector<std::size_t> places;
    for (;;) {
        const std::size_t comma = list.find(',');
        const std::string_view item = trimmed(list.substr(0, comma));
        std::size_t place = 0;
        const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), place);
        if (error != std::errc() || end != item.data() + item.size()) return std::nullopt;
        places.push_back(place);
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    const std::set<std::size_t> each(places.begin(), places.end());
    if (each.size() != places.size() || *each.rbegin() + 1 != places.size()) return std::nullopt;
    return places;
}

Verdict judge_order(const JourneyChallenge& challenge, std::string_view answer) {
    const auto given = permutation(answer);
    const auto right = permutation(challenge.correct_answer);
    if (!given || (right && given->size() != right->size())) return Verdict::invalid;
    return right_if(!right || *given == *right);
}

Verdict judge_text(std::string_view answer) {
    const std::size_t length = orm::count_code_points(trimmed(answer));
    return !is_blank(answer) && length >= shortest_text && length <= longest_text ? Verdict::right : Verdict::invalid;
}

}  // namespace

Verdict judge(const JourneyChallenge& challenge, std::string_view answer) {
    try {
        orm::count_code_points(answer);
    } catch (const orm::ValidationError&) {
        return Verdict::invalid;  // no UTF-8, or a NUL byte
    }
    switch (challenge.challenge_type) {
        case Type::riddle:
        case Type::word_scramble:
            return judge_word(challenge, answer);
        case Type::multiple_choice:
        case Type::would_you_rather:
            return judge_key(challenge, answer);
        case Type::timeline_sort:
            return judge_order(challenge, answer);
        case Type::open_text:
            break;
    }
    return judge_text(answer);
}

}  // namespace crush_lu
