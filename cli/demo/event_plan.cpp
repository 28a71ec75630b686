#include "demo/event_plan.hpp"

#include <fmt/format.h>

#include <array>

namespace cli::demo {
namespace {

using namespace std::literals;
using crush_lu::MeetupEvent;
using crush_lu::Venue;
using EventType = MeetupEvent::EventType;

struct Place {
    std::string_view name, address, city;
    std::int32_t capacity;
};
/// Invented houses in real streets and squares.
constexpr std::array places{
    Place{"Café am Glacis", "12, Rue Auguste Lumière", "Luxembourg", 40},
    Place{"Brasserie Alzette", "3, Rue Münster", "Luxembourg", 60},
    Place{"Salon Bonnevoie", "71, Rue de Bonnevoie", "Luxembourg", 32},
    Place{"Clausen Arches", "4, Rue Émile Mousel", "Luxembourg", 48},
    Place{"Hollerich Loft", "25, Rue de l'Aciérie", "Luxembourg", 36},
    Place{"Belval Terrace", "9, Avenue du Rock'n'Roll", "Esch-sur-Alzette", 50},
    Place{"Minett Kitchen", "31, Rue de l'Alzette", "Esch-sur-Alzette", 24},
    Place{"Old Dairy", "8, Grand-Rue", "Ettelbruck", 30},
    Place{"Echternach Boathouse", "2, Rue Grégoire Schouppe", "Echternach", 40},
    Place{"Cellar Sixteen", "16, Route du Vin", "Remich", 28},
    Place{"Vintners' Hall", "45, Route du Vin", "Grevenmacher", 60},
    Place{"Schengen Landing", "1, Waistrooss", "Schengen", 40},
    Place{"Mill of Mersch", "5, Rue de la Gare", "Mersch", 26},
    Place{"Vianden Courtyard", "22, Grand-Rue", "Vianden", 34},
};

struct Theme {
    EventType type;
    std::string_view title, description;
    int minutes;
    int cents;          ///< the usual fee
    int outdoors = -1;  ///< its meeting point among the places; then it is by daylight, at the weekend
};
constexpr std::array themes{
    Theme{EventType::speed_dating, "Speed Dating",
          "Seven minutes a table, a bell, and somebody new. A coach hosts the evening and breaks the ice.", 120, 1500},
    Theme{EventType::speed_dating, "Slow Dating",
          "Fewer people, longer talks: four conversations of twenty minutes over soup.", 150, 2000},
    Theme{EventType::mixer, "After-Work Mixer",
          "No programme, name tags with a question on them, and a drink on the house.", 150, 0},
    Theme{EventType::mixer, "Supper Club",
          "Long tables, five small courses, and seats that change with every one of them.", 150, 2200},
    Theme{EventType::mixer, "Language Café Mixer",
          "Lëtzebuergesch, français, Deutsch, português, English: a table for each.", 120, 0},
    Theme{EventType::activity, "Mullerthal Hike",
          "Eleven kilometres between rocks and ferns, at a pace that leaves breath for talking.", 300, 0, 8},
    Theme{EventType::activity, "Bouldering for Beginners", "Shoes and chalk are there; courage comes by itself.", 120,
          1800},
    Theme{EventType::activity, "Bike Tour along the Moselle",
          "From Schengen to Remich and back, with a stop where the ice cream is.", 240, 500, 11},
    Theme{EventType::activity, "Cooking Together", "Kniddelen, a salad, a dessert, and nobody cooks alone.", 180, 3500},
    Theme{EventType::themed, "Wine Tasting",
          "Six wines of the Moselle, one winemaker, and notes that nobody will mark.", 150, 2900},
    Theme{EventType::themed, "Pub Quiz", "Teams are drawn by lot. Knowing the capital of Burkina Faso helps.", 120,
          500},
    Theme{EventType::themed, "Board Game Night", "From the quick to the epic; somebody explains the rules.", 210, 0},
    Theme{EventType::themed, "Open-Air Cinema", "Bring a blanket. The film is a secret, the popcorn is not.", 180, 800},
};

class Planner {
  public:
    Planner(World& world, const std::vector<Venue>& venues)
        : world_(world), venues_(venues), chance_(world.stream("events")) {}

    std::vector<EventPlan> plan() {
        showcase();
        while (plans_.size() < world_.sizes.upcoming) upcoming();
        while (plans_.size() < world_.sizes.events) past();
        return std::move(plans_);
    }

