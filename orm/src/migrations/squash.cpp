// makemigrations --squash: one migration in place of a run of them. What lies between two data steps is replaced by
// what the detector makes of its beginning and its end.
#include <fmt/format.h>

#include <algorithm>

#include "migrations/detector.hpp"
#include "migrations/executor.hpp"
#include "migrations/files.hpp"
#include "migrations/graph.hpp"
#include "orm/migration_make.hpp"

namespace orm::migrations {

std::string write_migration_with(const Migration& migration, const std::map<std::size_t, std::string>& data_sources);

MigrationFile squash_migrations(const Registry& registry, const std::string& app, std::string_view first,
                                std::string_view last, const MakeOptions& options) {
    if (!options.name.empty()) require_migration_name(options.name);
    Graph graph(registry, {});
    Key start = graph.find(app, std::string(first)), end = graph.find(app, std::string(last));
    std::vector<Key> run;
    std::set<Key> before_start;
    for (const Key& key : graph.forwards(start))
        if (key != start) before_start.insert(key);
    for (const Key& key : graph.forwards(end))
        if (key.app == app && !before_start.contains(key)) run.push_back(key);
    if (std::ranges::find(run, start) == run.end())
        throw WrongRequest(fmt::format("{} does not come before {}", start.name, end.name));
    Migration squashed{.app = app,
                       .name = start.name + "_squashed_" +
                               (options.name.empty() ? end.name : numbered(number_of(end.name), options.name))};
    std::set<Key> inside(run.begin(), run.end());
    std::map<std::size_t, std::string> sources;
    // The state without what other apps' migrations in between do; they stay dependencies.
    std::vector<Key> before;
    for (const Key& key : graph.forwards(end))
        if (!inside.contains(key)) before.push_back(key);
    schema::State state;
    for (const Key& key : graph.order())
        if (std::ranges::find(before, key) != before.end()) {
            for (const Key& parent : graph.nodes().at(key).parents)
                if (inside.contains(parent))
                    throw MigrationError(
                        fmt::format("{}.{} stands between the migrations to be squashed", key.app, key.name));
            apply_all(*graph.nodes().at(key).migration, state);
        }
    schema::State segment = state;
    std::vector<Operation> pending;
    auto flush = [&] {
        if (pending.empty()) return;
        bool renames = std::ranges::any_of(pending, [](const Operation& operation) {
            return std::holds_alternative<RenameModel>(operation) || std::holds_alternative<RenameField>(operation);
        });
        bool from_nothing =
            std::ranges::none_of(segment.models, [&](const auto& entry) { return entry.second.app == app; });
        class Never : public Questioner {
            Answer renamed_model(const schema::Model&, const schema::Model&, bool) override { return Answer::no; }
            Answer renamed_field(const schema::Model&, std::string_view, std::string_view, bool) override {
                return Answer::no;
            }
            std::optional<std::string> fill(const schema::Model&, const schema::Field&) override {
                return std::nullopt;
            }
        } never;
        bool compared = !renames || from_nothing;
        if (compared) {
            try {
                for (Detected& item : detect(segment, state, never))
                    squashed.operations.push_back(std::move(item.operation));
            } catch (const MigrationError&) {  // a field made required between two data steps: as it was written
                compared = false;
            }
        }
        if (!compared) squashed.operations.insert(squashed.operations.end(), pending.begin(), pending.end());
        pending.clear();
        segment = state;
    };
    for (const Key& key : run) {
        const Migration& migration = *graph.nodes().at(key).migration;
        squashed.replaces.push_back(key);
        squashed.atomic = squashed.atomic && migration.atomic;
        for (const Key& dependency : migration.dependencies)
            if (!inside.contains(dependency)) squashed.dependencies.push_back(dependency);
        for (std::size_t i = 0; i < migration.operations.size(); ++i) {
            const Operation& operation = migration.operations[i];
            if (!is_data(operation)) {
                apply(operation, app, state);
                pending.push_back(operation);
                continue;
            }
            flush();
            if (std::holds_alternative<Run>(operation))
                sources[squashed.operations.size()] = fmt::format("{}().operations[{}]", function_name(key.name), i);
            squashed.operations.push_back(operation);
        }
    }
    flush();
    std::ranges::sort(squashed.dependencies);
    auto tail = std::ranges::unique(squashed.dependencies);
    squashed.dependencies.erase(tail.begin(), tail.end());
    std::string text = write_migration_with(squashed, sources);
    std::vector<MigrationFile> files;
    files.push_back({std::move(squashed), {}, std::move(text)});
    save(files, registry, options);
    return std::move(files.front());
}

}  // namespace orm::migrations
