/// PostgreSQL's calculations with times, for SQLite, which keeps times as texts; durations are microseconds.
///
///     orm_later(time, microseconds), orm_earlier(time, microseconds), orm_time_between(later time, earlier time);
///     orm_day_later, orm_day_earlier and orm_days_between: the same for dates and days
#include <limits>
#include <string>

#include "sqlite/connection.hpp"
#include "sqlite/function_values.hpp"
#include "text_forms.hpp"

namespace orm::sqlite {
namespace {

bool read(sqlite3_context* context, sqlite3_value* value, std::int64_t& micros) {
    if (text_forms::read_timestamp(text_of(value), micros)) return true;
    data_error(context, "\"" + std::string(text_of(value)) + "\" is no timestamp of the years 1 to 9999");
    return false;
}
/// Days since 1970.
bool read_day(sqlite3_context* context, sqlite3_value* value, std::int64_t& days) {
    Date date;
    if (!text_forms::read_date(text_of(value), date)) {
        data_error(context, "\"" + std::string(text_of(value)) + "\" is no date of the years 1 to 9999");
        return false;
    }
    days = std::chrono::sys_days(date).time_since_epoch().count();
    return true;
}

template <bool Later>
bool moved(std::int64_t from, sqlite3_value* by, std::int64_t& to) {
    const std::int64_t length = sqlite3_value_int64(by);
    return Later ? !__builtin_add_overflow(from, length, &to) : !__builtin_sub_overflow(from, length, &to);
}

template <bool Later>
void move_time(sqlite3_context* context, int, sqlite3_value** values) {
    std::int64_t from = 0, to = 0;
    if (any_null(2, values) || !read(context, values[0], from)) return;
    if (!moved<Later>(from, values[1], to) || !text_forms::in_range(to))
        return data_error(context, "a timestamp lies outside of the years 1 to 9999");
    char text[text_forms::longest];
    sqlite3_result_text(context, text, static_cast<int>(text_forms::write_timestamp(text, to)), SQLITE_TRANSIENT);
}

template <bool Later>
void move_day(sqlite3_context* context, int, sqlite3_value** values) {
    constexpr std::int64_t enough = 4'000'000;  // ten thousand years
    std::int64_t from = 0, to = 0;
    if (any_null(2, values) || !read_day(context, values[0], from)) return;
    Date day{};
    const bool near = moved<Later>(from, values[1], to) && to < enough && to > -enough;
    if (near) day = std::chrono::sys_days(std::chrono::days(to));
    if (!near || !text_forms::in_range(day)) return data_error(context, "a date lies outside of the years 1 to 9999");
    char text[text_forms::longest];
    sqlite3_result_text(context, text, static_cast<int>(text_forms::write_date(text, day)), SQLITE_TRANSIENT);
}

void time_between(sqlite3_context* context, int, sqlite3_value** values) {
    std::int64_t later = 0, earlier = 0;
    if (any_null(2, values) || !read(context, values[0], later) || !read(context, values[1], earlier)) return;
    sqlite3_result_int64(context, later - earlier);
}

void days_between(sqlite3_context* context, int, sqlite3_value** values) {
    std::int64_t later = 0, earlier = 0;
    if (any_null(2, values) || !read_day(context, values[0], later) || !read_day(context, values[1], earlier)) return;
    sqlite3_result_int64(context, later - earlier);
}

}  // namespace

void add_duration_functions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const auto add = [&](const char* name, auto* function) {
        sqlite3_create_function_v2(database, name, 2, flags, nullptr, function, nullptr, nullptr, nullptr);
    };
    add("orm_later", move_time<true>);
    add("orm_earlier", move_time<false>);
    add("orm_time_between", time_between);
    add("orm_day_later", move_day<true>);
    add("orm_day_earlier", move_day<false>);
    add("orm_days_between", days_between);
}

}  // namespace orm::sqlite
