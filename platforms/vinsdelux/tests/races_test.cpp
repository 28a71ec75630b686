// What two buyers and the sweeper do at once: the awkward cases 34 and 35.
#include <atomic>

#include "fixture.hpp"
#include "vinsdelux/reservations.hpp"

namespace vinsdelux {
namespace {

using orm::f;
using platform::test::in_parallel;
using UserId = orm::Id<auth::User>;
using Hold = VdlPlotReservation;

class PlotRaces : public Vineyards {
  protected:
    const orm::Timestamp last = now + hold_time;  ///< the last moment of a hold made now
    const orm::Timestamp after = last + std::chrono::microseconds(1);
    PlotStatus status(PlotId id) { return db.get(id).status; }
    /// No plot with two holders, and the status says what the rows say.
    void expect_sound(PlotId id) {
        const auto rows = db.all(orm::select<Hold> | orm::filter(f<&Hold::plot> == id));
        EXPECT_LE(rows.size(), 1U);
        const bool adopted = !rows.empty() && rows[0].is_confirmed;
        EXPECT_EQ(status(id), rows.empty() ? PlotStatus::available
                              : adopted    ? PlotStatus::adopted
                                           : PlotStatus::reserved);
    }
};
ON_EACH_DATABASE(PlotRaces);

TEST_P(PlotRaces, PLOT6_case34_confirming_sweeping_and_another_buyer_at_the_end_of_a_hold) {
    const auto estate = producer("Domaine");
    const auto offered = plan("Classic", "120");
    const UserId anna = user("anna").id, bob = user("bob").id;
    for (int round = 0; round < 4; ++round) {
        const bool in_time = round % 2 == 0;
        const auto row = plot(estate, "Plot " + std::to_string(round));
        offer(row, offered);
        ASSERT_EQ(reserve(db, anna, {.plots = {row.id}, .plan = offered.id}, now).refusal, Refusal::none);
        const orm::Timestamp moment = in_time ? last : after;
        std::atomic<int> adopted{0}, taken_over{0};
        in_parallel(6, [&](int i) {
            if (i % 3 == 0) {
                if (confirm(db, anna, row.id, offered.id, moment) == Refusal::none) ++adopted;
            } else if (i % 3 == 1) {
                sweep_holds(db, moment);
            } else if (reserve(db, bob, {.plots = {row.id}}, moment).refusal == Refusal::none) {
                ++taken_over;
            }
        });
        EXPECT_EQ(adopted, in_time ? 2 : 0) << "the same adoption confirmed twice is one";
        EXPECT_EQ(taken_over, in_time ? 0 : 2);
        EXPECT_EQ(status(row.id), in_time ? PlotStatus::adopted : PlotStatus::reserved);
        const auto kept = db.get(orm::select<Hold> |
                                 orm::filter(f<&Hold::plot> == row.id && f<&Hold::user> == (in_time ? anna : bob)));
        EXPECT_EQ(kept.is_confirmed, in_time);
    }
}

TEST_P(PlotRaces, PLOT2_case34_with_clocks_that_differ_the_plot_is_whose_service_came_first) {
    const auto estate = producer("Domaine");
    const auto offered = plan("Classic", "120");
    const UserId anna = user("anna").id, bob = user("bob").id;
    for (int round = 0; round < 6; ++round) {
        const auto row = plot(estate, "Plot " + std::to_string(round));
        offer(row, offered);
        ASSERT_EQ(reserve(db, anna, {.plots = {row.id}, .plan = offered.id}, now).refusal, Refusal::none);
        std::atomic<int> adopted{0}, taken_over{0};
        in_parallel(6, [&](int i) {
            if (i % 3 == 0) {
                if (confirm(db, anna, row.id, offered.id, last) == Refusal::none) ++adopted;
            } else if (i % 3 == 1) {
                sweep_holds(db, after);
            } else if (reserve(db, bob, {.plots = {row.id}}, after).refusal == Refusal::none) {
                ++taken_over;
            }
        });
        EXPECT_EQ(adopted + taken_over, 2) << "what one was told, the other cannot undo";
        EXPECT_TRUE(adopted == 0 || taken_over == 0);
        EXPECT_EQ(status(row.id), adopted ? PlotStatus::adopted : PlotStatus::reserved);
        EXPECT_EQ(db.count(orm::select<Hold> |
                           orm::filter(f<&Hold::plot> == row.id && f<&Hold::user> == (adopted ? anna : bob))),
                  1);
    }
}

TEST_P(PlotRaces, PLOT6_a_clock_that_is_behind_confirms_nothing_that_somebody_took_over) {
    const auto estate = producer("Domaine");
    const auto offered = plan("Classic", "120");
    const UserId anna = user("anna").id, bob = user("bob").id;
    const auto row = plot(estate, "Plot");
    offer(row, offered);
    reserve(db, anna, {.plots = {row.id}, .plan = offered.id}, now);
    ASSERT_EQ(reserve(db, bob, {.plots = {row.id}}, after).refusal, Refusal::none);
    EXPECT_EQ(confirm(db, anna, row.id, offered.id, last), Refusal::no_hold);
    EXPECT_EQ(confirm(db, bob, row.id, offered.id, after), Refusal::none);
    EXPECT_EQ(db.get(orm::select<Hold>).user.id, bob);
    EXPECT_EQ(confirm(db, anna, row.id, offered.id), Refusal::no_hold) << "by the time of after the wait";
}

TEST_P(PlotRaces, PLOT4_case35_reselecting_in_two_tabs_keeps_an_adoption_and_one_selection) {
    const auto estate = producer("Domaine");
    const auto offered = plan("Classic", "120");
    const UserId anna = user("anna").id;
    std::vector<PlotId> ids;
    for (int i = 0; i < 5; ++i) {
        const auto row = plot(estate, "Plot " + std::to_string(i));
        offer(row, offered);
        ids.push_back(row.id);
    }
    ASSERT_EQ(reserve(db, anna, {.plots = {ids[0]}, .plan = offered.id}, now).refusal, Refusal::none);
    ASSERT_EQ(confirm(db, anna, ids[0], offered.id, now), Refusal::none);
    in_parallel(6, [&](int i) {
        const auto at = static_cast<std::size_t>(1 + i % 3);
        reserve(db, anna, {.plots = {ids[at], ids[at + 1]}}, now);
    });
    EXPECT_EQ(db.count(orm::select<Hold> | orm::filter(f<&Hold::user> == anna && !f<&Hold::is_confirmed>)), 2);
    EXPECT_EQ(status(ids[0]), PlotStatus::adopted);
    for (const PlotId id : ids) expect_sound(id);
}

TEST_P(PlotRaces, PLOT4_giving_everything_back_frees_expired_holds_too) {
    const auto estate = producer("Domaine");
    const UserId anna = user("anna").id;
    const auto one = plot(estate, "One").id, two = plot(estate, "Two").id;
    reserve(db, anna, {.plots = {two, one}}, now);
    release_all(db, anna, after);
    for (const PlotId id : {one, two}) EXPECT_EQ(status(id), PlotStatus::available);
    EXPECT_EQ(db.count(orm::select<Hold>), 0);
}

}  // namespace
}  // namespace vinsdelux
