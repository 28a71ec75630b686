/// Crush.lu's tables in a fresh database, and people and events in a few words.
///
///     const auto event = meetup({.seats = 2});
///     const auto anna = member("Anna", "1995-05-01");
///     EXPECT_EQ(register_for_event(db, anna, event, {}, now).status, Status::confirmed);
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crush_lu/registration.hpp"
#include "orm/migration.hpp"
#include "platform_test.hpp"

namespace crush_lu {

using Status = EventRegistration::Status;
using UserId = orm::Id<auth::User>;
using EventId = orm::Id<MeetupEvent>;
using namespace std::chrono_literals;

/// Readable failures.
void PrintTo(Refusal refusal, std::ostream* out);
void PrintTo(Status status, std::ostream* out);
std::string name_of(Refusal refusal);

/// The migrations that Crush.lu needs.
const orm::migrations::Registry& registry();

class CrushTest : public orm::test::DatabaseTest {
  protected:
    CrushTest();
    orm::Database db;

    /// "Now" of all tests that do not say otherwise: Monday 1 June 2026, noon UTC.
    const orm::Timestamp now = orm::parse_timestamp("2026-06-01 12:00:00");

    struct Meetup {
        std::int32_t seats = 30;
        std::string date = "2026-06-12 17:30:00";  ///< UTC
        std::string deadline = "2026-06-11 22:00:00";
        std::int32_t min_age = 18;
        std::int32_t max_age = 99;
        std::string fee = "0";
        bool published = true;
        bool cancelled = false;
        bool private_ = false;
        std::string title = "Wine and words";
        MeetupEvent::EventType type = MeetupEvent::EventType::mixer;
    };
    EventId meetup() { return meetup(Meetup{}); }
    EventId meetup(const Meetup& wanted);
    /// An approved member; a blank birth date: none.
    UserId member(const std::string& first_name = "Anna", const std::string& born = "1995-05-01");
    UserId account(const std::string& first_name, const std::string& last_name = "Weber");
    auth::User user(UserId id) { return db.get(id); }
    UserId coach(const std::string& first_name, std::int32_t limit = 10);
    std::vector<UserId> members(int count);
    void invite(EventId event, UserId user);

    RegistrationResult join(UserId user, EventId event) { return register_for_event(db, user, event, {}, now); }
    CancelResult::Outcome leave(UserId user, EventId event) {
        return cancel_registration(db, user, event, now).outcome;
    }
    EventRegistration registration(UserId user, EventId event);
    Status status(UserId user, EventId event) { return registration(user, event).status; }
    std::int64_t held(EventId event);
    std::int64_t waiting_at(EventId event);
    /// Sets one field of the event, whatever the rules say.
    template <auto Member, class Value>
    void change(EventId event, const Value& value) {
        db.update(orm::select<MeetupEvent> | with_id(event), orm::set<Member> = value);
    }
    template <auto Member, class Value>
    void change(UserId user, const Value& value) {
        db.update(orm::select<CrushProfile> | profile_of(user), orm::set<Member> = value);
    }
    template <auto Member, class Value>
    void change_registration(UserId user, EventId event, const Value& value) {
        db.update(orm::select<EventRegistration> | of_event(event) | of_user(user), orm::set<Member> = value);
    }

  private:
    int people_ = 0;
};

using platform::test::in_parallel;

}  // namespace crush_lu
