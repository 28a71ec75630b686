// What a migration is refused for: an operation without a safe form, and rows that it would lose.
#include <fmt/format.h>

#include <algorithm>

#include "migrations/history.hpp"
#include "migrations/online.hpp"
#include "migrations/state.hpp"
#include "migrations/text_rows.hpp"
#include "migrations/type_change.hpp"

namespace orm::migrations {

std::function<void(const std::string& why)> refusal(const Operation& operation, const Options& options) {
    return [&](const std::string& why) {
        const std::string_view kind = kind_of(operation);
        if (!options.allow_unsafe.contains(kind))
            throw MigrationError(
                fmt::format("refused: {} (or, if the table may stand still: --allow-unsafe {})", why, kind));
    };
}

namespace {

// Follows tables through a migration's renames, back to the names that the database knows before it runs.
class FirstNames {
  public:
    explicit FirstNames(const Shapes& start) {
        for (const auto& [key, shape] : start) first_[shape.table] = shape.table;
    }
    // None for a table that the migration itself makes.
    std::optional<std::string> of(const std::string& table) const {
        const auto found = first_.find(table);
        return found == first_.end() ? std::nullopt : std::optional(found->second);
    }
    void follow(const Pairing& pairing, const Shapes& after) {
        std::map<std::string, std::string> next;
        for (const auto& [table, key] : pairing.pairs)
            if (const auto first = of(table->table)) next[after.at(key).table] = *first;
        first_ = std::move(next);
    }

  private:
    std::map<std::string, std::string> first_;  // by present name
};

// Tables of which rows, or something that rows hold, would be gone.
std::vector<std::string> losing(const Pairing& pairing, const Shapes& after, const Renames& renames, Dialect dialect) {
    std::vector<std::string> tables;
    for (const TableShape* table : pairing.dropped) tables.push_back(table->table);
    for (const auto& [table, key] : pairing.pairs) {
        const TableChange change = compare(*table, after.at(key), key, renames, pairing.table_names, after);
        const bool rounded = dialect == Dialect::postgres && std::ranges::any_of(change.altered, [](const auto& pair) {
                                 return rounds(pair.first->type, pair.second->type);
                             });
        if (!change.removed.empty() || rounded) tables.push_back(table->table);
    }
    return tables;
}

bool has_rows(Connection& connection, const std::string& table) {
    return table_exists(connection, table) &&
           text_value(connection, fmt::format("SELECT 'x' FROM {} LIMIT 1", quote(table)));
}

}  // namespace

void refuse_losses(Connection& connection, const Step& step, const std::vector<schema::State>& states,
                   const Options& options) {
    const Dialect dialect = connection.dialect();
    const auto& operations = step.migration->operations;
    FirstNames first_names(shapes_of(step.backward ? states.back() : states.front(), dialect));
    for (std::size_t done = 0; done < operations.size(); ++done) {
        const std::size_t i = step.backward ? operations.size() - 1 - done : done;
        if (is_data(operations[i])) continue;
        Renames renames = renames_of(operations[i], step.migration->app, states[i], states[i + 1]);
        if (step.backward) renames = reversed(renames);
        const Shapes before = shapes_of(states[step.backward ? i + 1 : i], dialect);
        const Shapes after = shapes_of(states[step.backward ? i : i + 1], dialect);
        const Pairing pairing = pair_up(before, after, renames);
        const std::string word(kind_of(operations[i]));
        if (!options.allow_data_loss.contains(word))
            for (const std::string& table : losing(pairing, after, renames, dialect)) {
                const std::optional<std::string> first = first_names.of(table);
                // By its present name where a migration that was interrupted has renamed it already.
                if (first && (has_rows(connection, *first) || has_rows(connection, table)))
                    throw MigrationError(fmt::format(
                        "refused: {}.{}: {}{} would lose what the rows of {} hold (allow it with --allow-data-loss {})",
                        step.migration->app, step.migration->name, step.backward ? "undoing: " : "",
                        describe(operations[i]), table, word));
            }
        first_names.follow(pairing, after);
    }
}

}  // namespace orm::migrations
