// PLOT-1 … PLOT-6 and cases 33 to 35, also in parallel, on both databases.
#include "vinsdelux/reservations.hpp"

#include <atomic>

#include "fixture.hpp"

namespace vinsdelux {

void PrintTo(Refusal refusal, std::ostream* out) {
    *out << orm::to_string(refusal);
}

namespace {

using platform::test::in_parallel;
using testing::ElementsAre;
constexpr std::chrono::microseconds tick{1};

class Reservations : public Vineyards {
  protected:
    std::vector<PlotId> row_of_plots(int count) {
        const auto estate = producer("Estate");
        std::vector<PlotId> ids;
        for (int i = 0; i < count; ++i) ids.push_back(plot(estate, "Plot " + std::to_string(i)).id);
        return ids;
    }
    PlotStatus status(PlotId id) { return db.get(id).status; }
    std::int64_t holds() { return db.count(orm::select<VdlPlotReservation>); }
};
ON_EACH_DATABASE(Reservations);

TEST_P(Reservations, PLOT3_case33_overlapping_selections_one_wins_entirely) {
    const auto ids = row_of_plots(2);
    const auto anna = user("anna").id, bob = user("bob").id;
    for (int round = 0; round < 10; ++round) {
        std::atomic<int> won = 0, lost = 0;
        in_parallel(2, [&](int i) {
            const auto result = i ? reserve(db, anna, {.plots = {ids[0], ids[1]}}, now)
                                  : reserve(db, bob, {.plots = {ids[1], ids[0], ids[1]}}, now);
            if (result.refusal == Refusal::none) {
                ++won;
                EXPECT_EQ(result.holds.size(), 2u);
            } else {
                ++lost;
                EXPECT_EQ(result.refusal, Refusal::taken);
                EXPECT_EQ(result.plots.size(), 2u);
            }
        });
        EXPECT_EQ(won, 1);
        EXPECT_EQ(lost, 1);
        EXPECT_EQ(holds(), 2);
        for (const auto id : ids)
            for (const auto buyer : {anna, bob}) release(db, buyer, id, now);
        EXPECT_EQ(availability(db, now).available, 2);
        EXPECT_EQ(status(ids[0]), PlotStatus::available);
    }
}

TEST_P(Reservations, PLOT3_refuses_unknown_too_many_and_foreign_plans) {
    const auto ids = row_of_plots(11);
    const auto anna = user("anna").id;
    const auto offered = plan("Taste", "90.00"), elsewhere = plan("Legacy", "700.00"), gone = plan("Gone", "1", false);
    offer(db.get(ids[0]), offered);
    offer(db.get(ids[0]), gone);
    EXPECT_EQ(reserve(db, anna, {}, now).refusal, Refusal::empty);
    EXPECT_EQ(reserve(db, anna, {.plots = ids}, now).refusal, Refusal::too_many);
    EXPECT_EQ(reserve(db, anna, {.plots = {ids[0]}, .notes = std::string(1001, 'x')}, now).refusal,
              Refusal::notes_too_long);
    const auto unknown = reserve(db, anna, {.plots = {ids[0], PlotId(99'999)}}, now);
    EXPECT_EQ(unknown.refusal, Refusal::unknown);
    EXPECT_THAT(unknown.plots, ElementsAre(PlotId(99'999)));
    for (const auto& wrong : {elsewhere, gone})
        EXPECT_EQ(reserve(db, anna, {.plots = {ids[0]}, .plan = wrong.id}, now).refusal, Refusal::plan_not_offered);
    EXPECT_EQ(holds(), 0);
    EXPECT_EQ(status(ids[0]), PlotStatus::available);
    EXPECT_EQ(reserve(db, anna, {.plots = {ids[0]}, .plan = offered.id}, now).refusal, Refusal::none);
}

TEST_P(Reservations, PLOT4_case35_a_new_selection_frees_what_is_no_longer_chosen_but_no_adoption) {
    const auto ids = row_of_plots(3);
    const auto anna = user("anna").id;
    const auto taste = plan("Taste", "90.00");
    offer(db.get(ids[0]), taste);
    reserve(db, anna, {.plots = {ids[0], ids[1]}}, now);
    EXPECT_EQ(confirm(db, anna, ids[0], std::nullopt, now), Refusal::no_plan);
    EXPECT_EQ(confirm(db, anna, ids[0], taste.id, now), Refusal::none);
    EXPECT_EQ(confirm(db, anna, ids[0], taste.id, now), Refusal::none);
    EXPECT_EQ(reserve(db, anna, {.plots = {ids[2]}}, now).refusal, Refusal::none);
    EXPECT_EQ(status(ids[0]), PlotStatus::adopted);
    EXPECT_EQ(status(ids[1]), PlotStatus::available);
    EXPECT_EQ(status(ids[2]), PlotStatus::reserved);
    EXPECT_EQ(holds_of(db, anna, now).size(), 1u);
    EXPECT_EQ(release(db, anna, ids[0], now), Refusal::no_hold);
    const auto adoption =
        db.get(orm::select<VdlPlotReservation> | orm::filter(orm::f<&VdlPlotReservation::is_confirmed>));
    EXPECT_EQ(adoption.confirmed_price->to_string(), "90.00");
}

TEST_P(Reservations, PLOT6_case34_confirming_ends_with_the_hold) {
    const auto ids = row_of_plots(1);
    const auto anna = user("anna").id, bob = user("bob").id;
    const auto taste = plan("Taste", "90.00");
    offer(db.get(ids[0]), taste);
    reserve(db, anna, {.plots = ids, .plan = taste.id}, now);
    const auto expiry = now + hold_time;
    EXPECT_EQ(confirm(db, bob, ids[0], taste.id, now), Refusal::no_hold);
    EXPECT_EQ(confirm(db, anna, ids[0], std::nullopt, expiry + tick), Refusal::no_hold);
    EXPECT_EQ(reserve(db, bob, {.plots = ids}, expiry).refusal, Refusal::taken);
    EXPECT_EQ(confirm(db, anna, ids[0], std::nullopt, expiry), Refusal::none);
    EXPECT_EQ(reserve(db, bob, {.plots = ids}, expiry + tick).refusal, Refusal::taken);
}

TEST_P(Reservations, PLOT2_an_expired_hold_does_not_block_others_and_its_row_is_used_again) {
    const auto ids = row_of_plots(1);
    const auto anna = user("anna").id, bob = user("bob").id;
    reserve(db, anna, {.plots = ids}, now);
    const auto later = now + hold_time + tick;
    EXPECT_EQ(reserve(db, bob, {.plots = ids}, later).refusal, Refusal::none);
    EXPECT_EQ(reserve(db, anna, {.plots = ids}, later).refusal, Refusal::taken);
    EXPECT_EQ(reserve(db, anna, {.plots = ids}, later + hold_time + tick).refusal, Refusal::none);
    EXPECT_EQ(holds(), 2);
}

TEST_P(Reservations, PLOT5_sweepers_write_expired_holds_back_once) {
    const auto ids = row_of_plots(6);
    const auto anna = user("anna").id, bob = user("bob").id;
    reserve(db, anna, {.plots = {ids[0], ids[1], ids[2], ids[3]}}, now);
    const auto later = now + hold_time + tick;
    reserve(db, bob, {.plots = {ids[0]}}, later);  // renewed by another before the sweeper came
    EXPECT_EQ(sweep_holds(db, now + hold_time), 0u);
    std::atomic<std::uint64_t> freed = 0;
    in_parallel(4, [&](int) { freed += sweep_holds(db, later); });
    EXPECT_EQ(freed, 3u);
    EXPECT_EQ(status(ids[0]), PlotStatus::reserved);
    EXPECT_EQ(status(ids[1]), PlotStatus::available);
    EXPECT_EQ(holds(), 1);
}

TEST_P(Reservations, PLOT1_staff_withdraw_plots_and_end_adoptions_and_nothing_else) {
    const auto ids = row_of_plots(3);
    const auto anna = user("anna").id;
    const auto taste = plan("Taste", "90.00");
    for (const PlotId id : ids) offer(db.get(id), taste);
    const auto change = [&](PlotId id, PlotStatus to) { return set_plot_state(db, id, to, now); };
    reserve(db, anna, {.plots = {ids[0], ids[1]}, .plan = taste.id}, now);
    confirm(db, anna, ids[1], std::nullopt, now);
    for (const PlotStatus to : {PlotStatus::available, PlotStatus::unavailable, PlotStatus::adopted})
        EXPECT_EQ(change(ids[0], to), PlotChange::refused) << "held";
    EXPECT_EQ(change(ids[1], PlotStatus::unavailable), PlotChange::refused);
    EXPECT_EQ(change(ids[1], PlotStatus::available), PlotChange::done);
    EXPECT_EQ(holds(), 1) << "the adoption is over";
    EXPECT_EQ(change(ids[2], PlotStatus::unavailable), PlotChange::done);
    EXPECT_EQ(reserve(db, anna, {.plots = {ids[2]}}, now).refusal, Refusal::taken);
    EXPECT_EQ(change(ids[2], PlotStatus::reserved), PlotChange::refused);
    EXPECT_EQ(change(ids[2], PlotStatus::available), PlotChange::done);
    EXPECT_EQ(change(PlotId(99'999), PlotStatus::available), PlotChange::unknown);
    EXPECT_EQ(set_plot_state(db, ids[0], PlotStatus::unavailable, now + hold_time + tick), PlotChange::done)
        << "expired";
    EXPECT_EQ(status(ids[0]), PlotStatus::unavailable);
    EXPECT_EQ(holds(), 0);
}

TEST_P(Reservations, DEL1_somebody_who_has_left_holds_nothing_any_more) {
    const auto ids = row_of_plots(1);
    const auto anna = user("anna").id;
    EXPECT_EQ(reserve(db, orm::Id<auth::User>(99'999), {.plots = ids}, now).refusal, Refusal::no_account);
    db.update(orm::select<auth::User>, orm::set<& auth::User::is_active> = false);
    EXPECT_EQ(reserve(db, anna, {.plots = ids}, now).refusal, Refusal::no_account);
    EXPECT_EQ(status(ids[0]), PlotStatus::available);
}

TEST_P(Reservations, DEL2_producers_with_held_or_adopted_plots_and_coffrets_with_plans_stay) {
    const auto ids = row_of_plots(1);
    const auto taste = plan("Taste", "90.00");
    offer(db.get(ids[0]), taste);
    reserve(db, user("anna").id, {.plots = ids, .plan = taste.id}, now);
    EXPECT_THROW(db.erase(orm::select<VdlProducer>), orm::Error);
    EXPECT_THROW(db.erase(orm::select<VdlPlot>), orm::Error);
    EXPECT_THROW(db.erase(orm::select<VdlCoffret>), orm::Error);
    EXPECT_EQ(db.count(orm::select<VdlPlot>), 1);
    EXPECT_EQ(holds(), 1);
    EXPECT_EQ(db.get(taste.coffret.id).name, "Taste coffret");
    release_all(db, db.get(orm::select<VdlPlotReservation>).user.id, now);
    db.erase(orm::select<VdlProducer>);
    EXPECT_EQ(db.count(orm::select<VdlPlot>), 0);
}

}  // namespace
}  // namespace vinsdelux
