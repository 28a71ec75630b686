// makemigrations --merge: one migration after both ends of an app, where their order makes no difference.
#include <fmt/format.h>

#include <algorithm>
#include <set>

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

// A migration's operation: their app is what model names in it mean.
struct Change {
    const Key* migration;
    const Operation* operation;
};

bool commute(const schema::State& base, const Change& left_change, const Change& right_change) {
    const Operation &left = *left_change.operation, &right = *right_change.operation;
    if (is_data(left) && is_data(right)) return false;
    if (!is_data(left) && !is_data(right)) {
        try {
            schema::State one = base, other = base;
            apply(left, left_change.migration->app, one);
            apply(right, right_change.migration->app, one);
            apply(right, right_change.migration->app, other);
            apply(left, left_change.migration->app, other);
            return sorted(one) == sorted(other);
        } catch (const MigrationError&) {
            return false;
        }
    }
    const Operation &data = is_data(left) ? left : right, &other = is_data(left) ? right : left;
    // Data and schema: only what cannot take anything from the data's feet, nor fail on what the data wrote.
    const auto* fill = std::get_if<Fill>(&data);
    const auto* index = std::get_if<AddIndex>(&other);
    const auto* field = std::get_if<AddField>(&other);
    std::string_view kind = kind_of(other);
    return kind == "create_model" || kind == "alter_ordering" || (index && !index->index.unique) ||
           (fill && field && !field->field.unique);
}

// Two ends of an app: what both have, with what other apps had before either branch began, and what each has alone.
struct Branches {
    schema::State base;
    std::vector<Change> left, right;
};

Branches branches(const Graph& graph, const Key& left, const Key& right) {
    const auto ancestors = [&](const Key& leaf) {
        const std::vector<Key> list = graph.forwards(leaf);
        return std::set<Key>(list.begin(), list.end());
    };
    const std::set<Key> of_left = ancestors(left), of_right = ancestors(right);
    std::set<Key> own;
    std::vector<Key> shared;
    Branches result;
    for (const Key& key : graph.order()) {
        const bool in_left = of_left.contains(key), in_right = of_right.contains(key);
        if (!in_left && !in_right) continue;
        const auto& node = graph.nodes().at(key);
        const bool depends = std::ranges::any_of(node.parents, [&](const Key& parent) { return own.contains(parent); });
        if ((in_left && in_right) || (key.app != left.app && !depends)) {
            shared.push_back(key);
            continue;
        }
        own.insert(key);
        for (const Operation& operation : node.migration->operations)
            (in_left ? result.left : result.right).push_back({&graph.nodes().find(key)->first, &operation});
    }
    result.base = graph.state(shared);
    return result;
}

void require_commuting(const Branches& branches, const std::string& app) {
    const auto named = [&](const Key& key) { return key.app == app ? key.name : key.app + "." + key.name; };
    schema::State left_state = branches.base;
    for (const Change& left : branches.left) {
        schema::State right_state = left_state;
        for (const Change& right : branches.right) {
            if (!commute(right_state, left, right))
                throw MigrationError(fmt::format(
                    "{} and {} of {} cannot be merged by themselves: \"{}\" and \"{}\" depend on their order; let "
                    "one migration depend on the other",
                    named(*left.migration), named(*right.migration), app, describe(*left.operation),
                    describe(*right.operation)));
            apply(*right.operation, right.migration->app, right_state);
        }
        apply(*left.operation, left.migration->app, left_state);
    }
}

}  // namespace

std::vector<MigrationFile> merge_migrations(const Registry& registry, const MakeOptions& options) {
    if (!options.name.empty()) require_migration_name(options.name);
    Graph graph(registry, {});
    require_apps(options, registry.apps());
    std::vector<MigrationFile> files;
    for (const auto& [app, names] : graph.conflicts()) {
        if (!chosen(options, app)) continue;
        for (std::size_t a = 0; a < names.size(); ++a)
            for (std::size_t b = a + 1; b < names.size(); ++b)
                require_commuting(branches(graph, {app, names[a]}, {app, names[b]}), app);
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
