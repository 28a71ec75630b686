// Mail with its cause: domain.md 3.11, LANG-4, PROF-4; cases 2, 4, 12, 19 and 22.
#include "crush_lu/profiles.hpp"
#include "crush_lu/reviews.hpp"
#include "fixture.hpp"
#include "mails.hpp"
#include "seed_examples_pages.hpp"

namespace crush_lu {
namespace {

using mail::test::Mail;
using orm::f;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class Mails : public CrushTest {
  protected:
    std::vector<Mail> post(orm::Timestamp at) {
        auto mails = office.deliver(at);
        EXPECT_EQ(orm::outbox::depth(db, at).waiting, 0);
        return mails;
    }
    std::vector<Mail> post() { return post(orm::utc_now() + 1min); }
    std::vector<std::string> subjects() {
        std::vector<std::string> all;
        for (const Mail& one : post()) all.push_back(one.subject);
        return all;
    }
    SubmitResult submit(UserId user) {
        return submit_profile(db, user,
                              {.date_of_birth = "1995-05-01",
                               .gender = "female",
                               .phone = "+352 621 123 456",
                               .location = "Esch",
                               .looking_for = "both"},
                              now);
    }
    DecideOutcome decided(UserId coach, UserId member, Decision decision) {
        return decide(db, {coach}, own_profile(db, member).submission->id, decision,
                      {.feedback_to_user = "A friendlier photo, please.", .coach_notes = "rather shy"}, {}, now);
    }

    PostOffice office{db};
};
ON_EACH_DATABASE(Mails);

TEST_P(Mails, a_registration_says_what_it_is) {
    const EventId free = meetup({.seats = 1, .title = "Wine"}), paid = meetup({.fee = "12.50", .title = "Dinner"});
    const UserId anna = member("Anna"), ben = member("Ben");
    join(anna, free);
    join(anna, free);  // a double click
    join(anna, paid);
    join(ben, free);
    const auto mails = post();
    ASSERT_THAT(mails, SizeIs(3));
    EXPECT_EQ(mails[0].subject, "You have a seat: Wine");
    EXPECT_THAT(mails[0].text, HasSubstr("Hello Anna,"));
    EXPECT_THAT(mails[0].text, HasSubstr("Friday 12 June 2026 at 19:30, Remich"));  // the event's own time
    EXPECT_THAT(mails[0].text, HasSubstr("https://crush.lu/en/events/" + std::to_string(free.value) + "/"));
    EXPECT_THAT(mails[0].raw, HasSubstr("From: \"Crush.lu\" <noreply@crush.lu>\r\n"));
    EXPECT_THAT(mails[1].text, HasSubstr("12.50 €"));
    EXPECT_EQ(mails[2].subject, "You are on the waiting list: Wine");
    EXPECT_THAT(mails[2].text, HasSubstr("You are number 1 in the waiting list"));
    EXPECT_THAT(mails[2].html, HasSubstr("You are number 1 in the waiting list"));
}

TEST_P(Mails, what_does_not_happen_says_nothing) {
    const EventId closed = meetup({.deadline = "2026-06-01 11:00:00"});
    const UserId anna = member("Anna");
    EXPECT_TRUE(join(anna, closed).refusal);
    const EventId event = meetup();
    EXPECT_THROW(db.atomic([&](orm::Transaction& tx) {
        register_for_event(tx, anna, event, {}, now);
        throw std::runtime_error("the caller failed after all");
    }),
                 std::runtime_error);
    EXPECT_THAT(post(), IsEmpty());
}

TEST_P(Mails, cancelling_tells_who_left_and_who_moves_up_once) {
    const EventId event = meetup({.seats = 1, .title = "Wine"});
    const UserId anna = member("Anna"), ben = member("Ben");
    join(anna, event);
    join(ben, event);
    post();
    in_parallel(4, [&](int) { leave(anna, event); });
    EXPECT_THAT(subjects(), UnorderedElementsAre("Cancelled: Wine", "You have moved up: Wine"));
    register_for_event(db, anna, event, {}, now + 1h);  // the same row, another registration (REG-7)
    leave(anna, event);
    EXPECT_THAT(subjects(), UnorderedElementsAre("You are on the waiting list: Wine", "Cancelled: Wine"));
}

TEST_P(Mails, a_cancelled_event_is_told_to_all_who_count_on_it) {
    const EventId event = meetup({.seats = 1, .title = "Wine"});
    const std::vector<UserId> people = members(3);
    for (const UserId one : people) join(one, event);
    leave(people[2], event);
    post();
    EXPECT_TRUE(cancel_event(db, event));
    EXPECT_FALSE(cancel_event(db, event));
    EXPECT_THAT(subjects(), ElementsAre("The event does not take place: Wine", "The event does not take place: Wine"));
}

TEST_P(Mails, a_review_tells_the_member_and_the_coach) {
    const UserId carla = coach("Carla", 1), anna = account("Anna", "Secretname"), ben = account("Ben");
    submit(anna);
    submit(anna);
    submit(ben);  // no coach has room
    auto mails = post();
    ASSERT_THAT(mails, SizeIs(3));
    EXPECT_EQ(mails[0].subject, "We have received your profile");
    EXPECT_EQ(mails[1].subject, "A profile is waiting for your review");
    EXPECT_THAT(mails[1].text, HasSubstr("Anna has submitted"));
    EXPECT_THAT(mails[1].raw, Not(HasSubstr("Secretname")));
    EXPECT_EQ(mails[2].subject, mails[0].subject);
    EXPECT_THAT(mails[2].to, HasSubstr("Ben"));

    in_parallel(4, [&](int) { decided(carla, anna, Decision::revise); });
    mails = post();  // and the coach hears of Ben, who was waiting (REV-4)
    ASSERT_THAT(mails, SizeIs(2));
    EXPECT_EQ(mails[0].subject, "Your profile needs a small change");
    EXPECT_THAT(mails[0].text, HasSubstr("> A friendlier photo, please."));
    EXPECT_THAT(mails[0].raw, Not(HasSubstr("shy")));
    EXPECT_THAT(mails[1].text, HasSubstr("Ben has submitted"));
    EXPECT_EQ(decided(carla, ben, Decision::reject), DecideOutcome::decided);
    EXPECT_THAT(subjects(), ElementsAre("About your profile"));
    submit(anna);
    EXPECT_EQ(decided(carla, anna, Decision::approve), DecideOutcome::decided);
    EXPECT_THAT(subjects(), testing::Contains("Your profile is approved"));
}

TEST_P(Mails, a_letter_for_the_mail_providers_bad_day_changes_nothing_else) {
    const UserId carla = coach("Carla"), anna = account("Anna");
    submit(anna);
    const auto nowhere = mail::make_transport({.url = "smtp://127.0.0.1:1", .starttls = "off"});
    decided(carla, anna, Decision::approve);
    orm::Timestamp at = orm::utc_now() + 1min;
    for (int i = 0; i < 3; ++i, at += 3h) {
        orm::Worker worker(db, {.now = [at] { return at; }});
        mail::deliver(worker, office.letters(), *nowhere);
        worker.run_due();
    }
    EXPECT_EQ(own_profile(db, anna).state, ProfileState::approved);
    EXPECT_EQ(orm::outbox::depth(db).waiting, 2);  // the review is decided, so its coach needs no letter any more
    EXPECT_THAT(post(at), SizeIs(2));
    EXPECT_THAT(post(at + 24h), IsEmpty());
}

TEST_P(Mails, a_reminder_comes_on_the_local_day_before_once_per_seat) {
    // The night in which the clock goes back: 02:30 local time.
    const EventId event = meetup({.date = "2037-10-25 00:30:00", .deadline = "2037-10-20 12:00:00", .title = "Owls"});
    const UserId anna = member("Anna"), ben = member("Ben"), cara = member("Cara");
    for (const UserId one : {anna, ben, cara}) join(one, event);
    leave(cara, event);
    EXPECT_EQ(queue_reminders(db, orm::parse_timestamp("2037-10-23 21:55:00")), 0U);  // 23:55 local, two days before
    const orm::Timestamp day_before = orm::parse_timestamp("2037-10-23 22:05:00");    // 00:05 local; in UTC the 23rd
    std::atomic<std::size_t> queued = 0;
    in_parallel(4, [&](int) { queued += queue_reminders(db, day_before); });
    EXPECT_EQ(queued, 2U);
    EXPECT_EQ(queue_reminders(db, day_before + 5min), 0U);
    cancel_registration(db, ben, event, day_before);  // since then
    std::vector<std::string> reminded;
    for (const Mail& one : post(orm::parse_timestamp("2037-10-24 06:00:00")))
        if (one.subject == "Coming up: Owls") reminded.push_back(one.to);
    ASSERT_THAT(reminded, SizeIs(1));
    EXPECT_THAT(reminded[0], HasSubstr("Anna"));
}

TEST_P(Mails, a_reminder_that_comes_too_late_is_not_sent) {
    const orm::Timestamp start = orm::parse_timestamp("2037-06-12 17:30:00");
    const EventId event = meetup({.date = "2037-06-12 17:30:00"});
    join(member("Anna"), event);
    post();
    EXPECT_EQ(queue_reminders(db, start - 30min), 1U);
    EXPECT_THAT(post(start), IsEmpty());
    EXPECT_EQ(queue_reminders(db, start), 0U);
}

/// No English is left in German and French letters, whoever's request caused them.
TEST_P(Mails, every_letter_is_in_the_language_of_its_reader) {
    const EventId event = meetup({.seats = 1, .fee = "5", .title = "T1"});
    const UserId carla = coach("Carla"), anna = account("Anna"), ben = member("Ben"), cara = member("Cara");
    submit(anna);
    join(ben, event);
    join(cara, event);
    leave(ben, event);
    for (const Status one : {Status::confirmed, Status::pending, Status::waitlist})
        db.atomic([&](orm::Transaction& tx) {
            letters::registered(tx, cara, registration(cara, event).id, now + 1s * static_cast<int>(one), one, 2);
            letters::welcome(tx, anna);
        });
    cancel_event(db, event);
    const auto submission = own_profile(db, anna).submission->id;
    struct Case {
        std::string name;
        std::int64_t about;
        orm::Json details = orm::Json::object();
    };
    const std::int64_t seat = registration(cara, event).id.value;
    std::vector<Case> cases{{"welcome", 0},
                            {"submitted", submission.value},
                            {"review_assigned", submission.value},
                            {"promoted", seat, orm::Json(R"({"status": "pending"})")},
                            {"cancelled", seat},
                            {"event_cancelled", event.value},
                            {"registered", seat, orm::Json(R"({"status": "pending"})")},
                            {"registered", seat, orm::Json(R"({"status": "waitlist", "position": 2})")}};
    const auto recipient = [&](const Case& one) {
        return mail::Recipient{.user = user(anna), .about = one.about, .details = one.details, .now = now};
    };
    const auto compare = [&](const Case& one) { office.expect_translated(one.name, recipient(one)); };
    for (const Case& one : cases) compare(one);
    db.update(orm::select<MeetupEvent> | with_id(event), orm::set<& MeetupEvent::is_cancelled> = false);
    compare({"reminder", seat});
    for (const Decision decision : {Decision::approve, Decision::reject, Decision::revise}) {
        db.update(orm::select<ProfileSubmission>,
                  orm::set<& ProfileSubmission::status> = ProfileSubmission::Status::pending);
        decided(carla, anna, decision);
        compare({"decided", submission.value});
    }
    const Case seated{"registered", seat, orm::Json(R"({"status": "confirmed"})")};
    EXPECT_EQ(office.write(seated.name, recipient(seated), "de").parts[2].text,
              "Freitag, 12. Juni 2026 um 19:30 Uhr, Remich");
}

TEST(JobsAndMail, ThePageShowsOnlyWhatIsTested) {
    pages::expect_examples("jobs-and-mail.md", {"orm/tests/outbox/fixture.hpp", "orm/tests/outbox/worker_test.cpp",
                                                "orm/tests/outbox/leases_test.cpp", "platforms/crush_lu/letters.cpp",
                                                "platforms/crush_lu/letters_queue.cpp"});
}

}  // namespace
}  // namespace crush_lu
