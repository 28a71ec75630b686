#include "fixture.hpp"

#include "orm/migration.hpp"

namespace shop {

orm::Timestamp may(int day) {
    using namespace std::chrono;
    return sys_days(year(2030) / May / day) + hours(18);
}

Shop::Shop(const orm::schema::State& beside) : db(url()) {
    orm::register_models<User, Venue, Event, Registration, Profile, Session, Booking>();
    orm::schema::State state = orm::schema::state_of<User, Venue, Event, Registration, Profile, Session, Booking>();
    state.models.insert(beside.models.begin(), beside.models.end());
    db.with_connection(true, std::source_location::current(),
                       [&](orm::Connection& connection) { orm::migrations::create_all(connection, state); });
}

User Shop::user(const std::string& name) {
    User u;
    u.username = name;
    u.email = name + "@example.lu";
    db.insert(u);
    return u;
}

Venue Shop::venue(const std::string& name, const std::string& city) {
    Venue v;
    v.name = name;
    v.city = city;
    db.insert(v);
    return v;
}

Event Shop::event(const std::string& title, int day, std::optional<orm::Id<Venue>> where) {
    Event e;
    e.title = title;
    e.event_date = may(day);
    e.max_participants = 30;
    e.fee = orm::Decimal<6, 2>("12.50");
    e.is_published = true;
    if (where) e.venue = *where;
    db.insert(e);
    return e;
}

Event Shop::priced(const std::string& title, int day, std::string_view fee, std::int32_t places,
                   std::optional<orm::Id<Venue>> where) {
    Event e = event(title, day, where);
    e.fee = orm::Decimal<6, 2>(fee);
    e.max_participants = places;
    db.save(e);
    return e;
}

Registration Shop::registration(const Event& event, const User& user, Registration::Status status) {
    Registration r;
    r.event = event.id;
    r.user = user.id;
    r.status = status;
    db.insert(r);
    return r;
}

}  // namespace shop
