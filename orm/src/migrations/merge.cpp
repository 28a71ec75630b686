// makemigrations --merge: one migration after both ends of an app, where their order makes no difference.
#include <fmt/format.h>

#include <algorithm>

#include "migrations/detector.hpp"
#include "migrations/executor.hpp"
#include "migrations/files.hpp"
#include "migrations/graph.hpp"
#include "orm/migration_make.hpp"

namespace orm::migrations {

namespace {

// Field order is what merging may change; nothing else.
schema::State sorted(schema::State state) {
    for (auto& [label, model] : state.models) {
        std::ranges::sort(model.fields, {}, &schema::Field::name);
        std::ranges::sort(model.many_to_many, {}, &schema::ManyToMany::name);
        std::ranges::sort(model.indexes, {}, &schema::Index::name);
        std::ranges::sort(model.constraints, {}, &schema::Constraint::name);
    }
    return state;
}

bool commute(const schema::State& base, const std::string& app, const Operation& left, const Operation& right) {
    if (is_data(left) && is_data(right)) return false;
    if (!is_data(left) && !is_data(right)) {
        try {
            schema::State one = base, other = base;
            apply(left, app, one);
            apply(right, app, one);
            apply(right, app, other);
            apply(left, app, other);
            return sorted(one) == sorted(other);
        } catch (const MigrationError&) {
            return false;
        }
    }
    const Operation &data = is_data(left) ? left : right, &other = is_data(left) ? right : left;
    // Data and schema: only what cannot take anything from the data's feet.
    const auto* fill = std::get_if<Fill>(&data);
    std::string_view kind = kind_of(other);
    return kind == "create_model" || kind == "add_index" || kind == "alter_ordering" || (fill && kind == "add_field");
}

}  // namespace

std::vector<MigrationFile> merge_migrations(const Registry& registry, const MakeOptions& options) {
    if (!options.name.empty()) require_migration_name(options.name);
    Graph graph(registry, {});
    require_apps(options, registry.apps());
    std::vector<MigrationFile> files;
    for (const auto& [app, names] : graph.conflicts()) {
        if (!chosen(options, app)) continue;
        // What each branch has that not all have.
        std::vector<std::vector<Key>> branches;
        std::map<Key, std::size_t> shared;
        for (const std::string& name : names) {
            branches.push_back(graph.forwards({app, name}));
            for (const Key& key : branches.back()) ++shared[key];
        }
        std::vector<Key> common;
        for (const Key& key : graph.order())
            if (auto found = shared.find(key); found != shared.end() && found->second == names.size())
                common.push_back(key);
        schema::State base = graph.state(common);
        for (auto& branch : branches)
            std::erase_if(branch, [&](const Key& key) { return shared.at(key) == names.size() || key.app != app; });
        for (std::size_t a = 0; a < branches.size(); ++a)
            for (std::size_t b = a + 1; b < branches.size(); ++b) {
                schema::State left_state = base;
                for (const Key& left_key : branches[a])
                    for (const Operation& left : graph.nodes().at(left_key).migration->operations) {
                        schema::State right_state = left_state;
                        for (const Key& right_key : branches[b])
                            for (const Operation& right : graph.nodes().at(right_key).migration->operations) {
                                if (!commute(right_state, app, left, right))
                                    throw MigrationError(fmt::format(
                                        "{} and {} of {} cannot be merged by themselves: \"{}\" and \"{}\" depend on "
                                        "their order; let one migration depend on the other",
                                        left_key.name, right_key.name, app, describe(left), describe(right)));
                                apply(right, app, right_state);
                            }
                        apply(left, app, left_state);
                    }
            }
        int number = 0;
        Migration migration{.app = app, .name = ""};
        for (const std::string& name : names) {
            number = std::max(number, number_of(name));
            migration.dependencies.push_back({app, name});
        }
        migration.name = numbered(number + 1, options.name.empty() ? "merge" : options.name);
        std::string text = write_migration(migration);
        files.push_back({std::move(migration), {}, std::move(text)});
    }
    save(files, registry, options);
    return files;
}

}  // namespace orm::migrations
