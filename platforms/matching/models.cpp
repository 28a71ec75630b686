#include "matching/models.hpp"

namespace matching {

orm::schema::State state() {
    return orm::schema::state_of<Match, Like, Dislike>();
}

void register_models() {
    orm::register_models<Match, Like, Dislike>();
}

}  // namespace matching
