#include "entreprinder/models.hpp"

namespace entreprinder {

orm::schema::State state() {
    return orm::schema::state_of<Industry, Skill, EntrepreneurProfile>();
}

void register_models() {
    orm::register_models<Industry, Skill, EntrepreneurProfile>();
}

}  // namespace entreprinder
