// makemigrations, --merge and --squash.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <fstream>

#include "migrations/detector.hpp"
#include "migrations/executor.hpp"
#include "migrations/graph.hpp"
#include "orm/migration_make.hpp"

extern char** environ;

namespace orm::migrations {

std::string write_migration_with(const Migration& migration, const std::map<std::size_t, std::string>& data_sources);

StatedAnswers::StatedAnswers(const std::vector<std::string>& renames, std::map<std::string, std::string> fills)
    : fills_(std::move(fills)) {
    for (const std::string& text : renames) {
        std::size_t equals = text.find('='), dot = text.find('.');
        if (equals == std::string::npos || dot == std::string::npos || dot > equals)
            throw MigrationError(fmt::format(
                "\"{}\" is no rename; write app.model=newmodel, app.model.field=newfield, or app.model.field= for one "
                "that is dropped",
                text));
        renames_[text.substr(0, equals)] = text.substr(equals + 1);
    }
}

Questioner::Answer StatedAnswers::look_up(const std::string& old_path, const std::string& new_path,
                                          const std::string& new_name) const {
    if (auto found = renames_.find(old_path); found != renames_.end())
        return found->second == new_name || found->second == new_path ? Answer::yes : Answer::no;
    // What something else was renamed to is spoken for.
    std::string prefix = old_path.substr(0, old_path.rfind('.') + 1);
    for (const auto& [from, to] : renames_)
        if (from.substr(0, from.rfind('.') + 1) == prefix && !to.empty() && (to == new_name || to == new_path))
            return Answer::no;
    return Answer::unknown;
}

namespace {
bool same_word(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, [](char a, char b) { return std::tolower(a) == std::tolower(b); });
}
}  // namespace

Questioner::Answer StatedAnswers::renamed_model(const schema::Model& old_model, const schema::Model& new_model, bool) {
    auto found = renames_.find(old_model.label());
    if (found != renames_.end() && same_word(found->second, new_model.name)) return Answer::yes;
    return look_up(old_model.label(), new_model.label(), new_model.name);
}
Questioner::Answer StatedAnswers::renamed_field(const schema::Model& model, std::string_view old_name,
                                                std::string_view new_name, bool) {
    std::string label = model.label() + ".";
    return look_up(label + std::string(old_name), label + std::string(new_name), std::string(new_name));
}
std::optional<std::string> StatedAnswers::fill(const schema::Model& model, const schema::Field& field) {
    auto found = fills_.find(model.label() + "." + field.name);
    return found == fills_.end() ? std::nullopt : std::optional(found->second);
}

