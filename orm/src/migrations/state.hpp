// Small things about states that several parts of the migrations need.
#pragma once

#include <string>
#include <string_view>

#include "orm/schema.hpp"

namespace orm::migrations {

std::string lower(std::string_view text);
std::string default_table(const schema::Model& model);
/// The join table that Django would make for `model`.`name`.
schema::ManyToMany default_join(const schema::Model& model, std::string_view name, std::string_view to);

}  // namespace orm::migrations
