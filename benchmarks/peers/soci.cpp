#include <soci/soci.h>

#include "peers/peers.hpp"

namespace bench {

namespace {

template <class T>
inline constexpr bool is_number = std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::int32_t>;
template <class T>
requires requires(T key) {
    key.id.value;
}
inline constexpr bool is_number<T> = true;
template <class T>
inline constexpr bool is_number<std::optional<T>> = is_number<T>;

/// The variables that SOCI fills row by row: whole numbers as they are, everything else as text.
class Outputs {
  public:
    template <class Model>
    void attach(soci::statement& statement, Model model) {
        Attach attach{*this, statement};
        by_hand::read_row(attach, model);
    }
    template <class Model>
    void read(Model& model) {
        Read read{*this};
        by_hand::read_row(read, model);
    }

  private:
    struct Variable {
        long long number = 0;
        std::string text;
        soci::indicator indicator = soci::i_ok;
    };
    struct Attach {
        Outputs& all;
        soci::statement& statement;
        template <class T>
        void operator()(T&) {
            Variable& v = *all.variables_.emplace_back(std::make_unique<Variable>());
            if constexpr (is_number<T>)
                statement.exchange(soci::into(v.number, v.indicator));
            else
                statement.exchange(soci::into(v.text, v.indicator));
        }
    };
    struct Read {
        Outputs& all;
        std::size_t at = 0;
        template <class T>
        void operator()(T& out) {
            put(*all.variables_[at++], out);
        }
    };
    template <class T>
    static void put(const Variable& v, std::optional<T>& out) {
        if (v.indicator == soci::i_ok) put(v, out.emplace());
    }
    static void put(const Variable& v, std::int64_t& out) { out = v.number; }
    static void put(const Variable& v, std::int32_t& out) { out = static_cast<std::int32_t>(v.number); }
    static void put(const Variable& v, bool& out) { out = bool_of(v.text); }
    static void put(const Variable& v, std::string& out) { out = v.text; }
    static void put(const Variable& v, orm::Timestamp& out) { out = timestamp_of(v.text); }
    template <class Enum>
    requires std::is_enum_v<Enum>
    static void put(const Variable& v, Enum& out) { out = by_hand::choice<Enum>(v.text); }
    template <class Model, class Rule>
    static void put(const Variable& v, orm::ForeignKey<Model, Rule>& out) {
        out.id.value = v.number;
    }
    template <int Digits, int Scale>
    static void put(const Variable& v, orm::Decimal<Digits, Scale>& out) {
        out.units = units_of(v.text, Scale);
    }
    std::vector<std::unique_ptr<Variable>> variables_;
};

/// SOCI takes libpq's keywords, not its URLs.
std::string keywords(const std::string& url) {
    std::string result;
    PQconninfoOption* options = PQconninfoParse(url.c_str(), nullptr);
    for (const PQconninfoOption* option = options; option && option->keyword; ++option)
        if (option->val) result += std::string(option->keyword) + "='" + option->val + "' ";
    PQconninfoFree(options);
    return result;
}

struct Session {
    explicit Session(const Data& data)
        : sql(data.sqlite() ? soci::session("sqlite3", data.path) : soci::session("postgresql", keywords(data.url))),
          point_read(sql),
          rows(sql),
          insert(sql) {
        if (!data.sqlite()) {
            sql << "SET TimeZone TO 'UTC'";
        } else {
            for (const char* pragma :
                 {"PRAGMA foreign_keys = ON", "PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -16000",
                  "PRAGMA mmap_size = 268435456", "PRAGMA temp_store = MEMORY"})
                sql << pragma;
        }
        user.attach(point_read, auth::User{});
        point_read.exchange(soci::use(key, "a"));
        prepare(point_read, point_read_sql(":a"));
        event.attach(rows, crush_lu::MeetupEvent{});
        prepare(rows, rows_sql());
        insert.exchange(soci::use(static_cast<std::string&>(venue.name), "a"));
        insert.exchange(soci::use(static_cast<std::string&>(venue.address), "b"));
        insert.exchange(soci::use(static_cast<std::string&>(venue.city), "c"));
        insert.exchange(soci::use(venue.capacity, "d"));
        if (!data.sqlite()) insert.exchange(soci::into(new_key));
        prepare(insert, insert_sql(":a, :b, :c, :d") + (data.sqlite() ? "" : " RETURNING id"));
    }
    static void prepare(soci::statement& statement, const std::string& text) {
        statement.alloc();
        statement.prepare(text);
        statement.define_and_bind();
    }
    soci::session sql;
    soci::statement point_read, rows, insert;
    Outputs user, event;
    long long key = 0, new_key = 0;
    crush_lu::Venue venue = new_venue();
};

}  // namespace

Peer soci_peer(Data& data) {
    auto session = std::make_shared<Session>(data);
    Peer peer;
    peer.point_read = contender("soci", [session, keys = Keys(data.facts)]() mutable {
        session->key = keys.next().value;
        if (!session->point_read.execute(true)) by_hand::bad("no such user");
        auth::User user;
        session->user.read(user);
        return user;
    });
    peer.rows = contender("soci", [session] {
        std::vector<crush_lu::MeetupEvent> events;
        session->rows.execute();
        while (session->rows.fetch()) session->event.read(events.emplace_back());
        return events;
    });
    peer.insert = writer(
        "soci",
        [session, sqlite = data.sqlite()] {
            crush_lu::Venue& v = session->venue;
            by_hand::checked(v.name), by_hand::checked(v.address), by_hand::checked(v.city);
            session->insert.execute(true);
            if (sqlite) session->sql.get_last_insert_id("crush_lu_venue", session->new_key);
            v.id.value = session->new_key;
            return v;
        },
        [&data] { return last_venue(data); }, [&data] { drop_venues(data); }, 2'000);
    return peer;
}

}  // namespace bench
