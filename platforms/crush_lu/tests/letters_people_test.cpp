// Letters about other people (domain.md 3.11): CON, MSG, PROF-4; and the awkward cases 22, 23 and 41 as they are
// mailed.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

#include "crush_lu/messages.hpp"
#include "crush_lu/profiles.hpp"
#include "crush_lu/reviews.hpp"
#include "mails.hpp"
#include "meeting.hpp"

namespace crush_lu {
namespace {

using mail::test::Mail;
using orm::f;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

/// Whatever was queued is due by then.
const orm::Timestamp one_day = orm::parse_timestamp("2037-01-01 12:00:00");

auto letter_to(const std::string& name, const std::string& subject) {
    return AllOf(Field(&Mail::to, HasSubstr(name)), Field(&Mail::subject, subject));
}

class PeopleMails : public Meeting {
  protected:
    std::vector<Mail> post(orm::Timestamp at = one_day) { return office.deliver(at); }
    void hide(UserId user) { change<&CrushProfile::is_active>(user, false); }
    void say(UserId who, orm::Id<EventConnection> where, orm::Timestamp at) {
        EXPECT_EQ(post_message(db, who, where, {"see you at the secret place"}, at).outcome, MessageOutcome::sent);
    }

    PostOffice office{db};
};
ON_EACH_DATABASE(PeopleMails);

TEST_P(PeopleMails, CON5_a_request_is_told_once_and_does_not_say_who_asks) {
    ask(anna, ben, "the green scarf");
    ask(anna, ben, "again");
    const auto mails = post();
    ASSERT_THAT(mails, ElementsAre(letter_to("Ben", "Somebody would like to stay in touch")));
    EXPECT_THAT(mails[0].text, HasSubstr("/en/connections/"));
    EXPECT_THAT(mails[0].raw, AllOf(Not(HasSubstr("Anna")), Not(HasSubstr("scarf"))));
}

TEST_P(PeopleMails, CON4_a_request_that_was_answered_meanwhile_needs_no_letter_and_a_decline_never_does) {
    decline_connection(db, ben, ask(anna, ben).connection);
    hide(claire);
    EXPECT_THAT(post(), IsEmpty());
    change<&CrushProfile::is_active>(claire, true);
    ask(anna, claire);
    hide(claire);  // PROF-7: since then
    EXPECT_THAT(post(), IsEmpty());
}

TEST_P(PeopleMails, CON3_both_hear_once_that_they_are_in_touch) {
    db.update(orm::select<auth::User> | orm::filter(f<&auth::User::id> == ben),
              orm::set<& auth::User::last_name> = "Secretname");
    const auto asked = ask(anna, ben).connection;
    in_parallel(4, [&](int) { accept_connection(db, ben, asked, later); });
    ask(ben, anna);
    const auto mails = post();
    ASSERT_THAT(mails, UnorderedElementsAre(letter_to("Anna", "You and Ben are in touch"),
                                            letter_to("Ben", "You and Anna are in touch")));
    for (const Mail& one : mails) {
        EXPECT_THAT(one.text, HasSubstr("/en/connections/" + std::to_string(asked.value) + "/"));
        EXPECT_THAT(one.raw, Not(HasSubstr("Secretname")));  // PROF-4
    }
}

TEST_P(PeopleMails, CON3_case23_requests_in_the_same_instant_are_one_notice_each) {
    in_parallel(6, [&](int i) { i % 2 ? ask(anna, ben) : ask(ben, anna); });
    EXPECT_THAT(post(), UnorderedElementsAre(letter_to("Anna", "You and Ben are in touch"),
                                             letter_to("Ben", "You and Anna are in touch")));
}

TEST_P(PeopleMails, MSG2_messages_are_told_together_and_only_while_they_are_unread) {
    const auto pair = connect(anna, ben);
    post();
    in_parallel(3, [&](int) { say(anna, pair, later); });
    EXPECT_THAT(post(later + letters::message_pause - 1us), IsEmpty());
    auto mails = post(later + letters::message_pause);
    ASSERT_THAT(mails, ElementsAre(letter_to("Ben", "Anna has written to you")));
    EXPECT_THAT(mails[0].text, HasSubstr("3 messages from Anna"));
    EXPECT_THAT(mails[0].raw, Not(HasSubstr("secret place")));
    say(anna, pair, later + 1h);
    EXPECT_THAT(post(), IsEmpty()) << "Ben knows already that something is waiting";
    open_thread(db, ben, pair);
    say(anna, pair, later + 2h);
    say(ben, pair, later + 2h);
    EXPECT_THAT(post(), UnorderedElementsAre(letter_to("Ben", "Anna has written to you"),
                                             letter_to("Anna", "Ben has written to you")));
    open_thread(db, ben, pair);
    say(anna, pair, later + 3h);
    open_thread(db, ben, pair);
    EXPECT_THAT(post(), IsEmpty()) << "read before the letter was written";
    say(anna, pair, later + 4h);
    hide(anna);
    EXPECT_THAT(post(), IsEmpty());
}

TEST_P(PeopleMails, every_letter_is_in_the_language_of_its_reader) {
    const auto asked = ask(anna, claire).connection, pair = connect(anna, ben);
    office.expect_translated("connection_requested", {.user = user(claire), .about = asked.value});
    office.expect_translated("connected", {.user = user(ben), .about = pair.value});
    for (int i = 0; i < 2; ++i) {  // one message, and several
        say(anna, pair, later);
        office.expect_translated("messages_waiting", {.user = user(ben), .about = pair.value});
    }
}

TEST_P(PeopleMails, REV6_case22_approvals_while_the_provider_is_down_stand_and_are_mailed_once) {
    const UserId carla = coach("Carla", 20);
    std::vector<orm::Id<ProfileSubmission>> submissions;
    for (const char* name : {"Dora", "Emil", "Fred"}) {
        const UserId one = account(name);
        submit_profile(db, one,
                       {.date_of_birth = "1995-05-01",
                        .gender = "female",
                        .phone = "+352 621 123 456",
                        .location = "Esch",
                        .looking_for = "both"},
                       now);
        submissions.push_back(own_profile(db, one).submission->id);
    }
    post();
    const auto nowhere = mail::make_transport({.url = "smtp://127.0.0.1:1", .starttls = "off"});
    in_parallel(6, [&](int i) {  // two tabs decide while two workers find no mail server
        if (i % 3 == 0) {
            orm::Worker worker(db, {.now = [] { return one_day; }});
            mail::deliver(worker, office.letters(), *nowhere);
            worker.run_due();
        } else {
            for (const auto id : submissions) decide(db, {carla}, id, Decision::approve, {}, {}, now);
        }
    });
    EXPECT_EQ(db.count(orm::select<CrushProfile> | orm::filter(f<&CrushProfile::approved_at> == now)), 3);
    mail::test::Mailbox box;
    std::atomic<int> sent{0};
    in_parallel(3, [&](int) {
        orm::Worker worker(db, {.report =
                                    [&](const orm::JobReport& report) {
                                        sent += report.kind == mail::job_kind &&
                                                report.outcome == orm::JobReport::Outcome::done;
                                    },
                                .now = [] { return one_day + 3h; }});
        mail::deliver(worker, office.letters(), box.transport());
        worker.run_due();
    });
    EXPECT_EQ(sent, 3);
    EXPECT_THAT(box.read(), UnorderedElementsAre(letter_to("Dora", "Your profile is approved"),
                                                 letter_to("Emil", "Your profile is approved"),
                                                 letter_to("Fred", "Your profile is approved")));
}

/// A process of its own, which is killed with -9: inside the transaction, or right after the commit.
TEST_P(PeopleMails, REG2_case41_killed_between_commit_and_mail_loses_neither_and_before_it_there_is_neither) {
    const EventId next = meetup({.date = "2036-06-12 17:30:00", .deadline = "2036-06-11 22:00:00", .title = "Wine"});
    const UserId dora = member("Dora"), emil = member("Emil");
    for (const bool commits : {false, true}) {
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            orm::Database own(url());
            own.atomic([&](orm::Transaction& tx) {
                register_for_event(tx, commits ? dora : emil, next, {}, now);
                if (!commits) kill(getpid(), SIGKILL);
            });
            kill(getpid(), SIGKILL);
        }
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));
    }
    EXPECT_EQ(held(next), 1);
    in_parallel(2, [&](int) { register_for_event(db, emil, next, {}, now); });  // no lock of the dead is left
    EXPECT_EQ(held(next), 2);
    EXPECT_THAT(post(), UnorderedElementsAre(letter_to("Dora", "You have a seat: Wine"),
                                             letter_to("Emil", "You have a seat: Wine")));
    EXPECT_THAT(post(), IsEmpty());
}

}  // namespace
}  // namespace crush_lu
