#include "cases/cases.hpp"

namespace bench {

using auth::User;
using crush_lu::MeetupEvent;

Contender point_read_by_hand(Data& data) {
    const std::string sql =
        "SELECT " + by_hand::columns(by_hand::user_columns, "u") + " FROM auth_user u WHERE u.id = ";
    if (data.sqlite()) {
        auto statement = std::make_shared<by_hand::SqliteStatement>(*data.hand_sqlite, sql + "?1");
        return contender("handwritten", [statement, keys = Keys(data.facts)]() mutable {
            User user;
            if (!statement->with(keys.next().value).next()) by_hand::bad("no such user");
            auto reader = statement->row();
            by_hand::read_row(reader, user);
            statement->done();
            return user;
        });
    }
    auto statement = std::make_shared<by_hand::PostgresStatement>(*data.hand_postgres, "point_read", sql + "$1");
    return contender("handwritten", [statement, keys = Keys(data.facts)]() mutable {
        User user;
        const by_hand::Result result = statement->run(static_cast<std::int32_t>(keys.next().value));
        if (PQntuples(result.get()) != 1) by_hand::bad("no such user");
        by_hand::PostgresReader reader(result.get(), 0);
        by_hand::read_row(reader, user);
        return user;
    });
}

Contender rows_by_hand(Data& data) {
    const std::string sql = "SELECT " + by_hand::columns(by_hand::event_columns, "e") +
                            " FROM crush_lu_meetupevent e ORDER BY e.event_date";
    if (data.sqlite()) {
        auto statement = std::make_shared<by_hand::SqliteStatement>(*data.hand_sqlite, sql);
        return contender("handwritten", [statement] {
            std::vector<MeetupEvent> events;
            while (statement->next()) {
                auto reader = statement->row();
                by_hand::read_row(reader, events.emplace_back());
            }
            statement->done();
            return events;
        });
    }
    auto statement = std::make_shared<by_hand::PostgresStatement>(*data.hand_postgres, "rows", sql);
    return contender("handwritten", [statement] { return by_hand::rows_of<MeetupEvent>(statement->run()); });
}

}  // namespace bench
