/// Time as the rules see it: a clock that tests can hold still, and the site's local calendar.
///
///     register_for_event(db, user, event, {}, clock);            // Clock{}: each look gives the current time
///     register_for_event(db, user, event, {}, some_timestamp);   // that moment for the whole call
///     orm::Date day = local_date(event.event_date);              // in the zone of use_time_zone()
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "orm/types.hpp"

namespace crush_lu {

/// Looked at again after every wait for a lock, so that a deadline which passes meanwhile is seen.
class Clock {
  public:
    Clock() = default;
    Clock(orm::Timestamp fixed) : fixed_(fixed) {}  // implicit: a moment is a clock that stands still
    orm::Timestamp now() const { return fixed_ ? *fixed_ : orm::utc_now(); }

  private:
    std::optional<orm::Timestamp> fixed_;
};

/// The site's zone from now on, Europe/Luxembourg before; throws std::runtime_error for an unknown name. At start-up.
void use_time_zone(std::string_view name);

/// The calendar day of that moment in the site's zone.
orm::Date local_date(orm::Timestamp moment);

/// "Friday 12 June 2026", "19:30", and "2026-06-12T19:30+02:00" for machines; local time.
std::string long_date(orm::Timestamp moment);
std::string short_date(orm::Timestamp moment);  // "Fri 12 Jun"
std::string clock_time(orm::Timestamp moment);
std::string iso_local(orm::Timestamp moment);

/// Full years at `day`. Somebody born on 29 February has the birthday on 1 March in common years (PROF-2).
int age_on(orm::Date birth, orm::Date day);

/// Birth dates of people whose age at `day` is min..max: after `after`, up to `latest`.
struct BirthRange {
    orm::Date after;
    orm::Date latest;
};
BirthRange birth_range(int min_age, int max_age, orm::Date day);

}  // namespace crush_lu
