#include "accounts/language.hpp"

namespace auth {

void remember_language(orm::Executor& db, orm::Id<User> user, std::string_view language) {
    if (language != "en" && language != "de" && language != "fr") return;
    Preference row;
    row.user = user;
    row.language = language;
    db.upsert<&Preference::user>(row);
}

std::string language_of(orm::Executor& db, orm::Id<User> user) {
    const auto found = db.first(orm::select<Preference> | orm::filter(orm::f<&Preference::user> == user));
    return found ? std::string(found->language) : "en";
}

}  // namespace auth
