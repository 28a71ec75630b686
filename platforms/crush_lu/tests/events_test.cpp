// Lists, details and the dashboard: who sees what (EVT-1, PRV-1), and how many statements that takes.
#include "crush_lu/events.hpp"

#include "crush_lu/migrations.hpp"
#include "fixture.hpp"
#include "orm/migration_make.hpp"

namespace crush_lu {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Events : public CrushTest {
  protected:
    std::vector<std::int64_t> listed_for(const Viewer& viewer, const ListOptions& options = {}) {
        std::vector<std::int64_t> keys;
        for (const EventCard& card : list_events(db, viewer, options, now).cards) keys.push_back(card.event.id.value);
        return keys;
    }
};
ON_EACH_DATABASE(Events);

TEST_P(Events, EVT1_lists_published_future_public_events_by_start_then_key) {
    const EventId late = meetup({.date = "2026-07-01 18:00:00"});
    const EventId second = meetup({.date = "2026-06-20 18:00:00"});
    const EventId third = meetup({.date = "2026-06-20 18:00:00"});
    meetup({.published = false});
    meetup({.cancelled = true});
    meetup({.private_ = true});
    meetup({.date = "2026-06-01 11:59:59", .deadline = "2026-05-30 12:00:00"});
    const EventId starting = meetup({.date = "2026-06-01 12:00:00", .deadline = "2026-05-30 12:00:00"});
    EXPECT_THAT(listed_for({}), ElementsAre(starting.value, second.value, third.value, late.value));
}

TEST_P(Events, EVT1_filters_by_type) {
    const EventId mixer = meetup({.type = MeetupEvent::EventType::mixer});
    const EventId hike = meetup({.type = MeetupEvent::EventType::activity});
    EXPECT_THAT(listed_for({}, {.type = MeetupEvent::EventType::activity}), ElementsAre(hike.value));
    EXPECT_THAT(listed_for({}), ElementsAre(mixer.value, hike.value));
}

TEST_P(Events, EVT1_pages) {
    for (int i = 0; i < 5; ++i) meetup();
    const EventList first = list_events(db, {}, {.page_size = 2}, now);
    EXPECT_EQ(first.cards.size(), 2U);
    EXPECT_TRUE(first.more);
    const EventList last = list_events(db, {}, {.page = 3, .page_size = 2}, now);
    EXPECT_EQ(last.cards.size(), 1U);
    EXPECT_FALSE(last.more);
    for (const std::int64_t wild : {std::int64_t{0}, std::int64_t{-7}, std::numeric_limits<std::int64_t>::max()})
        EXPECT_NO_THROW(list_events(db, {}, {.page = wild, .page_size = 2}, now));
}

TEST_P(Events, PRV1_case15_private_events_are_seen_by_the_invited_coaches_and_staff) {
    const EventId event = meetup({.private_ = true});
    const UserId invited = member("Anna"), other = member("Ben"), coach_user = coach("Carla");
    invite(event, invited);
    invite(event, other);
    db.remove_related<&MeetupEvent::special_users>(event, std::vector{other});
    EXPECT_THAT(listed_for({}), IsEmpty());
    EXPECT_THAT(listed_for({other}), IsEmpty());
    EXPECT_THAT(listed_for({invited}), ElementsAre(event.value));
    EXPECT_THAT(listed_for({.user = other, .staff = true}), ElementsAre(event.value));
    EXPECT_THAT(listed_for(find_viewer(db, coach_user, false)), ElementsAre(event.value));
    EXPECT_THAT(listed_for({invited}, {.public_only = true}), IsEmpty());

    EXPECT_EQ(event_detail(db, {}, event, now), std::nullopt);
    EXPECT_EQ(event_detail(db, other, event, now), std::nullopt);
    EXPECT_TRUE(event_detail(db, invited, event, now));
    EXPECT_TRUE(event_detail(db, coach_user, event, now));
    db.update(orm::select<CrushCoach>, orm::set<& CrushCoach::is_active> = false);
    EXPECT_EQ(event_detail(db, coach_user, event, now), std::nullopt) << "an inactive coach is nobody";
    EXPECT_EQ(event_detail(db, {}, EventId(999), now), std::nullopt);
}

TEST_P(Events, PRV1_case17_somebody_invited_with_others_sees_the_event_once_and_counted_right) {
    const EventId event = meetup({.seats = 2, .private_ = true});
    const std::vector<UserId> people = members(4);
    for (const UserId user : people) {
        invite(event, user);
        invite(event, user);  // a second time changes nothing
        join(user, event);
    }
    const EventList list = list_events(db, {people[3]}, {}, now);
    ASSERT_EQ(list.cards.size(), 1U);
    EXPECT_EQ(list.cards[0].held, 2);
    EXPECT_EQ(list.cards[0].waiting, 2);
    EXPECT_EQ(list.cards[0].own, Status::waitlist);
}

TEST_P(Events, PRV1_the_stage_and_the_function_say_the_same) {
    const UserId anna = member("Anna");
    for (const bool published : {false, true})
        for (const bool private_ : {false, true})
            for (const bool invited : {false, true})
                for (const bool registered : {false, true}) {
                    const EventId event = meetup({.private_ = private_});
                    if (registered) {
                        EventRegistration row;
                        row.event = event;
                        row.user = anna;
                        db.insert(row);
                    }
                    if (invited) invite(event, anna);
                    change<&MeetupEvent::is_published>(event, published);
                    const MeetupEvent row = db.get(event);
                    for (const Viewer& viewer :
                         {Viewer{anna}, Viewer{.user = anna, .staff = true}, Viewer{.user = anna, .coach = true}}) {
                        EXPECT_EQ(db.exists(orm::select<MeetupEvent> | with_id(event) | visible_to(viewer)),
                                  is_visible(row, viewer, invited, registered))
                            << published << private_ << invited << registered << viewer.staff << viewer.coach;
                    }
                }
}

TEST_P(Events, EVT3_counts_seats_and_the_viewers_own_status) {
    const EventId event = meetup({.seats = 3});
    const std::vector<UserId> people = members(5);
    for (const UserId user : people) join(user, event);
    change_registration<&EventRegistration::status>(people[0], event, Status::pending);
    change_registration<&EventRegistration::status>(people[1], event, Status::attended);
    change_registration<&EventRegistration::status>(people[2], event, Status::no_show);
    leave(people[4], event);
    const auto card = [&](UserId user) { return list_events(db, {user}, {}, now).cards.at(0); };
    EXPECT_EQ(card(people[4]).held, 2);
    EXPECT_EQ(card(people[4]).waiting, 1);
    EXPECT_EQ(card(people[4]).own, Status::cancelled);
    EXPECT_FALSE(card(people[4]).registered());
    EXPECT_TRUE(card(people[3]).registered());
    EXPECT_EQ(card({}).own, std::nullopt);
}

TEST_P(Events, EVT3_available_for_registration_is_the_open_public_and_not_full) {
    const EventId open = meetup();
    const EventId full = meetup({.seats = 1});
    join(member(), full);
    meetup({.published = false});
    meetup({.private_ = true});
    meetup({.cancelled = true});
    meetup({.deadline = "2026-06-01 12:00:00"});  // now: too late
    std::vector<std::int64_t> keys;
    for (const MeetupEvent& event : db.all(orm::select<MeetupEvent> | available_for_registration(now)))
        keys.push_back(event.id.value);
    EXPECT_THAT(keys, ElementsAre(open.value));
    const auto by_room = db.all(orm::select<MeetupEvent> | published | open_to_all | upcoming(now) |
                                orm::sort(free_seats, orm::f<&MeetupEvent::id>));
    EXPECT_EQ(by_room.front().id, full);
}

TEST_P(Events, List_is_one_statement_for_3_30_and_300_events) {
    Venue venue;
    venue.name = "Cave";
    venue.city = "Remich";
    db.insert(venue);
    const std::vector<UserId> people = members(3);
    std::size_t made = 0;
    for (const std::size_t count : {std::size_t{3}, std::size_t{30}, std::size_t{300}}) {
        for (; made < count; ++made) {
            const EventId event = meetup({.seats = 2});
            if (made % 2 == 0) change<&MeetupEvent::venue>(event, venue.id);
            if (made < 20)
                for (const UserId user : people) join(user, event);
        }
        orm::expect_queries(1, [&] {
            const EventList list = list_events(db, {people[2]}, {.page_size = 1000}, now);
            ASSERT_EQ(list.cards.size(), count);
            EXPECT_EQ(list.cards[0].venue->name, "Cave");
            EXPECT_EQ(list.cards[1].venue, std::nullopt);
            EXPECT_EQ(list.cards[0].held, 2);
            EXPECT_EQ(list.cards[0].own, Status::waitlist);
        });
    }
}

TEST_P(Events, Detail_and_dashboard_take_a_fixed_number_of_statements) {
    const std::vector<UserId> people = members(4);
    const UserId anna = people.back();
    EventId last;
    for (int i = 0; i < 30; ++i) {
        last = meetup({.seats = 2});
        for (const UserId user : people) join(user, last);
        if (i != 2 && i != 29) continue;
        orm::expect_queries(1, [&] { event_detail(db, {}, last, now); });
        orm::expect_queries(3, [&] { EXPECT_EQ(event_detail(db, anna, last, now)->position, 2); });
        orm::expect_queries(2, [&] {
            for (const OwnRegistration& own : own_registrations(db, anna)) EXPECT_EQ(own.position, 2);
        });
    }
}

TEST_P(Events, Detail_says_what_this_person_can_do) {
    const EventId event = meetup();
    const UserId anna = member();
    EXPECT_EQ(event_detail(db, {}, event, now)->refusal, Refusal::login_required);
    EXPECT_EQ(event_detail(db, anna, event, now)->refusal, std::nullopt);
    EXPECT_EQ(event_detail(db, account("New"), event, now)->refusal, Refusal::no_profile);
    join(anna, event);
    EXPECT_TRUE(event_detail(db, anna, event, now)->can_cancel);
    const orm::Timestamp start = orm::parse_timestamp("2026-06-12 17:30:00");
    EXPECT_FALSE(event_detail(db, anna, event, start)->can_cancel);
    leave(anna, event);
    EXPECT_EQ(event_detail(db, anna, event, start)->refusal, Refusal::closed);
}

TEST_P(Events, Dashboard_lists_own_registrations_newest_event_first) {
    const EventId june = meetup(), july = meetup({.date = "2026-07-12 17:30:00"});
    const UserId anna = member();
    join(anna, june);
    join(anna, july);
    join(member("Ben"), june);
    leave(anna, june);
    const auto own = own_registrations(db, anna);
    ASSERT_EQ(own.size(), 2U);
    EXPECT_EQ(own[0].event.id, july);
    EXPECT_EQ(own[1].registration.status, Status::cancelled);
}

TEST_P(Events, CON6_a_pair_at_one_event_is_one_connection) {
    const EventId event = meetup(), second = meetup();
    const UserId anna = member(), ben = member("Ben"), carl = member("Carl");
    const auto connect = [&](EventId at, UserId from, UserId to, EventConnection::Status status) {
        EventConnection c;
        c.event = at;
        c.from_user = from;
        c.to_user = to;
        c.status = status;
        db.insert(c);
    };
    using enum EventConnection::Status;
    connect(event, anna, ben, connected);
    connect(event, ben, anna, connected);
    connect(second, ben, anna, connected);
    connect(event, carl, anna, pending);
    EXPECT_EQ(count_connections(db, anna), 2U);
    EXPECT_EQ(count_connections(db, carl), 0U);
}

TEST_P(Events, EVT2_the_database_refuses_impossible_events) {
    EXPECT_THROW(meetup({.seats = 0}), orm::CheckViolation);
    EXPECT_THROW(meetup({.min_age = 17}), orm::CheckViolation);
    EXPECT_THROW(meetup({.min_age = 40, .max_age = 30}), orm::CheckViolation);
    EXPECT_THROW(meetup({.fee = "-1"}), orm::CheckViolation);
    EXPECT_THROW(meetup({.deadline = "2026-06-12 17:30:00.000001"}), orm::CheckViolation);
}

TEST_P(Events, PRV2_case16_invitation_codes_are_unique_unless_empty) {
    const EventId first = meetup(), second = meetup(), third = meetup();  // three empty ones
    change<&MeetupEvent::invitation_code>(first, "Moselle");
    EXPECT_THROW(change<&MeetupEvent::invitation_code>(second, "MOSELLE"), orm::UniqueViolation);
    change<&MeetupEvent::invitation_code>(third, "Moselle2");
}

TEST(Schema, Migrations_build_what_the_models_say) {
    const orm::schema::State migrated = registry().state();
    orm::schema::State today = state();
    today.models.merge(orm::schema::State(migrated).models);  // the other apps'
    orm::migrations::StatedAnswers nobody;
    for (const auto& change : orm::migrations::detect_changes(migrated, today, nobody, registry()))
        ADD_FAILURE() << orm::migrations::write_migration(change);
    for (const auto& [label, model] : migrated.models) EXPECT_TRUE(today.models.contains(label)) << label;
    std::erase_if(today.models, [](const auto& model) { return model.second.name == "journeyunlock"; });
    EXPECT_FALSE(orm::migrations::detect_changes(migrated, today, nobody, registry()).empty());
}

}  // namespace
}  // namespace crush_lu
