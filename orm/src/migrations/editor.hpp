// Turns the difference of two shapes into one database's statements.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "migrations/shape.hpp"

namespace orm::migrations {

// One statement on its way to the database (or to a file).
struct Emitted {
    enum class How : std::uint8_t {
        plain,       // in the migration's transaction
        separate,    // in a transaction of its own, so that the locks of the one before are free (VALIDATE CONSTRAINT)
        concurrent,  // outside any transaction; `index` is what it builds or drops
        batched,     // an UPDATE of `table` where `column` is NULL, a batch at a time
    } how = How::plain;
    std::string sql;
    std::string index{};
    std::string table{}, column{}, expression{};  // table: also of a concurrent CREATE INDEX
};
using Sink = std::function<void(const Emitted& statement)>;

// Whether a table is so large that it must not be locked for long, and what is allowed on it nevertheless.
struct Safety {
    std::function<bool(const std::string& table)> large{};  // empty: no table is
    std::function<void(const std::string& why)> refuse{};   // throws unless the operation is allowed nevertheless
    // The value that a Fill before it in the same migration gave to rows of a column that is now made required: others
    // may have written more of them since.
    std::optional<std::string> filled{};
    bool fixed = false;  // the statements must not depend on what the database has, such as names of constraints
    bool in_transaction = false;  // those of small tables are run in one, so that LOCK TABLE is worth something
};

class Editor {
  public:
    virtual ~Editor() = default;
    // Makes what is shaped like `from` shaped like `to`.
    virtual void change(const Shapes& from, const Shapes& to, const Renames& renames) = 0;

  protected:
    // `connection`: where names are looked up; null when only text is wanted.
    Editor(Connection* connection, Sink sink) : connection_(connection), sink_(std::move(sink)) {}
    void emit(const std::string& sql) { sink_({Emitted::How::plain, sql}); }
    void emit(const Emitted& statement) { sink_(statement); }
    Connection* connection_;

  private:
    Sink sink_;
};

std::unique_ptr<Editor> sqlite_editor(Connection* connection, Sink sink);
class ConstraintNames;
// `names`: null for those that the constraints have in the database when they are asked for.
std::unique_ptr<Editor> postgres_editor(Connection* connection, Sink sink, Safety safety, ConstraintNames* names);
inline std::unique_ptr<Editor> editor_for(Dialect dialect, Connection* connection, Sink sink, Safety safety = {},
                                          ConstraintNames* names = nullptr) {
    return dialect == Dialect::sqlite ? sqlite_editor(connection, std::move(sink))
                                      : postgres_editor(connection, std::move(sink), std::move(safety), names);
}

// The old table as it stands after tables and columns took their new names, column by column: what is left to change.
struct TableChange {
    const TableShape* old_table = nullptr;
    const TableShape* new_table = nullptr;
    std::vector<std::pair<std::string, std::string>> renamed;                // columns: old, new
    std::vector<const ColumnShape*> removed;                                 // of the old table
    std::vector<const ColumnShape*> added;                                   // of the new table
    std::vector<std::pair<const ColumnShape*, const ColumnShape*>> altered;  // differ in more than the name
    std::vector<std::pair<const ColumnShape*, const ColumnShape*>> kept;     // all pairs
    std::vector<std::string> dropped_indexes;
    std::vector<std::pair<std::string, std::string>> renamed_indexes;
    std::vector<const IndexShape*> added_indexes;
    std::vector<const schema::Constraint*> dropped_constraints, added_constraints;
    std::vector<std::pair<std::string, std::string>> renamed_constraints;
    bool table_renamed() const { return old_table->table != new_table->table; }
    bool nothing_but_names() const {
        return removed.empty() && added.empty() && altered.empty() && dropped_indexes.empty() &&
               added_indexes.empty() && dropped_constraints.empty() && added_constraints.empty();
    }
};
// `table_names`: old table name -> new table name, so that references to renamed tables count as the same.
TableChange compare(const TableShape& from, const TableShape& to, const std::string& new_key, const Renames& renames,
                    const std::map<std::string, std::string>& table_names, const Shapes& new_shapes);

// Whether an altered column's foreign key is to be made anew.
bool reference_changes(const ColumnShape& old_column, const ColumnShape& new_column);

// Pairs of keys of both sides, those only old, those only new.
struct Pairing {
    std::vector<std::pair<const TableShape*, std::string>> pairs;  // old shape, new key
    std::vector<const TableShape*> dropped, created;
    std::map<std::string, std::string> table_names;  // old -> new, of the pairs
};
Pairing pair_up(const Shapes& from, const Shapes& to, const Renames& renames);

}  // namespace orm::migrations
