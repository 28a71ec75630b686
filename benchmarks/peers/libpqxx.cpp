#include <pqxx/pqxx>

#include "peers/peers.hpp"

namespace bench {

namespace {

/// libpqxx 6 speaks PostgreSQL's text format.
class Reader {
  public:
    explicit Reader(const pqxx::row& row) : row_(row) {}
    void operator()(std::int64_t& out) { out = some().as<std::int64_t>(); }
    void operator()(std::int32_t& out) { out = some().as<std::int32_t>(); }
    void operator()(bool& out) { out = bool_of(text()); }
    void operator()(std::string& out) { out.assign(text()); }
    void operator()(orm::Timestamp& out) { out = timestamp_of(text()); }
    template <class Enum>
    requires std::is_enum_v<Enum>
    void operator()(Enum& out) { out = by_hand::choice<Enum>(text()); }
    template <class Model, class Rule>
    void operator()(orm::ForeignKey<Model, Rule>& out) {
        (*this)(out.id.value);
    }
    template <int Digits, int Scale>
    void operator()(orm::Decimal<Digits, Scale>& out) {
        out.units = units_of(text(), Scale);
    }
    template <class T>
    void operator()(std::optional<T>& out) {
        if (row_[column_].is_null())
            ++column_;
        else
            (*this)(out.emplace());
    }

  private:
    pqxx::field some() { return row_[column_++]; }
    std::string_view text() {
        const pqxx::field field = some();
        return {field.c_str(), field.size()};
    }
    const pqxx::row& row_;
    int column_ = 0;
};

}  // namespace

Peer libpqxx_peer(Data& data) {
    auto connection = std::make_shared<pqxx::connection>(data.url);
    pqxx::nontransaction(*connection).exec("SET TimeZone TO 'UTC'");
    connection->prepare("point_read", point_read_sql("$1"));
    connection->prepare("rows", rows_sql());
    connection->prepare("insert", insert_sql("$1, $2, $3, $4") + " RETURNING id");
    Peer peer;
    peer.point_read = contender("libpqxx", [connection, keys = Keys(data.facts)]() mutable {
        auth::User user;
        pqxx::nontransaction work(*connection);
        const pqxx::row row = work.exec_prepared1("point_read", keys.next().value);
        Reader reader(row);
        by_hand::read_row(reader, user);
        return user;
    });
    peer.rows = contender("libpqxx", [connection] {
        std::vector<crush_lu::MeetupEvent> events;
        pqxx::nontransaction work(*connection);
        const pqxx::result result = work.exec_prepared("rows");
        events.reserve(result.size());
        for (const pqxx::row& row : result) {
            Reader reader(row);
            by_hand::read_row(reader, events.emplace_back());
        }
        return events;
    });
    peer.insert = writer(
        "libpqxx",
        [connection] {
            crush_lu::Venue v = new_venue();
            pqxx::nontransaction work(*connection);
            const pqxx::row row = work.exec_prepared1("insert", by_hand::checked(v.name), by_hand::checked(v.address),
                                                      by_hand::checked(v.city), v.capacity);
            v.id.value = row[0].as<std::int64_t>();
            return v;
        },
        [&data] { return last_venue(data); }, [&data] { drop_venues(data); }, 2'000);
    return peer;
}

}  // namespace bench
