#include "migrations/graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>

namespace orm::migrations {

namespace {
std::string text(const Key& key) {
    return key.app + "." + key.name;
}
std::string text(const std::vector<Key>& keys) {
    std::vector<std::string> names;
    for (const Key& key : keys) names.push_back(text(key));
    return fmt::format("{}", fmt::join(names, ", "));
}
}  // namespace

void Registry::add(Migration migration) {
    if (migration.app.empty() || migration.name.empty()) throw MigrationError("a migration needs an app and a name");
    Key key = migration.key();
    if (migrations_.contains(key)) throw MigrationError("two migrations are called " + text(key));
    migrations_.emplace(key, std::move(migration));
}
void Registry::add(std::vector<Migration> migrations) {
    for (Migration& migration : migrations) add(std::move(migration));
}
bool Registry::has_app(std::string_view app) const {
    return std::ranges::any_of(migrations_, [&](const auto& entry) { return entry.first.app == app; });
}
std::set<std::string> Registry::apps() const {
    std::set<std::string> result;
    for (const auto& [key, migration] : migrations_) result.insert(key.app);
    return result;
}
schema::State Registry::state() const {
    Graph graph(*this, {});
    graph.require_single_leaves();
    return graph.state(graph.order());
}
std::map<std::string, std::vector<std::string>> Registry::conflicts() const {
    return Graph(*this, {}).conflicts();
}

Graph::Graph(const Registry& registry, const std::set<Key>& applied) {
    // Squashed migrations: all or none of the replaced applied → the squashed one stands; some → it waits.
    std::map<Key, Key> stands_for;
    std::set<Key> left_out;
    for (const auto& [key, migration] : registry.migrations()) {
        if (migration.replaces.empty()) continue;
        auto done = std::ranges::count_if(migration.replaces, [&](const Key& old) { return applied.contains(old); });
        bool whole = done == 0 || done == std::ssize(migration.replaces) || applied.contains(key);
        if (whole)
            for (const Key& old : migration.replaces) stands_for[old] = key;
        else
            left_out.insert(key);
    }
    auto current = [&](Key key) {
        for (auto found = stands_for.find(key); found != stands_for.end() && !left_out.contains(found->second);
             found = stands_for.find(key))
            key = found->second;
        return key;
    };
    for (const auto& [key, migration] : registry.migrations())
        if (!stands_for.contains(key) && !left_out.contains(key)) nodes_[key].migration = &migration;
    // Older migrations may be gone once every database has the squashed one; this database must not be half way then.
    for (const Key& squashed : left_out)
        for (const Key& old : registry.migrations().at(squashed).replaces)
            if (!applied.contains(old) && !nodes_.contains(current(old)))
                throw MigrationError(fmt::format(
                    "the database has only a part of what {} replaces, and {} is not registered any more; migrate with "
                    "a release that still has it, then go on",
                    text(squashed), text(old)));
    std::function<void(const Key&, const Key&)> connect = [&](const Key& child, const Key& wanted) {
        Key parent = current(wanted);
        if (parent == child) return;
        if (left_out.contains(parent)) {  // what came after the squashed one comes after all that it replaces
            for (const Key& old : registry.migrations().at(parent).replaces) connect(child, old);
            return;
        }
        auto node = nodes_.find(parent);
        if (node == nodes_.end())
            throw MigrationError(
                fmt::format("the migration {} depends on {}, which is not registered", text(child), text(wanted)));
        node->second.children.insert(child);
        nodes_.at(child).parents.insert(parent);
    };
    auto link = [&](const Key& child, const Migration& migration) {
        for (const Key& wanted : migration.dependencies)
            if (wanted.name != "__first__" && wanted.name != "__latest__") connect(child, wanted);
    };
    for (auto& [key, node] : nodes_) {
        link(key, *node.migration);
        for (const Key& old : node.migration->replaces)  // what the replaced ones needed of other apps
            if (auto found = registry.migrations().find(old); found != registry.migrations().end())
                link(key, found->second);
    }
    for (auto& [key, node] : nodes_)
        for (const Key& wanted : node.migration->dependencies) {
            if (wanted.name != "__first__" && wanted.name != "__latest__") continue;
            auto ends = wanted.name == "__first__" ? roots(wanted.app) : leaves(wanted.app);
            if (ends.empty())
                throw MigrationError(fmt::format("the migration {} depends on the app {}, which has no migrations",
                                                 text(key), wanted.app));
            for (const Key& end : ends) connect(key, end);
        }
    order();  // finds cycles
}

std::vector<Key> Graph::leaves(const std::string& app) const {
    std::vector<Key> result;
    for (const auto& [key, node] : nodes_)
        if ((app.empty() || key.app == app) &&
            std::ranges::none_of(node.children, [&](const Key& child) { return child.app == key.app; }))
            result.push_back(key);
    return result;
}

std::vector<Key> Graph::roots(const std::string& app) const {
    std::vector<Key> result;
    for (const auto& [key, node] : nodes_)
        if (key.app == app &&
            std::ranges::none_of(node.parents, [&](const Key& parent) { return parent.app == key.app; }))
            result.push_back(key);
    return result;
}

void Graph::visit(const Key& key, bool down, std::map<Key, int>& colour, std::vector<Key>& path,
                  std::vector<Key>& result) const {
    int& mine = colour[key];
    if (mine == 2) return;
    path.push_back(key);
    if (mine == 1) {
        auto start = std::ranges::find(path, key);
        throw MigrationError("migrations depend on each other in a circle: " +
                             text(std::vector<Key>(start, path.end())));
    }
    mine = 1;
    const Node& node = nodes_.at(key);
    for (const Key& next : down ? node.children : node.parents) visit(next, down, colour, path, result);
    colour[key] = 2;
    path.pop_back();
    result.push_back(key);
}

std::vector<Key> Graph::forwards(const Key& key) const {
    std::map<Key, int> colour;
    std::vector<Key> path, result;
    visit(key, false, colour, path, result);
    return result;
}
std::vector<Key> Graph::backwards(const Key& key) const {
    std::map<Key, int> colour;
    std::vector<Key> path, result;
    visit(key, true, colour, path, result);
    return result;
}
std::vector<Key> Graph::order() const {
    std::map<Key, int> colour;
    std::vector<Key> path, result;
    for (const auto& [key, node] : nodes_) visit(key, false, colour, path, result);
    return result;
}

schema::State Graph::state(const std::vector<Key>& keys) const {
    schema::State state;
    for (const Key& key : keys) apply_all(*nodes_.at(key).migration, state);
    return state;
}

Key Graph::find(const std::string& app, const std::string& prefix) const {
    std::vector<Key> found;
    bool known = false;
    for (const auto& [key, node] : nodes_) {
        if (key.app != app) continue;
        known = true;
        if (key.name == prefix) return key;
        if (key.name.starts_with(prefix)) found.push_back(key);
    }
    if (!known) throw WrongRequest(fmt::format("there is no app {} with migrations", app));
    if (found.empty())
        throw WrongRequest(
            fmt::format("no migration of {0} is called {1}; `showmigrations {0}` lists them", app, prefix));
    if (found.size() > 1) throw WrongRequest(fmt::format("{} may mean any of {}", prefix, text(found)));
    return found.front();
}

std::map<std::string, std::vector<std::string>> Graph::conflicts() const {
    std::map<std::string, std::vector<std::string>> result;
    for (const Key& key : leaves()) result[key.app].push_back(key.name);
    std::erase_if(result, [](const auto& entry) { return entry.second.size() < 2; });
    return result;
}

void Graph::require_single_leaves() const {
    auto found = conflicts();
    if (found.empty()) return;
    const auto& [app, names] = *found.begin();
    throw MigrationError(
        fmt::format("the migrations of {} end in more than one: {}; `makemigrations --merge` joins them", app,
                    fmt::join(names, ", ")));
}

void apply_all(const Migration& migration, schema::State& state) {
    for (const Operation& operation : migration.operations) {
        try {
            apply(operation, migration.app, state);
        } catch (const MigrationError& error) {
            throw MigrationError(
                fmt::format("{}.{}: {}: {}", migration.app, migration.name, describe(operation), error.what()));
        }
    }
}

}  // namespace orm::migrations
