/// Statements that write one model's rows, made from its run-time description.
#pragma once

#include <string>
#include <vector>

#include "orm/driver.hpp"
#include "orm/model.hpp"

namespace orm::detail {

/// The statement with that text; the same text is always the same statement, so that it is prepared once per
/// connection.
const Statement& interned(const std::string& text);
/// The same, but null for a new text when `most` are kept already.
const Statement* interned(const std::string& text, std::size_t most);

/// INSERT INTO t (columns) VALUES (...), with RETURNING key on PostgreSQL when the key is generated.
std::string insert_text(const ModelInfo& model, Dialect dialect, bool with_key);
std::string update_text(const ModelInfo& model, Dialect dialect, const std::vector<const MemberInfo*>& members);
/// `update`: the members that a stored row takes over, empty for all; `condition`: SQL that must hold for it, in which
/// the stored row is t0; `among`: the rows that a partial constraint is about.
struct UpsertShape {
    std::vector<const MemberInfo*> keys, update;
    bool ignore = false;
    std::string condition, among;
};
std::string upsert_text(const ModelInfo& model, Dialect dialect, bool with_key, const UpsertShape& shape);

/// The value of a member where it lies, as a parameter.
Param param_of(const MemberInfo& member, const void* object);
/// Of all members, without the key where it is generated.
std::vector<Param> params_of(const ModelInfo& model, const void* object, bool with_key);
std::vector<const MemberInfo*> members_of(const ModelInfo& model, const std::vector<std::string_view>& names);
/// Fills the automatic times of a row that is about to be written.
void stamp(const ModelInfo& model, void* object, bool inserting);
bool has_key(const ModelInfo& model, const void* object);

}  // namespace orm::detail
