#include "demo/demo.hpp"

#include <cmath>

#include "demo/world.hpp"
#include "vinsdelux/models.hpp"

namespace cli::demo {
namespace {

std::size_t scaled(double scale, double full, std::size_t least) {
    return std::max(least, static_cast<std::size_t>(std::llround(full * scale)));
}

}  // namespace

Sizes::Sizes(double scale)
    : users(scaled(scale, 10'000, 280)),
      profiles(scaled(scale, 8'000, 220)),
      coaches(scaled(scale, 40, 3)),
      events(scaled(scale, 2'000, 40)),
      upcoming(scaled(scale, 200, 12)),
      registrations(scaled(scale, 60'000, 700)),
      connections(scaled(scale, 20'000, 120)),
      messages(scaled(scale, 100'000, 400)),
      producers(scaled(scale, 50, 6)),
      plots(scaled(scale, 2'000, 36)),
      reservations(scaled(scale, 5'000, 60)),
      progress(scaled(scale, 3'000, 10)),
      entrepreneurs(scaled(scale, 3'000, 60)),
      likes(scaled(scale, 30'000, 300)),
      matches(scaled(scale, 4'000, 40)) {}

std::size_t Sizes::total() const {
    constexpr std::size_t answers_each = 18, unlocks_each = 5;  // about: they depend on how far each player came
    return users * 2 + profiles * 2 + events + registrations + connections + messages + plots + reservations +
           progress * (2 + answers_each + unlocks_each) + entrepreneurs + likes + likes / 3 + matches;
}

World::World(orm::Transaction& database, const Options& given, const Progress& progress)
    : db(database),
      options(given),
      report(progress),
      sizes(given.scale),
      now(std::chrono::floor<hours>(given.now)),
      today(std::chrono::floor<days>(given.now)),
      expected_(sizes.total()) {}

int age_at(orm::Date birth, orm::Timestamp when) {
    const orm::Date day(std::chrono::floor<days>(when));
    const int years = static_cast<int>(day.year()) - static_cast<int>(birth.year());
    const bool had_birthday = std::pair(day.month(), day.day()) >= std::pair(birth.month(), birth.day());
    return had_birthday ? years : years - 1;
}

std::vector<Login> load(orm::Transaction& db, const Options& options, const Progress& progress) {
    World world(db, options, progress);
    make_accounts(world);
    make_members(world);
    make_events(world);
    make_connections(world);
    make_journeys(world);
    make_vineyards(world);
    make_entrepreneurs(world);
    const auto login = [&](const char* site, const char* role, Named who) {
        return Login{site, role, world.users[who].email};
    };
    return {login("all", "staff", staff),
            login("crush", "approved member", member),
            login("crush", "member with a seat in two full events", holder),
            login("crush", "member who heads a waiting line", waiting),
            login("crush", "member under review", review),
            login("crush", "member who was asked for changes", revision),
            login("crush", "coach", coach),
            login("crush", "special user with a journey", special),
            login("powerup", "entrepreneur", entrepreneur),
            login("vinsdelux", "wine buyer", buyer)};
}

bool has_data(orm::Executor& db) {
    return db.exists(orm::select<auth::User>) || db.exists(orm::select<crush_lu::MeetupEvent>) ||
           db.exists(orm::select<crush_lu::JourneyConfiguration>) || db.exists(orm::select<vinsdelux::VdlProducer>);
}

}  // namespace cli::demo
