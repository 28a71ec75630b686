/// Checks that values fit their columns, before the database sees them.
#pragma once

#include <span>

#include "orm/driver.hpp"
#include "orm/model.hpp"

namespace orm::detail {

/// Throws ValidationError naming model and field for text that is too long, holds NUL or is not UTF-8, a decimal or
/// time out of range, an enum value without a name, a document that is not JSON, and on SQLite for a decimal with more
/// digits than it keeps.
void validate(Dialect dialect, const ModelInfo& model, const void* object);
void validate(Dialect dialect, const ModelInfo& model, const void* object, std::span<const MemberInfo* const> members);
/// A value that a field shall be set to, of any type that the field takes; what is rounded is left to the database.
void validate(Dialect dialect, const ModelInfo& model, const MemberInfo& member, const Param& value);
/// The same for a query's parameters; lengths are not limited there.
void validate(std::span<const Param> params);

}  // namespace orm::detail
