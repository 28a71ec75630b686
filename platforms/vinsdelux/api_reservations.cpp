// POST /api/plots/reserve/, GET and POST /api/plots/selection/, POST /api/plots/{id}/release/.
#include <boost/json/array.hpp>

#include "accounts/site.hpp"
#include "vinsdelux/pages.hpp"
#include "vinsdelux/reservations.hpp"
#include "web/json.hpp"
#include "web/session.hpp"

namespace vinsdelux {

namespace {

using boost::json::array;
using boost::json::object;
using platform::tr;

constexpr std::string_view guest_key = "selected_plots";

array as_json(const std::vector<PlotId>& plots) {
    array ids;
    for (const PlotId id : plots) ids.emplace_back(id.value);
    return ids;
}

array as_json(const std::vector<VdlPlotReservation>& holds) {
    array list;
    for (const auto& hold : holds) {
        object one{{"plot_id", hold.plot.id.value}, {"expires_at", orm::to_string(hold.expires_at) + "Z"}};
        if (hold.adoption_plan) one["adoption_plan_id"] = hold.adoption_plan->id.value;
        list.push_back(std::move(one));
    }
    return list;
}

web::Response refused(Refusal why, const std::vector<PlotId>& plots) {
    const object which{{"plot_ids", as_json(plots)}};
    switch (why) {
        case Refusal::empty:
            return web::api_error(400, tr("Choose at least one plot."));
        case Refusal::too_many:
            return web::api_error(400, tr("At most 10 plots at a time."));
        case Refusal::notes_too_long:
            return web::api_error(400, tr("The notes are too long."));
        case Refusal::unknown:
            return web::api_error(404, tr("There is no such plot."), which);
        case Refusal::plan_not_offered:
            return web::api_error(400, tr("This plan is not offered on that plot."), which);
        case Refusal::no_hold:
            return web::api_error(404, tr("You do not hold this plot."));
        case Refusal::no_account:
            return web::api_error(401, tr("Please log in first."));
        default:
            return web::api_error(409, tr("Somebody was faster: these plots are taken."), which);
    }
}

std::vector<PlotId> plot_ids(const object& body, std::string_view field) {
    std::vector<PlotId> ids;
    for (const std::int64_t id : web::json_integers(body, field)) ids.emplace_back(id);
    return ids;
}

Selection read(const object& body, std::string_view plots) {
    Selection selection{.plots = plot_ids(body, plots), .notes = web::json_string_or(body, "notes", "")};
    if (const auto* plan = body.if_contains("adoption_plan_id"); plan != nullptr && !plan->is_null())
        selection.plan = PlanId(web::json_integer(body, "adoption_plan_id"));
    return selection;
}

web::Response hold(const auth::User& me, const Selection& selection, orm::Database& db) {
    const Reserved result = reserve(db, me.id, selection, orm::utc_now());
    if (result.refusal != Refusal::none) return refused(result.refusal, result.plots);
    return web::api_ok(object{{"holds", as_json(result.holds)}}, tr("The plots are yours for 24 hours."), 201);
}

web::Response reserve_plots(web::Request& request, orm::Database& db) {
    const auth::User& me = auth::require_user(request);
    return hold(me, read(web::json_object(request), "plot_ids"), db);
}

std::vector<PlotId> guest_list(web::Request& request) {
    std::vector<PlotId> ids;
    const auto* stored = request.get<web::Session>().find(guest_key);
    if (stored == nullptr || !stored->is_array()) return ids;
    for (const auto& id : stored->get_array())
        if (id.is_int64()) ids.emplace_back(id.get_int64());
    return ids;
}

web::Response show_selection(web::Request& request, orm::Database& db) {
    const orm::Timestamp now = orm::utc_now();
    object data{{"plot_ids", as_json(still_available(db, guest_list(request), now))}};
    if (const auth::User* me = auth::user(request)) data["holds"] = as_json(holds_of(db, me->id, now));
    return web::api_ok(std::move(data));
}

// A member's selection holds the plots; a guest's is only remembered.
web::Response select_plots(web::Request& request, orm::Database& db) {
    const Selection selection = read(web::json_object(request), "selected_plots");
    if (const auth::User* me = auth::user(request)) {
        request.get<web::Session>().erase(guest_key);
        return hold(*me, selection, db);
    }
    if (selection.plots.size() > max_holds) return refused(Refusal::too_many, {});
    const auto kept = still_available(db, selection.plots, orm::utc_now());
    request.get<web::Session>().set(guest_key, as_json(kept));
    return web::api_ok(object{{"plot_ids", as_json(kept)}}, tr("Log in to hold these plots."));
}

web::Response release_plot(web::Request& request, orm::Database& db) {
    const auth::User& me = auth::require_user(request);
    const Refusal refusal = release(db, me.id, PlotId(request.id("id")), orm::utc_now());
    return refusal == Refusal::none ? web::api_ok(nullptr, tr("The plot is free again.")) : refused(refusal, {});
}

}  // namespace

void add_reservation_api(web::Site& site, platform::Context& context) {
    const auto with = [&db = context.db](web::Response (*handler)(web::Request&, orm::Database&)) -> web::Handler {
        return [&db, handler](web::Request& request) { return handler(request, db); };
    };
    site.plain().post("/api/plots/reserve/", with(reserve_plots));
    site.plain().get("/api/plots/selection/", with(show_selection));
    site.plain().post("/api/plots/selection/", with(select_plots));
    site.plain().post("/api/plots/{id:int}/release/", with(release_plot));
}

}  // namespace vinsdelux
