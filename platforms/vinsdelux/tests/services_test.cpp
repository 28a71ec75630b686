// Producers, plots and their availability, on both databases (PLOT-2, PLOT-5, PLOT-8).
#include "fixture.hpp"

namespace vinsdelux {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
constexpr std::chrono::microseconds tick{1};

ON_EACH_DATABASE(Vineyards);

TEST_P(Vineyards, PLOT2_case34_a_hold_stands_at_its_expiry_and_is_gone_one_tick_later) {
    const auto estate = producer("Estate");
    const auto row = plot(estate, "Felsberg", PlotStatus::reserved);
    const auto held = hold(row, user("anna"), now);
    EXPECT_FALSE(is_expired(held, now));
    EXPECT_TRUE(is_expired(held, now + tick));
    EXPECT_EQ(availability(db, now).reserved, 1);
    EXPECT_EQ(availability(db, now + tick).available, 1);
    EXPECT_EQ(available_plots(db, {}, now).size(), 0u);
    EXPECT_EQ(available_plots(db, {}, now + tick).size(), 1u);
    EXPECT_EQ(vinsdelux::plot(db, row.id, now)->effective, PlotStatus::reserved);
    EXPECT_EQ(vinsdelux::plot(db, row.id, now + tick)->effective, PlotStatus::available);
}

TEST_P(Vineyards, AnAdoptionNeverExpires) {
    const auto row = plot(producer("Estate"), "Felsberg", PlotStatus::adopted);
    auto adopted = hold(row, user("anna"), now - std::chrono::hours(999), true);
    EXPECT_FALSE(is_expired(adopted, now));
    EXPECT_EQ(availability(db, now).adopted, 1);
    VdlPlotReservation second = adopted;
    second.id = {};
    second.user = user("bob").id;
    EXPECT_THROW(db.insert(second), orm::UniqueViolation);
    EXPECT_THROW(db.erase(db.get(row.producer.id)), orm::ProtectedError);
}

TEST_P(Vineyards, PLOT8_counts_sum_to_the_total) {
    const auto estate = producer("Estate");
    const auto anna = user("anna"), bob = user("bob");
    plot(estate, "a");
    hold(plot(estate, "b", PlotStatus::reserved), anna, now + std::chrono::hours(1));
    hold(plot(estate, "c", PlotStatus::reserved), anna, now - std::chrono::hours(1));
    plot(estate, "d", PlotStatus::adopted);
    plot(estate, "e", PlotStatus::unavailable);
    const auto twice = plot(estate, "f", PlotStatus::reserved);  // one expired hold, one living one
    hold(twice, anna, now - std::chrono::hours(1));
    hold(twice, bob, now + std::chrono::hours(1));
    orm::expect_queries(1, [&] {
        const Availability counts = availability(db, now);
        EXPECT_EQ(counts.available, 2);
        EXPECT_EQ(counts.reserved, 2);
        EXPECT_EQ(counts.adopted, 1);
        EXPECT_EQ(counts.unavailable, 1);
        EXPECT_EQ(counts.total, 6);
    });
    const auto [counts, plots] = availability_with_plots(db, now, 1);
    EXPECT_EQ(counts.available, 2);
    EXPECT_EQ(plots.size(), 1u);
}

TEST_P(Vineyards, FiltersPlotsByRegionProducerPriceGrapeAndPremium) {
    const auto north = producer("North", "Grevenmacher"), south = producer("South", "Remich");
    const auto cheap = plan("Taste", "90.00"), dear = plan("Legacy", "750.50"), gone = plan("Gone", "10.00", false);
    const auto a = plot(north, "a", PlotStatus::available, {"Riesling", "Pinot Gris"});
    const auto b = plot(south, "b", PlotStatus::available, {"Auxerrois"});
    const auto c = plot(south, "c", PlotStatus::available, {"100%_'\""});
    offer(a, cheap);
    offer(b, dear);
    offer(b, gone);
    EXPECT_THAT(names({}), ElementsAre("a", "b", "c"));
    EXPECT_THAT(names({.region = "remich"}), ElementsAre("b", "c"));
    EXPECT_THAT(names({.region = "%"}), IsEmpty());
    EXPECT_THAT(names({.producer = north.id}), ElementsAre("a"));
    EXPECT_THAT(names({.min_price = orm::Decimal<8, 2>("90.01")}), ElementsAre("b"));
    EXPECT_THAT(names({.max_price = orm::Decimal<8, 2>("90")}), ElementsAre("a"));
    EXPECT_THAT(names({.min_price = orm::Decimal<8, 2>(100), .max_price = orm::Decimal<8, 2>(700)}), IsEmpty());
    EXPECT_THAT(names({.grape_variety = "Pinot Gris"}), ElementsAre("a"));
    EXPECT_THAT(names({.grape_variety = "Pinot"}), IsEmpty());
    EXPECT_THAT(names({.grape_variety = "100%_'\""}), ElementsAre("c"));
    EXPECT_THAT(names({.premium_only = true}), ElementsAre("b"));
    EXPECT_THAT(names({.region = "Remich", .grape_variety = "Auxerrois", .premium_only = true}), ElementsAre("b"));
}

TEST_P(Vineyards, ProducerPageTakesThreeStatementsAndListsNoWithdrawnPlan) {
    const auto estate = producer("Estate");
    const auto taste = plan("Taste", "90.00"), legacy = plan("Legacy", "750.50"), gone = plan("Gone", "1.00", false);
    int made = 0;
    for (const int more : {3, 30}) {
        for (int i = 0; i < more; ++i) {
            const auto row = plot(estate, "Plot " + std::to_string(++made));
            for (const auto& one : {legacy, taste, gone}) offer(row, one);
        }
        orm::expect_queries(3, [&] {
            const auto page = producer_page(db, estate.id, now);
            ASSERT_TRUE(page);
            EXPECT_EQ(page->plots.size(), static_cast<std::size_t>(made));
            ASSERT_EQ(page->plans.size(), 2u);
            EXPECT_EQ(page->plans[0].plan.name, "Taste");
            EXPECT_EQ(page->plots[0].plans[0].coffret.bottles, 6);
        });
    }
    EXPECT_FALSE(producer_page(db, orm::Id<VdlProducer>(99'999), now));
}

TEST_P(Vineyards, HomeShowsFeaturedProducersFirstAndFourAtMost) {
    for (const char* name : {"A", "B", "C", "D", "E"}) producer(name);
    producer("Z", "Remich", true);
    const auto e = db.get(orm::select<VdlProducer> | orm::filter(orm::f<&VdlProducer::name> == "E"));
    plot(e, "one");
    plot(e, "two", PlotStatus::adopted);
    const auto cards = featured_producers(db, now);
    ASSERT_EQ(cards.size(), 4u);
    EXPECT_EQ(cards[0].producer.name, "Z");
    EXPECT_EQ(cards[1].producer.name, "E");
    EXPECT_EQ(cards[1].plots, 2);
    EXPECT_EQ(cards[1].available, 1);
    EXPECT_EQ(cards[2].producer.name, "A");
    orm::expect_queries(1, [&] { EXPECT_EQ(producers(db, now).size(), 6u); });
    EXPECT_THAT(regions(db), ElementsAre("Remich"));
}

}  // namespace
}  // namespace vinsdelux
