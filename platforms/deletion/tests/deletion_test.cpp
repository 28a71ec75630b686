// Deleting an account: DEL-1, and the awkward cases 7 and 27.
#include "deletion/deletion.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <fstream>

#include "accounts/language.hpp"
#include "accounts/migrations.hpp"
#include "crush_lu/connections.hpp"
#include "crush_lu/invitations.hpp"
#include "crush_lu/journeys.hpp"
#include "crush_lu/messages.hpp"
#include "crush_lu/migrations.hpp"
#include "crush_lu/registration.hpp"
#include "entreprinder/migrations.hpp"
#include "entreprinder/models.hpp"
#include "matching/migrations.hpp"
#include "matching/models.hpp"
#include "orm/migration.hpp"
#include "orm/outbox.hpp"
#include "platform_test.hpp"
#include "vinsdelux/migrations.hpp"
#include "vinsdelux/reservations.hpp"

namespace deletion {
namespace {

using namespace crush_lu;
using namespace std::chrono_literals;
using orm::f;
using platform::test::in_parallel;
using testing::ElementsAre;
using UserId = orm::Id<auth::User>;
using EventId = orm::Id<MeetupEvent>;
using RStatus = EventRegistration::Status;
using vinsdelux::VdlPlot;

const orm::migrations::Registry& registry() {
    static const orm::migrations::Registry all = [] {
        orm::migrations::Registry result;
        for (const auto& app : {outbox::migrations::all, auth::migrations::all, sessions::migrations::all,
                                account::migrations::all, entreprinder::migrations::all, matching::migrations::all,
                                vinsdelux::migrations::all, crush_lu::migrations::all})
            result.add(app());
        orm::outbox::register_models();
        auth::register_models();
        entreprinder::register_models();
        matching::register_models();
        vinsdelux::register_models();
        crush_lu::register_models();
        return result;
    }();
    return all;
}

/// A directory of its own, gone at the end.
struct Folder {
    std::filesystem::path path;
    Folder() {
        std::string name = std::filesystem::temp_directory_path() / "entreprinder_media_XXXXXX";
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
        path = name;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

class Deletion : public orm::test::DatabaseTest {
  protected:
    Deletion() : db(url()) {
        db.with_connection(true, std::source_location::current(),
                           [](orm::Connection& connection) { orm::migrations::migrate(connection, registry()); });
    }
    UserId member(const std::string& name) {
        auth::User user;
        user.username = name + std::to_string(++people_);
        user.email = std::string(user.username) + "@example.lu";
        user.first_name = name;
        db.insert(user);
        CrushProfile profile;
        profile.user = user.id;
        profile.date_of_birth = orm::parse_date("1995-05-01");
        profile.is_approved = true;
        profile.photo_1 = name + ".jpg";
        db.insert(profile);
        return user.id;
    }
    EventId meetup(std::int32_t seats, const char* date = "2026-06-12 17:30:00") {
        MeetupEvent event;
        event.title = "Wine and words";
        event.event_date = event.registration_deadline = orm::parse_timestamp(date);
        event.max_participants = seats;
        event.is_published = true;
        db.insert(event);
        return event.id;
    }
    orm::Id<VdlPlot> plot() {
        VdlPlot plot;
        if (!producer_) {
            vinsdelux::VdlProducer producer;
            producer.name = "Domaine";
            db.insert(producer);
            producer_ = producer.id;
        }
        plot.producer = producer_;
        db.insert(plot);
        return plot.id;
    }
    RStatus join(UserId user, EventId event) { return register_for_event(db, user, event, {}, now).status; }
    std::int64_t held(EventId event) {
        return db.count(orm::select<EventRegistration> | of_event(event) | orm::filter(seat_held));
    }
    template <class M>
    std::int64_t all() {
        return db.count(orm::select<M>);
    }

    orm::Database db;
    const orm::Timestamp now = orm::parse_timestamp("2026-06-01 12:00:00");
    orm::Id<vinsdelux::VdlProducer> producer_{};

  private:
    int people_ = 0;
};
ON_EACH_DATABASE(Deletion);

TEST_P(Deletion, DEL1_case27_everything_goes_and_the_other_side_stays_right) {
    const UserId anna = member("Anna"), ben = member("Ben");
    const EventId past = meetup(10, "2026-05-01 17:30:00");
    for (const UserId user : {anna, ben}) {
        EventRegistration row;
        row.event = past;
        row.user = user;
        row.status = RStatus::attended;
        db.insert(row);
    }
    const auto pair = request_connection(db, anna, past, ben, "", now).connection;
    request_connection(db, ben, past, anna, "", now);
    post_message(db, anna, pair, {"hello"}, now);
    ASSERT_EQ(unread_messages(db, ben), 1);
    matching::Like like;
    like.from_user = ben;
    like.to_user = anna;
    db.insert(like);
    matching::Match match = matching::make_match(anna, ben);
    db.insert(match);

    for (const UserId who : {anna, ben}) {
        auth::Session session;
        session.session_key = "key" + std::to_string(who.value);
        session.session_data = R"({"user_id":)" + std::to_string(who.value) + R"(,"stamp":"x"})";
        session.expire_date = now + 1h;
        db.insert(session);
    }

    const Result gone = delete_account(db, anna, now);
    EXPECT_EQ(gone.outcome, Outcome::deleted);
    EXPECT_EQ(all<auth::Session>(), 1);
    EXPECT_THAT(gone.photos, ElementsAre("Anna.jpg"));
    EXPECT_EQ(db.find(anna), std::nullopt);
    EXPECT_EQ(all<EventConnection>() + all<ConnectionMessage>() + all<matching::Like>() + all<matching::Match>(), 0);
    EXPECT_EQ(unread_messages(db, ben), 0);
    EXPECT_TRUE(list_connections(db, ben).connected.empty());
    EXPECT_EQ(all<EventRegistration>(), 1);
    EXPECT_EQ(delete_account(db, anna, now).outcome, Outcome::not_found);
}

TEST_P(Deletion, DEL1_photos_go_by_jobs_of_the_same_transaction) {
    const Folder media;
    const auto put = [&](const std::string& name) { std::ofstream(media.path / name) << "x"; };
    const auto there = [&](const std::string& name) { return std::filesystem::exists(media.path / name); };
    const UserId anna = member("Anna"), ben = member("Ben"), carla = member("Carla");
    for (const char* name : {"Anna.jpg", "Ben.jpg"}) put(name);
    orm::Worker worker(db);
    remove_media(worker, media.path);
    EXPECT_THROW(db.atomic([&](orm::Transaction& tx) {
        delete_account(tx, ben, now);
        throw std::runtime_error("it was not to be");
    }),
                 std::runtime_error);
    delete_account(db, anna, now);
    delete_account(db, carla, now);  // whose file is gone already
    EXPECT_TRUE(there("Anna.jpg"));
    worker.run_due();
    EXPECT_FALSE(there("Anna.jpg"));
    EXPECT_TRUE(there("Ben.jpg"));
    db.update(orm::select<CrushProfile> | profile_of(ben), orm::set<& CrushProfile::photo_1> = "../Ben.jpg");
    delete_account(db, ben, now);
    worker.run_due();
    const auto dead = orm::outbox::dead_letters(db);
    ASSERT_EQ(dead.size(), 1U);
    EXPECT_THAT(dead[0].last_error, testing::HasSubstr("../Ben.jpg"));
}

TEST_P(Deletion, DEL1_case7_seats_and_plots_are_free_in_the_same_transaction) {
    const UserId anna = member("Anna"), ben = member("Ben");
    const EventId event = meetup(1);
    join(anna, event);
    ASSERT_EQ(join(ben, event), RStatus::waitlist);
    const auto one = plot(), two = plot();
    ASSERT_EQ(vinsdelux::reserve(db, anna, {.plots = {one, two}}, now).refusal, vinsdelux::Refusal::none);
    EXPECT_THAT(delete_account(db, anna, now).promoted, ElementsAre(ben));
    EXPECT_EQ(held(event), 1);
    for (const auto id : {one, two}) EXPECT_EQ(db.get(id).status, VdlPlot::PlotStatus::available);
    EXPECT_EQ(all<vinsdelux::VdlPlotReservation>(), 0);
}

TEST_P(Deletion, REG6_the_seat_of_somebody_who_was_checked_in_is_given_on_before_the_event_begins) {
    const UserId anna = member("Anna"), ben = member("Ben");
    const EventId event = meetup(1), over = meetup(1);
    for (const EventId one : {event, over}) {
        join(anna, one);
        ASSERT_EQ(join(ben, one), RStatus::waitlist);
        db.update(orm::select<EventRegistration> | of_event(one) | of_user(anna),
                  orm::set<& EventRegistration::status> = RStatus::attended,
                  orm::set<& EventRegistration::status_before_check_in> = RStatus::confirmed);
    }
    const orm::Timestamp start = db.get(event).event_date;
    db.update(orm::select<MeetupEvent> | with_id(over), orm::set<& MeetupEvent::event_date> = start - 1h,
              orm::set<& MeetupEvent::registration_deadline> = start - 1h);
    EXPECT_EQ(cancel_registration(db, anna, event, start - 1h).outcome, CancelResult::Outcome::attended);
    EXPECT_THAT(delete_account(db, anna, start - 1h).promoted, ElementsAre(ben));
    EXPECT_EQ(held(event), 1);
    EXPECT_EQ(held(over), 0) << "it has begun: nobody moves up";
}

TEST_P(Deletion, DEL1_an_adoption_is_kept_without_a_name) {
    const UserId anna = member("Anna");
    const auto one = plot(), two = plot();
    vinsdelux::reserve(db, anna, {.plots = {one, two}, .notes = "for my mother"}, now);
    db.update(orm::select<vinsdelux::VdlPlotReservation> | orm::filter(f<&vinsdelux::VdlPlotReservation::plot> == one),
              orm::set<& vinsdelux::VdlPlotReservation::is_confirmed> = true);
    db.update(orm::select<VdlPlot> | orm::filter(f<&VdlPlot::id> == one),
              orm::set<& VdlPlot::status> = VdlPlot::PlotStatus::adopted);
    auth::remember_language(db, anna, "de");
    EXPECT_EQ(delete_account(db, anna, now).outcome, Outcome::anonymised);
    EXPECT_EQ(all<auth::Preference>(), 0);
    const auto kept = db.get(orm::select<vinsdelux::VdlPlotReservation>);
    EXPECT_EQ(kept.plot, one);
    EXPECT_EQ(kept.notes, "");
    EXPECT_EQ(db.get(two).status, VdlPlot::PlotStatus::available);
    const auth::User shell = db.get(anna);
    EXPECT_FALSE(shell.is_active);
    EXPECT_EQ(shell.email + shell.first_name + shell.last_name, "");
    EXPECT_EQ(all<CrushProfile>(), 0);
}

TEST_P(Deletion, DEL1_wrong_invitation_codes_go_with_either_kind_of_account) {
    const UserId anna = member("Anna"), ben = member("Ben"), carla = member("Carla");
    for (const UserId user : {anna, ben, carla}) redeem_invitation(db, user, meetup(1), "guess", now);
    const auto one = plot();
    vinsdelux::reserve(db, ben, {.plots = {one}}, now);
    db.update(orm::select<vinsdelux::VdlPlotReservation>,
              orm::set<& vinsdelux::VdlPlotReservation::is_confirmed> = true);
    EXPECT_EQ(delete_account(db, anna, now).outcome, Outcome::deleted);
    EXPECT_EQ(delete_account(db, ben, now).outcome, Outcome::anonymised);
    EXPECT_EQ(db.get(orm::select<InvitationTry>).user, carla);
}

TEST_P(Deletion, DEL1_case20_a_coach_who_is_deleted_hands_over_the_pending_reviews) {
    const UserId leaving = member("Claire"), staying = member("Otto"), anna = member("Anna");
    db.erase(orm::select<CrushProfile> | orm::filter(f<&CrushProfile::user>.in({leaving, staying})));
    for (const UserId user : {leaving, staying}) {
        CrushCoach coach;
        coach.user = user;
        db.insert(coach);
    }
    const auto coach_of = [&](UserId user) {
        return db.get(orm::select<CrushCoach> | orm::filter(f<&CrushCoach::user> == user)).id;
    };
    ProfileSubmission submission;
    submission.profile = db.get(orm::select<CrushProfile> | profile_of(anna)).id;
    submission.coach = coach_of(leaving);
    db.insert(submission);
    delete_account(db, leaving, now);
    EXPECT_EQ(db.get(submission.id).coach->id, coach_of(staying));
}

TEST_P(Deletion, DEL1_case7_deletions_cancellations_and_registrations_at_once_leave_no_seat_wrong) {
    const EventId events[] = {meetup(4), meetup(3)};
    std::vector<UserId> people;
    for (int i = 0; i < 16; ++i) people.push_back(member("Member"));
    for (const UserId user : people)
        for (const EventId event : events) join(user, event);
    in_parallel(8, [&](int i) {
        const auto at = static_cast<std::size_t>(i);
        switch (i % 4) {
            case 0:
                delete_account(db, people[at], now);
                break;
            case 1:
                for (const EventId event : events) cancel_registration(db, people[at], event, now);
                break;
            case 2:
                delete_account(db, people[at + 6], now);
                break;
            default:
                for (const EventId event : events) {
                    register_for_event(db, people[at - 1], event, {}, now);
                    register_for_event(db, people[at + 5], event, {}, now);  // perhaps gone by then
                }
        }
    });
    EXPECT_EQ(held(events[0]), 4);
    EXPECT_EQ(held(events[1]), 3);
    EXPECT_EQ(all<auth::User>(), 12);
}

}  // namespace
}  // namespace deletion
