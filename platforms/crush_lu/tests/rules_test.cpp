// Rules about single rows, without a database: ages, names, local dates.
#include <gtest/gtest.h>

#include "crush_lu/profiles.hpp"

namespace crush_lu {
namespace {

orm::Date day(const char* text) {
    return orm::parse_date(text);
}
orm::Timestamp at(const char* text) {
    return orm::parse_timestamp(text);
}

TEST(Age, PROF2_full_years_at_the_local_date) {
    EXPECT_EQ(age_on(day("2000-06-12"), day("2026-06-11")), 25);
    EXPECT_EQ(age_on(day("2000-06-12"), day("2026-06-12")), 26);
    EXPECT_EQ(age_on(day("2000-12-31"), day("2026-01-01")), 25);
}

TEST(Age, PROF2_born_on_29_february_has_the_birthday_on_1_march) {
    EXPECT_EQ(age_on(day("2008-02-29"), day("2026-02-28")), 17);
    EXPECT_EQ(age_on(day("2008-02-29"), day("2026-03-01")), 18);
    EXPECT_EQ(age_on(day("2008-02-29"), day("2028-02-28")), 19);
    EXPECT_EQ(age_on(day("2008-02-29"), day("2028-02-29")), 20);
}

TEST(Age, Birth_range_says_the_same_as_age_on_for_every_day) {
    using namespace std::chrono;
    for (const char* today : {"2026-02-28", "2028-02-29", "2026-03-01", "2027-12-31"}) {
        const BirthRange born = birth_range(18, 20, day(today));
        for (sys_days d = day("2004-01-01"); d <= sys_days(day("2011-01-01")); d += days(1)) {
            const int age = age_on(orm::Date(d), day(today));
            const bool inside = orm::Date(d) > born.after && orm::Date(d) <= born.latest;
            ASSERT_EQ(inside, age >= 18 && age <= 20) << today << " " << orm::to_string(orm::Date(d));
        }
    }
}

TEST(Age, PROF3_bands) {
    CrushProfile profile;
    const orm::Date today = day("2026-06-01");
    EXPECT_EQ(age_range(profile, today), "not specified");
    EXPECT_EQ(shown_age(profile, today), "not specified");
    const auto band = [&](int years) {
        profile.date_of_birth = today - std::chrono::years(years);
        return age_range(profile, today);
    };
    EXPECT_EQ(band(18), "18-24");
    EXPECT_EQ(band(24), "18-24");
    EXPECT_EQ(band(25), "25-29");
    EXPECT_EQ(band(30), "30-34");
    EXPECT_EQ(band(39), "35-39");
    EXPECT_EQ(band(40), "40+");
    EXPECT_EQ(band(99), "40+");
    EXPECT_EQ(shown_age(profile, today), "99");
    profile.show_exact_age = false;
    EXPECT_EQ(shown_age(profile, today), "40+");
}

TEST(Name, PROF4_shows_no_more_than_the_member_wants) {
    auth::User user;
    user.first_name = "Anna";
    user.last_name = "Weber";
    user.email = "anna.weber@example.lu";
    CrushProfile profile;
    EXPECT_EQ(display_name(user, profile), "Anna") << "the surname is hidden by default";
    profile.show_full_name = true;
    EXPECT_EQ(display_name(user, profile), "Anna Weber");
    user.last_name = "";
    EXPECT_EQ(display_name(user, profile), "Anna");
    user.first_name = "  ";
    user.last_name = "Weber";
    EXPECT_EQ(display_name(user, profile), "A Crush member");
}

TEST(Event, EVT3_EVT4_seats_and_openness) {
    MeetupEvent event;
    event.max_participants = 2;
    event.is_published = true;
    event.registration_deadline = at("2026-06-10 12:00:00");
    event.event_date = at("2026-06-11 12:00:00");
    const orm::Timestamp before = at("2026-06-10 11:59:59.999999");
    EXPECT_FALSE(is_full(event, 1));
    EXPECT_TRUE(is_full(event, 2));
    EXPECT_EQ(spots_remaining(event, 5), 0);
    EXPECT_TRUE(is_registration_open(event, 1, before));
    EXPECT_FALSE(is_registration_open(event, 2, before));
    EXPECT_TRUE(is_accepting(event, before)) << "full, but the waiting list is open";
    EXPECT_FALSE(is_accepting(event, event.registration_deadline));
    event.is_cancelled = true;
    EXPECT_FALSE(is_accepting(event, before));
    EXPECT_TRUE(has_started(event, event.event_date));
}

TEST(LocalTime, Case12_dates_and_times_are_luxembourg_s) {
    EXPECT_EQ(local_date(at("2026-06-11 21:59:59")), day("2026-06-11"));
    EXPECT_EQ(local_date(at("2026-06-11 22:00:00")), day("2026-06-12"));
    EXPECT_EQ(local_date(at("2026-01-11 22:59:59")), day("2026-01-11"));
    EXPECT_EQ(local_date(at("2026-01-11 23:00:00")), day("2026-01-12"));
    EXPECT_EQ(iso_local(at("2026-06-12 17:30:00")), "2026-06-12T19:30+02:00");
    // The night in October in which 02:30 happens twice.
    EXPECT_EQ(iso_local(at("2026-10-25 00:30:00")), "2026-10-25T02:30+02:00");
    EXPECT_EQ(iso_local(at("2026-10-25 01:30:00")), "2026-10-25T02:30+01:00");
    EXPECT_EQ(long_date(at("2026-06-12 17:30:00")), "Friday 12 June 2026");
}

TEST(Interests, Are_trimmed_lower_case_and_each_once) {
    EXPECT_EQ(parse_interests("  Hiking, wine ,hiking,, JAZZ "), (std::vector<std::string>{"hiking", "wine", "jazz"}));
    EXPECT_TRUE(parse_interests("").empty());
    EXPECT_TRUE(parse_interests(" , ,").empty());
    std::string many;
    for (int i = 0; i < 30; ++i) many += std::to_string(i) + ",";
    EXPECT_EQ(parse_interests(many).size(), 20U);
}

}  // namespace
}  // namespace crush_lu
