#include "accounts/models.hpp"

#include "accounts/language.hpp"

namespace auth {

orm::schema::State state() {
    return orm::schema::state_of<User, Session, EmailAddress, Preference>();
}

void register_models() {
    orm::register_models<User, Session, EmailAddress, Preference>();
}

}  // namespace auth
