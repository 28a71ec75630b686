#include "orm/migration.hpp"

namespace crush_lu::migrations {

orm::migrations::Migration m0002_registration_check_in() {
    using namespace orm::migrations;
    Migration migration{.app = "crush_lu", .name = "0002_registration_check_in"};
    migration.dependencies = {{"crush_lu", "0001_initial"}};
    migration.operations = {
        add_field("eventregistration", varchar("status_before_check_in", 20)
                                           .null()
                                           .choices({{"pending", "Pending"},
                                                     {"confirmed", "Confirmed"},
                                                     {"waitlist", "Waitlist"},
                                                     {"attended", "Attended"},
                                                     {"no_show", "No Show"},
                                                     {"cancelled", "Cancelled"}})
                                           .default_sql("NULL")),
    };
    return migration;
}

}  // namespace crush_lu::migrations
