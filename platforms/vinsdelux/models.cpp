#include "vinsdelux/models.hpp"

namespace vinsdelux {

orm::schema::State state() {
    return orm::schema::state_of<VdlProducer, VdlCoffret, VdlAdoptionPlan, VdlPlot, VdlPlotReservation>();
}

void register_models() {
    orm::register_models<VdlProducer, VdlCoffret, VdlAdoptionPlan, VdlPlot, VdlPlotReservation>();
}

}  // namespace vinsdelux
