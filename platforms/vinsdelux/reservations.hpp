/// Holding and adopting plots (PLOT-1 … PLOT-6); no HTTP in here. Plots are locked in the order of their ids, so
/// overlapping selections wait for each other instead of deadlocking.
///
///     auto result = vinsdelux::reserve(db, me, {.plots = {2, 1}, .plan = plan}, orm::utc_now());
///     if (result.refusal == Refusal::taken) show(result.plots);
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "vinsdelux/models.hpp"

namespace vinsdelux {

inline constexpr std::chrono::hours hold_time{24};
inline constexpr std::size_t max_holds = 10;
inline constexpr std::size_t max_notes = 1000;

using PlotId = orm::Id<VdlPlot>;
using PlanId = orm::Id<VdlAdoptionPlan>;

struct Selection {
    std::vector<PlotId> plots{};  ///< 1 to 10; repeated ones count once
    std::optional<PlanId> plan{};
    std::string notes{};
};

enum class Refusal {
    none,
    empty,     ///< no plot at all
    too_many,  ///< more than max_holds
    notes_too_long,
    unknown,  ///< plots that do not exist
    taken,    ///< held or adopted by others, or withdrawn
    plan_not_offered,
    no_hold,     ///< nothing of one's own to confirm or release, or it expired
    no_plan,     ///< an adoption needs a plan
    no_account,  ///< deleted or deactivated meanwhile
};

struct Reserved {
    Refusal refusal = Refusal::none;
    std::vector<PlotId> plots{};  ///< the ones that stand in the way
    std::vector<VdlPlotReservation> holds{};
};

/// All or nothing (PLOT-3). The selection replaces the user's unconfirmed holds: plots no longer chosen are free again;
/// adoptions stay untouched (PLOT-4).
Reserved reserve(orm::Executor& db, orm::Id<auth::User> me, const Selection& selection, orm::Timestamp now);

/// Gives a hold back. Doing it twice is harmless; an adoption is no hold.
Refusal release(orm::Executor& db, orm::Id<auth::User> me, PlotId plot, orm::Timestamp now);

/// Gives back everything this person holds without having adopted it, expired holds too: when the account goes (DEL-1).
void release_all(orm::Executor& db, orm::Id<auth::User> me, orm::Timestamp now);

/// Turns a hold that has not expired, and that nobody took over, into an adoption at the plan's price of this moment;
/// other rows for the plot are void (PLOT-6). Without a `moment`: the one after the wait for the plot.
Refusal confirm(orm::Executor& db, orm::Id<auth::User> me, PlotId plot, std::optional<PlanId> plan,
                std::optional<orm::Timestamp> moment = {});

enum class PlotChange {
    done,     ///< also when it was so already
    unknown,  ///< no such plot
    refused,  ///< held or adopted, or no change that staff make
};
/// PLOT-1, what is left to staff: available to unavailable and back, and an adoption ended, whose reservation goes.
PlotChange set_plot_state(orm::Executor& db, PlotId plot, VdlPlot::PlotStatus to, orm::Timestamp now);

/// One's own live, unconfirmed holds, soonest to expire first.
std::vector<VdlPlotReservation> holds_of(orm::Executor& db, orm::Id<auth::User> me, orm::Timestamp now);

/// Those of `plots` that are free: what remains of a guest's list, which blocks nobody (PLOT-7).
std::vector<PlotId> still_available(orm::Executor& db, const std::vector<PlotId>& plots, orm::Timestamp now);

/// Writes expired holds back (PLOT-5): plots become available, rows go. Each exactly once, never against a renewed
/// hold; two sweepers at once are harmless. Returns how many plots became free.
std::uint64_t sweep_holds(orm::Executor& db, orm::Timestamp now, std::int64_t batch = 200);

}  // namespace vinsdelux
