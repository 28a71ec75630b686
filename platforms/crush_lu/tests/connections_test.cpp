// Staying in touch: CON-1 to CON-6 by their numbers, and the awkward cases 23 to 25.
#include "crush_lu/connections.hpp"

#include <atomic>

#include "meeting.hpp"

namespace crush_lu {

void PrintTo(ConnectOutcome outcome, std::ostream* out) {
    *out << orm::to_string(outcome);
}

namespace {

using C = EventConnection;
using CStatus = C::Status;
using enum ConnectOutcome;
using orm::f;
using testing::ElementsAre;
using testing::IsEmpty;

class Connections : public Meeting {
  protected:
    ConnectOutcome accept(UserId who, orm::Id<C> id) { return accept_connection(db, who, id, later).outcome; }
    ConnectOutcome decline(UserId who, orm::Id<C> id) { return decline_connection(db, who, id).outcome; }
    C row(orm::Id<C> id) { return db.get(id); }
    std::vector<C> rows() { return db.all(orm::select<C> | orm::order_by<&C::id>); }
};
ON_EACH_DATABASE(Connections);

TEST_P(Connections, CON1_case24_only_attendees_of_an_event_that_ended) {
    const UserId skipped = member("Sam");
    attend(skipped, event, Status::no_show);
    EXPECT_EQ(ask(anna, anna).outcome, not_allowed);
    EXPECT_EQ(ask(anna, skipped).outcome, not_found);
    EXPECT_EQ(ask(skipped, anna).outcome, not_allowed);
    EXPECT_EQ(ask(anna, member("Stranger")).outcome, not_found);
    EXPECT_EQ(ask(anna, UserId(999'999)).outcome, not_found);
    EXPECT_EQ(request_connection(db, anna, EventId(999), ben, "", later).outcome, not_found);
    EXPECT_EQ(request_connection(db, anna, event, ben, "", end - 1us).outcome, not_allowed) << "still going on";
    EXPECT_THAT(rows(), IsEmpty());
    EXPECT_EQ(request_connection(db, anna, event, ben, "", end).outcome, requested);
}

TEST_P(Connections, CON1_case24_hidden_people_neither_ask_nor_are_found) {
    change<&CrushProfile::is_active>(ben, false);
    EXPECT_EQ(ask(anna, ben).outcome, not_found);
    EXPECT_EQ(ask(ben, anna).outcome, not_allowed);
    change<&CrushProfile::is_active>(ben, true);
    db.update(orm::select<auth::User> | orm::filter(f<&auth::User::id> == ben),
              orm::set<& auth::User::is_active> = false);
    EXPECT_EQ(ask(anna, ben).outcome, not_found);
    EXPECT_EQ(ask(ben, anna).outcome, not_allowed);
}

TEST_P(Connections, CON1_the_time_for_asking_is_a_setting) {
    const ConnectionSettings settings{.closes_after = 48h};
    EXPECT_EQ(request_connection(db, anna, event, ben, "", end + 48h + 1us, settings).outcome, closed);
    EXPECT_EQ(request_connection(db, anna, event, ben, "", end + 48h, settings).outcome, requested);
    EXPECT_EQ(request_connection(db, ben, event, claire, "", end + 480h).outcome, requested);
}

TEST_P(Connections, CON2_the_same_direction_again_is_the_row_that_exists) {
    const ConnectResult first = ask(anna, ben, "the green scarf");
    const ConnectResult again = ask(anna, ben, "another note");
    EXPECT_TRUE(first.changed);
    EXPECT_FALSE(again.changed);
    EXPECT_EQ(again.connection, first.connection);
    EXPECT_EQ(row(first.connection).note, "the green scarf");
    std::string emoji;
    for (int i = 0; i < 300; ++i) emoji += "🍷";
    EXPECT_EQ(ask(ben, claire, emoji + "x").outcome, invalid_note);
    EXPECT_EQ(ask(ben, claire, std::string("a\0b", 3)).outcome, invalid_note);
    EXPECT_EQ(ask(ben, claire, emoji).outcome, requested);
}

TEST_P(Connections, CON3_a_request_that_meets_another_connects_both_at_one_moment) {
    const auto first = ask(anna, ben);
    const auto second = ask(ben, anna);
    EXPECT_EQ(second.outcome, connected);
    for (const auto id : {first.connection, second.connection}) {
        EXPECT_EQ(row(id).status, CStatus::connected);
        EXPECT_EQ(row(id).connected_at, later);
    }
    EXPECT_EQ(ask(anna, ben).outcome, connected);
    EXPECT_FALSE(ask(anna, ben).changed);
}

TEST_P(Connections, CON3_case23_requests_in_the_same_instant_end_connected) {
    for (int round = 0; round < 5; ++round) {
        const UserId one = member("One"), two = member("Two");
        attend(one, event);
        attend(two, event);
        std::atomic<int> changed{0}, joined{0};
        in_parallel(6, [&](int i) {
            const auto result = request_connection(db, i % 2 ? one : two, event, i % 2 ? two : one, "", later + i * 1s);
            if (result.changed) ++changed;
            if (result.changed && result.outcome == connected) ++joined;
        });
        EXPECT_EQ(changed, 2) << "one row each";
        EXPECT_EQ(joined, 1) << "one of them made the pair: one notice for each side";
        const auto pair = db.all(orm::select<C> | orm::filter(f<&C::from_user>.in({one, two})));
        ASSERT_EQ(pair.size(), 2U);
        for (const C& c : pair) EXPECT_EQ(c.status, CStatus::connected);
        EXPECT_EQ(pair[0].connected_at, pair[1].connected_at);
        EXPECT_TRUE(pair[0].connected_at.has_value());
    }
}

TEST_P(Connections, CON3_whoever_declined_and_asks_later_is_connected) {
    const auto asked = ask(anna, ben);
    EXPECT_EQ(decline(ben, asked.connection), declined);
    EXPECT_EQ(ask(ben, anna).outcome, connected);
    EXPECT_EQ(row(asked.connection).status, CStatus::connected);
}

TEST_P(Connections, CON4_case25_only_the_recipient_answers_and_only_while_it_is_pending) {
    const auto one = ask(anna, ben).connection;
    EXPECT_EQ(accept(anna, one), not_found) << "the one who asks";
    EXPECT_EQ(accept(claire, one), not_found) << "a stranger";
    EXPECT_EQ(decline(claire, one), not_found);
    EXPECT_EQ(accept(ben, orm::Id<C>(999'999)), not_found);
    EXPECT_EQ(accept(ben, one), connected);
    EXPECT_EQ(accept(ben, one), connected) << "twice is harmless";
    EXPECT_EQ(decline(ben, one), answered);
    EXPECT_EQ(row(one).status, CStatus::connected);
    const auto two = ask(anna, claire).connection;
    EXPECT_EQ(decline(claire, two), declined);
    EXPECT_EQ(decline(claire, two), declined);
    EXPECT_EQ(accept(claire, two), answered);
    EXPECT_EQ(row(two).connected_at, std::nullopt);
}

TEST_P(Connections, CON4_a_declined_request_looks_sent_and_cannot_be_repeated) {
    const auto id = ask(anna, ben).connection;
    decline(ben, id);
    const auto again = ask(anna, ben);
    EXPECT_EQ(again.outcome, requested);
    EXPECT_FALSE(again.changed);
    EXPECT_EQ(row(id).status, CStatus::declined);
    ASSERT_EQ(list_connections(db, anna).sent.size(), 1U);
    EXPECT_THAT(list_connections(db, ben).received, IsEmpty());
}

TEST_P(Connections, CON4_case25_accept_and_decline_at_once_one_wins) {
    const auto id = ask(anna, ben).connection;
    std::atomic<int> changed{0};
    in_parallel(8, [&](int i) {
        const auto result = i % 2 ? accept_connection(db, ben, id, later) : decline_connection(db, ben, id);
        if (result.changed) ++changed;
    });
    EXPECT_EQ(changed, 1);
    const C last = row(id);
    EXPECT_NE(last.status, CStatus::pending);
    EXPECT_EQ(last.connected_at.has_value(), last.status == CStatus::connected);
}

TEST_P(Connections, CON3_case23_accepting_and_asking_back_at_once_is_one_pair_with_one_moment) {
    const auto id = ask(anna, ben).connection;
    in_parallel(6, [&](int i) {
        if (i % 2)
            accept_connection(db, ben, id, later + i * 1s);
        else
            request_connection(db, ben, event, anna, "", later + i * 1s);
    });
    for (const C& c : rows()) {
        EXPECT_EQ(c.status, CStatus::connected);
        EXPECT_EQ(c.connected_at, row(id).connected_at);
    }
}

TEST_P(Connections, CON5_case25_lists_show_each_pair_once_per_event_by_display_name) {
    const EventId other = ended_event();
    attend(anna, other);
    attend(ben, other);
    const auto first = ask(anna, ben, "hello");
    ask(ben, anna);
    decline(ben, request_connection(db, anna, other, ben, "", later).connection);
    ask(claire, anna, "from Claire");
    const ConnectionLists lists = list_connections(db, anna);
    ASSERT_EQ(lists.connected.size(), 1U);
    EXPECT_EQ(lists.connected[0].connection, first.connection) << "the older row owns the thread";
    EXPECT_EQ(lists.connected[0].name, "Ben") << "no surname (PROF-4)";
    ASSERT_EQ(lists.sent.size(), 1U);
    EXPECT_EQ(lists.sent[0].event, other);
    ASSERT_EQ(lists.received.size(), 1U);
    EXPECT_EQ(lists.received[0].note, "from Claire");
    change<&CrushProfile::is_active>(ben, false);
    EXPECT_THAT(list_connections(db, anna).connected, IsEmpty());
}

}  // namespace
}  // namespace crush_lu
