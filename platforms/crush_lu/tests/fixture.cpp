#include "fixture.hpp"

#include "accounts/credentials.hpp"
#include "accounts/migrations.hpp"
#include "crush_lu/migrations.hpp"
#include "orm/outbox.hpp"

namespace crush_lu {

std::string name_of(Refusal refusal) {
    return std::string(orm::to_string(refusal));
}
void PrintTo(Refusal refusal, std::ostream* out) {
    *out << name_of(refusal);
}
void PrintTo(Status status, std::ostream* out) {
    *out << orm::to_string(status);
}

const orm::migrations::Registry& registry() {
    static const orm::migrations::Registry all = [] {
        orm::migrations::Registry result;
        for (const auto& app : {outbox::migrations::all, auth::migrations::all, sessions::migrations::all,
                                account::migrations::all, crush_lu::migrations::all})
            result.add(app());
        orm::outbox::register_models();
        auth::register_models();
        register_models();
        return result;
    }();
    return all;
}

CrushTest::CrushTest() : db(url()) {
    db.with_connection(true, std::source_location::current(),
                       [](orm::Connection& connection) { orm::migrations::migrate(connection, registry()); });
}

EventId CrushTest::meetup(const Meetup& wanted) {
    MeetupEvent event;
    event.title = wanted.title;
    event.description = "An evening by the river.";
    event.event_type = wanted.type;
    event.event_date = orm::parse_timestamp(wanted.date);
    event.registration_deadline = orm::parse_timestamp(wanted.deadline);
    event.location = "Remich";
    event.max_participants = wanted.seats;
    event.min_age = wanted.min_age;
    event.max_age = wanted.max_age;
    event.registration_fee = orm::Decimal<6, 2>(wanted.fee);
    event.is_published = wanted.published;
    event.is_cancelled = wanted.cancelled;
    event.is_private_invitation = wanted.private_;
    db.insert(event);
    return event.id;
}

UserId CrushTest::account(const std::string& first_name, const std::string& last_name) {
    static const std::string hash = auth::hash_password(platform::test::password);
    auth::User user;
    user.password = hash;
    user.username = first_name + std::to_string(++people_);
    user.email = std::string(user.username) + "@example.lu";
    user.first_name = first_name;
    user.last_name = last_name;
    db.insert(user);
    return user.id;
}

UserId CrushTest::member(const std::string& first_name, const std::string& born) {
    const UserId user = account(first_name);
    CrushProfile profile;
    profile.user = user;
    if (!born.empty()) profile.date_of_birth = orm::parse_date(born);
    profile.is_approved = true;
    db.insert(profile);
    return user;
}

UserId CrushTest::coach(const std::string& first_name, std::int32_t limit) {
    const UserId user = account(first_name);
    CrushCoach coach;
    coach.user = user;
    coach.max_active_reviews = limit;
    db.insert(coach);
    return user;
}

std::vector<UserId> CrushTest::members(int count) {
    static const std::string hash = auth::hash_password(platform::test::password);
    std::vector<auth::User> users(static_cast<std::size_t>(count));
    for (auth::User& user : users) {
        user.password = hash;
        user.username = "member" + std::to_string(++people_);
        user.email = std::string(user.username) + "@example.lu";
        user.first_name = "Member";
    }
    db.insert_many(users);
    std::vector<CrushProfile> profiles(users.size());
    std::vector<UserId> keys;
    for (std::size_t i = 0; i < users.size(); ++i) {
        profiles[i].user = users[i].id;
        profiles[i].date_of_birth = orm::parse_date("1995-05-01");
        profiles[i].is_approved = true;
        keys.push_back(users[i].id);
    }
    db.insert_many(profiles);
    return keys;
}

void CrushTest::invite(EventId event, UserId user) {
    db.add_related<&MeetupEvent::special_users>(event, std::vector{user});
}

EventRegistration CrushTest::registration(UserId user, EventId event) {
    return db.get(orm::select<EventRegistration> | of_event(event) | of_user(user));
}
std::int64_t CrushTest::held(EventId event) {
    return db.count(orm::select<EventRegistration> | of_event(event) | orm::filter(seat_held));
}
std::int64_t CrushTest::waiting_at(EventId event) {
    return db.count(orm::select<EventRegistration> | of_event(event) | orm::filter(waiting));
}

}  // namespace crush_lu
