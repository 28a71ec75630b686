/// Many rows: a million through a stream, a hundred thousand parents of a prefetch; memory and statements, not time.
#include <fstream>

#include "fixture.hpp"

namespace shop {

struct Number {
    std::int64_t n = 0;

    static consteval auto meta() { return orm::rows<"numbers">(); }
};

struct Page {
    orm::Id<Page> id;
    orm::Char<40> title;
    orm::Text body;

    static consteval auto meta() { return orm::model<"shop", "page">(); }
};

namespace {

class Volumes : public Shop {
  protected:
    Volumes() : Shop(orm::schema::state_of<Page>()) {}
    /// 1 to `last`, made by the database.
    auto numbers(std::int64_t last) {
        const auto start =
            orm::select<Venue> | orm::filter(f<&Venue::id> == one.id) | orm::value_of(orm::value(std::int64_t{1}));
        const auto step = orm::select<Number> | orm::filter(f<&Number::n> < last) | orm::value_of(f<&Number::n> + 1);
        return orm::select<Number> | orm::with(orm::recursive<Number>(start, step));
    }
    static std::string body(int n) { return std::string(900, static_cast<char>('a' + n % 26)) + std::to_string(n); }
    /// Written in parts, so that this program never holds them all.
    void pages(int count) {
        for (int n = 0; n < count;) {
            std::vector<Page> part(1000);
            for (Page& page : part) {
                page.title = "Page " + std::to_string(n);
                page.body = body(n++);
            }
            db.insert_many(part);
        }
    }
    Venue one = venue("one", "Remich");
};

/// Resident memory of our own, in kB: the pages of SQLite's file, which it maps, are the system's to drop.
std::int64_t resident() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "RssAnon:") {
            std::int64_t kilobytes = 0;
            status >> kilobytes;
            return kilobytes;
        }
    return 0;
}

/// How far it grows from the first look on, which comes before what is measured.
class Growth {
  public:
    void look() {
        if (before_ == 0) before_ = resident();
        most_ = std::max(most_, resident() - before_);
    }
    void expect_below(std::int64_t kilobytes) const {
        EXPECT_GT(before_, 0);
#ifndef __SANITIZE_ADDRESS__  // which keeps what was freed
        EXPECT_LT(most_, kilobytes);
#else
        static_cast<void>(kilobytes);
#endif
    }

  private:
    std::int64_t before_ = 0, most_ = 0;
};

