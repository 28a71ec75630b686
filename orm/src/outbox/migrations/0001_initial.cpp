#include "orm/migration.hpp"

namespace outbox::migrations {

orm::migrations::Migration m0001_initial() {
    using namespace orm::migrations;
    Migration migration{.app = "outbox", .name = "0001_initial"};
    migration.operations = {
        create_model("StoredJob")
            .fields({
                id(),
                varchar("kind", 100).default_to(""),
                json("payload").default_to("{}"),
                varchar("key", 200).default_to(""),
                varchar("state", 20)
                    .choices({{"queued", "queued"}, {"done", "done"}, {"dead", "dead"}})
                    .default_to("queued"),
                timestamp("run_at"),
                integer("every_seconds").default_to(0),
                integer("attempts").default_to(0),
                timestamp("leased_until").null(),
                varchar("lease", 40).default_to(""),
                text("last_error").default_to(""),
                timestamp("created_at").auto_now_add(),
                timestamp("finished_at").null(),
            })
            .indexes({
                index("outbox_job_key_uniq", {"key"}).unique().where("LENGTH(\"key\") > 0"),
                index("outbox_job_due_idx", {"state", "run_at", "id"}),
                index("outbox_job_finished_idx", {"state", "finished_at"}),
            })
            .table("outbox_job"),
    };
    return migration;
}

}  // namespace outbox::migrations
