/// orm_date_trunc, orm_date_part and orm_local_date: PostgreSQL's date_trunc, date_part and cast for times in a zone,
/// from the system's zone files.
#include <date/tz.h>

#include <stdexcept>

#include "sqlite/connection.hpp"
#include "sqlite/function_values.hpp"
#include "text_forms.hpp"

namespace orm::sqlite {
namespace {

using std::chrono::microseconds;
using LocalTime = date::local_time<microseconds>;
using LocalDays = date::local_days;

const date::time_zone& zone_of(sqlite3_value* value) {
    const std::string name(text_of(value));
    try {
        return *date::locate_zone(name);
    } catch (const std::runtime_error&) {
        throw std::invalid_argument("time zone \"" + name + "\" not recognized");
    }
}

/// A time, or the first instant of a date.
date::sys_time<microseconds> time_of(sqlite3_value* value) {
    const std::string_view text = text_of(value);
    std::int64_t micros = 0;
    Date day;
    if (text_forms::read_timestamp(text, micros)) return date::sys_time<microseconds>(microseconds(micros));
    if (!text_forms::read_date(text, day)) throw std::invalid_argument("\"" + std::string(text) + "\" is no time");
    return date::sys_time<microseconds>(std::chrono::sys_days(day).time_since_epoch());
}

std::chrono::seconds offset_at(const date::time_zone& zone, date::sys_time<microseconds> time) {
    return zone.get_info(date::floor<std::chrono::seconds>(time)).offset;
}
LocalTime local(const date::time_zone& zone, date::sys_time<microseconds> time) {
    return LocalTime(time.time_since_epoch() + offset_at(zone, time));
}

/// Midnight may not exist, or twice, on a day when clocks change: as PostgreSQL, what the clocks before the gap would
/// have shown, and the second of two.
date::sys_time<microseconds> instant(const date::time_zone& zone, LocalDays day) {
    const date::local_info info = zone.get_info(date::local_seconds(day));
    const auto offset = info.result == date::local_info::ambiguous ? info.second.offset : info.first.offset;
    return date::sys_time<microseconds>(day.time_since_epoch() - offset);
}

LocalDays monday_of(LocalDays day) {
    return day - (date::weekday(day) - date::Monday);
}

LocalDays first_day(std::string_view unit, LocalDays day) {
    const date::year_month_day ymd(day);
    if (unit == "day") return day;
    if (unit == "week") return monday_of(day);
    const unsigned month = static_cast<unsigned>(ymd.month());
    const unsigned first = unit == "month" ? month : unit == "quarter" ? month - (month - 1) % 3 : 1;
    return LocalDays(ymd.year() / static_cast<int>(first) / 1);
}

/// The year of a week is that of its Thursday.
std::pair<int, std::int64_t> iso_week(LocalDays day) {
    const LocalDays thursday = monday_of(day) + date::days(3);
    const date::year year = date::year_month_day(thursday).year();
    return {static_cast<int>(year), (thursday - LocalDays(year / 1 / 1)).count() / 7 + 1};
}

std::int64_t part(std::string_view name, LocalTime time) {
    const LocalDays day = date::floor<date::days>(time);
    const date::year_month_day ymd(day);
    const date::hh_mm_ss<microseconds> clock(time - day);
    const auto month = static_cast<std::int64_t>(static_cast<unsigned>(ymd.month()));
    if (name == "year") return static_cast<int>(ymd.year());
    if (name == "quarter") return (month - 1) / 3 + 1;
    if (name == "month") return month;
    if (name == "week") return iso_week(day).second;
    if (name == "day") return static_cast<std::int64_t>(static_cast<unsigned>(ymd.day()));
    if (name == "hour") return clock.hours().count();
    if (name == "minute") return clock.minutes().count();
    if (name == "second") return clock.seconds().count();
    if (name == "isodow") return static_cast<std::int64_t>(date::weekday(day).iso_encoding());
    if (name == "doy") return (day - LocalDays(ymd.year() / 1 / 1)).count() + 1;
    return iso_week(day).first;
}

void result(sqlite3_context* context, const char* text, std::size_t length) {
    sqlite3_result_text(context, text, static_cast<int>(length), SQLITE_TRANSIENT);
}

/// NULL in, NULL out; what is wrong is an error of the statement.
template <class Body>
void with_time(sqlite3_context* context, sqlite3_value* time, sqlite3_value* zone, Body body) {
    if (sqlite3_value_type(time) == SQLITE_NULL || sqlite3_value_type(zone) == SQLITE_NULL) return;
    guarded(context, [&] { body(zone_of(zone), time_of(time)); });
}

void date_trunc(sqlite3_context* context, int, sqlite3_value** values) {
    with_time(context, values[1], values[2], [&](const date::time_zone& zone, date::sys_time<microseconds> time) {
        const std::string_view unit = text_of(values[0]);
        date::sys_time<microseconds> start;
        if (unit == "hour" || unit == "minute" || unit == "second") {
            // Within the hour the clocks' offset stays what it is.
            const auto offset = offset_at(zone, time);
            const auto shown = time + offset;
            start = unit == "hour"     ? date::floor<std::chrono::hours>(shown) - offset
                    : unit == "minute" ? date::floor<std::chrono::minutes>(shown) - offset
                                       : date::floor<std::chrono::seconds>(shown) - offset;
        } else {
            start = instant(zone, first_day(unit, date::floor<date::days>(local(zone, time))));
        }
        if (!text_forms::in_range(start.time_since_epoch().count()))
            throw std::out_of_range("a timestamp lies outside of the years 1 to 9999");
        char text[text_forms::longest];
        result(context, text, text_forms::write_timestamp(text, start.time_since_epoch().count()));
    });
}

void date_part(sqlite3_context* context, int, sqlite3_value** values) {
    with_time(context, values[1], values[2], [&](const date::time_zone& zone, date::sys_time<microseconds> time) {
        sqlite3_result_int64(context, part(text_of(values[0]), local(zone, time)));
    });
}

void local_date(sqlite3_context* context, int, sqlite3_value** values) {
    with_time(context, values[0], values[1], [&](const date::time_zone& zone, date::sys_time<microseconds> time) {
        const Date day(std::chrono::sys_days(
            std::chrono::days(date::floor<date::days>(local(zone, time)).time_since_epoch().count())));
        if (!text_forms::in_range(day)) throw std::out_of_range("a date lies outside of the years 1 to 9999");
        char text[text_forms::longest];
        result(context, text, text_forms::write_date(text, day));
    });
}

void day_trunc(sqlite3_context* context, int, sqlite3_value** values) {
    if (sqlite3_value_type(values[1]) == SQLITE_NULL) return;
    Date day;
    if (!text_forms::read_date(text_of(values[1]), day)) return data_error(context, "orm_day_trunc needs a date");
    const auto days = std::chrono::sys_days(day).time_since_epoch().count();
    const LocalDays first = first_day(text_of(values[0]), LocalDays(date::days(static_cast<int>(days))));
    char text[text_forms::longest];
    result(
        context, text,
        text_forms::write_date(text, Date(std::chrono::sys_days(std::chrono::days(first.time_since_epoch().count())))));
}

void database_time(sqlite3_context* context, int, sqlite3_value** values) {
    const std::int64_t time = utc_now().time_since_epoch().count() + sqlite3_value_int64(values[0]);
    if (!text_forms::in_range(time)) return data_error(context, "a timestamp lies outside of the years 1 to 9999");
    char text[text_forms::longest];
    result(context, text, text_forms::write_timestamp(text, time));
}

}  // namespace

void add_date_functions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const auto add = [&](const char* name, int arguments, auto* function) {
        sqlite3_create_function_v2(database, name, arguments, flags, nullptr, function, nullptr, nullptr, nullptr);
    };
    add("orm_date_trunc", 3, date_trunc);
    add("orm_date_part", 3, date_part);
    add("orm_local_date", 2, local_date);
    add("orm_day_trunc", 2, day_trunc);
    // Another value each time.
    sqlite3_create_function_v2(database, "orm_database_time", 1, SQLITE_UTF8 | SQLITE_INNOCUOUS, nullptr, database_time,
                               nullptr, nullptr, nullptr);
}

}  // namespace orm::sqlite
