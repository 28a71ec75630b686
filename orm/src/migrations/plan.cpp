// Which migrations a target means.
#include <fmt/format.h>

#include <algorithm>

#include "migrations/executor.hpp"
#include "migrations/graph.hpp"
#include "migrations/history.hpp"
#include "migrations/online.hpp"

namespace orm::migrations {

namespace {

void require_consistent(const Graph& graph, const std::set<Key>& applied) {
    for (const auto& [key, node] : graph.nodes()) {
        if (!applied.contains(key)) continue;
        for (const Key& parent : node.parents)
            if (!applied.contains(parent))
                throw MigrationError(fmt::format("{}.{} is recorded as applied, but {}.{}, which it depends on, is not",
                                                 key.app, key.name, parent.app, parent.name));
    }
}

}  // namespace

std::vector<Step> make_plan(const Graph& graph, const std::set<Key>& applied, const Target& target) {
    require_consistent(graph, applied);
    std::vector<Step> steps;
    std::set<Key> now = applied;
    auto forward = [&](const Key& goal) {
        for (const Key& key : graph.forwards(goal))
            if (now.insert(key).second) steps.push_back({graph.nodes().at(key).migration, false});
    };
    auto backward = [&](const Key& goal) {
        for (const Key& key : graph.backwards(goal))
            if (now.erase(key) > 0) steps.push_back({graph.nodes().at(key).migration, true});
    };
    if (target.app.empty()) {
        if (!target.name.empty()) throw WrongRequest("a migration's name needs its app");
        graph.require_single_leaves();
        for (const Key& leaf : graph.leaves()) forward(leaf);
    } else if (target.name.empty()) {
        auto leaves = graph.leaves(target.app);
        if (leaves.empty()) throw WrongRequest(fmt::format("there is no app {} with migrations", target.app));
        if (leaves.size() > 1) graph.require_single_leaves();
        forward(leaves.front());
    } else if (target.name == "zero") {
        auto roots = graph.roots(target.app);
        if (roots.empty()) throw WrongRequest(fmt::format("there is no app {} with migrations", target.app));
        for (const Key& root : roots) backward(root);
    } else {
        Key goal = graph.find(target.app, target.name);
        if (!applied.contains(goal)) {
            forward(goal);
        } else {
            for (const Key& child : graph.nodes().at(goal).children)
                if (child.app == goal.app) backward(child);
        }
    }
    return steps;
}

std::vector<Step> steps_to(Connection& connection, const Graph& graph, const std::set<Key>& applied,
                           const Target& target) {
    const std::vector<OnlineProgress> begun = read_progress(connection);
    std::vector<Step> steps;
    std::set<Key> now = applied;
    for (const OnlineProgress& progress : begun)
        if (progress.backward && now.contains(progress.key) && graph.contains(progress.key)) {
            steps.push_back({graph.nodes().at(progress.key).migration, true});
            now.erase(progress.key);
        }
    for (const Step& step : make_plan(graph, now, target)) steps.push_back(step);
    for (const OnlineProgress& progress : begun) {
        const bool goes_on = std::ranges::any_of(steps, [&](const Step& step) {
            return step.migration->key() == progress.key && step.backward == progress.backward;
        });
        if (!progress.backward && !applied.contains(progress.key) && !goes_on)
            throw MigrationError(fmt::format(
                "{0}.{1} was interrupted between two of its statements, and what is asked would leave it so; finish it "
                "first: migrate {0} {1} (or, if its tables are right already: migrate {0} {1} --fake)",
                progress.key.app, progress.key.name));
    }
    return steps;
}

std::vector<schema::State> states_before(const Graph& graph, const std::set<Key>& applied,
                                         const std::vector<Step>& steps) {
    std::vector<schema::State> states;
    const std::vector<Key> order = graph.order();
    std::set<Key> now = applied;
    for (const Step& step : steps) {
        now.erase(step.migration->key());
        std::vector<Key> others;
        std::ranges::copy_if(order, std::back_inserter(others), [&](const Key& key) { return now.contains(key); });
        states.push_back(graph.state(others));
        if (!step.backward) now.insert(step.migration->key());
    }
    return states;
}

std::vector<Step> plan(Connection& connection, const Registry& registry, const Target& target) {
    std::set<Key> applied = applied_keys(read_history(connection), registry);
    return steps_to(connection, Graph(registry, applied), applied, target);
}

std::vector<HistoryRow> show(Connection& connection, const Registry& registry, const std::vector<std::string>& apps) {
    auto history = read_history(connection);
    std::set<Key> applied = applied_keys(history, registry);
    Graph graph(registry, applied);
    for (const std::string& app : apps)
        if (!registry.has_app(app)) throw WrongRequest(fmt::format("there is no app {} with migrations", app));
    std::vector<HistoryRow> rows;
    for (const Key& key : graph.order()) {
        if (!apps.empty() && std::ranges::find(apps, key.app) == apps.end()) continue;
        auto when = history.find(key);
        rows.push_back({key.app, key.name, applied.contains(key), graph.nodes().at(key).migration->replaces.size(),
                        when == history.end() ? "" : when->second});
    }
    std::ranges::stable_sort(rows, {}, &HistoryRow::app);
    return rows;
}

}  // namespace orm::migrations
