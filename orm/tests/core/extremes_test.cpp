/// The first and last value of every kind, and what lies beyond them.
#include <cmath>

#include "fixture.hpp"
#include "orm/migration.hpp"

namespace shop {

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
    void expect_kept(const Edge& written) {
        const Edge stored = db.get(written.id);
        EXPECT_EQ(
            std::tie(stored.text, stored.four, stored.at, stored.day, stored.amount, stored.small, stored.big),
            std::tie(written.text, written.four, written.at, written.day, written.amount, written.small, written.big));
        EXPECT_EQ(std::tie(stored.ratio, stored.document, stored.words, stored.maybe),
                  std::tie(written.ratio, written.document, written.words, written.maybe));
        // SQLite keeps -0.0 as the integer 0.
        EXPECT_EQ(std::signbit(stored.ratio), std::signbit(written.ratio) && (postgres() || written.ratio != 0));
    }
};

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
        db.upsert<&Edge::id>(many[0]);
        expect_kept(many[0]);
        EXPECT_EQ((db.upsert_many<&Edge::id>(many)), 2U);
        expect_kept(many[1]);
        const auto first = orm::select<Edge> | orm::filter(f<&Edge::id> == many[0].id);
        db.update(first, orm::set<& Edge::text> = edge.text, orm::set<& Edge::ratio> = edge.ratio,
                  orm::set<& Edge::document> = edge.document, orm::set<& Edge::at> = edge.at,
                  orm::set<& Edge::amount> = edge.amount);
        expect_kept(many[0]);
        EXPECT_EQ(db.count(orm::select<Edge> | orm::filter(f<&Edge::at> == edge.at && f<&Edge::day> == edge.day)), 3);
    }
}

/// A value that no database holds, on every path that writes rows, without a statement; and by set<>.
TEST_P(Extremes, WhatNoDatabaseHoldsIsRefusedOnEveryPath) {
    using E = Edge;
    const auto refused = [&]<auto Member>(auto value) {
        const std::string_view field = orm::member_name<Member>;
        SCOPED_TRACE(field);
        Edge stored;
        db.insert(stored);
        Edge edge = stored;
        edge.*Member = value;
        Edge fresh = edge;
        fresh.id = {};
        std::vector<Edge> known{edge}, many{fresh};
        const auto names = [&](const char* path, auto write) {
            SCOPED_TRACE(path);
            try {
                write();
                ADD_FAILURE() << "was written";
            } catch (const orm::ValidationError& e) {
                EXPECT_EQ(e.model, "Edge");
                EXPECT_EQ(e.field, field);
            }
        };
        const auto chosen = orm::on_conflict<&E::id>.template update<Member>();
        orm::expect_queries(0, [&] {
            names("save", [&] { db.save(edge); });
            names("save of a field", [&] { db.template save<Member>(edge); });
            names("save_changed", [&] { db.save_changed(edge, stored); });
            names("insert", [&] { db.insert(fresh); });
            names("create", [&] { db.create(fresh); });
            names("insert_many", [&] { db.insert_many(many); });
            names("insert_or_ignore", [&] { db.insert_or_ignore<&E::id>(edge); });
            names("insert_many_or_ignore", [&] { db.insert_many_or_ignore<&E::id>(known); });
            names("upsert", [&] { db.upsert<&E::id>(edge); });
            names("upsert_many", [&] { db.upsert_many<&E::id>(known); });
            names("upsert of a field", [&] { db.upsert(edge, chosen); });
            names("upsert_many of a field", [&] { db.upsert_many(known, chosen); });
            names("update_many", [&] { db.template update_many<Member>(known); });
        });
        const auto row = orm::select<Edge> | orm::filter(f<&E::id> == stored.id);
        EXPECT_THROW(db.update(row, orm::set<Member> = value), orm::Error);
        EXPECT_THROW(db.update_returning(row, orm::set<Member> = value), orm::Error);
        EXPECT_EQ(db.get(row).*Member, stored.*Member);
    };
    refused.operator()<&E::text>(orm::Text(std::string("a\0b", 3)));
    refused.operator()<&E::four>(orm::Char<4>("e\u0301e\u0301e"));  // three letters, five code points
    refused.operator()<&E::words>(std::vector{std::string("\0", 1)});
    refused.operator()<&E::day>(orm::Date(std::chrono::year(10'000) / 1 / 1));
    refused.operator()<&E::at>(orm::Timestamp::max());
    refused.operator()<&E::document>(orm::Json("[1,]"));
    refused.operator()<&E::maybe>(std::optional(orm::Text("\xff")));
}

ON_EACH_DATABASE(Extremes);

}  // namespace
}  // namespace shop
