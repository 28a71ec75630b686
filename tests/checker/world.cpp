#include "world.hpp"

#include "apps.hpp"
#include "entreprinder/models.hpp"
#include "matching/models.hpp"
#include "orm/outbox.hpp"

namespace checker {
namespace {

std::vector<UserId> users(orm::Database& db, const std::string& name, int count) {
    std::vector<auth::User> rows(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].username = name + std::to_string(i);
        rows[i].email = std::string(rows[i].username) + "@example.lu";
        rows[i].first_name = name;
    }
    db.insert_many(rows);
    std::vector<UserId> ids;
    for (const auth::User& row : rows) ids.push_back(row.id);
    return ids;
}

void make_members(orm::Database& db, World& world) {
    world.members = users(db, "member", 60);
    std::vector<crush_lu::CrushProfile> profiles(world.members.size());
    std::vector<entreprinder::EntrepreneurProfile> cards(world.members.size());
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        profiles[i].user = world.members[i];
        profiles[i].date_of_birth = orm::parse_date("1995-05-01");
        profiles[i].is_approved = true;
        cards[i].user = world.members[i];
        cards[i].headline = "Baker";
        cards[i].bio = "Bread.";
    }
    db.insert_many(profiles);
    db.insert_many(cards);
    world.leavers.assign(world.members.end() - 20, world.members.end());
    world.applicants = users(db, "applicant", 48);
    world.coaches = users(db, "coach", 4);
    for (const UserId user : world.coaches) {
        crush_lu::CrushCoach coach;
        coach.user = user;
        coach.max_active_reviews = 3;
        db.insert(coach);
    }
}

void make_events(orm::Database& db, World& world) {
    for (int i = 0; i < 6; ++i) {
        crush_lu::MeetupEvent event;
        event.title = "Evening " + std::to_string(i);
        event.event_date = orm::parse_timestamp("2036-06-12 17:30:00");
        event.registration_deadline = orm::parse_timestamp("2036-06-11 22:00:00");
        event.max_participants = 2 + i;
        event.registration_fee = orm::Decimal<6, 2>(i % 2 ? "12.50" : "0");  // with a fee: a seat begins as pending
        event.is_published = true;
        db.insert(event);
        world.events.push_back(event.id);
    }
}

/// Who was there may connect; it was years ago by any clock.
void make_meetings(orm::Database& db, World& world) {
    for (int i = 0; i < 2; ++i) {
        crush_lu::MeetupEvent event;
        event.title = "Last year " + std::to_string(i);
        event.event_date = event.registration_deadline = orm::parse_timestamp("2020-06-12 17:30:00");
        event.max_participants = 100;
        event.is_published = true;
        db.insert(event);
        world.meetings.push_back(event.id);
        std::vector<crush_lu::EventRegistration> guests(world.members.size());
        for (std::size_t g = 0; g < guests.size(); ++g) {
            guests[g].event = event.id;
            guests[g].user = world.members[g];
            guests[g].status = crush_lu::EventRegistration::Status::attended;
        }
        db.insert_many(guests);
    }
}

void make_journey(orm::Database& db, World& world) {
    crush_lu::JourneyConfiguration journey;
    journey.name = "A way";
    db.insert(journey);
    for (int i = 1; i <= 3; ++i) {
        crush_lu::JourneyChapter chapter;
        chapter.journey = journey.id;
        chapter.chapter_number = i;
        db.insert(chapter);
        crush_lu::JourneyReward reward;
        reward.chapter = chapter.id;
        db.insert(reward);
        for (int c = 0; c < 2; ++c) {
            crush_lu::JourneyChallenge challenge;
            challenge.chapter = chapter.id;
            challenge.challenge_type = crush_lu::JourneyChallenge::ChallengeType::riddle;
            challenge.correct_answer = "bridge";
            db.insert(challenge);
            world.challenges.push_back(challenge.id);
        }
    }
    std::vector<crush_lu::SpecialUserExperience> players(world.members.size());
    for (std::size_t i = 0; i < players.size(); ++i) {
        players[i].user = world.members[i];
        players[i].journey = journey.id;
    }
    db.insert_many(players);
}

void make_plots(orm::Database& db, World& world) {
    vinsdelux::VdlProducer producer;
    producer.name = "Estate";
    db.insert(producer);
    vinsdelux::VdlCoffret coffret;
    coffret.name = "Coffret";
    db.insert(coffret);
    vinsdelux::VdlAdoptionPlan plan;
    plan.name = "Plan";
    plan.price = orm::Decimal<8, 2>("99.00");
    plan.duration_months = 12;
    plan.coffret = coffret.id;
    db.insert(plan);
    world.plan = plan.id;
    for (int i = 0; i < 60; ++i) {
        vinsdelux::VdlPlot plot;
        plot.producer = producer.id;
        plot.name = "Plot " + std::to_string(i);
        plot.size_hectares = orm::Decimal<5, 2>("0.35");
        plot.grape_varieties = {"Riesling"};
        plot.soil_type = "Shell limestone";
        db.insert(plot);
        db.add_related<&vinsdelux::VdlPlot::adoption_plans>(plot.id, std::vector{plan.id});
        world.plots.push_back(plot.id);
    }
}

}  // namespace

orm::Timestamp FastClock::now() const {
    if (stopped_) return *stopped_;
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start_);
    return orm::parse_timestamp("2026-06-01 12:00:00") + since * speed;
}

std::vector<UserId> World::of(std::size_t client, const std::vector<UserId>& people) const {
    std::vector<UserId> own;
    for (std::size_t i = client; i < people.size(); i += clients) own.push_back(people[i]);
    return own;
}

World populate(orm::Database& db, std::size_t clients) {
    db.with_connection(true, std::source_location::current(),
                       [](orm::Connection& connection) { orm::migrations::migrate(connection, cli::migrations()); });
    World world;
    world.clients = clients;
    make_members(db, world);
    make_events(db, world);
    make_meetings(db, world);
    make_journey(db, world);
    make_plots(db, world);
    return world;
}

}  // namespace checker
