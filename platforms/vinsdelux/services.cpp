#include "vinsdelux/services.hpp"

#include <algorithm>
#include <map>

#include "vinsdelux/queries.hpp"

namespace vinsdelux {

using orm::f;

namespace {

using Plan = VdlAdoptionPlan;

// A prefetched row of plans with their coffrets, cheapest first.
constexpr auto plans_with_coffrets =
    available_plans | orm::related<&Plan::coffret> | orm::order_by<&Plan::price, &Plan::id>;
using PlanRow = std::tuple<Plan, VdlCoffret>;

std::vector<OfferedPlan> offered(std::vector<PlanRow> rows) {
    std::vector<OfferedPlan> plans;
    plans.reserve(rows.size());
    for (auto& [plan, coffret] : rows) plans.push_back({std::move(plan), std::move(coffret)});
    return plans;
}

// With how many plots, and how many of them are free; two subqueries, so they do not multiply each other.
auto with_counts(orm::Timestamp now) {
    return orm::annotate(orm::count(plots), orm::count(plots.where(is_available(now))));
}

constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

PlotStatus effective_status(const VdlPlot& plot, bool free) {
    return free ? PlotStatus::available : plot.status;
}

}  // namespace

std::vector<ProducerCard> featured_producers(orm::Executor& db, orm::Timestamp now, std::int64_t most) {
    return db.all(orm::select<VdlProducer> | with_counts(now) |
                  orm::sort(f<&VdlProducer::is_featured>.desc(), orm::count(plots.where(is_available(now))).desc(),
                            f<&VdlProducer::name>, f<&VdlProducer::id>) |
                  orm::limit(most) | orm::as<ProducerCard>);
}

std::vector<ProducerCard> producers(orm::Executor& db, orm::Timestamp now, std::string_view region) {
    return db.all(orm::select<VdlProducer> |
                  orm::when(!region.empty(), orm::filter(f<&VdlProducer::region>.iexact(region))) | with_counts(now) |
                  orm::order_by<&VdlProducer::name, &VdlProducer::id> | orm::as<ProducerCard>);
}

std::vector<std::string> regions(orm::Executor& db) {
    std::vector<std::string> names;
    for (auto& name :
         db.all(orm::select<VdlProducer> | orm::group_by<&VdlProducer::region> | orm::order_by<&VdlProducer::region>))
        if (!name.empty()) names.push_back(std::move(name));
    return names;
}

std::optional<ProducerPage> producer_page(orm::Executor& db, orm::Id<VdlProducer> id, orm::Timestamp now) {
    auto producer = db.find(id);
    if (!producer) return std::nullopt;
    ProducerPage page{std::move(*producer), {}, {}};
    auto rows = db.all(orm::select<VdlPlot> | of_producer(id) | orm::annotate(is_available(now), is_held(now)) |
                       orm::order_by<&VdlPlot::name, &VdlPlot::id> | orm::prefetch(plans_with_coffrets));
    std::map<orm::Id<Plan>, OfferedPlan> all;
    for (auto& [plot, available, held, plans] : rows) {
        PlotCard card{std::move(plot), available, held, offered(std::move(plans))};
        for (const OfferedPlan& offer : card.plans) all.try_emplace(offer.plan.id, offer);
        page.plots.push_back(std::move(card));
    }
    for (auto& [key, offer] : all) page.plans.push_back(std::move(offer));
    std::stable_sort(page.plans.begin(), page.plans.end(),
                     [](const OfferedPlan& a, const OfferedPlan& b) { return a.plan.price < b.plan.price; });
    return page;
}

orm::Decimal<8, 2> premium_price() {
    return 500;
}

std::vector<ListedPlot> available_plots(orm::Executor& db, const PlotFilter& filter, orm::Timestamp now,
                                        std::int64_t limit) {
    using Price = orm::Decimal<8, 2>;
    const Price low = filter.min_price.value_or(0), high = filter.max_price.value_or(Price::from_units(99'999'999));
    auto rows =
        db.all(orm::select<VdlPlot> | orm::filter(is_available(now)) |
               orm::when(!filter.region.empty(), in_region(filter.region)) |
               orm::when(filter.producer.has_value(), of_producer(filter.producer.value_or(orm::Id<VdlProducer>{}))) |
               orm::when(filter.min_price || filter.max_price, plan_between(low, high)) |
               orm::when(!filter.grape_variety.empty(), grows(filter.grape_variety)) |
               orm::when(filter.premium_only, plan_from(premium_price())) | orm::related<&VdlPlot::producer> |
               by_producer() | orm::limit(limit == 0 ? no_limit : limit) | orm::prefetch(plans_with_coffrets));
    std::vector<ListedPlot> result;
    result.reserve(rows.size());
    for (auto& [plot, producer, plans] : rows)
        result.push_back({std::move(plot), std::move(producer), offered(std::move(plans)), PlotStatus::available});
    return result;
}

std::optional<ListedPlot> plot(orm::Executor& db, orm::Id<VdlPlot> id, orm::Timestamp now) {
    auto row = db.first(orm::select<VdlPlot> | orm::filter(f<&VdlPlot::id> == id) | orm::related<&VdlPlot::producer> |
                        orm::annotate(is_available(now)) | orm::prefetch(plans_with_coffrets));
    if (!row) return std::nullopt;
    auto& [plot, producer, free, plans] = *row;
    const PlotStatus status = effective_status(plot, free);
    return ListedPlot{std::move(plot), std::move(producer), offered(std::move(plans)), status};
}

Availability availability(orm::Executor& db, orm::Timestamp now) {
    const auto status = f<&VdlPlot::status>;
    const auto [total, free, adopted, unavailable] = db.aggregate(
        orm::select<VdlPlot>, orm::count(), orm::count().where(is_available(now)),
        orm::count().where(status == PlotStatus::adopted), orm::count().where(status == PlotStatus::unavailable));
    return {free, total - free - adopted - unavailable, adopted, unavailable, total};
}

std::pair<Availability, std::vector<ListedPlot>> availability_with_plots(orm::Executor& db, orm::Timestamp now,
                                                                         std::int64_t most) {
    return db.atomic({.isolation = orm::Isolation::repeatable_read, .read_only = true}, [&](orm::Transaction& tx) {
        return std::pair{availability(tx, now), available_plots(tx, {}, now, most)};
    });
}

}  // namespace vinsdelux
