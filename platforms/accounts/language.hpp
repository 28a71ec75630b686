/// The language in which a person is written to (LANG-4): the one of the page on which they joined, until they choose
/// another one while logged in.
///
///     auth::remember_language(db, user, "fr");
///     std::string language = auth::language_of(db, user);      // "en" for whoever never chose
#pragma once

#include <string>
#include <string_view>

#include "accounts/models.hpp"

namespace auth {

/// A table beside Django's users, which keep their columns.
struct Preference {
    orm::Id<Preference> id;
    orm::OneToOne<User> user;
    orm::Char<5> language;

    static consteval auto meta() {
        return orm::model<"account", "preference">(orm::related_name<&Preference::user>("preference"));
    }
};

/// Anything but one of our languages changes nothing (LANG-3).
void remember_language(orm::Executor& db, orm::Id<User> user, std::string_view language);
std::string language_of(orm::Executor& db, orm::Id<User> user);

}  // namespace auth
