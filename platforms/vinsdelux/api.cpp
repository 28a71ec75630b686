#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "orm/errors.hpp"
#include "vinsdelux/pages.hpp"
#include "vinsdelux/services.hpp"
#include "web/json.hpp"

namespace vinsdelux {

namespace {

using boost::json::array;
using boost::json::object;

// A filter that cannot be read is an error, never ignored.
template <class Read>
auto read(const web::Request& request, std::string_view name, const Read& as)
    -> std::optional<decltype(as(std::string_view()))> {
    const std::string_view text = web::trim(request.query().get(name));
    if (text.empty()) return std::nullopt;
    try {
        return as(text);
    } catch (const orm::ValidationError&) {
        throw web::HttpError(400, std::string(name) + ": not a valid value");
    }
}

orm::Decimal<8, 2> price(std::string_view text) {
    return orm::Decimal<8, 2>(text);
}

bool flag(const web::Request& request, std::string_view name) {
    const std::string text = web::to_lower(request.query().get(name));
    if (text == "true" || text == "1") return true;
    if (text.empty() || text == "false" || text == "0") return false;
    throw web::HttpError(400, std::string(name) + ": true or false");
}

PlotFilter filter_of(const web::Request& request) {
    PlotFilter filter;
    filter.region = web::trim(request.query().get("region"));
    filter.grape_variety = web::trim(request.query().get("grape_variety"));
    filter.min_price = read(request, "min_price", price);
    filter.max_price = read(request, "max_price", price);
    filter.premium_only = flag(request, "premium_only");
    if (!web::trim(request.query().get("producer_id")).empty()) {
        const auto id = request.query().integer("producer_id");
        if (!id) throw web::HttpError(400, "producer_id: not a number");
        filter.producer = orm::Id<VdlProducer>(*id);
    }
    return filter;
}

// What was stored is JSON; a damaged document is no reason to fail the whole list.
boost::json::value stored(const std::optional<orm::Json>& document) {
    if (!document) return nullptr;
    boost::json::error_code error;
    boost::json::value value = boost::json::parse(document->text, error);
    return error ? boost::json::value(nullptr) : value;
}

object as_json(const OfferedPlan& offer) {
    return {{"id", offer.plan.id.value},
            {"name", std::string_view(offer.plan.name)},
            {"price", offer.plan.price.to_string()},
            {"duration_months", offer.plan.duration_months},
            {"coffret", object{{"id", offer.coffret.id.value},
                               {"name", std::string_view(offer.coffret.name)},
                               {"bottles", offer.coffret.bottles}}}};
}

object as_json(const ListedPlot& listed) {
    array varieties, plans;
    for (const auto& variety : listed.plot.grape_varieties) varieties.emplace_back(std::string_view(variety));
    for (const OfferedPlan& offer : listed.plans) plans.push_back(as_json(offer));
    return {{"id", listed.plot.id.value},
            {"name", std::string_view(listed.plot.name)},
            {"status", orm::to_string(listed.effective)},
            {"producer", object{{"id", listed.producer.id.value},
                                {"name", std::string_view(listed.producer.name)},
                                {"region", std::string_view(listed.producer.region)}}},
            {"size_hectares", listed.plot.size_hectares.to_string()},
            {"grape_varieties", std::move(varieties)},
            {"soil_type", std::string_view(listed.plot.soil_type)},
            {"elevation", listed.plot.elevation},
            {"coordinates", stored(listed.plot.coordinates)},
            {"adoption_plans", std::move(plans)}};
}

array as_json(const std::vector<ListedPlot>& plots) {
    array list;
    list.reserve(plots.size());
    for (const ListedPlot& plot : plots) list.push_back(as_json(plot));
    return list;
}

web::Response list_plots(web::Request& request, orm::Database& db) {
    const auto plots = available_plots(db, filter_of(request), orm::utc_now());
    return web::api_ok(object{{"count", plots.size()}, {"plots", as_json(plots)}});
}

web::Response show_plot(web::Request& request, orm::Database& db) {
    const auto found = plot(db, orm::Id<VdlPlot>(request.id("id")), orm::utc_now());
    if (!found) throw web::HttpError(404, "There is no such plot.");
    return web::api_ok(as_json(*found));
}

web::Response show_availability(web::Request& request, orm::Database& db) {
    const orm::Timestamp now = orm::utc_now();
    object data;
    Availability counts;
    if (flag(request, "include_plots")) {
        const auto [all, plots] = availability_with_plots(db, now);
        counts = all;
        data["plots"] = as_json(plots);
    } else {
        counts = availability(db, now);
    }
    data["available"] = counts.available;
    data["reserved"] = counts.reserved;
    data["adopted"] = counts.adopted;
    data["unavailable"] = counts.unavailable;
    data["total"] = counts.total;
    data["time"] = orm::to_string(now) + "Z";
    return web::api_ok(std::move(data));
}

}  // namespace

void add_api(web::Site& site, platform::Context& context) {
    const auto with = [&db = context.db](web::Response (*handler)(web::Request&, orm::Database&)) -> web::Handler {
        return [&db, handler](web::Request& request) { return handler(request, db); };
    };
    site.plain().get("/api/plots/", with(list_plots));
    site.plain().get("/api/plots/availability/", with(show_availability));
    site.plain().get("/api/plots/{id:int}/", with(show_plot));
}

}  // namespace vinsdelux
