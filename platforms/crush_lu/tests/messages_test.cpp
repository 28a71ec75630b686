// Threads: MSG-1 to MSG-3, CON-6, and the awkward case 26.
#include "crush_lu/messages.hpp"

#include <atomic>

#include "meeting.hpp"

namespace crush_lu {

void PrintTo(MessageOutcome outcome, std::ostream* out) {
    *out << orm::to_string(outcome);
}

namespace {

using M = ConnectionMessage;
using enum MessageOutcome;
using orm::f;

class Messages : public Meeting {
  protected:
    MessageOutcome say(UserId who, orm::Id<EventConnection> where, const std::string& text,
                       const std::string& key = {}) {
        return post_message(db, who, where, {text, key}, later).outcome;
    }
    std::int64_t count() { return db.count(orm::select<M>); }
};
ON_EACH_DATABASE(Messages);

TEST_P(Messages, MSG1_only_the_two_and_only_while_connected_and_active) {
    const auto asked = ask(anna, ben).connection;
    EXPECT_EQ(say(anna, asked, "hello"), not_found) << "not connected yet";
    ask(ben, anna);
    EXPECT_EQ(say(anna, asked, "hello"), sent);
    EXPECT_EQ(say(claire, asked, "hello"), not_found);
    EXPECT_EQ(say(anna, orm::Id<EventConnection>(999'999), "hello"), not_found);
    change<&CrushProfile::is_active>(ben, false);
    EXPECT_EQ(say(anna, asked, "hello"), not_found);
    EXPECT_EQ(say(ben, asked, "hello"), not_found);
    EXPECT_FALSE(open_thread(db, anna, asked).has_value());
    EXPECT_EQ(count(), 1);
}

TEST_P(Messages, MSG1_case26_one_to_500_code_points_stored_as_typed) {
    const auto pair = connect(anna, ben);
    std::string emoji;
    for (int i = 0; i < 500; ++i) emoji += "🍷";
    EXPECT_EQ(say(anna, pair, emoji + "x"), invalid);
    for (const std::string& nothing :
         {std::string(), std::string(" \t\n"), std::string("\u00a0\u2003"), std::string("\u200e\u200f"),
          std::string("a\0b", 3), std::string("\xff"), std::string(1 << 20, 'x')})
        EXPECT_EQ(say(anna, pair, nothing), invalid);
    const std::vector<std::string> texts{emoji, "<b>O'Brien</b> & \"co\"; -- %_", "\u202ethgil"};
    for (const std::string& text : texts) EXPECT_EQ(say(anna, pair, "  " + text + "\n"), sent);
    const auto thread = open_thread(db, ben, pair);
    ASSERT_EQ(thread->messages.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(thread->messages[i].content, texts[i]);
}

TEST_P(Messages, CON6_a_pair_has_one_thread_per_event_whichever_row_is_named) {
    const auto older = ask(anna, ben).connection;
    const auto newer = ask(ben, anna).connection;
    EXPECT_EQ(say(anna, newer, "one"), sent);
    EXPECT_EQ(say(ben, older, "two"), sent);
    EXPECT_EQ(db.count(orm::select<M> | orm::filter(f<&M::connection> == older)), 2);
    EXPECT_EQ(open_thread(db, anna, newer)->messages.size(), 2U);
    const EventId other = ended_event();
    attend(anna, other);
    attend(ben, other);
    const auto again = request_connection(db, anna, other, ben, "", later).connection;
    EXPECT_EQ(say(anna, again, "three"), not_found) << "this event's request is not answered";
}

TEST_P(Messages, MSG2_opening_marks_what_the_other_one_wrote) {
    const auto pair = connect(anna, ben);
    say(anna, pair, "one");
    say(anna, pair, "two");
    say(ben, pair, "three");
    EXPECT_EQ(unread_messages(db, ben), 2);
    EXPECT_EQ(unread_messages(db, anna), 1);
    EXPECT_EQ(unread_messages(db, claire), 0);
    const auto thread = open_thread(db, ben, pair);
    EXPECT_EQ(thread->name, "Anna");
    EXPECT_EQ(thread->messages[0].content, "one");
    EXPECT_FALSE(thread->messages[0].is_read) << "as it was before";
    EXPECT_EQ(unread_messages(db, ben), 0);
    EXPECT_EQ(unread_messages(db, anna), 1) << "one's own are not marked";
    EXPECT_EQ(list_connections(db, anna).connected.at(0).unread, 1);
}

TEST_P(Messages, MSG3_case26_the_same_key_is_one_message) {
    const auto pair = connect(anna, ben);
    const auto other = connect(anna, claire);
    std::atomic<int> fresh{0}, again{0};
    in_parallel(8, [&](int) {
        const auto outcome = say(anna, pair, "hello", "k1");
        if (outcome == sent) ++fresh;
        if (outcome == sent_before) ++again;
    });
    EXPECT_EQ(fresh, 1);
    EXPECT_EQ(again, 7);
    EXPECT_EQ(say(ben, pair, "hello", "k1"), sent) << "keys are the sender's own";
    EXPECT_EQ(say(anna, other, "hello", "k1"), invalid) << "of another thread";
    EXPECT_EQ(say(anna, pair, "hello", std::string(65, 'k')), invalid);
    EXPECT_EQ(count(), 2);
}

TEST_P(Messages, MSG3_twenty_per_hour_also_when_they_come_at_once) {
    const auto pair = connect(anna, ben);
    const auto other = connect(anna, claire);
    std::atomic<int> fresh{0}, refused{0};
    in_parallel(8, [&](int i) {
        for (int j = 0; j < 4; ++j) {
            const auto outcome = say(anna, i % 2 ? pair : other, "hello", std::to_string(i * 10 + j));
            if (outcome == sent) ++fresh;
            if (outcome == too_many) ++refused;
        }
    });
    EXPECT_EQ(fresh, 20);
    EXPECT_EQ(refused, 12);
    EXPECT_EQ(say(ben, pair, "hello"), sent) << "each has an hour of their own";
    EXPECT_EQ(post_message(db, anna, pair, {"hello"}, later + 1h).outcome, sent);
    EXPECT_EQ(post_message(db, ben, pair, {"hello"}, later, {.per_hour = 1}).outcome, too_many);
}

}  // namespace
}  // namespace crush_lu
