#include "migrations/sizes.hpp"

#include "migrations/editor.hpp"
#include "migrations/text_rows.hpp"
#include "orm/errors.hpp"

namespace orm::migrations {

std::uint64_t TableSizes::bytes(const std::string& table) {
    auto found = sizes_.find(table);
    if (found == sizes_.end()) found = sizes_.emplace(table, measure(table)).first;
    return found->second;
}

std::uint64_t TableSizes::measure(const std::string& table) {
    if (connection_.dialect() == Dialect::postgres) {
        const auto size =
            text_value(connection_, "SELECT pg_total_relation_size(to_regclass($1::text))::text", {quote(table)});
        return size ? std::stoull(*size) : 0;
    }
    try {
        const auto size = text_value(connection_,
                                     "SELECT CAST(coalesce(sum(pgsize), 0) AS text) FROM dbstat WHERE aggregate = TRUE "
                                     "AND name IN (SELECT name FROM sqlite_master WHERE tbl_name = ?1)",
                                     {table});
        return size ? std::stoull(*size) : 0;
    } catch (const DatabaseError&) {  // a SQLite that was built without dbstat: the whole file at most
        const auto size = text_value(
            connection_, "SELECT CAST(page_count * page_size AS text) FROM pragma_page_count, pragma_page_size");
        return size ? std::stoull(*size) : 0;
    }
}

void TableSizes::follow(const Operation& operation, const std::string& app, const schema::State& from,
                        const schema::State& to, bool backward) {
    const Dialect dialect = connection_.dialect();
    const Renames renames = renames_of(operation, app, from, to);
    const Shapes before = shapes_of(backward ? to : from, dialect), after = shapes_of(backward ? from : to, dialect);
    const Pairing pairing = pair_up(before, after, backward ? reversed(renames) : renames);
    std::map<std::string, std::uint64_t> moved;
    for (const auto& [old_name, new_name] : pairing.table_names)
        if (old_name != new_name) moved[new_name] = bytes(old_name);
    for (const TableShape* table : pairing.dropped) sizes_[table->table] = 0;
    for (const TableShape* table : pairing.created) sizes_[table->table] = 0;
    std::set<std::string> own;
    for (const auto& [old_name, new_name] : pairing.table_names)
        if (own_.contains(old_name)) own.insert(new_name);
    for (const TableShape* table : pairing.created) own.insert(table->table);
    own_ = std::move(own);
    for (const auto& [name, size] : moved) sizes_[name] = size;
}

}  // namespace orm::migrations
