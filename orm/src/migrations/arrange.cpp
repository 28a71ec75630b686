// From detected operations to migrations with names and dependencies.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "migrations/detector.hpp"
#include "migrations/graph.hpp"
#include "migrations/state.hpp"

namespace orm::migrations {

int number_of(std::string_view name) {
    constexpr std::string_view squashed = "_squashed_";  // 0001_initial_squashed_0004_more: what follows is 0005
    if (const auto at = name.rfind(squashed); at != std::string_view::npos)
        if (const int last = number_of(name.substr(at + squashed.size())); last > 0) return last;
    int number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    return number;
}
std::string numbered(int number, std::string_view name) {
    return fmt::format("{:04}_{}", number, name);
}

namespace {

std::string fragment(const Operation& operation) {
    struct {
        std::string operator()(const CreateModel& op) { return op.model.name; }
        std::string operator()(const DeleteModel& op) { return "delete_" + op.model; }
        std::string operator()(const RenameModel& op) { return "rename_" + lower(op.from) + "_" + lower(op.to); }
        std::string operator()(const AlterModelOptions& op) { return "alter_" + op.model + "_ordering"; }
        std::string operator()(const AlterModelTable& op) { return "alter_" + op.model + "_table"; }
        std::string operator()(const AddField& op) { return op.model + "_" + op.field.name; }
        std::string operator()(const AlterField& op) { return "alter_" + op.model + "_" + op.field.name; }
        std::string operator()(const RemoveField& op) { return "remove_" + op.model + "_" + op.field; }
        std::string operator()(const RenameField& op) { return "rename_" + op.from + "_" + op.model + "_" + op.to; }
        std::string operator()(const AddManyToMany& op) { return op.model + "_" + op.join.name; }
        std::string operator()(const AlterManyToMany& op) { return "alter_" + op.model + "_" + op.join.name; }
        std::string operator()(const RemoveManyToMany& op) { return "remove_" + op.model + "_" + op.name; }
        std::string operator()(const AddIndex& op) { return op.model + "_" + op.index.name; }
        std::string operator()(const RemoveIndex& op) { return "remove_" + op.model + "_" + op.index; }
        std::string operator()(const RenameIndex& op) { return "rename_" + op.from + "_" + op.to; }
        std::string operator()(const AddConstraint& op) { return op.model + "_" + op.constraint.name; }
        std::string operator()(const RemoveConstraint& op) { return "remove_" + op.model + "_" + op.constraint; }
        std::string operator()(const RunSql&) { return ""; }
        std::string operator()(const Run&) { return ""; }
        std::string operator()(const Fill&) { return ""; }
    } visitor;
    return lower(std::visit(visitor, operation));
}

std::string identifier(std::string text) {
    for (char& c : text)
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) c = '_';
    return text;
}

// A migration being filled, and which others of this run it depends on.
struct Draft {
    std::string app;
    std::vector<Operation> operations;
    std::set<std::size_t> on;       // drafts
    std::set<std::string> on_apps;  // apps whose existing migrations it needs
};

bool reaches(const std::vector<Draft>& drafts, std::size_t from, std::size_t to) {
    if (from == to) return true;
    return std::ranges::any_of(drafts[from].on, [&](std::size_t next) { return reaches(drafts, next, to); });
}

}  // namespace

std::string suggest_name(const std::vector<Operation>& operations) {
    std::vector<std::string> fragments;
    for (const Operation& operation : operations) {
        std::string text = identifier(fragment(operation));
        if (!text.empty() && std::ranges::find(fragments, text) == fragments.end()) fragments.push_back(text);
    }
    if (fragments.empty()) return "custom";
    std::string name = fragments.front();
    for (std::size_t i = 1; i < fragments.size(); ++i) {
        std::string longer = name + "_" + fragments[i];
        if (longer.size() > 52) return name + "_and_more";
        name = longer;
    }
    return name;
}

namespace {

// Whether a migration's operation, as written, names the model `label`.
bool names_model(const Operation& operation, const std::string& label) {
    auto by_field = [&](const schema::Field& field) { return field.to == label; };
    auto by_join = [&](const schema::ManyToMany& join) { return join.to == label; };
    if (const auto* op = std::get_if<CreateModel>(&operation))
        return std::ranges::any_of(op->model.fields, by_field) || std::ranges::any_of(op->model.many_to_many, by_join);
    if (const auto* op = std::get_if<AddField>(&operation)) return by_field(op->field);
    if (const auto* op = std::get_if<AlterField>(&operation)) return by_field(op->field);
    if (const auto* op = std::get_if<AddManyToMany>(&operation)) return by_join(op->join);
    if (const auto* op = std::get_if<AlterManyToMany>(&operation)) return by_join(op->join);
    return false;
}

}  // namespace

