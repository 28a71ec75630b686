#include "vinsdelux/reservations.hpp"

#include <algorithm>

#include "common/repeatable.hpp"
#include "vinsdelux/queries.hpp"

namespace vinsdelux {

using orm::f;
using Hold = VdlPlotReservation;
using Plan = VdlAdoptionPlan;
using UserId = orm::Id<auth::User>;

namespace {

std::vector<PlotId> sorted(std::vector<PlotId> ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

// The one lock order of this module: plots by id, then their reservations.
std::vector<VdlPlot> lock_plots(orm::Transaction& tx, const std::vector<PlotId>& ids) {
    return tx.all(orm::select<VdlPlot> | orm::filter(f<&VdlPlot::id>.in(ids)) | orm::order_by<&VdlPlot::id> |
                  orm::for_no_key_update);
}

std::vector<Hold> rows_of(orm::Transaction& tx, const std::vector<PlotId>& ids) {
    return tx.all(orm::select<Hold> | orm::filter(f<&Hold::plot>.in(ids)));
}

void set_status(orm::Transaction& tx, const std::vector<PlotId>& ids, PlotStatus status) {
    if (!ids.empty())
        tx.update(orm::select<VdlPlot> | orm::filter(f<&VdlPlot::id>.in(ids)), orm::set<& VdlPlot::status> = status);
}

auto unconfirmed_of(UserId me) {
    return orm::filter(f<&Hold::user> == me && !f<&Hold::is_confirmed>);
}

bool lives(const Hold& hold, orm::Timestamp now) {
    return !is_expired(hold, now);
}

Refusal check(const Selection& selection, const std::vector<PlotId>& wanted) {
    if (wanted.empty()) return Refusal::empty;
    if (wanted.size() > max_holds) return Refusal::too_many;
    if (orm::count_code_points(selection.notes) > max_notes) return Refusal::notes_too_long;
    return Refusal::none;
}

// The plots of `wanted` on which this plan is not offered now.
std::vector<PlotId> without_plan(orm::Transaction& tx, const std::vector<PlotId>& wanted, PlanId plan) {
    return tx.all(orm::select<VdlPlot> |
                  orm::filter(f<&VdlPlot::id>.in(wanted) && !orm::exists(available_plans.where(f<&Plan::id> == plan))) |
                  orm::values<&VdlPlot::id>);
}

}  // namespace

Reserved reserve(orm::Executor& db, UserId me, const Selection& selection, orm::Timestamp now) {
    const std::vector<PlotId> wanted = sorted(selection.plots);
    if (const Refusal wrong = check(selection, wanted); wrong != Refusal::none) return {wrong, {}, {}};
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> Reserved {
        // One person's requests come one after the other, so that what is replaced is what stands.
        const auto person =
            tx.first(orm::select<auth::User> | orm::filter(f<&auth::User::id> == me) | orm::for_no_key_update);
        if (!person || !person->is_active) return {Refusal::no_account, {}, {}};
        std::vector<PlotId> mine;
        for (const Hold& hold : tx.all(orm::select<Hold> | unconfirmed_of(me))) mine.push_back(hold.plot.id);
        std::vector<PlotId> touched = wanted;
        touched.insert(touched.end(), mine.begin(), mine.end());
        touched = sorted(std::move(touched));

        const auto plots = lock_plots(tx, touched);
        const auto rows = rows_of(tx, touched);
        Reserved result;
        const auto refuse = [&](Refusal why, PlotId plot) {
            result.refusal = why;
            result.plots.push_back(plot);
        };
        for (const PlotId id : wanted)
            if (std::none_of(plots.begin(), plots.end(), [&](const VdlPlot& p) { return p.id == id; }))
                refuse(Refusal::unknown, id);
        if (result.refusal != Refusal::none) return result;
        for (const VdlPlot& plot : plots) {
            if (!std::binary_search(wanted.begin(), wanted.end(), plot.id)) continue;
            const bool held = std::any_of(rows.begin(), rows.end(), [&](const Hold& row) {
                return row.plot == plot.id && lives(row, now) && (row.is_confirmed || row.user != me);
            });
            const bool open = plot.status == PlotStatus::available || plot.status == PlotStatus::reserved;
            if (!open || held) refuse(Refusal::taken, plot.id);
        }
        if (result.refusal != Refusal::none) return result;
        if (selection.plan)
            for (const PlotId id : without_plan(tx, wanted, *selection.plan)) refuse(Refusal::plan_not_offered, id);
        if (result.refusal != Refusal::none) return result;

        std::vector<PlotId> dropped;
        for (const PlotId id : mine) {
            if (std::binary_search(wanted.begin(), wanted.end(), id)) continue;
            const bool others = std::any_of(rows.begin(), rows.end(), [&](const Hold& row) {
                return row.plot == id && row.user != me && lives(row, now);
            });
            if (!others) dropped.push_back(id);
        }
        set_status(tx, dropped, PlotStatus::available);
        tx.erase(orm::select<Hold> | unconfirmed_of(me) | orm::filter(f<&Hold::plot>.not_in(wanted)));
        for (const PlotId id : wanted) {
            Hold hold;
            const auto old = std::find_if(rows.begin(), rows.end(),
                                          [&](const Hold& row) { return row.plot == id && row.user == me; });
            if (old != rows.end()) hold = *old;
            hold.user = me;
            hold.plot = id;
            hold.adoption_plan.reset();
            if (selection.plan) hold.adoption_plan = *selection.plan;
            hold.expires_at = now + hold_time;
            hold.notes = selection.notes;
            tx.save(hold);
            result.holds.push_back(std::move(hold));
        }
        set_status(tx, wanted, PlotStatus::reserved);
        return result;
    });
}

Refusal release(orm::Executor& db, UserId me, PlotId plot, orm::Timestamp now) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        lock_plots(tx, {plot});
        const auto rows = rows_of(tx, {plot});
        const auto mine = std::find_if(rows.begin(), rows.end(), [&](const Hold& row) { return row.user == me; });
        if (mine == rows.end() || mine->is_confirmed) return Refusal::no_hold;
        tx.erase(*mine);
        const bool others =
            std::any_of(rows.begin(), rows.end(), [&](const Hold& row) { return row.user != me && lives(row, now); });
        if (!others)
            tx.update(orm::select<VdlPlot> |
                          orm::filter(f<&VdlPlot::id> == plot && f<&VdlPlot::status> == PlotStatus::reserved),
                      orm::set<& VdlPlot::status> = PlotStatus::available);
        return Refusal::none;
    });
}