namespace {

void write_file(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::path fresh = path;
    fresh += ".new";
    {
        std::ofstream file(fresh, std::ios::binary);
        file << text;
        file.close();
        if (!file) throw ConfigurationError("cannot write " + path.string());
    }
    std::filesystem::rename(fresh, path);
}

// Formats files in place where clang-format is installed; the text is fine without.
void clang_format(const std::vector<std::string>& paths) {
    std::vector<std::string> words{"clang-format", "-i", "--style=file", "--fallback-style=none"};
    words.insert(words.end(), paths.begin(), paths.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    if (posix_spawnp(&child, "clang-format", nullptr, nullptr, arguments.data(), environ) != 0) return;
    int status = 0;
    waitpid(child, &status, 0);
}

std::filesystem::path folder_of(const MakeOptions& options, const std::string& app) {
    auto found = options.folders.find(app);
    return found == options.folders.end() ? std::filesystem::path() : found->second;
}

void save(std::vector<MigrationFile>& files, const Registry& registry, const MakeOptions& options) {
    std::map<std::string, std::vector<std::string>> added;
    for (MigrationFile& file : files) {
        std::filesystem::path folder = folder_of(options, file.migration.app);
        if (!folder.empty()) file.path = folder / (file.migration.name + ".cpp");
        added[file.migration.app].push_back(file.migration.name);
    }
    if (options.dry_run || files.empty()) return;
    for (const MigrationFile& file : files) {
        if (file.path.empty())
            throw MigrationError(fmt::format("it is not known where the migrations of {} lie", file.migration.app));
        if (std::filesystem::exists(file.path))
            throw MigrationError(file.path.string() + " exists already, but is not registered");
    }
    std::vector<std::string> written;
    for (const MigrationFile& file : files) {
        std::filesystem::create_directories(file.path.parent_path());
        write_file(file.path, file.text);
        written.push_back(file.path.string());
    }
    for (auto& [app, names] : added) {
        for (const auto& [key, migration] : registry.migrations())
            if (key.app == app) names.push_back(key.name);
        std::ranges::sort(names);
        std::filesystem::path path = folder_of(options, app) / "index.cpp";
        write_file(path, write_index(app, names));
        written.push_back(path.string());
    }
    if (options.format) clang_format(written);
}

void require_apps(const MakeOptions& options, const std::set<std::string>& known) {
    for (const std::string& app : options.apps)
        if (!known.contains(app)) throw MigrationError("there is no app " + app);
}

bool chosen(const MakeOptions& options, const std::string& app) {
    return options.apps.empty() || std::ranges::find(options.apps, app) != options.apps.end();
}

void check_name(const std::string& name) {
    for (char c : name)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
            throw MigrationError(fmt::format("\"{}\" is no name for a migration: letters, digits and _ only", name));
}

}  // namespace

std::vector<MigrationFile> make_migrations(const schema::State& models, const Registry& registry,
                                           const MakeOptions& options, Questioner& questioner) {
    check_name(options.name);
    std::set<std::string> known = registry.apps();
    for (const auto& [label, model] : models.models) known.insert(model.app);
    for (const auto& [app, folder] : options.folders) known.insert(app);
    require_apps(options, known);
    schema::State from = registry.state();
    std::vector<Migration> made;
    if (options.empty) {
        if (options.apps.empty()) throw MigrationError("an empty migration needs the name of its app");
        Graph graph(registry, {});
        for (const std::string& app : options.apps) {
            auto leaves = graph.leaves(app);
            Migration migration{.app = app,
                                .name = numbered(leaves.empty() ? 1 : number_of(leaves.front().name) + 1,
                                                 leaves.empty() ? "initial" : "custom")};
            migration.dependencies = leaves;
            made.push_back(std::move(migration));
        }
    } else {
        made = detect_changes(from, models, questioner, registry);
        // Of the chosen apps, and of those that they need.
        std::set<Key> wanted;
        for (const Migration& migration : made)
            if (chosen(options, migration.app)) wanted.insert(migration.key());
        for (bool more = true; more;) {
            more = false;
            for (const Migration& migration : made)
                if (wanted.contains(migration.key()))
                    for (const Key& key : migration.dependencies)
                        if (std::ranges::find(made, key, &Migration::key) != made.end())
                            more = wanted.insert(key).second || more;
        }
        std::erase_if(made, [&](const Migration& migration) { return !wanted.contains(migration.key()); });
    }
    if (!options.name.empty())
        for (Migration& migration : made) {
            if (!chosen(options, migration.app)) continue;
            std::string name = numbered(number_of(migration.name), options.name);
            for (Migration& other : made)
                for (Key& key : other.dependencies)
                    if (key == migration.key()) key.name = name;
            migration.name = name;
        }
    std::vector<MigrationFile> files;
    for (Migration& migration : made) {
        std::string text = write_migration(migration);
        files.push_back({std::move(migration), {}, std::move(text)});
    }
    save(files, registry, options);
    return files;
}

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
    check_name(options.name);
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

MigrationFile squash_migrations(const Registry& registry, const std::string& app, std::string_view first,
                                std::string_view last, const MakeOptions& options) {
    check_name(options.name);
    Graph graph(registry, {});
    Key start = graph.find(app, std::string(first)), end = graph.find(app, std::string(last));
    std::vector<Key> run;
    std::set<Key> before_start;
    for (const Key& key : graph.forwards(start))
        if (key != start) before_start.insert(key);
    for (const Key& key : graph.forwards(end))
        if (key.app == app && !before_start.contains(key)) run.push_back(key);
    if (std::ranges::find(run, start) == run.end())
        throw MigrationError(fmt::format("{} does not come before {}", start.name, end.name));
    Migration squashed{.app = app,
                       .name = start.name + "_squashed_" + (options.name.empty() ? end.name : options.name)};
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
