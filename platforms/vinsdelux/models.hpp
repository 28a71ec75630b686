/// VinsDelux: producers, their plots, the adoption plans offered on them, and who holds or adopted a plot.
///
///     auto rows = db.all(orm::select<VdlPlot> | offered(orm::utc_now()) | orm::related<&VdlPlot::producer>);
#pragma once

#include "accounts/models.hpp"

namespace vinsdelux {

using namespace std::literals;

struct VdlProducer {
    orm::Id<VdlProducer> id;
    orm::Char<200> name;
    orm::Char<100> region;
    orm::Text description;
    orm::Image<100> logo;
    std::optional<orm::Json> coordinates;  ///< GeoJSON
    bool is_featured = false;              ///< first on the home page

    static consteval auto meta() {
        using P = VdlProducer;
        return orm::model<"vinsdelux", "vdlproducer">(orm::ordering<&P::name>, orm::db_index<&P::region>);
    }
};

struct VdlCoffret {
    orm::Id<VdlCoffret> id;
    orm::Char<200> name;
    std::int32_t bottles = 0;
    orm::Text description;

    static consteval auto meta() {
        using C = VdlCoffret;
        return orm::model<"vinsdelux", "vdlcoffret">(orm::ordering<&C::name>,
                                                     orm::check("vdlcoffret_bottles", orm::f<&C::bottles> >= 0));
    }
};

/// A coffret with plans cannot be deleted: plans may have live adoptions.
struct VdlAdoptionPlan {
    orm::Id<VdlAdoptionPlan> id;
    orm::Char<200> name;
    orm::Decimal<8, 2> price;
    std::int32_t duration_months = 0;
    orm::ForeignKey<VdlCoffret, orm::on_delete::protect> coffret;
    bool is_available = true;

    static consteval auto meta() {
        using P = VdlAdoptionPlan;
        return orm::model<"vinsdelux", "vdladoptionplan">(
            orm::check("vdladoptionplan_price", orm::f<&P::price> >= 0),
            orm::check("vdladoptionplan_duration", orm::f<&P::duration_months> >= 0),
            orm::related_name<&P::coffret>("adoption_plans"));
    }
};

struct VdlPlot {
    enum class PlotStatus { available, reserved, adopted, unavailable };

    orm::Id<VdlPlot> id;
    orm::ForeignKey<VdlProducer> producer;
    orm::Char<200> name;
    PlotStatus status = PlotStatus::available;
    orm::Decimal<5, 2> size_hectares;
    std::vector<orm::Char<100>> grape_varieties;
    orm::Char<100> soil_type;
    std::int32_t elevation = 0;            ///< metres above the sea
    std::optional<orm::Json> coordinates;  ///< GeoJSON
    orm::ManyToMany<VdlAdoptionPlan> adoption_plans;

    static consteval auto meta() {
        using P = VdlPlot;
        return orm::model<"vinsdelux", "vdlplot">(orm::index<&P::status>, orm::index<&P::producer, &P::status>,
                                                  orm::check("vdlplot_size", orm::f<&P::size_hectares> >= 0),
                                                  orm::related_name<&P::producer>("plots"),
                                                  orm::related_name<&P::adoption_plans>("plots"));
    }
};
constexpr auto labels(VdlPlot::PlotStatus) {
    return std::array{"Available"sv, "Reserved"sv, "Adopted"sv, "Unavailable"sv};
}

/// A hold of 24 hours (PLOT-2) or, confirmed, an adoption (PLOT-6). A plot with a reservation, and so its producer,
/// cannot be deleted.
struct VdlPlotReservation {
    orm::Id<VdlPlotReservation> id;
    orm::ForeignKey<auth::User> user;
    orm::ForeignKey<VdlPlot, orm::on_delete::protect> plot;
    std::optional<orm::ForeignKey<VdlAdoptionPlan, orm::on_delete::protect>> adoption_plan;
    orm::Timestamp created_at{};
    orm::Timestamp expires_at{};
    bool is_confirmed = false;
    std::optional<orm::Timestamp> confirmed_at;
    std::optional<orm::Decimal<8, 2>> confirmed_price;  ///< the plan's price when it was confirmed
    orm::Text notes;

    static consteval auto meta() {
        using R = VdlPlotReservation;
        return orm::model<"vinsdelux", "vdlplotreservation">(
            orm::unique<&R::user, &R::plot>,
            orm::unique<&R::plot>.where(orm::f<&R::is_confirmed>).named("vdlplot_one_adoption"),
            orm::index<&R::expires_at>.where(!orm::f<&R::is_confirmed>).named("vdlplot_open_holds_idx"),
            orm::auto_now_add<&R::created_at>, orm::related_name<&R::user>("plot_reservations"),
            orm::related_name<&R::plot>("reservations"), orm::related_name<&R::adoption_plan>("reservations"));
    }
};

inline constexpr auto plots = orm::reverse<&VdlPlot::producer>;
inline constexpr auto adoption_plans_of_coffret = orm::reverse<&VdlAdoptionPlan::coffret>;
inline constexpr auto adoption_plans = orm::related_set<&VdlPlot::adoption_plans>;
inline constexpr auto plots_of_plan = orm::reverse<&VdlPlot::adoption_plans>;
inline constexpr auto plot_reservations = orm::reverse<&VdlPlotReservation::user>;
inline constexpr auto reservations = orm::reverse<&VdlPlotReservation::plot>;
inline constexpr auto reservations_of_plan = orm::reverse<&VdlPlotReservation::adoption_plan>;

/// PLOT-2: at `expires_at` itself the hold still stands; an adoption never expires.
inline bool is_expired(const VdlPlotReservation& r, orm::Timestamp now) {
    return !r.is_confirmed && now > r.expires_at;
}

orm::schema::State state();
void register_models();

}  // namespace vinsdelux
