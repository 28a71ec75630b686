#include "world.hpp"

#include "accounts/migrations.hpp"
#include "crush_lu/migrations.hpp"
#include "entreprinder/migrations.hpp"
#include "entreprinder/models.hpp"
#include "matching/migrations.hpp"
#include "matching/models.hpp"
#include "orm/outbox.hpp"
#include "vinsdelux/migrations.hpp"

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

World populate(orm::Database& db, std::size_t clients) {
    db.with_connection(true, std::source_location::current(),
                       [](orm::Connection& connection) { orm::migrations::migrate(connection, registry()); });
    World world;
    world.clients = clients;
    make_members(db, world);
    make_events(db, world);
    make_plots(db, world);
    return world;
}

}  // namespace checker
