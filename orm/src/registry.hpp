/// The models that the program has registered, and who of them refers to whom: for cascades, and for conditions that
/// name relations by text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orm/model.hpp"

namespace orm::detail {

/// A foreign key.
struct Reference {
    const ModelInfo* model;  ///< that has it
    const MemberInfo* member;
};
std::vector<Reference> references_to(const ModelInfo& target);
/// Join tables that hold keys of `target`, with the column that does.
std::vector<std::pair<std::string, std::string>> join_tables_of(const ModelInfo& target);

/// A relation to any number of rows, seen from the model that has it or from the other side.
struct ToMany {
    const ModelInfo* rows;                    ///< their model
    const MemberInfo* key = nullptr;          ///< their foreign key, or
    const ManyToManyInfo* through = nullptr;  ///< the join table
    bool forward = false;                     ///< whose member is in the model itself
};
/// By its name in a path, as in Django: a many-to-many's member, a related_name, or else the name of the other model.
/// UsageError where two relations have that name.
std::optional<ToMany> to_many(const ModelInfo& model, std::string_view name);

}  // namespace orm::detail
