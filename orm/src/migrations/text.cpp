// SQL as text: sqlmigrate, and whole schemas.
#include <fmt/format.h>

#include "migrations/executor.hpp"
#include "migrations/history.hpp"

namespace orm::migrations {

std::string sql_of(const Registry& registry, Dialect dialect, std::string_view app, std::string_view name,
                   bool backward) {
    Graph graph(registry, {});
    Key key = graph.find(std::string(app), std::string(name));
    const Migration& migration = *graph.nodes().at(key).migration;
    std::vector<Key> path = graph.forwards(key);
    path.pop_back();
    auto states = states_within(migration, graph.state(path));
    std::string result = migration.atomic ? "BEGIN;\n" : "";
    if (dialect == Dialect::sqlite && migration.atomic) result = "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\n";
    auto editor = editor_for(dialect, nullptr, [&](const Emitted& statement) { result += statement.sql + ";\n"; });
    std::size_t count = migration.operations.size();
    for (std::size_t done = 0; done < count; ++done) {
        std::size_t i = backward ? count - 1 - done : done;
        const Operation& operation = migration.operations[i];
        result += fmt::format("--\n-- {}{}\n--\n", backward ? "Undo: " : "", describe(operation));
        if (backward && !reversible(operation))
            throw MigrationError(
                fmt::format("{}.{} cannot be undone: {} has no way back", key.app, key.name, describe(operation)));
        std::size_t length = result.size();
        if (const auto* sql = std::get_if<RunSql>(&operation)) {
            std::string text = (backward ? *sql->reverse : sql->forward).text(dialect);
            while (!text.empty() && (text.back() == ';' || text.back() == '\n' || text.back() == ' ')) text.pop_back();
            if (!text.empty()) result += text + ";\n";
        } else if (std::holds_alternative<Run>(operation)) {
            result += "-- a function in C++; it cannot be written as SQL\n";
        } else if (const auto* fill = std::get_if<Fill>(&operation)) {
            const auto& model = states[i].models.at(key.app + "." + fill->model);
            const std::string column = quote(model.find(fill->field)->column);
            if (!backward)
                result += fmt::format("UPDATE {} SET {} = {} WHERE {} IS NULL;\n", quote(model.table), column,
                                      fill->expression, column);
        } else {
            change_schema(*editor, operation, key.app, states[i], states[i + 1], dialect, backward);
        }
        if (result.size() == length) result += "-- (no-op)\n";
    }
    return result + (migration.atomic ? "COMMIT;\n" : "");
}

void create_all(Connection& connection, const schema::State& state) {
    auto editor = editor_for(connection.dialect(), &connection,
                             [&](const Emitted& statement) { connection.script(statement.sql); });
    editor->change({}, shapes_of(state, connection.dialect()), {});
}

std::string create_all_sql(Dialect dialect, const schema::State& state) {
    std::string result;
    auto editor = editor_for(dialect, nullptr, [&](const Emitted& statement) { result += statement.sql + ";\n"; });
    editor->change({}, shapes_of(state, dialect), {});
    return result;
}

}  // namespace orm::migrations
