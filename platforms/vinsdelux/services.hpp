/// What wine buyers can do; no HTTP in here. Reads treat an expired hold as available (PLOT-5).
///
///     auto page = vinsdelux::producer_page(db, id, orm::utc_now());
///     auto plots = vinsdelux::available_plots(db, {.region = "Remich"}, orm::utc_now());
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vinsdelux/models.hpp"

namespace vinsdelux {

using PlotStatus = VdlPlot::PlotStatus;

/// At most `most` producers for the home page: the featured ones, then those with most available plots.
struct ProducerCard {
    VdlProducer producer;
    std::int64_t plots = 0;
    std::int64_t available = 0;
};
std::vector<ProducerCard> featured_producers(orm::Executor& db, orm::Timestamp now, std::int64_t most = 4);
/// All producers by name; with a region only those there.
std::vector<ProducerCard> producers(orm::Executor& db, orm::Timestamp now, std::string_view region = {});
/// Regions that have a producer, by name.
std::vector<std::string> regions(orm::Executor& db);

struct OfferedPlan {
    VdlAdoptionPlan plan;
    VdlCoffret coffret;
};
struct PlotCard {
    VdlPlot plot;
    bool available = false;  ///< now, whatever the stored status says
    bool held = false;
    std::vector<OfferedPlan> plans;  ///< available ones, cheapest first
};
struct ProducerPage {
    VdlProducer producer;
    std::vector<PlotCard> plots;     ///< by name
    std::vector<OfferedPlan> plans;  ///< of all plots, each once, cheapest first
};
/// Three statements, however many plots there are. Nothing for an unknown producer.
std::optional<ProducerPage> producer_page(orm::Executor& db, orm::Id<VdlProducer> id, orm::Timestamp now);

/// Empty members do not filter. The seed's plots have no price of their own: prices are those of available plans.
struct PlotFilter {
    std::string region{};
    std::optional<orm::Id<VdlProducer>> producer{};
    std::optional<orm::Decimal<8, 2>> min_price{};
    std::optional<orm::Decimal<8, 2>> max_price{};
    std::string grape_variety{};
    bool premium_only = false;
};
/// From this price on a plan makes its plots premium ones.
orm::Decimal<8, 2> premium_price();

struct ListedPlot {
    VdlPlot plot;
    VdlProducer producer;
    std::vector<OfferedPlan> plans;
    PlotStatus effective = PlotStatus::available;
};
/// By producer, then name. `limit` 0: all.
std::vector<ListedPlot> available_plots(orm::Executor& db, const PlotFilter& filter, orm::Timestamp now,
                                        std::int64_t limit = 0);
/// One plot in any state; a reserved one whose hold expired is shown as available.
std::optional<ListedPlot> plot(orm::Executor& db, orm::Id<VdlPlot> id, orm::Timestamp now);

/// PLOT-8: from one statement, so the parts always sum to the total.
struct Availability {
    std::int64_t available = 0, reserved = 0, adopted = 0, unavailable = 0, total = 0;
};
Availability availability(orm::Executor& db, orm::Timestamp now);
/// The counts and the first `most` available plots, of one moment.
std::pair<Availability, std::vector<ListedPlot>> availability_with_plots(orm::Executor& db, orm::Timestamp now,
                                                                         std::int64_t most = 20);

}  // namespace vinsdelux
