#include "accounts/models.hpp"

namespace auth {

orm::schema::State state() {
    return orm::schema::state_of<User, Session, EmailAddress>();
}

void register_models() {
    orm::register_models<User, Session, EmailAddress>();
}

}  // namespace auth