  private:
    EventPlan& add(const Theme& theme, orm::Timestamp when, int place = -1) {
        EventPlan& plan = plans_.emplace_back();
        MeetupEvent& event = plan.event;
        if (place < 0) place = theme.outdoors;
        const Venue& venue = place < 0 ? chance_.pick(venues_) : venues_[static_cast<std::size_t>(place)];
        event.description = theme.description;
        event.event_type = theme.type;
        event.event_date = when;
        event.duration_minutes = theme.minutes;
        event.title = theme.outdoors < 0 ? fmt::format("{} in {}", theme.title, venue.city) : std::string(theme.title);
        event.location = venue.name;
        event.address = fmt::format("{}, {}", venue.address, venue.city);
        event.venue = venue.id;
        event.max_participants = std::min(venue.capacity, chance_.between<std::int32_t>(7, 20) * 2);
        event.registration_fee = orm::Decimal<6, 2>::from_units(theme.cents);
        event.registration_deadline = when - hours(chance_.between(1, 3) * 12);
        event.is_published = true;
        // A third is for an age of life, the others for everybody.
        constexpr std::array<std::pair<int, int>, 5> ages{{{21, 35}, {25, 40}, {30, 45}, {35, 55}, {40, 65}}};
        if (chance_.one_in(3)) std::tie(event.min_age, event.max_age) = chance_.pick(ages);
        return plan;
    }
    /// Evenings between 16:30 and 18:30 UTC, whatever the clocks of the summer say.
    orm::Timestamp evening(int days_from_today) {
        return world_.today + days(days_from_today) + hours(16) + minutes(30 * chance_.between(1, 5));
    }
    /// What is outdoors moves away from today, to a Saturday or Sunday.
    orm::Timestamp time_of(const Theme& theme, int days_from_today) {
        if (theme.outdoors < 0) return evening(days_from_today);
        const auto weekday = [&] {
            return std::chrono::weekday(std::chrono::floor<days>(world_.today) + days(days_from_today));
        };
        while (weekday() != std::chrono::Saturday && weekday() != std::chrono::Sunday)
            days_from_today += days_from_today < 0 ? -1 : 1;
        return world_.today + days(days_from_today) + hours(9);
    }
    EventPlan& special(EventKind kind, const Theme& theme, int in_days, std::string_view title, int capacity,
                       int place) {
        EventPlan& plan = add(theme, evening(in_days), place);
        plan.kind = kind;
        plan.event.title = title;
        plan.event.max_participants = capacity;
        plan.event.min_age = 18;
        plan.event.max_age = 99;
        plan.event.registration_fee = orm::Decimal<6, 2>(0);
        return plan;
    }

    void showcase() {
        special(EventKind::full_with_line, themes[0], 9, "Speed Dating under the Arches", 20, 3);
        special(EventKind::full, themes[9], 12, "Riesling and Questions", 16, 9);
        special(EventKind::empty, themes[2], 16, "Mixer on the Moselle", 30, 11);
        EventPlan& closed = special(EventKind::closed, themes[10], 1, "Last Call Pub Quiz", 24, 4);
        closed.event.registration_deadline = world_.today - hours(3);
        EventPlan& secret = special(EventKind::invitation, themes[1], 20, "A Table for Twelve", 12, 8);
        secret.event.is_private_invitation = true;
        secret.event.invitation_code = "MOSELLE-12";
        secret.event.invitation_expires_at = secret.event.event_date - days(1);
        special(EventKind::draft, themes[8], 45, "Cooking Together (draft)", 18, 6).event.is_published = false;
        special(EventKind::cancelled, themes[7], 6, "Rainy Bike Tour", 20, 11).event.is_cancelled = true;
        special(EventKind::past_showcase, themes[3], -3, "Supper at the Brasserie", 22, 1);
    }
    void upcoming() {
        const Theme& theme = chance_.pick(themes);
        EventPlan& plan = add(theme, time_of(theme, chance_.between(2, 90)));
        plan.event.is_published = !chance_.one_in(25);
        if (!plan.event.is_published) plan.kind = EventKind::draft;
    }
    void past() {
        const Theme& theme = chance_.pick(themes);
        EventPlan& plan = add(theme, time_of(theme, -chance_.between(1, 1'090)));
        if (chance_.one_in(60)) {
            plan.kind = EventKind::cancelled;
            plan.event.is_cancelled = true;
        }
    }

    World& world_;
    const std::vector<Venue>& venues_;
    Random chance_;
    std::vector<EventPlan> plans_;
};

}  // namespace

std::vector<Venue> plan_venues() {
    std::vector<Venue> venues;
    for (const Place& place : places) {
        Venue venue;
        venue.name = place.name;
        venue.address = place.address;
        venue.city = place.city;
        venue.capacity = place.capacity;
        venues.push_back(std::move(venue));
    }
    return venues;
}

std::vector<EventPlan> plan_events(World& world, const std::vector<Venue>& venues) {
    return Planner(world, venues).plan();
}

}  // namespace cli::demo
