#include "cases/cases.hpp"

namespace bench {

using crush_lu::MeetupEvent;

void read_cases(Suite& suite, Data& data) {
    std::vector<Contender> point, rows;
    point.push_back(contender("ours", [&data, keys = Keys(data.facts)]() mutable { return data.db.get(keys.next()); }));
    point.push_back(point_read_by_hand(data));
    rows.push_back(contender("ours", [&data] { return data.db.all(orm::select<MeetupEvent>); }));
    rows.push_back(rows_by_hand(data));
    for (Peer& peer : peers(suite, data)) {
        point.push_back(std::move(peer.point_read));
        rows.push_back(std::move(peer.rows));
    }
    suite.measure("point read", data.database, std::move(point));
    suite.measure("10,000 full rows", data.database, std::move(rows));
}

}  // namespace bench
