/// Does the point read and the full-row read, ours and by hand, between marks for callgrind; see instructions-check.
#include <valgrind/callgrind.h>

#include <cstdio>
#include <exception>

#include "cases/cases.hpp"

namespace {

/// Instructions of `times` runs go to the dump `name`; one run before them prepares statements and fills caches.
void count(const bench::Contender& contender, std::size_t times, const char* name) {
    contender.run(times);
    CALLGRIND_ZERO_STATS;
    CALLGRIND_TOGGLE_COLLECT;
    contender.run(times);
    CALLGRIND_TOGGLE_COLLECT;
    CALLGRIND_DUMP_STATS_AT(name);
}

}  // namespace

int main() {
    try {
        bench::Data data("sqlite", bench::new_sqlite_url(), true);
        using crush_lu::MeetupEvent;
        const bench::Contender point = bench::contender(
            "ours", [&data, keys = bench::Keys(data.facts)]() mutable { return data.db.get(keys.next()); });
        const bench::Contender rows =
            bench::contender("ours", [&data] { return data.db.all(orm::select<MeetupEvent>); });
        count(bench::point_read_by_hand(data), 500, "point read by hand");
        count(point, 500, "point read ours");
        count(bench::rows_by_hand(data), 3, "full rows by hand");
        count(rows, 3, "full rows ours");
        return 0;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
