#include "data.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "orm/migration.hpp"

namespace bench {

using namespace crush_lu;
using namespace std::chrono_literals;

namespace {

std::string unique_name() {
    static int count = 0;
    return "entreprinder_bench_" + std::to_string(getpid()) + "_" + std::to_string(count++);
}

std::string server() {
    const char* url = std::getenv("ENTREPRINDER_TEST_POSTGRES");
    if (!url) throw std::runtime_error("ENTREPRINDER_TEST_POSTGRES is not set; run ./bench, which starts a server");
    return url;
}

orm::schema::State state() {
    return orm::schema::state_of<auth::User, CrushProfile, CrushCoach, ProfileSubmission, Venue, MeetupEvent,
                                 EventRegistration, EventConnection, JourneyConfiguration, JourneyChapter,
                                 JourneyChallenge, JourneyReward>();
}

std::string text(int bytes, int seed) {
    std::string result;
    for (int i = 0; static_cast<int>(result.size()) < bytes; ++i)
        result += fmt::format("word{} ", (seed * 31 + i * 7) % 997);
    result.resize(static_cast<std::size_t>(bytes));
    return result;
}

MeetupEvent event(int number, orm::Timestamp when) {
    MeetupEvent e;
    e.title = fmt::format("Meetup {} in Rémich", number);
    e.description = text(180, number);
    e.event_type = static_cast<MeetupEvent::EventType>(number % 4);
    e.event_date = when;
    e.registration_deadline = when - 24h;
    e.location = "Remich";
    e.address = "1, rue du Moulin";
    e.max_participants = 30;
    e.registration_fee = orm::Decimal<6, 2>::from_units(number % 5 * 1250 + number % 3);
    e.is_published = true;
    return e;
}

/// Registrations of `count` people for an event.
void register_people(std::vector<EventRegistration>& rows, const std::vector<orm::Id<auth::User>>& users, int first,
                     int count, const MeetupEvent& event) {
    for (int i = 0; i < count; ++i) {
        EventRegistration r;
        r.event = event.id;
        r.user = users[static_cast<std::size_t>(first + i) % users.size()];
        r.status = static_cast<EventRegistration::Status>(i % 6);
        r.dietary_restrictions = i % 4 ? "" : "vegan";
        r.created_at = r.queued_at = event.event_date - 240h + std::chrono::minutes(i);
        rows.push_back(std::move(r));
    }
}

}  // namespace

std::string new_sqlite_url() {
    return "sqlite:///" + (std::filesystem::temp_directory_path() / (unique_name() + ".sqlite3")).string();
}

std::string new_postgres_url() {
    const std::string url = server(), name = unique_name();
    orm::connect(orm::parse_url(url))->script("CREATE DATABASE " + name);
    const auto query = url.find('?');
    const std::string head = url.substr(0, query);
    return head.substr(0, head.rfind('/') + 1) + name + (query == url.npos ? "" : url.substr(query));
}

Data::Data(std::string database_name, std::string url_, bool small)
    : database(std::move(database_name)), url(std::move(url_)), path(orm::parse_url(url).path), db(url) {
    orm::register_models<auth::User, CrushProfile, CrushCoach, ProfileSubmission, Venue, MeetupEvent, EventRegistration,
                         EventConnection, JourneyConfiguration, JourneyChapter, JourneyChallenge, JourneyReward>();
    db.with_connection(true, std::source_location::current(),
                       [](orm::Connection& connection) { orm::migrations::create_all(connection, state()); });
    fill(small);
    db.execute(sqlite() ? "ANALYZE" : "VACUUM ANALYZE");
    if (sqlite())
        hand_sqlite.emplace(path);
    else
        hand_postgres.emplace(url);
}

Data::~Data() {
    hand_sqlite.reset();
    if (!sqlite()) return;  // the server goes with its databases
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
}

void Data::fill(bool small) {
    facts.now = orm::parse_timestamp("2026-06-01 12:00:00");
    std::vector<auth::User> users(2'000);
    for (std::size_t i = 0; i < users.size(); ++i) {
        auth::User& u = users[i];
        u.username = fmt::format("member{}", i);
        u.email = u.username + "@example.lu";
        u.first_name = fmt::format("Zoé{}", i % 100);
        u.last_name = "Weber";
        u.password = text(88, static_cast<int>(i));
        u.date_joined = facts.now - std::chrono::hours(i);
        if (i % 3) u.last_login = facts.now - std::chrono::seconds(i) - 123'456us;
    }
    db.insert_many(users);
    for (const auth::User& u : users) facts.users.push_back(u.id);
    facts.viewer = facts.users[5];

    std::vector<Venue> venues(50);
    for (std::size_t i = 0; i < venues.size(); ++i) {
        venues[i].name = fmt::format("Venue {}", i);
        venues[i].city = "Luxembourg";
        venues[i].capacity = 100;
    }
    db.insert_many(venues);

    std::vector<MeetupEvent> events;
    const int past = small ? 960 : 9'960;
    for (int i = 0; i < past; ++i) events.push_back(event(i, facts.now - std::chrono::hours(3 * (past - i))));
    for (int i = 0; i < 40; ++i) events.push_back(event(past + i, facts.now + std::chrono::hours(3 + 5 * i)));
    for (std::size_t i = 0; i < events.size(); ++i)
        if (i % 4) events[i].venue = venues[i % venues.size()].id;
    events.back().max_participants = 100'000;
    db.insert_many(events);
    facts.open = events.back().id;
    facts.meeting = events[static_cast<std::size_t>(past)].id;
    facts.meeting_date = events[static_cast<std::size_t>(past)].event_date;

    std::vector<EventRegistration> registrations;
    for (std::size_t i = 0; i + 1 < events.size(); ++i)
        register_people(registrations, facts.users, static_cast<int>(i) % 40 * 3, static_cast<int>(i) < past ? 3 : 30,
                        events[i]);
    db.insert_many(registrations);
    facts.last_registration = registrations.back().id.value;
    if (small) return;

    std::vector<CrushProfile> profiles(facts.users.size());
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        CrushProfile& p = profiles[i];
        p.user = facts.users[i];
        if (i % 7) p.date_of_birth = orm::parse_date("1995-05-01");
        p.bio = text(120, static_cast<int>(i));
        p.location = "Esch";
        if (i % 2) p.looking_for = CrushProfile::LookingFor::dating;
        p.interests = {"hiking", "wine", fmt::format("tag{}", i % 50)};
        p.is_approved = i % 5 != 0;
    }
    db.insert_many(profiles);
    std::vector<CrushCoach> coaches(30);
    for (std::size_t i = 0; i < coaches.size(); ++i) {
        coaches[i].user = facts.users[1'900 + i];
        coaches[i].bio = text(80, static_cast<int>(i));
        coaches[i].max_active_reviews = 20;
        if (i % 2) coaches[i].last_assigned_at = facts.now - std::chrono::hours(i);
    }
    db.insert_many(coaches);
    std::vector<ProfileSubmission> submissions(1'500);
    for (std::size_t i = 0; i < submissions.size(); ++i) {
        submissions[i].profile = profiles[i].id;
        submissions[i].created_at = facts.now - std::chrono::hours(i);
        submissions[i].status = i < 300 ? ProfileSubmission::Status::pending : ProfileSubmission::Status::approved;
        if (i) submissions[i].coach = coaches[i * 7 % 29].id;
    }
    db.insert_many(submissions);
    facts.submission = submissions[0].id;

    for (int j = 0; j < 20; ++j) {
        JourneyConfiguration journey;
        journey.name = fmt::format("Journey {}", j);
        db.insert(journey);
        facts.journey = journey.id;
        std::vector<JourneyChapter> chapters(8);
        for (int c = 0; c < 8; ++c) {
            auto& chapter = chapters[static_cast<std::size_t>(c)];
            chapter.journey = journey.id;
            chapter.chapter_number = c + 1;
            chapter.title = fmt::format("Chapter {}", c + 1);
            chapter.description = text(150, c);
        }
        db.insert_many(chapters);
        std::vector<JourneyChallenge> challenges;
        std::vector<JourneyReward> rewards;
        for (const JourneyChapter& chapter : chapters) {
            for (int i = 0; i < 4; ++i) {
                JourneyChallenge challenge;
                challenge.chapter = chapter.id;
                challenge.challenge_type = static_cast<JourneyChallenge::ChallengeType>(i);
                challenge.question = text(100, i);
                challenge.correct_answer = "Remich";
                if (i % 2) challenge.options = orm::Json("[\"a\", \"b\"]");
                challenge.order = i;
                challenges.push_back(challenge);
            }
            for (int i = 0; i < 2; ++i) {
                JourneyReward reward;
                reward.chapter = chapter.id;
                reward.title = fmt::format("Reward {}", i);
                reward.content = text(200, i);
                rewards.push_back(reward);
            }
        }
        db.insert_many(challenges);
        db.insert_many(rewards);
    }
}

}  // namespace bench
