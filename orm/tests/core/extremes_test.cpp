/// The limits: a million rows through a stream, a hundred thousand parents, the first and last value of every kind.
#include <fstream>

#include "fixture.hpp"
#include "orm/migration.hpp"

namespace shop {

struct Number {
    std::int64_t n = 0;

    static consteval auto meta() { return orm::rows<"numbers">(); }
};

struct Edge {
    orm::Id<Edge> id;
    orm::Text text;
    orm::Char<4> four;
    orm::Timestamp at{};
    orm::Date day = std::chrono::year(1) / 1 / 1;
    orm::Decimal<15, 5> amount;
    std::int16_t small = 0;
    std::int64_t big = 0;
    double ratio = 0;
    orm::Json document;
    std::vector<std::string> words;
    std::optional<orm::Text> maybe;

    static consteval auto meta() { return orm::model<"shop", "edge">(); }
};

namespace {

class Extremes : public Shop {
  protected:
    Extremes() {
        db.with_connection(true, std::source_location::current(), [](orm::Connection& connection) {
            connection.script(orm::migrations::create_all_sql(connection.dialect(), orm::schema::state_of<Edge>()));
        });
    }
    /// 1 to `last`, made by the database.
    auto numbers(std::int64_t last) {
        const auto start =
            orm::select<Venue> | orm::filter(f<&Venue::id> == one.id) | orm::value_of(orm::value(std::int64_t{1}));
        const auto step = orm::select<Number> | orm::filter(f<&Number::n> < last) | orm::value_of(f<&Number::n> + 1);
        return orm::select<Number> | orm::with(orm::recursive<Number>(start, step));
    }
    void expect_kept(const Edge& written) {
        const Edge stored = db.get(written.id);
        EXPECT_EQ(
            std::tie(stored.text, stored.four, stored.at, stored.day, stored.amount, stored.small, stored.big),
            std::tie(written.text, written.four, written.at, written.day, written.amount, written.small, written.big));
        EXPECT_EQ(std::tie(stored.ratio, stored.document, stored.words, stored.maybe),
                  std::tie(written.ratio, written.document, written.words, written.maybe));
    }
    Venue one = venue("one", "Remich");
};

/// Resident memory, in kB.
std::int64_t resident() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "VmRSS:") {
            std::int64_t kilobytes = 0;
            status >> kilobytes;
            return kilobytes;
        }
    return 0;
}

