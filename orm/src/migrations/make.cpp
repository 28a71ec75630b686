// makemigrations: the answers to its questions, and the next files.
#include <fmt/format.h>

#include <algorithm>

#include "migrations/detector.hpp"
#include "migrations/files.hpp"
#include "migrations/graph.hpp"
#include "orm/migration_make.hpp"

namespace orm::migrations {

StatedAnswers::StatedAnswers(const std::vector<std::string>& renames, std::map<std::string, std::string> fills)
    : fills_(std::move(fills)) {
    for (const std::string& text : renames) {
        std::size_t equals = text.find('='), dot = text.find('.');
        if (equals == std::string::npos || dot == std::string::npos || dot > equals)
            throw WrongRequest(fmt::format(
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

void StatedAnswers::require_known(const schema::State& from, const schema::State& to) const {
    const auto part_of = [](const schema::State& state, const std::string& label, const std::string& name) {
        const auto found = state.models.find(label);
        return found != state.models.end() &&
               (found->second.find(name) ||
                std::ranges::find(found->second.many_to_many, name, &schema::ManyToMany::name) !=
                    found->second.many_to_many.end());
    };
    const auto unknown = [](const char* option, const std::string& path, const char* where) {
        throw WrongRequest(fmt::format("{}: there is no {} in {}", option, path, where));
    };
    const auto split = [](const std::string& path) {
        const std::size_t dot = path.rfind('.');
        return std::pair(path.substr(0, dot), path.substr(dot + 1));
    };
    for (const auto& [path, new_name] : renames_) {
        if (std::ranges::count(path, '.') == 1) {
            if (!from.models.contains(path)) unknown("--rename", path, "the migrations");
            continue;
        }
        auto [label, name] = split(path);  // the model may be named as it is or as it was
        for (const auto& [old_label, new_model] : renames_)
            if (old_label.substr(0, old_label.find('.') + 1) + new_model == label) label = old_label;
        if (!part_of(from, label, name)) unknown("--rename", path, "the migrations");
    }
    for (const auto& [path, sql] : fills_) {
        const auto [label, name] = split(path);
        if (!part_of(to, label, name)) unknown("--fill", path, "the models");
    }
}

std::vector<MigrationFile> make_migrations(const schema::State& models, const Registry& registry,
                                           const MakeOptions& options, Questioner& questioner) {
    if (!options.name.empty()) require_migration_name(options.name);
    std::set<std::string> known = registry.apps();
    for (const auto& [label, model] : models.models) known.insert(model.app);
    for (const auto& [app, folder] : options.folders) known.insert(app);
    require_apps(options, known);
    schema::State from = registry.state();
    std::vector<Migration> made;
    if (options.empty) {
        if (options.apps.empty()) throw WrongRequest("an empty migration needs the name of its app");
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

}  // namespace orm::migrations
