#include "orm/orm.hpp"
#include "orm/outbox.hpp"

namespace orm {

bool Transaction::enqueue(const Job& job, Location location) {
    if (job.kind.empty()) throw UsageError("a job needs a kind: which handler shall run it?");
    outbox::StoredJob row;
    row.kind = job.kind;
    row.payload = job.payload;
    row.key = job.key;
    row.run_at = job.run_at.value_or(utc_now());
    if (row.key.empty()) {
        insert(row, location);
        return true;
    }
    return insert_or_ignore<>(row, location);  // the key is its only conflict; the index that says so is partial
}

namespace outbox {

schema::State state() {
    return schema::state_of<StoredJob>();
}

void register_models() {
    orm::register_models<StoredJob>();
}

}  // namespace outbox
}  // namespace orm
