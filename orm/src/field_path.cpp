#include "field_path.hpp"

#include <map>
#include <mutex>

#include "orm/errors.hpp"

namespace orm::detail {

namespace {

/// A number for each structure that this process has seen: the shape by which texts are kept. 0 for new ones when there
/// are many already: who fills in search forms must not make a process ever larger.
std::uint64_t number_of(const std::string& structure) {
    static constexpr std::size_t most = 2000;
    static std::mutex mutex;
    static std::map<std::string, std::uint64_t, std::less<>> known;
    const std::scoped_lock lock(mutex);
    if (const auto found = known.find(structure); found != known.end()) return found->second;
    if (known.size() >= most) return 0;
    return known.try_emplace(structure, known.size() + 1).first->second;
}

}  // namespace

FieldPath follow(const ModelInfo& root, const std::vector<std::string>& parts) {
    static constexpr std::size_t most = 8;  // each is a join
    if (parts.size() > most)
        throw ValidationError(root.class_name, parts[0],
                              "is the start of a path of more than " + std::to_string(most) + " names");
    FieldPath path{{}, nullptr, &root, 0};
    for (; path.used < parts.size(); ++path.used) {
        const ModelInfo* here = path.next();
        const MemberInfo* member = here ? here->find(parts[path.used]) : nullptr;
        if (!member) break;
        if (path.field) path.steps.push_back(path.field);
        path.field = member;
        path.model = here;
    }
    return path;
}

void refuse(const FieldPath& path, const std::string& part) {
    if (const ModelInfo* here = path.next())
        throw ValidationError(here->class_name, part, "is no field of this model, nor an operator");
    throw ValidationError(path.model->class_name, path.field->name, "is no relation that a path could follow");
}

const sql::Expr* column_of(sql::Scope& scope, const ModelInfo& root, const std::vector<const MemberInfo*>& steps,
                           const MemberInfo& field) {
    std::vector<sql::Hop> hops;
    for (const MemberInfo* step : steps) hops.push_back({step->to, step->column, {}, step->plan.nullable != nullptr});
    return scope.column(root, hops, field.column, *field.plan.type);
}

void note_structure(Params& params, const std::string& structure) {
    const std::uint64_t number = number_of(structure);
    params.shape = params.shape * 1'000'003 + number;
    params.once = params.once || number == 0;
}

}  // namespace orm::detail
