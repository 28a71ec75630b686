// Reading PostgreSQL's catalogue.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "migrations/live.hpp"
#include "migrations/text_rows.hpp"

namespace orm::migrations {

namespace {

std::vector<std::string> split(const std::string& list) {  // a{US}b{US}c
    std::vector<std::string> result;
    if (list.empty()) return result;
    for (std::size_t at = 0;;) {
        std::size_t end = list.find('\x1f', at);
        result.push_back(list.substr(at, end - at));
        if (end == std::string::npos) return result;
        at = end + 1;
    }
}

// Column names of an int2[] of attribute numbers.
std::string names_of(const std::string& relation, const std::string& numbers) {
    return fmt::format(
        "(SELECT string_agg(a.attname, chr(31) ORDER BY k.i) FROM unnest({}) WITH ORDINALITY AS k(n, i) JOIN "
        "pg_attribute a ON "
        "a.attrelid = {} AND a.attnum = k.n)::text",
        numbers, relation);
}

}  // namespace

LiveSchema read_live_postgres(Connection& connection, const std::string& schema) {
    LiveSchema result;
    const std::string space = schema.empty() ? "current_schema()" : literal(schema);
    const std::string of_schema = fmt::format(
        "t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = {}) AND t.relkind IN ('r', 'p') AND "
        "t.relname NOT IN ('django_migrations', 'entreprinder_migration_progress')",
        space);
    for (auto& row : text_rows(connection, "SELECT t.relname::text FROM pg_class t WHERE " + of_schema, 1))
        result[row[0].value_or("")].name = row[0].value_or("");
    for (auto& row : text_rows(
             connection,
             "SELECT t.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod)::text, a.attnotnull::text, "
             "a.attidentity::text, pg_get_expr(d.adbin, d.adrelid)::text FROM pg_attribute a JOIN pg_class t ON t.oid "
             "= "
             "a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attnum > 0 "
             "AND NOT "
             "a.attisdropped AND " +
                 of_schema + " ORDER BY t.relname, a.attnum",
             6)) {
        LiveColumn column{row[1].value_or(""), row[2].value_or(""), row[3] != "true", !row[4].value_or("").empty(),
                          row[5].value_or("")};
        if (column.type.starts_with("character varying")) column.type.replace(0, 17, "varchar");
        if (column.type.starts_with("numeric(")) {
            std::size_t comma = column.type.find(',');
            if (comma != std::string::npos) column.type.insert(comma + 1, " ");
        }
        if (column.default_sql.starts_with("nextval(")) column.identity = true;  // serial, of Django before 4.1
        result.at(row[0].value_or("")).columns.push_back(std::move(column));
    }
    for (auto& row :
         text_rows(connection,
                   "SELECT t.relname::text, c.conname::text, c.contype::text, " + names_of("c.conrelid", "c.conkey") +
                       ", f.relname::text, " + names_of("c.confrelid", "c.confkey") +
                       ", pg_get_constraintdef(c.oid)::text, c.convalidated::text, c.condeferred::text FROM "
                       "pg_constraint c JOIN pg_class t "
                       "ON t.oid = c.conrelid LEFT JOIN pg_class f ON f.oid = c.confrelid WHERE " +
                       of_schema + " ORDER BY c.conname",
                   9)) {
        LiveTable& table = result.at(row[0].value_or(""));
        const std::string kind = row[2].value_or("");
        if (kind == "p") table.primary_key = split(row[3].value_or(""));
        if (kind == "f")
            table.foreign_keys.push_back({row[1].value_or(""),
                                          row[3].value_or(""),
                                          {row[4].value_or(""), row[5].value_or("")},
                                          row[8] == "true",
                                          row[7] == "true"});
        if (kind == "c") {
            std::string definition = row[6].value_or("").substr(6);  // after "CHECK "
            if (definition.ends_with(" NOT VALID")) definition.resize(definition.size() - 10);
            table.checks.push_back({row[1].value_or(""), definition, row[7] == "true"});
        }
    }
    for (auto& row :
         text_rows(connection,
                   "SELECT t.relname::text, i.relname::text, x.indisunique::text, x.indisvalid::text, (c.oid IS NOT "
                   "NULL)::text, " +
                       names_of("x.indrelid", "x.indkey::int2[]") +
                       ", pg_get_indexdef(x.indexrelid)::text, (x.indexprs IS NULL AND x.indpred IS NULL AND "
                       "x.indnatts = x.indnkeyatts AND "
                       "pg_get_indexdef(x.indexrelid) !~ '( DESC|_ops|NULLS )' AND m.amname = 'btree')::text FROM "
                       "pg_index x JOIN pg_class t "
                       "ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam "
                       "LEFT JOIN "
                       "pg_constraint c ON c.conindid = i.oid AND c.contype = 'u' WHERE NOT x.indisprimary AND " +
                       of_schema + " ORDER BY i.relname",
                   8)) {
        LiveIndex index;
        index.name = row[1].value_or("");
        index.unique = row[2] == "true";
        index.valid = row[3] == "true";
        index.constraint = row[4] == "true";
        index.columns = split(row[5].value_or(""));
        index.plain = row[7] == "true";
        const std::string definition = row[6].value_or("");
        std::size_t using_at = definition.find(" USING ");
        index.definition =
            (index.unique ? "UNIQUE " : "") + definition.substr(using_at == std::string::npos ? 0 : using_at + 7);
        result.at(row[0].value_or("")).indexes.push_back(std::move(index));
    }
    for (auto& row : text_rows(connection,
                               "SELECT t.relname::text, g.tgname::text FROM pg_trigger g JOIN pg_class t ON t.oid = "
                               "g.tgrelid WHERE NOT g.tgisinternal "
                               "AND " +
                                   of_schema,
                               2))
        result.at(row[0].value_or("")).triggers.push_back(row[1].value_or(""));
    return result;
}

}  // namespace orm::migrations
