#include "crush_lu/clock.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <atomic>
#include <tuple>

namespace crush_lu {

namespace {

std::atomic<const date::time_zone*> chosen{nullptr};

const date::time_zone* zone() {
    if (const date::time_zone* found = chosen.load(std::memory_order_acquire)) return found;
    use_time_zone("Europe/Luxembourg");
    return chosen.load(std::memory_order_acquire);
}

std::string format(const char* pattern, orm::Timestamp moment) {
    return date::format(pattern, date::make_zoned(zone(), std::chrono::floor<std::chrono::seconds>(moment)));
}

/// `day` that many years earlier; 29 February becomes the 28th, before which nobody's birthday on 1 March lies.
orm::Date years_before(orm::Date day, int years) {
    const orm::Date result{day.year() - std::chrono::years(years), day.month(), day.day()};
    return result.ok() ? result : orm::Date{result.year() / std::chrono::February / 28};
}

}  // namespace

void use_time_zone(std::string_view name) {
    chosen.store(date::locate_zone(std::string(name)), std::memory_order_release);
}

orm::Date local_date(orm::Timestamp moment) {
    const date::year_month_day day(date::floor<date::days>(zone()->to_local(moment)));
    return orm::Date(std::chrono::year(int(day.year())), std::chrono::month(unsigned(day.month())),
                     std::chrono::day(unsigned(day.day())));
}

std::string long_date(orm::Timestamp moment) {
    return format("%A %e %B %Y", moment);
}
std::string short_date(orm::Timestamp moment) {
    return format("%a %e %b", moment);
}
std::string clock_time(orm::Timestamp moment) {
    return format("%H:%M", moment);
}
std::string iso_local(orm::Timestamp moment) {
    return format("%FT%H:%M%Ez", moment);
}

int age_on(orm::Date birth, orm::Date day) {
    const bool before_birthday = std::tuple(day.month(), day.day()) < std::tuple(birth.month(), birth.day());
    return int(day.year()) - int(birth.year()) - (before_birthday ? 1 : 0);
}

BirthRange birth_range(int min_age, int max_age, orm::Date day) {
    return {years_before(day, max_age + 1), years_before(day, min_age)};
}

}  // namespace crush_lu
