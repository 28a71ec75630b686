#include <fmt/format.h>

#include <array>

#include "demo/world.hpp"
#include "vinsdelux/models.hpp"

namespace cli::demo {
namespace {

using namespace std::literals;
using vinsdelux::VdlAdoptionPlan;
using vinsdelux::VdlCoffret;
using vinsdelux::VdlPlot;
using vinsdelux::VdlPlotReservation;
using vinsdelux::VdlProducer;
using PlotStatus = VdlPlot::PlotStatus;

/// Villages of the Luxembourg Moselle, upstream first, with slopes as they are called on labels.
struct Village {
    std::string_view name;
    double latitude, longitude;
    bool limestone;  ///< shell limestone in the canton of Grevenmacher, Keuper marl in that of Remich
    std::array<std::string_view, 3> slopes;
};
constexpr std::array villages{
    Village{"Schengen", 49.470, 6.366, false, {"Markusberg"sv, "Fels"sv, "Primerberg"sv}},
    Village{"Remerschen", 49.490, 6.355, false, {"Jongeberg"sv, "Kreitzberg"sv, "Roudeberg"sv}},
    Village{"Wintrange", 49.500, 6.352, false, {"Felsberg"sv, "Hommelsberg"sv, "Letscheberg"sv}},
    Village{"Schwebsange", 49.512, 6.360, false, {"Kolteschberg"sv, "Letscheberg"sv, "Steilberg"sv}},
    Village{"Bech-Kleinmacher", 49.531, 6.357, false, {"Naumberg"sv, "Gottesgôf"sv, "Falkenberg"sv}},
    Village{"Wellenstein", 49.524, 6.343, false, {"Foulschette"sv, "Kurschels"sv, "Roetschelt"sv}},
    Village{"Remich", 49.545, 6.366, false, {"Primerberg"sv, "Hôpertsbour"sv, "Goldberg"sv}},
    Village{"Stadtbredimus", 49.566, 6.364, false, {"Dieffert"sv, "Primerberg"sv, "Goldberg"sv}},
    Village{"Greiveldange", 49.585, 6.352, false, {"Herrenberg"sv, "Hütte"sv, "Dieffert"sv}},
    Village{"Ehnen", 49.602, 6.383, true, {"Kelterberg"sv, "Wousselt"sv, "Rousemen"sv}},
    Village{"Wormeldange", 49.611, 6.405, true, {"Koeppchen"sv, "Nussbaum"sv, "Elterberg"sv}},
    Village{"Ahn", 49.628, 6.421, true, {"Palmberg"sv, "Göllebour"sv, "Vogelsang"sv}},
    Village{"Machtum", 49.646, 6.436, true, {"Ongkâf"sv, "Göllebour"sv, "Hohfels"sv}},
    Village{"Grevenmacher", 49.678, 6.442, true, {"Fels"sv, "Rosenberg"sv, "Groaerd"sv}},
    Village{"Mertert", 49.700, 6.481, true, {"Herrenberg"sv, "Bocksberg"sv, "Syrberg"sv}}};

constexpr std::array grapes{"Riesling"sv,    "Pinot gris"sv, "Auxerrois"sv,      "Rivaner"sv,    "Elbling"sv,
                            "Pinot blanc"sv, "Pinot noir"sv, "Gewürztraminer"sv, "Chardonnay"sv, "St. Laurent"sv};
constexpr std::array houses{"Domaine"sv, "Caves"sv, "Wäigut"sv, "Clos"sv, "Domaine viticole"sv};
constexpr std::array stories{
    "The fourth generation works nine hectares by hand, because no tractor climbs these slopes."sv,
    "Organic since 2004, with sheep between the rows in winter."sv,
    "A young couple took over an old cellar and kept the barrels, but not the recipes."sv,
    "Known for Crémant, loved for the Riesling from the oldest vines."sv,
    "Small plots, late harvests, and a tasting room with a view of the river and of Germany."sv,
    "Grandmother still decides when to pick."sv};
struct Coffret {
    std::string_view name, description;
    std::int32_t bottles;
    std::int64_t cents;  ///< of a plan of twelve months
};
constexpr std::array coffrets{
    Coffret{"Discovery", "Six bottles of your plot's wine, labelled with your name.", 6, 14'900},
    Coffret{"Riesling Terroir", "Twelve bottles of Riesling from the steepest rows.", 12, 29'900},
    Coffret{"Crémant Celebration", "Twelve bottles of Crémant de Luxembourg, disgorged for you.", 12, 31'500},
    Coffret{"Pinot Trio", "Pinot blanc, gris and noir, four bottles each.", 12, 27'800},
    Coffret{"Moselle Classics", "Auxerrois, Rivaner and Elbling, the wines of every day.", 12, 19'900},
    Coffret{"Winemaker's Cellar", "Eighteen bottles that never reach the shop.", 18, 64'000},
    Coffret{"Late Harvest", "Six half bottles of vendanges tardives.", 6, 38'000},
    Coffret{"Magnum Table", "Four magnums for long tables.", 4, 24'500}};

orm::Json point(double longitude, double latitude) {
    return orm::Json(fmt::format(R"({{"type":"Point","coordinates":[{:.5f},{:.5f}]}})", longitude, latitude));
}

/// Up to a kilometre around, away from the river (west).
orm::Json near(const Village& village, Random& chance) {
    const auto offset = [&](double most) { return most * static_cast<double>(chance.below(1'000)) / 1'000; };
    return point(village.longitude - 0.002 - offset(0.012), village.latitude - 0.006 + offset(0.012));
}

struct Vineyard {
    std::vector<VdlPlot> plots;
    std::vector<VdlAdoptionPlan> plans;
    std::vector<std::vector<std::size_t>> plans_of;  ///< by plot: indexes into plans
};

std::vector<VdlAdoptionPlan> make_plans(World& world) {
    std::vector<VdlCoffret> rows;
    for (const Coffret& coffret : coffrets) {
        VdlCoffret row;
        row.name = coffret.name;
        row.bottles = coffret.bottles;
        row.description = coffret.description;
        rows.push_back(std::move(row));
    }
    world.write("coffrets", rows);
    std::vector<VdlAdoptionPlan> plans;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const std::int32_t years : {1, 2, 3}) {
            VdlAdoptionPlan plan;
            plan.name = fmt::format("{}, {} {}", coffrets[i].name, years, years == 1 ? "year" : "years");
            plan.duration_months = years * 12;
            // Each further year costs a tenth less.
            plan.price = orm::Decimal<8, 2>::from_units(coffrets[i].cents * years * (11 - years) / 10);
            plan.coffret = rows[i].id;
            plan.is_available = !(i == 6 && years == 3);
            plans.push_back(std::move(plan));
        }
    }
    world.write("adoption plans", plans);
    return plans;
}

std::vector<std::size_t> write_producers(World& world, Random& chance, std::vector<VdlProducer>& producers) {
    std::vector<std::size_t> village_of;
    std::unordered_set<std::string> names;
    while (producers.size() < world.sizes.producers) {
        const std::size_t village =
            producers.size() < villages.size() ? producers.size() * 4 % villages.size() : chance.below(villages.size());
        VdlProducer row;
        row.name = fmt::format("{} {}", chance.pick(houses), invent_person(chance).last_name);
        if (!names.insert(row.name).second) continue;
        row.region = villages[village].name;
        row.description = fmt::format("{} At home in {}.", chance.pick(stories), villages[village].name);
        row.coordinates = near(villages[village], chance);
        row.is_featured = producers.size() < 4;
        village_of.push_back(village);
        producers.push_back(std::move(row));
    }
    world.write("producers", producers);
    return village_of;
}

VdlPlot make_plot(Random& chance, const VdlProducer& producer, const Village& village, std::size_t number) {
    VdlPlot plot;
    plot.producer = producer.id;
    plot.name = fmt::format("{} {} {}", village.name, village.slopes[number % village.slopes.size()],
                            number / village.slopes.size() + 1);
    plot.size_hectares = orm::Decimal<5, 2>::from_units(chance.between<std::int64_t>(3, 85));
    for (const std::string_view grape : chance.pick_some(grapes, chance.one_in(3) ? 2 : 1))
        plot.grape_varieties.emplace_back(grape);
    plot.soil_type = village.limestone ? "Shell limestone" : chance.one_in(4) ? "Gypsum marl" : "Keuper marl";
    plot.elevation = chance.between(145, 265);
    plot.coordinates = near(village, chance);
    return plot;
}

/// Adoptions and live holds, at most one of them per plot; then holds that ran out, as many as are still wanted.
void write_reservations(World& world, Random& chance, const Vineyard& vineyard) {
    Batch<VdlPlotReservation> rows(world, "reservations");
    std::unordered_set<std::uint64_t> pairs;
    std::vector<std::size_t> live(world.users.size());
    const auto user_for = [&](const VdlPlot& plot, std::size_t most_live) {
        while (true) {
            const std::size_t user =
                chance.one_in(20) ? static_cast<std::size_t>(buyer) : chance.below(world.users.size());
            if (live[user] >= most_live) continue;
            const auto pair = static_cast<std::uint64_t>(plot.id.value) << 32 | static_cast<std::uint64_t>(user);
            if (pairs.insert(pair).second) return user;
        }
    };
    std::size_t written = 0;
    const auto add = [&](std::size_t place, std::size_t user, orm::Timestamp created) -> VdlPlotReservation {
        const auto& offered = vineyard.plans_of[place];
        VdlPlotReservation row;
        row.user = world.id_of(user);
        row.plot = vineyard.plots[place].id;
        row.adoption_plan = vineyard.plans[offered[chance.below(offered.size())]].id;
        row.created_at = created;
        row.expires_at = created + hours(24);
        ++written;
        return row;
    };
    for (std::size_t place = 0; place < vineyard.plots.size(); ++place) {
        const VdlPlot& plot = vineyard.plots[place];
        if (plot.status == PlotStatus::adopted) {
            const orm::Timestamp created = world.now - hours(chance.between<std::int64_t>(24, 24 * 600));
            VdlPlotReservation row = add(place, user_for(plot, SIZE_MAX), created);
            row.is_confirmed = true;
            row.confirmed_at = created + hours(1 + chance.below(22));
            for (const auto& plan : vineyard.plans)
                if (plan.id == row.adoption_plan->id) row.confirmed_price = plan.price;
            if (chance.one_in(5)) row.notes = "A present: please leave the price out of the letter.";
            rows.add(std::move(row));
        } else if (plot.status == PlotStatus::reserved) {
            const std::size_t user = user_for(plot, 8);
            ++live[user];
            rows.add(add(place, user, world.now - hours(chance.below(20))));
        }
    }
    // A plot that somebody adopted had its expired holds before.
    while (written < world.sizes.reservations) {
        const std::size_t place = chance.below(vineyard.plots.size());
        const orm::Timestamp created = world.now - hours(chance.between<std::int64_t>(24 * 620, 24 * 900));
        rows.add(add(place, user_for(vineyard.plots[place], SIZE_MAX), created));
    }
    rows.flush();
}

}  // namespace

void make_vineyards(World& world) {
    Random chance = world.stream("vineyards");
    Vineyard vineyard;
    vineyard.plans = make_plans(world);
    std::vector<VdlProducer> producers;
    const auto village_of = write_producers(world, chance, producers);
    std::vector<std::size_t> plots_of(producers.size());
    for (std::size_t i = 0; i < world.sizes.plots; ++i) {
        const std::size_t producer = i % producers.size();
        VdlPlot plot = make_plot(chance, producers[producer], villages[village_of[producer]], plots_of[producer]++);
        const std::size_t fate = chance.below(100);
        plot.status = fate < 15   ? PlotStatus::adopted
                      : fate < 22 ? PlotStatus::reserved
                      : fate < 26 ? PlotStatus::unavailable
                                  : PlotStatus::available;
        vineyard.plots.push_back(std::move(plot));
    }
    world.write("plots", vineyard.plots);

    std::vector<std::size_t> sold;
    for (std::size_t i = 0; i < vineyard.plans.size(); ++i)
        if (vineyard.plans[i].is_available) sold.push_back(i);
    std::vector<std::pair<orm::Id<VdlPlot>, orm::Id<VdlAdoptionPlan>>> offers;
    for (const VdlPlot& plot : vineyard.plots) {
        auto chosen = chance.pick_some(sold, chance.between<std::size_t>(1, 4));
        for (const std::size_t plan : chosen) offers.emplace_back(plot.id, vineyard.plans[plan].id);
        vineyard.plans_of.push_back(std::move(chosen));
    }
    world.relate<&VdlPlot::adoption_plans>("offers", offers);
    write_reservations(world, chance, vineyard);
}

}  // namespace cli::demo
