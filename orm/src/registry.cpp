#include "registry.hpp"

#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "orm/errors.hpp"

namespace orm {

namespace {

std::shared_mutex registry_mutex;
std::vector<const ModelInfo*>& registered() {
    static std::vector<const ModelInfo*> models;
    return models;
}

/// Calls `visit` with each registered model.
template <class Visit>
void each_model(Visit visit) {
    const std::shared_lock lock(registry_mutex);
    for (const ModelInfo* model : registered()) visit(*model);
}

bool is_named(std::string_view name, const std::string& related_name, const ModelInfo& model) {
    return name == (related_name.empty() ? model.name : related_name);
}

}  // namespace

void register_model(const ModelInfo& model) {
    const std::unique_lock lock(registry_mutex);
    auto& models = registered();
    if (std::find(models.begin(), models.end(), &model) == models.end()) models.push_back(&model);
}

namespace detail {

std::vector<Reference> references_to(const ModelInfo& target) {
    std::vector<Reference> references;
    each_model([&](const ModelInfo& model) {
        for (const MemberInfo& member : model.members)
            if (member.to && &member.to() == &target) references.push_back({&model, &member});
    });
    return references;
}

std::vector<std::pair<std::string, std::string>> join_tables_of(const ModelInfo& target) {
    std::vector<std::pair<std::string, std::string>> tables;
    each_model([&](const ModelInfo& model) {
        for (const ManyToManyInfo& m : model.many_to_many) {
            if (&model == &target) tables.emplace_back(m.table, m.from_column);
            if (&m.to() == &target) tables.emplace_back(m.table, m.to_column());
        }
    });
    return tables;
}

std::optional<ToMany> to_many(const ModelInfo& model, std::string_view name) {
    for (const ManyToManyInfo& m : model.many_to_many)
        if (m.name == name) return ToMany{&m.to(), nullptr, &m, true};
    std::optional<ToMany> found;
    std::string whose;
    const auto take = [&](const ToMany& relation, const std::string& member) {
        const std::string one = relation.rows->class_name + "." + member;
        if (found)
            throw UsageError(model.class_name + "." + std::string(name) + " is the name of both " + whose + " and " +
                             one + "; give them orm::related_name");
        found = relation;
        whose = one;
    };
    each_model([&](const ModelInfo& other) {
        for (const MemberInfo& member : other.members)
            if (member.to && &member.to() == &model && is_named(name, member.related_name, other))
                take({&other, &member}, member.name);
        for (const ManyToManyInfo& m : other.many_to_many)
            if (&m.to() == &model && is_named(name, m.related_name, other)) take({&other, nullptr, &m, false}, m.name);
    });
    return found;
}

}  // namespace detail

}  // namespace orm
