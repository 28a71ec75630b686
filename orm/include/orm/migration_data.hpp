/// Rows as of a migration, for `run` operations: named by the models of that moment, values as text, never today's
/// structs.
///
///     run([](Data& data) {
///         data.each("crush_lu.crushprofile", {"id", "bio"}, [](Row& row) {
///             row.set("headline", row.text("bio").substr(0, 80));
///         });
///     }, no_data_change, "Give every profile a headline")
///
/// Text forms: numbers and names as written, booleans "1"/"0" (SQLite) or "true"/"false" (PostgreSQL; `flag` reads
/// both), times in UTC as `2026-05-01 18:30:00.5`, JSON its text. Setting accepts the same forms.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/migration.hpp"

namespace orm::migrations {

/// One row; columns by column name. What set() changed is written when the function returns.
class Row {
  public:
    /// Throws UsageError for a column that was not asked for.
    const std::optional<std::string>& get(std::string_view column) const;
    /// The same with NULL as "".
    std::string text(std::string_view column) const { return get(column).value_or(""); }
    std::int64_t number(std::string_view column) const;
    bool flag(std::string_view column) const;
    /// Any column of the model may be set, read or not.
    void set(const std::string& column, std::optional<std::string> value) { changes_[column] = std::move(value); }

  private:
    friend class Data;
    const std::vector<std::string>* columns_ = nullptr;
    std::vector<std::optional<std::string>> values_;
    std::map<std::string, std::optional<std::string>> changes_;
};

class Data {
  public:
    using BatchDone = std::function<void(const std::string& label, std::uint64_t rows, std::uint64_t total)>;
    /// Makes each() resumable: it starts behind the key `after`, and `batch` puts a batch and the note of its last key
    /// into one transaction.
    struct Checkpoint {
        std::optional<std::string> after;
        /// Calls `work`, which returns the last key, perhaps again after its transaction was rolled back.
        std::function<void(const std::function<std::optional<std::string>()>& work)> batch;
    };
    Data(Connection& connection, const schema::State& state, std::size_t batch, BatchDone done)
        : connection_(connection), state_(state), batch_(batch), done_(std::move(done)) {}

    Connection& connection() { return connection_; }
    Dialect dialect() const { return connection_.dialect(); }
    /// The models as of this migration.
    const schema::State& state() const { return state_; }
    void resume_from(Checkpoint checkpoint) { checkpoint_ = std::move(checkpoint); }
    /// Calls `change` for every row in the order of the primary key; reads `batch` rows at a time. Returns how many
    /// rows.
    std::uint64_t each(std::string_view label, const std::vector<std::string>& columns,
                       const std::function<void(Row&)>& change);
    /// Inserts one row; columns by name. Generated keys are generated.
    void insert(std::string_view label, const std::map<std::string, std::optional<std::string>>& values);
    std::uint64_t count(std::string_view label);
    /// One statement of your own; placeholders $1… or ?1…, values as text. Returns the rows written.
    std::uint64_t execute(std::string sql, const std::vector<std::optional<std::string>>& params = {});
    /// Sets `column` to the expression where it is NULL, in batches.
    std::uint64_t fill(std::string_view label, const std::string& column, const std::string& expression);

  private:
    const schema::Model& model(std::string_view label) const;
    std::string value_sql(const schema::Model& model, const std::string& column, std::size_t parameter) const;
    std::string key_sql(const schema::Model& model, std::size_t parameter) const;  // a parameter to compare keys with

    Connection& connection_;
    const schema::State& state_;
    std::size_t batch_;
    BatchDone done_;
    std::optional<Checkpoint> checkpoint_;
    mutable std::map<std::string, std::string> types_;  // "app.model.column" -> PostgreSQL's type, once asked for
};

}  // namespace orm::migrations
