/// What PostgreSQL has types and operators for, and updates of many rows at once.
#include "cases/cases.hpp"

namespace bench {

using namespace crush_lu;
using auth::User;
using orm::f;

namespace {

using Keys64 = std::vector<std::int64_t>;

/// The keys that a statement yields. What is looked for is a parameter on both sides, as whoever searches types it.
template <class... Values>
Contender keys_by_hand(Data& data, const char* name, const std::string& sql, const Values&... values) {
    if (data.sqlite()) {
        auto statement = std::make_shared<by_hand::SqliteStatement>(*data.hand_sqlite, sql);
        return contender("handwritten", [statement, values...] {
            Keys64 keys;
            statement->with(values...);
            while (statement->next()) statement->row()(keys.emplace_back());
            statement->done();
            return keys;
        });
    }
    auto statement = std::make_shared<by_hand::PostgresStatement>(*data.hand_postgres, name, sql);
    return contender("handwritten", [statement, values...] {
        const auto result = statement->run(values...);
        Keys64 keys(static_cast<std::size_t>(PQntuples(result.get())));
        for (std::size_t i = 0; i < keys.size(); ++i)
            by_hand::PostgresReader(result.get(), static_cast<int>(i))(keys[i]);
        return keys;
    });
}

void containment(Suite& suite, Data& data) {
    using P = CrushProfile;
    using C = JourneyChallenge;
    const std::vector<orm::Char<50>> wanted{"wine", "tag7"};
    std::vector<Contender> arrays, documents;
    arrays.push_back(contender("ours", [&data, wanted] {
        return data.db.all(orm::select<P> | orm::filter(orm::array_contains(f<&P::interests>, wanted)) |
                           orm::order_by<&P::id> | orm::values<&P::id>);
    }));
    // On SQLite a function of one's own: json_each would take every row's array apart once for each wanted item.
    const std::string profiles = "SELECT id FROM crush_lu_crushprofile WHERE ";
    arrays.push_back(data.sqlite() ? keys_by_hand(data, "array", profiles + "hand_has_all(interests, ?1) ORDER BY id",
                                                  std::string("[\"wine\",\"tag7\"]"))
                                   : keys_by_hand(data, "array", profiles + "interests @> $1 ORDER BY id",
                                                  by_hand::Postgres::array(std::vector<std::string>{"wine", "tag7"})));
    suite.measure("array contains, 2,000 rows", data.database, std::move(arrays));

    documents.push_back(contender("ours", [&data] {
        return data.db.all(orm::select<C> | orm::filter(orm::json_contains(f<&C::options>, orm::Json("[\"a\"]"))) |
                           orm::order_by<&C::id> | orm::values<&C::id>);
    }));
    const std::string challenges = "SELECT id FROM crush_lu_journeychallenge WHERE ";
    documents.push_back(
        data.sqlite()
            ? keys_by_hand(data, "json", challenges + "hand_has_all(options, ?1) ORDER BY id", std::string("[\"a\"]"))
            : keys_by_hand(data, "json", challenges + "options @> $1 ORDER BY id",
                           std::string("\x01[\"a\"]")));  // jsonb's binary form begins with its version
    suite.measure("JSON contains, 640 rows", data.database, std::move(documents));
}

/// On SQLite an FTS5 table that triggers keep would be the known best way, but that is another schema; by hand, too,
/// the rows' texts are searched as they are.
void ranked_search(Suite& suite, Data& data) {
    using E = MeetupEvent;
    std::vector<Contender> search;
    search.push_back(contender("ours", [&data] {
        const auto texts = orm::search_in<"AB">(f<&E::title>, f<&E::description>);
        return data.db.all(orm::select<E> |
                           orm::filter(f<&E::event_date> >= data.facts.now && texts.matches("word500")) |
                           orm::sort(texts.rank("word500").desc(), f<&E::id>) | orm::values<&E::id>);
    }));
    const std::string begin = "SELECT id FROM ", of = "crush_lu_meetupevent WHERE event_date >= ";
    if (data.sqlite()) {
        // LIMIT keeps SQLite from putting the rank's text in its two places and computing it twice.
        search.push_back(keys_by_hand(data, "search",
                                      begin + "(SELECT id, hand_rank(?2, title, description) AS rank FROM " + of +
                                          "?1 LIMIT -1) WHERE rank IS NOT NULL ORDER BY rank DESC, id",
                                      data.facts.now, std::string("word500")));
    } else {
        const std::string vector =
            "(setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', description), 'B'))";
        const std::string query = "(SELECT plainto_tsquery('english', $2))";  // once, and not anew for each plan
        search.push_back(keys_by_hand(data, "search",
                                      begin + of + "$1 AND " + vector + " @@ " + query + " ORDER BY ts_rank(" + vector +
                                          ", " + query + ") DESC, id",
                                      data.facts.now, std::string("word500")));
    }
    suite.measure("ranked search, 40 rows", data.database, std::move(search));
}

/// Every user gets a name of its own, another one each time.
void rename(std::vector<User>& users) {
    static int round = 0;
    ++round;
    for (std::size_t i = 0; i < users.size(); ++i) {
        users[i].first_name = "Name" + std::to_string((i + static_cast<std::size_t>(round)) % 977);
        users[i].is_staff = (i + static_cast<std::size_t>(round)) % 2 != 0;
    }
}

/// PostgreSQL's binary arrays of texts and booleans.
template <class Value>
std::string array_of(std::int32_t type, const std::vector<User>& users, Value value) {
    std::string bytes(20, '\0');
    by_hand::put_big_endian(bytes.data(), std::int32_t{1});
    by_hand::put_big_endian(bytes.data() + 8, type);
    by_hand::put_big_endian(bytes.data() + 12, static_cast<std::int32_t>(users.size()));
    by_hand::put_big_endian(bytes.data() + 16, std::int32_t{1});
    for (const User& user : users) {
        const std::string_view item = value(user);
        char size[4];
        by_hand::put_big_endian(size, static_cast<std::int32_t>(item.size()));
        bytes.append(size, 4).append(item);
    }
    return bytes;
}

Contender update_by_hand(Data& data, std::shared_ptr<std::vector<User>> users, std::function<std::string()> look,
                         std::function<void()> reset) {
    if (data.sqlite()) {
        auto update = std::make_shared<by_hand::SqliteStatement>(
            *data.hand_sqlite, "UPDATE auth_user SET first_name = ?1, is_staff = ?2 WHERE id = ?3");
        return writer(
            "handwritten",
            [&data, users, update] {
                data.hand_sqlite->execute("BEGIN IMMEDIATE");
                for (const User& u : *users) update->with(by_hand::checked(u.first_name), u.is_staff, u.id.value).run();
                data.hand_sqlite->execute("COMMIT");
                return users->size();
            },
            look, reset, 1);
    }
    auto update =
        std::make_shared<by_hand::PostgresStatement>(*data.hand_postgres, "update_many",
                                                     "UPDATE auth_user SET first_name = v.a, is_staff = v.b FROM "
                                                     "unnest($1::int8[], $2::text[], $3::bool[]) AS v(id, a, "
                                                     "b) WHERE auth_user.id = v.id");
    return writer(
        "handwritten",
        [users, update] {
            Keys64 keys;
            for (const User& u : *users) keys.push_back(u.id.value);
            update->run(
                by_hand::Postgres::array(keys),
                array_of(25, *users, [](const User& u) { return std::string_view(by_hand::checked(u.first_name)); }),
                array_of(16, *users, [](const User& u) { return u.is_staff ? "\1"sv : std::string_view("\0", 1); }));
            return users->size();
        },
        look, reset, 1);
}

void update_many(Suite& suite, Data& data) {
    auto users = std::make_shared<std::vector<User>>(
        data.db.all(orm::select<User> | orm::order_by<&User::id> | orm::limit(1'000)));
    const auto look = [&data, users] {
        const auto found = data.db.all(orm::select<User> | orm::order_by<&User::id> | orm::limit(1'000));
        return std::string(dump(found) == dump(*users) ? "as written" : "something else");
    };
    const auto reset = [users] { rename(*users); };
    std::vector<Contender> contenders;
    reset();
    contenders.push_back(writer(
        "ours", [&data, users] { return data.db.update_many<&User::first_name, &User::is_staff>(*users); }, look, reset,
        1));
    contenders.front().look = {};  // whoever joins in has values of its own, and looks itself
    contenders.push_back(update_by_hand(data, users, look, reset));
    suite.measure("update of 1,000 rows", data.database, std::move(contenders));
}

}  // namespace

void feature_cases(Suite& suite, Data& data) {
    containment(suite, data);
    ranked_search(suite, data);
    update_many(suite, data);
}

}  // namespace bench