std::vector<Migration> arrange(const std::vector<Detected>& detected, const Registry& registry) {
    std::vector<Draft> drafts;
    std::map<std::string, std::size_t> current;                // app -> its draft being filled
    std::map<std::string, std::size_t> made_in;                // label -> draft that creates it
    std::map<std::string, std::set<std::size_t>> released_in;  // label -> drafts that stop naming it
    for (const Detected& item : detected) {
        std::set<std::size_t> wanted;
        for (const std::string& label : item.needs)
            if (auto found = made_in.find(label); found != made_in.end()) wanted.insert(found->second);
        if (!item.takes.empty())
            if (auto found = released_in.find(item.takes); found != released_in.end())
                wanted.insert(found->second.begin(), found->second.end());
        auto mine = current.find(item.app);
        bool circle = mine != current.end() && std::ranges::any_of(wanted, [&](std::size_t other) {
                          return other != mine->second && reaches(drafts, other, mine->second);
                      });
        if (mine == current.end() || circle) {
            drafts.push_back({item.app, {}, {}, {}});
            if (circle) drafts.back().on.insert(mine->second);
            current[item.app] = drafts.size() - 1;
        }
        std::size_t index = current.at(item.app);
        Draft& draft = drafts[index];
        draft.operations.push_back(item.operation);
        for (std::size_t other : wanted)
            if (other != index) draft.on.insert(other);
        for (const std::string& label : item.needs) {
            std::string app = label.substr(0, label.find('.'));
            if (app != item.app && !made_in.contains(label)) draft.on_apps.insert(app);
        }
        if (!item.takes.empty())  // migrations that name it must come before
            for (const auto& [key, migration] : registry.migrations())
                if (key.app != item.app && std::ranges::any_of(migration.operations, [&](const Operation& operation) {
                        return names_model(operation, item.takes);
                    }))
                    draft.on_apps.insert(key.app);
        if (!item.gives.empty()) made_in[item.gives] = index;
        for (const std::string& label : item.releases)
            if (!label.empty()) released_in[label].insert(index);
    }

    Graph graph(registry, {});
    std::vector<Migration> result(drafts.size());
    std::map<std::string, int> numbers;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const std::string& app = drafts[i].app;
        auto leaves = graph.leaves(app);
        auto [number, first_draft] = numbers.emplace(app, 0);
        bool initial = leaves.empty();
        if (first_draft)
            for (const Key& leaf : leaves) number->second = std::max(number->second, number_of(leaf.name));
        Migration& migration = result[i];
        migration.app = app;
        migration.operations = drafts[i].operations;
        migration.name = numbered(++number->second, initial ? "initial" : suggest_name(drafts[i].operations));
        if (first_draft && !initial) migration.dependencies.push_back(leaves.front());
    }
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        Migration& migration = result[i];
        for (std::size_t j = 0; j < i; ++j)  // the one before of its own app
            if (drafts[j].app == drafts[i].app &&
                std::ranges::none_of(drafts.begin() + static_cast<std::ptrdiff_t>(j) + 1,
                                     drafts.begin() + static_cast<std::ptrdiff_t>(i),
                                     [&](const Draft& between) { return between.app == drafts[i].app; }))
                migration.dependencies.push_back(result[j].key());
        for (std::size_t other : drafts[i].on)
            if (drafts[other].app != drafts[i].app) migration.dependencies.push_back(result[other].key());
        for (const std::string& app : drafts[i].on_apps) {
            auto leaves = graph.leaves(app);
            if (!leaves.empty()) migration.dependencies.push_back(leaves.front());
        }
        std::ranges::sort(migration.dependencies);
        auto tail = std::ranges::unique(migration.dependencies);
        migration.dependencies.erase(tail.begin(), tail.end());
    }
    return result;
}

std::vector<Migration> detect_changes(const schema::State& from, const schema::State& to, Questioner& questioner,
                                      const Registry& registry) {
    return arrange(detect(from, to, questioner), registry);
}

}  // namespace orm::migrations