TEST_P(Extremes, AMillionRowsStreamInConstantMemory) {
    std::int64_t rows = 0, sum = 0, before = 0, most = 0;
    db.stream(numbers(1'000'000), [&](Number&& number) {
        sum += number.n;
        if (++rows % 50'000 != 0) return;
        if (before == 0) before = resident();
        most = std::max(most, resident() - before);
    });
    EXPECT_EQ(rows, 1'000'000);
    EXPECT_EQ(sum, 500'000'500'000);
#ifndef __SANITIZE_ADDRESS__  // which keeps what was freed
    // A million rows kept would be 8 MB of numbers alone; SQLite's own queue of a recursion holds one row.
    EXPECT_LT(most, 4'000);
#endif
    EXPECT_GT(before, 0);
}

TEST_P(Extremes, AStreamThatStopsEarlyLeavesTheConnectionClean) {
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

TEST_P(Extremes, AHundredThousandParentsArePrefetched) {
    std::vector<Venue> venues(100'000);
    for (std::size_t i = 0; i < venues.size(); ++i) venues[i].name = "v" + std::to_string(i);
    db.insert_many(venues);
    event("first", 1, venues.front().id);
    event("last", 2, venues.back().id);
    event("last again", 3, venues.back().id);
    orm::expect_queries(2, [&] {
        const auto rows =
            db.all(orm::select<Venue> | orm::prefetch(orm::reverse<&Event::venue>) | orm::order_by<&Venue::id>);
        ASSERT_EQ(rows.size(), 100'001U);
        EXPECT_EQ(std::get<1>(rows[0]).size(), 0U);
        EXPECT_EQ(std::get<1>(rows[1]).size(), 1U);
        ASSERT_EQ(std::get<1>(rows.back()).size(), 2U);
        EXPECT_EQ(std::get<1>(rows.back())[1].title, "last again");
    });
}

TEST_P(Extremes, FirstAndLastValuesAreKept) {
    Edge low, high;
    low.at = orm::parse_timestamp("0001-01-01 00:00:00");
    low.day = std::chrono::year(1) / 1 / 1;
    low.amount = orm::Decimal<15, 5>("-9999999999.99999");
    low.small = std::numeric_limits<std::int16_t>::min();
    low.big = std::numeric_limits<std::int64_t>::min();
    low.ratio = std::numeric_limits<double>::lowest();
    low.document = orm::Json("[]");
    low.maybe = orm::Text("");  // empty, not NULL
    high.at = orm::parse_timestamp("9999-12-31 23:59:59.999999");
    high.day = std::chrono::year(9999) / 12 / 31;
    high.amount = orm::Decimal<15, 5>("9999999999.99999");
    high.small = std::numeric_limits<std::int16_t>::max();
    high.big = std::numeric_limits<std::int64_t>::max();
    high.ratio = std::numeric_limits<double>::denorm_min();
    high.four = "\U0001F377e\u0301\u05E9";  // 4 bytes, combining, right to left: four code points
    high.text = std::string(1 << 20, 'x') + "\U0010FFFF";
    high.words = {"", "\U0001F377", "NULL", "a\\\"b"};
    // A number that no double holds, and a document as deep as ours may be.
    const std::string deep = std::string(30, '[') + "12345678901234567890.123456789" + std::string(30, ']');
    high.document = orm::Json(deep);
    Edge before;
    before.at = orm::parse_timestamp("1969-12-31 23:59:59.999999");
    before.day = std::chrono::year(1969) / 12 / 31;
    before.ratio = -0.0;

    for (Edge edge : {low, high, before}) {
        SCOPED_TRACE(orm::to_string(edge.at));
        db.insert(edge);
        expect_kept(edge);
        edge.id = {};
        std::vector<Edge> many{edge, edge};
        db.insert_many(many);
        expect_kept(many[1]);
        EXPECT_EQ((db.update_many<&Edge::at, &Edge::day, &Edge::amount, &Edge::document, &Edge::text>(many)), 2U);
        EXPECT_EQ((db.update_many<&Edge::words, &Edge::maybe>(many)), 2U);
        expect_kept(many[0]);
        db.save(many[0]);
        expect_kept(many[0]);
        EXPECT_EQ(db.count(orm::select<Edge> | orm::filter(f<&Edge::at> == edge.at && f<&Edge::day> == edge.day)), 3);
    }
}

TEST_P(Extremes, WhatNoDatabaseHoldsIsRefusedOnEveryPath) {
    const auto refused = [&](const char* field, auto change) {
        SCOPED_TRACE(field);
        Edge edge;
        db.insert(edge);
        change(edge);
        const auto names = [&](auto write) {
            try {
                write();
                ADD_FAILURE() << "was written";
            } catch (const orm::ValidationError& e) {
                EXPECT_EQ(e.model, "Edge");
                EXPECT_EQ(e.field, field);
            }
        };
        orm::expect_queries(0, [&] {
            names([&] { db.save(edge); });
            Edge fresh = edge;
            fresh.id = {};
            names([&] { db.insert(fresh); });
            std::vector<Edge> many{fresh};
            names([&] { db.insert_many(many); });
            names([&] { db.upsert<&Edge::id>(edge); });
        });
    };
    refused("text", [](Edge& e) { e.text = std::string("a\0b", 3); });
    refused("four", [](Edge& e) { e.four = "e\u0301e\u0301e"; });  // three letters, five code points
    refused("words", [](Edge& e) { e.words = {std::string("\0", 1)}; });
    refused("day", [](Edge& e) { e.day = std::chrono::year(10'000) / 1 / 1; });
    refused("at", [](Edge& e) { e.at = orm::Timestamp::max(); });
    refused("document", [](Edge& e) { e.document = orm::Json("[1,]"); });
    refused("maybe", [](Edge& e) { e.maybe = orm::Text("\xff"); });
}

ON_EACH_DATABASE(Extremes);

}  // namespace
}  // namespace shop
