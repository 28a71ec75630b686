#include "monitor/database_stats.hpp"

#include <fmt/format.h>

#include <tuple>

#include "orm/orm.hpp"

namespace cli {
namespace {

using Number = std::int64_t;
using Text = std::string;

std::string size_text(Number bytes) {
    if (bytes < 10'000) return fmt::format("{} B", bytes);
    if (bytes < 10'000'000) return fmt::format("{} kB", bytes / 1000);
    return fmt::format("{} MB", bytes / 1'000'000);
}

double percent(Number part, Number whole) {
    return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

/// Foreign keys whose columns no index begins with: deleting or joining reads the whole table.
constexpr const char* postgres_missing =
    "SELECT c.conrelid::regclass::text, a.attname::text FROM pg_constraint AS c "
    "JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
    "WHERE c.contype = 'f' AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.conrelid AND "
    "i.indkey[0] = c.conkey[1]) ORDER BY 1, 2";
constexpr const char* sqlite_missing =
    "SELECT m.name, k.\"from\" FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS k WHERE m.type = "
    "'table' "
    "AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) AS i JOIN pragma_index_info(i.name) AS c "
    "WHERE c.seqno = 0 AND c.name = k.\"from\") ORDER BY 1, 2";

std::string missing_text(orm::Database& db, const char* query) {
    std::string text;
    for (const auto& [table, column] : db.raw<std::tuple<Text, Text>>(query))
        text += fmt::format("  {} ({})\n", table, column);
    return "\nForeign keys without an index:\n" + (text.empty() ? "  none\n" : text);
}

std::string sqlite_stats(orm::Database& db) {
    const auto [pages, page, unused] =
        db.raw<std::tuple<Number, Number, Number>>(
              "SELECT (SELECT page_count FROM pragma_page_count), (SELECT page_size FROM "
              "pragma_page_size), (SELECT freelist_count FROM pragma_freelist_count)")
            .at(0);
    std::string text = fmt::format("{}: {}, {:.1f} % of it free\n\n{:<44}{:>12}\n", db.url().display,
                                   size_text(pages * page), percent(unused, pages), "table", "rows");
    for (const Text& table : db.raw<Text>(
             "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")) {
        std::string quoted;
        for (const char c : table) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += fmt::format("{:<44}{:>12}\n", table, db.raw<Number>("SELECT count(*) FROM \"" + quoted + "\"").at(0));
    }
    return text + missing_text(db, sqlite_missing) +
           "\nSQLite counts neither the use of indexes nor cache hits; PostgreSQL does.\n";
}

/// The heap's size against what its live rows need by the planner's average widths: an estimate, high for TOASTed rows.
constexpr const char* postgres_tables =
    "SELECT s.relid::regclass::text, pg_total_relation_size(s.relid), s.n_live_tup, s.n_dead_tup, "
    "greatest(0, pg_relation_size(s.relid) - (c.reltuples * (28 + coalesce((SELECT sum(p.avg_width * (1 - "
    "p.null_frac)) "
    "FROM pg_stats AS p WHERE p.schemaname = s.schemaname AND p.tablename = s.relname), 0)) / 0.95)::bigint - 8192), "
    "s.seq_scan, coalesce(s.idx_scan, 0) "
    "FROM pg_stat_user_tables AS s JOIN pg_class AS c ON c.oid = s.relid "
    "ORDER BY pg_total_relation_size(s.relid) DESC, 1";
constexpr const char* postgres_unused =
    "SELECT s.indexrelid::regclass::text, s.relid::regclass::text, pg_relation_size(s.indexrelid) "
    "FROM pg_stat_user_indexes AS s JOIN pg_index AS i ON i.indexrelid = s.indexrelid "
    "WHERE s.idx_scan = 0 AND NOT i.indisunique ORDER BY 3 DESC, 1";

std::string postgres_stats(orm::Database& db) {
    const auto [size, hit, read] =
        db.raw<std::tuple<Number, Number, Number>>(
              "SELECT pg_database_size(current_database()), blks_hit, blks_read FROM pg_stat_database "
              "WHERE datname = current_database()")
            .at(0);
    std::string text = fmt::format(
        "{}: {}, {:.1f} % of its pages were found in the cache\n\n{:<44}{:>10}{:>11}{:>10}{:>10}{:>10}{:>10}\n",
        db.url().display, size_text(size), percent(hit, hit + read), "table", "size", "rows", "dead", "bloat", "scans",
        "by index");
    for (const auto& [table, bytes, live, dead, bloat, scans, by_index] :
         db.raw<std::tuple<Text, Number, Number, Number, Number, Number, Number>>(postgres_tables))
        text += fmt::format("{:<44}{:>10}{:>11}{:>10}{:>10}{:>10}{:>10}\n", table, size_text(bytes), live, dead,
                            size_text(bloat), scans, by_index);
    text += "\nIndexes that nothing used since the statistics began (unique ones left out, they keep a rule):\n";
    std::string unused;
    for (const auto& [index, table, bytes] : db.raw<std::tuple<Text, Text, Number>>(postgres_unused))
        unused += fmt::format("  {} on {}, {}\n", index, table, size_text(bytes));
    return text + (unused.empty() ? "  none\n" : unused) + missing_text(db, postgres_missing);
}

}  // namespace

std::string stats_text(orm::Database& db) {
    return db.dialect() == orm::Dialect::sqlite ? sqlite_stats(db) : postgres_stats(db);
}

std::string vacuum_text(orm::Database& db) {
    std::string text;
    if (db.dialect() == orm::Dialect::sqlite) {
        const auto [pages, unused] = db.raw<std::tuple<Number, Number>>(
                                           "SELECT (SELECT page_count FROM pragma_page_count), (SELECT freelist_count "
                                           "FROM pragma_freelist_count)")
                                         .at(0);
        if (unused > 100 && percent(unused, pages) > 20)
            text = fmt::format(
                "{:.0f} % of the file is free; VACUUM gives it back. It writes the whole file anew and "
                "locks it meanwhile.\n",
                percent(unused, pages));
        return text.empty() ? "Nothing to do.\n" : text;
    }
    for (const auto& [table, live, dead, age, last] : db.raw<std::tuple<Text, Number, Number, Number, Text>>(
             "SELECT s.relid::regclass::text, s.n_live_tup, s.n_dead_tup, age(c.relfrozenxid)::bigint, "
             "coalesce(to_char(greatest(s.last_vacuum, s.last_autovacuum), 'YYYY-MM-DD HH24:MI'), 'never') "
             "FROM pg_stat_user_tables AS s JOIN pg_class AS c ON c.oid = s.relid ORDER BY s.n_dead_tup DESC, 1")) {
        if (dead > 50 + live / 5)
            text += fmt::format("{}: {} dead rows beside {} live ones, last vacuumed: {}. VACUUM (ANALYZE) {};\n",
                                table, dead, live, last, table);
        if (age > 150'000'000)
            text += fmt::format(
                "{}: its oldest row is {} transactions old; at 200 million PostgreSQL vacuums it by "
                "itself, at a time of its own choice. VACUUM (FREEZE) {};\n",
                table, age, table);
    }
    for (const auto& [pid, minutes] : db.raw<std::tuple<Number, Number>>(
             "SELECT pid::bigint, (extract(epoch FROM now() - xact_start) / 60)::bigint FROM pg_stat_activity WHERE "
             "datname = current_database() AND xact_start < now() - interval '5 minutes' ORDER BY xact_start"))
        text += fmt::format(
            "Session {} has been in one transaction for {} minutes; until it ends no VACUUM can remove "
            "what died since.\n",
            pid, minutes);
    return text.empty() ? "Nothing to do.\n" : text;
}

std::string sessions_text(orm::Database& db, std::size_t limit) {
    std::string text = fmt::format("{:>8} {:>9} {:<20} {:<16} {:>8}  {}\n", "pid", "seconds", "state", "waits for",
                                   "held by", "statement");
    for (const auto& [pid, seconds, state, waits, held, query] :
         db.raw<std::tuple<Number, double, Text, Text, Text, Text>>(
             "SELECT pid::bigint, coalesce(extract(epoch FROM clock_timestamp() - query_start), 0)::float8, "
             "coalesce(state, ''), CASE WHEN state = 'active' THEN coalesce(wait_event, '') ELSE '' END, "
             "array_to_string(pg_blocking_pids(pid), ','), left(regexp_replace(query, '\\s+', ' ', 'g'), 120) "
             "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
             "AND backend_type = 'client backend' ORDER BY state = 'active' DESC, query_start LIMIT $1",
             static_cast<Number>(limit)))
        text += fmt::format("{:>8} {:>9.1f} {:<20} {:<16} {:>8}  {}\n", pid, seconds, state, waits, held, query);
    return text;
}

}  // namespace cli
