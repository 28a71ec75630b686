#include <SQLiteCpp/SQLiteCpp.h>

#include <cmath>

#include "peers/peers.hpp"

namespace bench {

namespace {

class Reader {
  public:
    explicit Reader(SQLite::Statement& statement) : statement_(statement) {}
    void operator()(std::int64_t& out) { out = some().getInt64(); }
    void operator()(std::int32_t& out) { out = some().getInt(); }
    void operator()(bool& out) { out = some().getInt() != 0; }
    void operator()(std::string& out) { out = some().getString(); }
    void operator()(orm::Timestamp& out) { out = timestamp_of(some().getText()); }
    template <class Enum>
    requires std::is_enum_v<Enum>
    void operator()(Enum& out) { out = by_hand::choice<Enum>(some().getText()); }
    template <class Model, class Rule>
    void operator()(orm::ForeignKey<Model, Rule>& out) {
        (*this)(out.id.value);
    }
    template <int Digits, int Scale>
    void operator()(orm::Decimal<Digits, Scale>& out) {
        out.units = std::llround(some().getDouble() * static_cast<double>(orm::detail::power_of_ten(Scale)));
    }
    template <class T>
    void operator()(std::optional<T>& out) {
        if (statement_.isColumnNull(column_))
            ++column_;
        else
            (*this)(out.emplace());
    }

  private:
    SQLite::Column some() { return statement_.getColumn(column_++); }
    SQLite::Statement& statement_;
    int column_ = 0;
};

}  // namespace

Peer sqlitecpp_peer(Data& data) {
    auto database = std::make_shared<SQLite::Database>(data.path, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, 5000);
    for (const char* pragma : {"PRAGMA foreign_keys = ON", "PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -16000",
                               "PRAGMA mmap_size = 268435456", "PRAGMA temp_store = MEMORY"})
        database->exec(pragma);
    const auto prepare = [&](const std::string& sql) { return std::make_shared<SQLite::Statement>(*database, sql); };
    Peer peer;
    auto point_read = prepare(point_read_sql("?"));
    peer.point_read = contender("sqlitecpp", [database, point_read, keys = Keys(data.facts)]() mutable {
        auth::User user;
        point_read->bind(1, keys.next().value);
        if (!point_read->executeStep()) by_hand::bad("no such user");
        Reader reader(*point_read);
        by_hand::read_row(reader, user);
        point_read->reset();
        return user;
    });
    auto rows = prepare(rows_sql());
    peer.rows = contender("sqlitecpp", [database, rows] {
        std::vector<crush_lu::MeetupEvent> events;
        while (rows->executeStep()) {
            Reader reader(*rows);
            by_hand::read_row(reader, events.emplace_back());
        }
        rows->reset();
        return events;
    });
    auto insert = prepare(insert_sql("?, ?, ?, ?"));
    peer.insert = writer(
        "sqlitecpp",
        [database, insert] {
            crush_lu::Venue v = new_venue();
            insert->bindNoCopy(1, by_hand::checked(v.name));
            insert->bindNoCopy(2, by_hand::checked(v.address));
            insert->bindNoCopy(3, by_hand::checked(v.city));
            insert->bind(4, v.capacity);
            insert->exec();
            insert->reset();
            v.id.value = database->getLastInsertRowid();
            return v;
        },
        [&data] { return last_venue(data); }, [&data] { drop_venues(data); }, 2'000);
    return peer;
}

}  // namespace bench
