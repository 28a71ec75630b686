#include "orm/migration.hpp"

namespace vinsdelux::migrations {

orm::migrations::Migration m0001_initial() {
    using namespace orm::migrations;
    Migration migration{.app = "vinsdelux", .name = "0001_initial"};
    migration.dependencies = {{"auth", "0001_initial"}};
    migration.operations = {
        create_model("VdlCoffret")
            .fields({
                id(),
                varchar("name", 200).default_to(""),
                integer("bottles").default_to(0),
                text("description").default_to(""),
            })
            .constraints({
                check("vdlcoffret_bottles", "\"bottles\" >= 0"),
            })
            .ordering({"name"}),
        create_model("VdlAdoptionPlan")
            .fields({
                id(),
                varchar("name", 200).default_to(""),
                decimal("price", 8, 2).default_sql("0.00"),
                integer("duration_months").default_to(0),
                foreign_key("coffret", "vinsdelux.vdlcoffret").on_delete(protect).related_name("adoption_plans"),
                boolean("is_available").default_to(true),
            })
            .constraints({
                check("vdladoptionplan_price", "\"price\" >= 0"),
                check("vdladoptionplan_duration", "\"duration_months\" >= 0"),
            }),
        create_model("VdlProducer")
            .fields({
                id(),
                varchar("name", 200).default_to(""),
                varchar("region", 100).indexed().default_to(""),
                text("description").default_to(""),
                varchar("logo", 100).default_to(""),
                json("coordinates").null().default_sql("NULL"),
                boolean("is_featured").default_to(false),
            })
            .ordering({"name"}),
        create_model("VdlPlot")
            .fields({
                id(),
                foreign_key("producer", "vinsdelux.vdlproducer").related_name("plots"),
                varchar("name", 200).default_to(""),
                varchar("status", 20)
                    .choices({{"available", "Available"},
                              {"reserved", "Reserved"},
                              {"adopted", "Adopted"},
                              {"unavailable", "Unavailable"}})
                    .default_to("available"),
                decimal("size_hectares", 5, 2).default_sql("0.00"),
                array("grape_varieties", Type::varchar, 100).default_to("[]"),
                varchar("soil_type", 100).default_to(""),
                integer("elevation").default_to(0),
                json("coordinates").null().default_sql("NULL"),
            })
            .many_to_many({
                many_to_many("adoption_plans", "vinsdelux.vdladoptionplan").related_name("plots"),
            })
            .indexes({
                index("vinsdelux_v_status_29e062_idx", {"status"}),
                index("vinsdelux_v_produce_3910e9_idx", {"producer_id", "status"}),
            })
            .constraints({
                check("vdlplot_size", "\"size_hectares\" >= 0"),
            }),
        create_model("VdlPlotReservation")
            .fields({
                id(),
                foreign_key("user", "auth.user").related_name("plot_reservations"),
                foreign_key("plot", "vinsdelux.vdlplot").on_delete(protect).related_name("reservations"),
                foreign_key("adoption_plan", "vinsdelux.vdladoptionplan")
                    .null()
                    .on_delete(protect)
                    .related_name("reservations")
                    .default_sql("NULL"),
                timestamp("created_at").auto_now_add(),
                timestamp("expires_at"),
                boolean("is_confirmed").default_to(false),
                timestamp("confirmed_at").null(),
                decimal("confirmed_price", 8, 2).null().default_sql("NULL"),
                text("notes").default_to(""),
            })
            .indexes({
                index("vdlplot_one_adoption", {"plot_id"}).unique().where("\"is_confirmed\""),
                index("vdlplot_open_holds_idx", {"expires_at"}).where("NOT (\"is_confirmed\")"),
            })
            .constraints({
                unique("vinsdelux_vdlplotreservation_user_id_plot_id_cbdc7ce5_uniq", {"user_id", "plot_id"}),
            }),
    };
    return migration;
}

}  // namespace vinsdelux::migrations