void release_all(orm::Executor& db, UserId me, orm::Timestamp now) {
    db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        tx.first(orm::select<auth::User> | orm::filter(f<&auth::User::id> == me) | orm::for_no_key_update);
        std::vector<PlotId> mine;
        for (const Hold& hold : tx.all(orm::select<Hold> | unconfirmed_of(me))) mine.push_back(hold.plot.id);
        mine = sorted(std::move(mine));
        for (const PlotId plot : mine) release(tx, me, plot, now);
    });
}

Refusal confirm(orm::Executor& db, UserId me, PlotId plot, std::optional<PlanId> plan,
                std::optional<orm::Timestamp> moment) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        lock_plots(tx, {plot});
        const orm::Timestamp now = moment ? *moment : orm::utc_now();  // after the wait: the hold may have ended
        auto hold = tx.first(orm::select<Hold> | orm::filter(f<&Hold::user> == me && f<&Hold::plot> == plot));
        if (!hold) return Refusal::no_hold;
        if (hold->is_confirmed) return Refusal::none;
        // Whoever took the plot over was told so: even for a clock that is behind theirs, the hold had ended.
        const auto rows = rows_of(tx, {plot});
        const bool others =
            std::any_of(rows.begin(), rows.end(), [&](const Hold& row) { return row.user != me && lives(row, now); });
        if (!lives(*hold, now) || others) return Refusal::no_hold;
        if (plan) hold->adoption_plan = *plan;
        if (!hold->adoption_plan) return Refusal::no_plan;
        if (!without_plan(tx, {plot}, hold->adoption_plan->id).empty()) return Refusal::plan_not_offered;
        hold->is_confirmed = true;
        hold->confirmed_at = now;
        hold->confirmed_price = tx.get(hold->adoption_plan->id).price;
        tx.save<&Hold::adoption_plan, &Hold::is_confirmed, &Hold::confirmed_at, &Hold::confirmed_price>(*hold);
        tx.erase(orm::select<Hold> | orm::filter(f<&Hold::plot> == plot && f<&Hold::id> != hold->id));
        set_status(tx, {plot}, PlotStatus::adopted);
        return Refusal::none;
    });
}

PlotChange set_plot_state(orm::Executor& db, PlotId id, PlotStatus to, orm::Timestamp now) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        const auto plots = lock_plots(tx, {id});
        if (plots.empty()) return PlotChange::unknown;
        const auto rows = rows_of(tx, {id});
        const bool held = std::any_of(rows.begin(), rows.end(),
                                      [&](const Hold& row) { return !row.is_confirmed && lives(row, now); });
        if (held || to == PlotStatus::reserved || to == PlotStatus::adopted) return PlotChange::refused;
        const PlotStatus from = plots.front().status;
        if (from == PlotStatus::adopted && to != PlotStatus::available) return PlotChange::refused;
        tx.erase(orm::select<Hold> | orm::filter(f<&Hold::plot> == id));  // expired ones, or the adoption
        set_status(tx, {id}, to);
        return PlotChange::done;
    });
}

std::vector<Hold> holds_of(orm::Executor& db, UserId me, orm::Timestamp now) {
    return db.all(orm::select<Hold> | unconfirmed_of(me) | orm::filter(f<&Hold::expires_at> >= now) |
                  orm::order_by<&Hold::expires_at, &Hold::id>);
}

std::vector<PlotId> still_available(orm::Executor& db, const std::vector<PlotId>& plots, orm::Timestamp now) {
    if (plots.empty()) return {};
    return db.all(orm::select<VdlPlot> | orm::filter(f<&VdlPlot::id>.in(plots) && is_available(now)) |
                  orm::order_by<&VdlPlot::id> | orm::values<&VdlPlot::id>);
}

std::uint64_t sweep_holds(orm::Executor& db, orm::Timestamp now, std::int64_t batch) {
    const auto due = db.all(orm::select<Hold> | orm::filter(!f<&Hold::is_confirmed> && f<&Hold::expires_at> < now) |
                            orm::order_by<&Hold::expires_at, &Hold::id> | orm::limit(batch) | orm::values<&Hold::plot>);
    if (due.empty()) return 0;
    std::vector<PlotId> ids;
    for (const auto& plot : due) ids.push_back(plot.id);
    ids = sorted(std::move(ids));
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        // Looked at again under the lock: whoever renewed or confirmed meanwhile keeps the plot.
        lock_plots(tx, ids);
        tx.erase(orm::select<Hold> |
                 orm::filter(f<&Hold::plot>.in(ids) && !f<&Hold::is_confirmed> && f<&Hold::expires_at> < now));
        return tx.update(
            orm::select<VdlPlot> | orm::filter(f<&VdlPlot::id>.in(ids) && f<&VdlPlot::status> == PlotStatus::reserved &&
                                               !orm::exists(reservations)),
            orm::set<&VdlPlot::status> = PlotStatus::available);
    });
}

}  // namespace vinsdelux
