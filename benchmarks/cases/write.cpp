#include "cases/cases.hpp"

namespace bench {

using namespace crush_lu;
using C = EventConnection;

Venue new_venue() {
    Venue venue;
    venue.name = "Rotondes";
    venue.address = "Place des Rotondes, Bonnevoie";
    venue.city = "Luxembourg";
    venue.capacity = 120;
    return venue;
}

std::string last_venue(Data& data) {
    auto found = data.db.first(orm::select<Venue> | orm::order_by<orm::desc<&Venue::id>>);
    found->id = {};  // a sequence leaves gaps
    return dump(*found);
}

/// Through a connection of the benchmark's own, so that the next run finds its prepared statements as they were.
void drop_venues(Data& data) {
    data.db.execute("DELETE FROM crush_lu_venue WHERE id > 50");
}

namespace {

Contender insert_by_hand(Data& data) {
    const std::string sql = "INSERT INTO crush_lu_venue (name, address, city, capacity) VALUES ";
    const auto look = [&data] { return last_venue(data); };
    const auto reset = [&data] { drop_venues(data); };
    if (data.sqlite()) {
        auto statement = std::make_shared<by_hand::SqliteStatement>(*data.hand_sqlite, sql + "(?1, ?2, ?3, ?4)");
        const auto insert = [&data, statement] {
            Venue v = new_venue();
            statement->with(by_hand::checked(v.name), by_hand::checked(v.address), by_hand::checked(v.city), v.capacity)
                .run();
            v.id.value = sqlite3_last_insert_rowid(data.hand_sqlite->handle());
            return v;
        };
        return writer("handwritten", insert, look, reset, 2'000);
    }
    auto statement = std::make_shared<by_hand::PostgresStatement>(*data.hand_postgres, "insert",
                                                                  sql + "($1, $2, $3, $4) RETURNING id");
    const auto insert = [statement] {
        Venue v = new_venue();
        const auto result =
            statement->run(by_hand::checked(v.name), by_hand::checked(v.address), by_hand::checked(v.city), v.capacity);
        v.id.value = by_hand::big_endian<std::int64_t>(PQgetvalue(result.get(), 0, 0));
        return v;
    };
    return writer("handwritten", insert, look, reset, 2'000);
}

std::vector<C> new_connections(const Data& data) {
    std::vector<C> rows(10'000);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        C& c = rows[i];
        c.event = data.facts.meeting;
        c.from_user = data.facts.users[i / 100];
        c.to_user = data.facts.users[1'000 + i % 100];
        c.status = static_cast<C::Status>(i % 3);
        c.note = "We talked about the vineyards above Remich.";
        if (i % 3 == 1) c.connected_at = data.facts.now;
        c.created_at = data.facts.now;
    }
    return rows;
}

void bulk_sqlite(Data& data, by_hand::SqliteStatement& insert, std::vector<C>& rows) {
    data.hand_sqlite->execute("BEGIN IMMEDIATE");
    for (C& c : rows) {
        insert
            .with(c.event.id.value, c.from_user.id.value, c.to_user.id.value, c.status, by_hand::checked(c.note),
                  c.connected_at, c.created_at)
            .run();
        c.id.value = sqlite3_last_insert_rowid(data.hand_sqlite->handle());
    }
    data.hand_sqlite->execute("COMMIT");
}

template <class Integer>
void put(std::string& out, Integer value) {
    char bytes[sizeof value];
    by_hand::put_big_endian(bytes, value);
    out.append(bytes, sizeof bytes);
}
template <class Integer>
void put_number(std::string& out, Integer value) {
    put(out, static_cast<std::int32_t>(sizeof value));
    put(out, value);
}
void put_text(std::string& out, std::string_view value) {
    put(out, static_cast<std::int32_t>(value.size()));
    out += value;
}
void put_time(std::string& out, orm::Timestamp value) {
    put_number(out, static_cast<std::int64_t>(value.time_since_epoch().count() - by_hand::epoch));
}

/// The keys from the sequence, then one binary COPY.
void bulk_postgres(Data& data, by_hand::PostgresStatement& keys, std::vector<C>& rows) {
    by_hand::Postgres& database = *data.hand_postgres;
    database.execute("BEGIN");
    const auto drawn = keys.run(static_cast<std::int32_t>(rows.size()));
    std::string bytes("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
    database.checked(PQexec(database.handle(),
                            "COPY crush_lu_eventconnection (id, event_id, from_user_id, to_user_id, status, note, "
                            "connected_at, created_at) FROM STDIN (FORMAT binary)"));
    const auto flush = [&] {
        if (PQputCopyData(database.handle(), bytes.data(), static_cast<int>(bytes.size())) != 1) database.fail();
        bytes.clear();
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        C& c = rows[i];
        c.id.value = by_hand::big_endian<std::int64_t>(PQgetvalue(drawn.get(), static_cast<int>(i), 0));
        put(bytes, std::int16_t{8});
        put_number(bytes, c.id.value);
        put_number(bytes, c.event.id.value);
        put_number(bytes, static_cast<std::int32_t>(c.from_user.id.value));
        put_number(bytes, static_cast<std::int32_t>(c.to_user.id.value));
        put_text(bytes, by_hand::names<C::Status>.at(static_cast<std::size_t>(c.status)));
        put_text(bytes, by_hand::checked(c.note));
        if (c.connected_at)
            put_time(bytes, *c.connected_at);
        else
            put(bytes, std::int32_t{-1});
        put_time(bytes, c.created_at);
        if (bytes.size() > 200'000) flush();
    }
    put(bytes, std::int16_t{-1});
    flush();
    if (PQputCopyEnd(database.handle(), nullptr) != 1) database.fail();
    database.checked(PQgetResult(database.handle()));
    by_hand::Result(PQgetResult(database.handle()));
    database.execute("COMMIT");
}

void bulk_insert(Suite& suite, Data& data) {
    auto rows = std::make_shared<std::vector<C>>(new_connections(data));
    const auto look = [&data] {
        auto found = data.db.all(orm::select<C> | orm::order_by<&C::from_user, &C::to_user>);
        for (C& c : found) c.id = {};
        return dump(found);
    };
    const auto reset = [&data, rows] {
        data.db.execute(data.sqlite() ? "DELETE FROM crush_lu_eventconnection" : "TRUNCATE crush_lu_eventconnection");
        for (C& c : *rows) c.id = {};
    };
    std::vector<Contender> contenders;
    contenders.push_back(writer(
        "ours",
        [&data, rows] {
            data.db.insert_many(*rows);
            return rows->back().id.value;
        },
        look, reset, 1));
    if (data.sqlite()) {
        auto statement = std::make_shared<by_hand::SqliteStatement>(
            *data.hand_sqlite,
            "INSERT INTO crush_lu_eventconnection (event_id, from_user_id, to_user_id, status, note, connected_at, "
            "created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        contenders.push_back(writer(
            "handwritten",
            [&data, rows, statement] {
                bulk_sqlite(data, *statement, *rows);
                return rows->back().id.value;
            },
            look, reset, 1));
    } else {
        auto keys = std::make_shared<by_hand::PostgresStatement>(
            *data.hand_postgres, "draw_keys",
            "SELECT nextval(pg_get_serial_sequence('crush_lu_eventconnection', 'id')) FROM generate_series(1, $1)");
        contenders.push_back(writer(
            "handwritten",
            [&data, rows, keys] {
                bulk_postgres(data, *keys, *rows);
                return rows->back().id.value;
            },
            look, reset, 1));
    }
    suite.measure("bulk insert of 10,000", data.database, std::move(contenders));
}

}  // namespace

void write_cases(Suite& suite, Data& data) {
    std::vector<Contender> contenders;
    contenders.push_back(writer(
        "ours",
        [&data] {
            Venue v = new_venue();
            data.db.insert(v);
            return v;
        },
        [&data] { return last_venue(data); }, [&data] { drop_venues(data); }, 2'000));
    contenders.push_back(insert_by_hand(data));
    for (Peer& peer : peers(suite, data)) contenders.push_back(std::move(peer.insert));
    suite.measure("insert", data.database, std::move(contenders));
    bulk_insert(suite, data);
}

}  // namespace bench
