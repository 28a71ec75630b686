/// Producers, plots, plans and holds in a few words.
#pragma once

#include "platform_test.hpp"
#include "vinsdelux/queries.hpp"
#include "vinsdelux/services.hpp"

namespace vinsdelux {

class Vineyards : public platform::test::PlatformTest {
  protected:
    const orm::Timestamp now = orm::parse_timestamp("2026-06-01 12:00:00");

    VdlProducer producer(const std::string& name, const std::string& region = "Remich", bool featured = false) {
        VdlProducer row;
        row.name = name;
        row.region = region;
        row.description = "Family estate.";
        row.is_featured = featured;
        return db.create(row);
    }
    VdlPlot plot(const VdlProducer& producer, const std::string& name, PlotStatus status = PlotStatus::available,
                 std::vector<orm::Char<100>> grapes = {"Riesling"}) {
        VdlPlot row;
        row.producer = producer.id;
        row.name = name;
        row.status = status;
        row.size_hectares = orm::Decimal<5, 2>("0.35");
        row.grape_varieties = std::move(grapes);
        row.soil_type = "Shell limestone";
        row.elevation = 210;
        return db.create(row);
    }
    VdlAdoptionPlan plan(const std::string& name, const std::string& price, bool available = true) {
        VdlCoffret coffret;
        coffret.name = name + " coffret";
        coffret.bottles = 6;
        db.insert(coffret);
        VdlAdoptionPlan row;
        row.name = name;
        row.price = orm::Decimal<8, 2>(price);
        row.duration_months = 12;
        row.coffret = coffret.id;
        row.is_available = available;
        return db.create(row);
    }
    void offer(const VdlPlot& plot, const VdlAdoptionPlan& plan) {
        db.add_related<&VdlPlot::adoption_plans>(plot.id, std::vector{plan.id});
    }
    VdlPlotReservation hold(const VdlPlot& plot, const auth::User& user, orm::Timestamp expires,
                            bool confirmed = false) {
        VdlPlotReservation row;
        row.user = user.id;
        row.plot = plot.id;
        row.expires_at = expires;
        row.is_confirmed = confirmed;
        return db.create(row);
    }
    std::vector<std::string> names(const PlotFilter& filter) {
        std::vector<std::string> result;
        for (const auto& listed : available_plots(db, filter, now)) result.push_back(listed.plot.name);
        return result;
    }
};

}  // namespace vinsdelux
