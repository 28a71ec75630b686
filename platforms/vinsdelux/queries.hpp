/// The vocabulary of the vineyards: which plots are free, what is offered on them, in which order they are shown.
///
///     db.count(orm::select<VdlPlot> | orm::filter(is_available(now)) | in_region("Remich"));
#pragma once

#include <string_view>

#include "vinsdelux/models.hpp"

namespace vinsdelux {

using PlotStatus = VdlPlot::PlotStatus;

/// A confirmed hold, or one that has not expired (PLOT-2: equality still holds); the opposite of is_expired().
inline auto is_live(orm::Timestamp now) {
    using R = VdlPlotReservation;
    return orm::f<&R::is_confirmed> || orm::f<&R::expires_at> >= now;
}

inline auto has_live_hold(orm::Timestamp now) {
    return orm::exists(reservations.where(is_live(now)));
}

/// Free to be reserved: available, or reserved by nobody any more (PLOT-5: it needs no sweeper to have come by).
inline auto is_available(orm::Timestamp now) {
    const auto status = orm::f<&VdlPlot::status>;
    return status == PlotStatus::available || (status == PlotStatus::reserved && !has_live_hold(now));
}
/// Reserved by somebody whose hold lives.
inline auto is_held(orm::Timestamp now) {
    return orm::f<&VdlPlot::status> == PlotStatus::reserved && has_live_hold(now);
}

/// Plans that may be chosen.
inline constexpr auto available_plans = adoption_plans.where(orm::f<&VdlAdoptionPlan::is_available>);

inline auto in_region(std::string_view region) {
    return orm::filter(orm::f<&VdlPlot::producer, &VdlProducer::region>.iexact(region));
}
inline auto of_producer(orm::Id<VdlProducer> producer) {
    return orm::filter(orm::f<&VdlPlot::producer> == producer);
}
/// One of the plot's varieties, spelt as it is stored.
inline auto grows(std::string_view variety) {
    const auto name = orm::value(variety);
    const auto list = orm::f<&VdlPlot::grape_varieties>;
    return orm::filter(
        orm::Binary<orm::sql::Op::in_array, std::decay_t<decltype(name)>, std::decay_t<decltype(list)>>(name, list));
}
/// Some available plan costs at least, or at most, this much.
inline auto plan_from(orm::Decimal<8, 2> low) {
    return orm::filter(orm::exists(available_plans.where(orm::f<&VdlAdoptionPlan::price> >= low)));
}
inline auto plan_up_to(orm::Decimal<8, 2> high) {
    return orm::filter(orm::exists(available_plans.where(orm::f<&VdlAdoptionPlan::price> <= high)));
}
inline auto plan_between(orm::Decimal<8, 2> low, orm::Decimal<8, 2> high) {
    return orm::filter(orm::exists(available_plans.where(orm::f<&VdlAdoptionPlan::price>.between(low, high))));
}

/// By producer, then by name: the order of lists.
inline auto by_producer() {
    return orm::sort(orm::f<&VdlPlot::producer, &VdlProducer::name>, orm::f<&VdlPlot::producer>, orm::f<&VdlPlot::name>,
                     orm::f<&VdlPlot::id>);
}

}  // namespace vinsdelux
