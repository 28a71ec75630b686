#include "outbox/stored.hpp"

namespace orm::outbox {

using J = StoredJob;
using State = J::State;

Depth depth(Executor& db, Timestamp now) {
    Depth result;
    result.waiting = db.count(select<J> | filter(queued() && f<&J::every_seconds> == 0));
    result.running = db.count(select<J> | filter(queued() && f<&J::leased_until> > database_time()));
    result.dead = db.count(select<J> | filter(f<&J::state> == State::dead));
    // What somebody works on is not overdue; a schedule that nobody runs is.
    result.oldest_due =
        db.aggregate(select<J> | filter(queued() && f<&J::run_at> <= now && unleased()), min(f<&J::run_at>));
    return result;
}

std::vector<J> dead_letters(Executor& db, std::int64_t limit_to) {
    return db.all(select<J> | filter(f<&J::state> == State::dead) | order_by<desc<&J::finished_at>, desc<&J::id>> |
                  limit(limit_to));
}

std::uint64_t retry(Executor& db, Id<J> id, Timestamp now) {
    return db.update(
        select<J> | filter(f<&J::state> == State::dead) | when(static_cast<bool>(id), filter(f<&J::id> == id)),
        set<&J::state> = State::queued, set<&J::attempts> = 0, set<&J::run_at> = now,
        set<&J::finished_at> = std::nullopt);
}

}  // namespace orm::outbox
