/// Work for after the commit: a job is a row that is written in the same transaction as its cause. Rolled back, it
/// never was; committed, a worker runs it (orm/worker.hpp), also when this process dies in between.
///
///     db.atomic([&](orm::Transaction& tx) {
///         tx.update(...);
///         tx.enqueue(orm::Job{.kind = "crush_lu.mail", .payload = orm::Json(R"({"to": 7})"), .key = "welcome:7"});
///     });
///
/// An app of its own in the schema, "outbox": its migrations are outbox::migrations::all().
#pragma once

#include <string>
#include <vector>

#include "orm/orm.hpp"

namespace orm::migrations {
struct Migration;
}

namespace orm {

/// What is to be done.
struct Job {
    std::string kind;                   ///< which handler runs it, at most 100 code points; never empty
    Json payload = Json::object();      ///< what the handler is told
    std::string key{};                  ///< of all jobs ever kept with this key only the first is; empty: no such wish
    std::optional<Timestamp> run_at{};  ///< not before; nothing: at once
};

namespace outbox {

/// A job in its table. A running one is `queued` with a lease that is not over; a done one is kept for a while, because
/// its key still speaks.
struct StoredJob {
    enum class State { queued, done, dead };

    Id<StoredJob> id;
    Char<100> kind;
    Json payload = Json::object();
    Char<200> key;
    State state{};
    Timestamp run_at{};                     ///< the next try
    std::int32_t every_seconds = 0;         ///< a schedule: runs again and again; 0: once
    std::int32_t attempts = 0;              ///< tries begun
    std::optional<Timestamp> leased_until;  ///< by the database's clock: until then it is who holds `lease`'s
    Char<40> lease;
    Text last_error;
    Timestamp created_at{};
    std::optional<Timestamp> finished_at;

    static consteval auto meta() {
        using J = StoredJob;
        return orm::model<"outbox", "storedjob">(
            orm::table("outbox_job"), orm::auto_now_add<&J::created_at>,
            orm::unique<&J::key>.where(orm::length(f<&J::key>) > 0).named("outbox_job_key_uniq"),
            orm::index<&J::state, &J::run_at, &J::id>.named("outbox_job_due_idx"),
            orm::index<&J::state, &J::finished_at>.named("outbox_job_finished_idx"));
    }
};

/// How many there are of each, for people and for a gauge.
struct Depth {
    std::int64_t waiting = 0;  ///< queued, due now or later, with the running ones
    std::int64_t running = 0;
    std::int64_t dead = 0;
    std::optional<Timestamp> oldest_due;  ///< the longest overdue one that nobody works on, schedules too
};
Depth depth(Executor& db, Timestamp now = utc_now());

/// The dead-letter list, newest first.
std::vector<StoredJob> dead_letters(Executor& db, std::int64_t limit = 100);
/// Gives dead jobs all their tries anew, at once; 0: all of them. Returns how many.
std::uint64_t retry(Executor& db, Id<StoredJob> id = {}, Timestamp now = utc_now());

/// What the app "outbox" adds to the schema.
schema::State state();
void register_models();

}  // namespace outbox
}  // namespace orm

namespace outbox::migrations {
std::vector<orm::migrations::Migration> all();
}