TEST_P(Volumes, AMillionRowsStreamInConstantMemory) {
    std::int64_t rows = 0, sum = 0;
    Growth growth;
    growth.look();
    db.stream(numbers(1'000'000), [&](Number&& number) {
        sum += number.n;
        if (++rows % 50'000 == 0) growth.look();
    });
    EXPECT_EQ(rows, 1'000'000);
    EXPECT_EQ(sum, 500'000'500'000);
    // A million rows kept would be 8 MB of numbers alone; SQLite's own queue of a recursion holds one row.
    growth.expect_below(4'000);
}

/// Rows of a table, made by the database itself.
TEST_P(Volumes, AMillionStoredRowsStreamInConstantMemory) {
    constexpr int count = 1'000'000;
    db.execute(postgres()
                   ? "INSERT INTO shop_page (title, body) SELECT 'Page ' || n, n FROM generate_series(1, 1000000) AS n"
                   : "WITH RECURSIVE s (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM s WHERE n < 1000000) INSERT "
                     "INTO shop_page (title, body) SELECT 'Page ' || n, n FROM s");
    Growth growth;
    growth.look();
    int rows = 0;
    db.stream(orm::select<Page> | orm::order_by<&Page::id>, [&](Page&& page) {
        ++rows;
        if (page.body != std::to_string(rows)) ADD_FAILURE() << "row " << rows;
        if (rows % 50'000 == 0) growth.look();
    });
    EXPECT_EQ(rows, count);
    growth.expect_below(8'000);
}

TEST_P(Volumes, AStreamThatStopsEarlyLeavesTheConnectionClean) {
    db.atomic([&](orm::Transaction& tx) {
        for (int round = 0; round < 3; ++round) {
            std::int64_t last = 0;
            tx.stream(numbers(1'000'000), [&](Number&& number) { return (last = number.n) < 2'500; });
            EXPECT_EQ(last, 2'500);
            EXPECT_EQ(tx.count(orm::select<Venue>), 1);
        }
        tx.update(orm::select<Venue>, orm::set<& Venue::city> = "Schengen");
    });
    EXPECT_EQ(db.get(one.id).city, "Schengen") << "committed by the same connection";
}

/// 100 MB of rows and texts.
TEST_P(Volumes, RowsOfATableStreamInBoundedMemory) {
    constexpr int count = 100'000;
    pages(count);
    Growth growth;
    growth.look();
    int rows = 0;
    db.stream(orm::select<Page> | orm::order_by<&Page::id>, [&](Page&& page) {
        if (page.body != body(rows) || page.title != "Page " + std::to_string(rows)) ADD_FAILURE() << "row " << rows;
        if (++rows % 5'000 == 0) growth.look();
    });
    EXPECT_EQ(rows, count);
    growth.expect_below(8'000);
}

/// Outside a transaction, too, where nothing else would end what the stream began.
TEST_P(Volumes, AStreamThatStopsOrThrowsGivesItsConnectionBack) {
    pages(3'000);
    orm::Database single(url("pool_size=1"));
    const auto query = orm::select<Page> | orm::order_by<&Page::id>;
    const auto expect_clean = [&](const char* after) {
        SCOPED_TRACE(after);
        EXPECT_EQ(single.count(orm::select<Page>), 3'000);
        single.update(orm::select<Venue>, orm::set<& Venue::city> = after);
        EXPECT_EQ(db.get(one.id).city, after) << "committed: no transaction was left open";
        if (!postgres()) return;
        db.atomic([&](orm::Transaction& tx) {
            tx.execute("SET LOCAL lock_timeout = '5s'");
            tx.execute("LOCK TABLE shop_page IN ACCESS EXCLUSIVE MODE");  // no reader holds it
        });
    };
    for (const std::size_t batch : {1U, 7U, 1000U}) {
        int rows = 0;
        single.stream(
            query, [&](Page&&) { return ++rows < 10; }, batch);
        EXPECT_EQ(rows, 10);
        expect_clean("stopped");
        EXPECT_THROW(single.stream(
                         query,
                         [&](Page&&) {
                             if (++rows == 1'500) throw std::runtime_error("no");
                         },
                         batch),
                     std::runtime_error);
        EXPECT_EQ(rows, 1'500);
        expect_clean("thrown");
        single.atomic([&](orm::Transaction& tx) {
            EXPECT_THROW(tx.atomic([&](orm::Transaction& inner) {
                inner.stream(
                    query, [](Page&&) -> bool { throw std::runtime_error("no"); }, batch);
            }),
                         std::runtime_error);
            EXPECT_EQ(tx.count(orm::select<Page>), 3'000);
        });
        expect_clean("thrown within a transaction");
    }
}

/// A hundred thousand venues; every fifth has three events, each event a registration, two guests, or both.
TEST_P(Volumes, AHundredThousandParentsTakeOneStatementPerLevel) {
    using E = Event;
    std::vector<Venue> venues(100'000);
    for (std::size_t i = 0; i < venues.size(); ++i) venues[i].name = "v" + std::to_string(i);
    db.insert_many(venues);
    std::vector<User> users(300);
    for (std::size_t i = 0; i < users.size(); ++i) {
        users[i].username = "u" + std::to_string(i);
        users[i].email = users[i].username + "@example.lu";
    }
    db.insert_many(users);
    std::vector<E> events(60'000);
    for (std::size_t i = 0; i < events.size(); ++i) {
        events[i].title = "e" + std::to_string(i);
        events[i].event_date = may(1 + static_cast<int>(i % 3));
        events[i].venue = venues[i / 3 * 5].id;
    }
    db.insert_many(events);
    std::vector<Registration> made;
    std::vector<std::pair<orm::Id<E>, orm::Id<User>>> guests;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (i % 2 == 0) {
            made.emplace_back().event = events[i].id;
            made.back().user = users[i % users.size()].id;
        }
        if (i % 3 == 0)
            for (std::size_t n : {i % users.size(), (i + 1) % users.size()})
                guests.emplace_back(events[i].id, users[n].id);
    }
    db.insert_many(made);
    db.add_related_pairs<&E::special_users>(guests);
    const auto events_of = orm::reverse<&E::venue>;
    const auto by_key = orm::order_by<&Venue::id>;

    // The last two of each venue; each with its registrations and their users, and its guests.
    const auto nested = events_of | orm::order_by<orm::desc<&E::event_date>> | orm::limit(2) |
                        orm::prefetch(registrations | orm::related<&Registration::user>) |
                        orm::prefetch(orm::related_set<&E::special_users> | orm::order_by<&User::id>);
    orm::expect_queries(4, [&] {
        const auto rows =
            db.all(orm::select<Venue> | orm::filter(f<&Venue::id> != one.id) | orm::prefetch(nested) | by_key);
        ASSERT_EQ(rows.size(), venues.size());
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& [venue, last] = rows[i];
            wrong += venue.id != venues[i].id || last.size() != (i % 5 == 0 ? 2U : 0U);
            for (std::size_t n = 0; n < last.size(); ++n) {
                const auto& [event, registered, invited] = last[n];
                const std::size_t number = i / 5 * 3 + 2 - n;
                wrong += event.id != events[number].id || registered.size() != (number % 2 == 0 ? 1U : 0U) ||
                         invited.size() != (number % 3 == 0 ? 2U : 0U);
                for (const auto& [registration, user] : registered)
                    wrong += registration.event != event.id || user.id != users[number % users.size()].id;
            }
        }
        EXPECT_EQ(wrong, 0U);
    });
    // Many-to-many of many parents, and back.
    orm::expect_queries(3, [&] {
        const auto rows = db.all(orm::select<E> | orm::order_by<&E::id> |
                                 orm::prefetch(orm::related_set<&E::special_users> | orm::order_by<&User::id> |
                                               orm::prefetch(orm::reverse<&Registration::user>)));
        ASSERT_EQ(rows.size(), events.size());
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& [event, invited] = rows[i];
            wrong += invited.size() != (i % 3 == 0 ? 2U : 0U);
            if (invited.size() != 2) continue;
            const std::size_t first = i % users.size();
            wrong += std::get<0>(invited[0]).id != users[std::min(first, (first + 1) % users.size())].id;
            wrong +=
                std::get<1>(invited[0]).size() != (std::min(first, (first + 1) % users.size()) % 2 == 0 ? 200U : 0U);
        }
        EXPECT_EQ(wrong, 0U);
    });
    orm::expect_queries(2, [&] {
        std::size_t pairs = 0;
        for (const auto& [user, invitations] :
             db.all(orm::select<User> | orm::prefetch(orm::reverse<&E::special_users>)))
            pairs += invitations.size();
        EXPECT_EQ(pairs, guests.size());
    });
}

ON_EACH_DATABASE(Volumes);

}  // namespace
}  // namespace shop
