#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <map>

#include "orm/errors.hpp"
#include "orm/plan.hpp"
#include "orm/slow_log.hpp"

namespace orm {

namespace {

template <class Row>
std::vector<Row> rows_of(Connection& connection, const std::string& sql, std::span<const Param> params = {}) {
    std::vector<Row> rows;
    const RowPlan plan = detail::raw_plan<Row>();
    const detail::Sink<Row> sink(rows, plan);
    connection.run(Statement{sql, 0, true}, params, &sink.into());
    return rows;
}

std::string first_word(std::string_view sql) {
    std::string word;
    for (const char c : sql.substr(std::min(sql.find_first_not_of(" \t\r\n("), sql.size()))) {
        if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z')) break;
        word += static_cast<char>(c & ~0x20);
    }
    return word;
}

void check_plannable(std::string_view sql) {
    const std::string word = first_word(sql);
    if (word != "SELECT" && word != "INSERT" && word != "UPDATE" && word != "DELETE" && word != "WITH")
        throw UsageError("there is no plan for a statement that begins with '" + word + "'");
}

/// PREPARE, and what must be undone afterwards whatever happens.
class Prepared {
  public:
    Prepared(Connection& connection, std::string_view sql) : connection_(connection) {
        connection_.script("BEGIN READ ONLY");
        try {
            connection_.script("SET LOCAL plan_cache_mode = force_generic_plan");
            connection_.script(fmt::format("PREPARE orm_generic_plan AS {}", sql));
        } catch (...) {
            connection_.script("ROLLBACK");
            throw;
        }
    }
    ~Prepared() {
        try {
            connection_.script("ROLLBACK; DEALLOCATE orm_generic_plan");
        } catch (const Error&) {  // lost: it is gone with the session
        }
    }
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;

  private:
    Connection& connection_;
};

GenericPlan postgres_plan(Connection& connection, std::string_view sql) {
    const Prepared prepared(connection, sql);
    const auto count =
        rows_of<std::int64_t>(connection,
                              "SELECT coalesce(cardinality(parameter_types), 0)::bigint FROM pg_prepared_statements "
                              "WHERE name = 'orm_generic_plan'");
    std::string values;
    for (std::int64_t i = 0; i < count.at(0); ++i) values += i ? ", NULL" : "NULL";
    const std::string call = "EXECUTE orm_generic_plan" + (values.empty() ? "" : "(" + values + ")");
    GenericPlan plan;
    for (const std::string& line : rows_of<std::string>(connection, "EXPLAIN " + call)) plan.text += line + "\n";
    const auto document = rows_of<Json>(connection, "EXPLAIN (FORMAT JSON) " + call);
    plan.cost = boost::json::parse(document.at(0).text).at(0).at("Plan").at("Total Cost").to_number<double>();
    return plan;
}

/// The highest N of the placeholders `?N`.
std::size_t placeholders(std::string_view sql) {
    std::size_t highest = 0;
    char quote = 0;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        const char c = sql[i];
        if (quote) {
            quote = c == quote ? 0 : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '?') {
            std::size_t number = 0;
            std::from_chars(sql.data() + i + 1, sql.data() + sql.size(), number);
            highest = std::max(highest, number);
        }
    }
    return highest;
}

/// SQLite plans without looking at values: NULLs do.
GenericPlan sqlite_plan(Connection& connection, std::string_view sql) {
    using Row = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::string>;
    GenericPlan plan;
    std::map<std::int64_t, std::size_t> depths;
    const std::vector<Param> nulls(placeholders(sql), Param{&type_info<std::int64_t>, nullptr});
    for (const auto& [id, parent, unused, detail] :
         rows_of<Row>(connection, fmt::format("EXPLAIN QUERY PLAN {}", sql), nulls)) {
        const auto above = depths.find(parent);
        const std::size_t depth = above == depths.end() ? 0 : above->second + 1;
        depths[id] = depth;
        plan.text += std::string(depth * 2, ' ') + detail + "\n";
    }
    return plan;
}

}  // namespace

GenericPlan generic_plan(Connection& connection, std::string_view sql) {
    check_plannable(sql);
    return connection.dialect() == Dialect::sqlite ? sqlite_plan(connection, sql) : postgres_plan(connection, sql);
}

}  // namespace orm
