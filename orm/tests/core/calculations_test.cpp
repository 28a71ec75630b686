/// Numbers, texts and documents that are calculated: the same result on both databases, and nothing is stored that the
/// data layer could not read again.
#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using Money = orm::Decimal<6, 2>;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

class Calculations : public Shop {
  protected:
    Calculations() {
        cheap = priced("cheap", 1, "4.00", 10);
        fair = priced("fair", 2, "10.00", 20);
        dear = priced("dear", 3, "12.50", 30);
    }
    E cheap, fair, dear;
};

TEST_P(Calculations, DecimalsCompareAsNumbersWhateverStandsBesideThem) {
    const auto fee = f<&E::fee>;
    const Money ten("10.00");
    EXPECT_EQ(where(fee < ten), "cheap");
    EXPECT_EQ(where(fee * 2 < Money("20.00")), "cheap");
    EXPECT_EQ(where(orm::coalesce(fee, Money("0.00")) < ten), "cheap");
    EXPECT_EQ(where(orm::case_(orm::then(f<&E::title> == "dear", Money("1.00")), fee) < ten), "cheap dear");
    EXPECT_EQ(where(orm::nullif(fee, ten) == std::nullopt), "fair");
    EXPECT_EQ(where(orm::greatest(fee, ten) == ten), "cheap fair");
    EXPECT_EQ(where((fee * 2).in({Money("8.00"), Money("25.00")})), "cheap dear");
    EXPECT_EQ(where(fee.in({Money("4.00")})), "cheap");
    EXPECT_EQ(where((fee + 1).between(Money("10.50"), Money("11.00"))), "fair");
    const auto costly = db.all(orm::select<E> | orm::group_by<&E::title> | orm::having(orm::sum(fee) > ten));
    EXPECT_THAT(costly, ElementsAre("dear"));
    registration(dear, user("ana"), R::Status::confirmed);
    EXPECT_EQ(where(orm::sum(registrations, f<&R::event, &E::fee>) > ten), "dear");
}

TEST_P(Calculations, DivisionAndRemainder) {
    EXPECT_EQ(of(fair, f<&E::fee> / 4), Money("2.50")) << "10.00 is a whole number for SQLite";
    EXPECT_EQ(of(dear, f<&E::fee> % 4), Money("0.50"));
    EXPECT_EQ(of(fair, f<&E::fee> % Money("0.30")), Money("0.10"));
    EXPECT_EQ(of(fair, f<&E::max_participants> / 3), 6);
    EXPECT_EQ(of(fair, f<&E::max_participants> % 3), 2);
    EXPECT_EQ(where(f<&E::fee> / 4 > Money("3.00")), "dear");
}

TEST_P(Calculations, CastsRoundAndRefuse) {
    EXPECT_EQ(of(fair, orm::cast<Money>(f<&E::fee> / 3)), Money("3.33"));
    EXPECT_EQ(of(fair, orm::cast<Money>(f<&E::fee> * Money("0.67") / 4)), Money("1.68")) << "1.675, away from zero";
    EXPECT_EQ(of(dear, orm::cast<std::int32_t>(f<&E::fee>)), 13);
    EXPECT_EQ(of(dear, orm::cast<double>(f<&E::fee>)), 12.5);
    EXPECT_EQ(of(dear, orm::cast<std::string>(f<&E::max_participants>)), "30");
    EXPECT_THROW(of(dear, orm::cast<orm::Decimal<2, 1>>(f<&E::fee>)), orm::DataError);
}

TEST_P(Calculations, AveragesAbsoluteValuesAndNulls) {
    EXPECT_THAT(db.aggregate(orm::select<E>, orm::avg(f<&E::max_participants>)), Optional(20.0));
    EXPECT_THAT(db.aggregate(orm::select<E> | orm::filter(f<&E::title> == "x"), orm::avg(f<&E::fee>)), std::nullopt);
    EXPECT_EQ(of(cheap, orm::abs(f<&E::max_participants> - 15)), 5);
    EXPECT_EQ(of(cheap, orm::nullif(f<&E::title>, "cheap")), std::nullopt);
    EXPECT_THAT(of(fair, orm::nullif(f<&E::title>, "cheap")), Optional(std::string("fair")));
}

TEST_P(Calculations, WholeNumbersHave64Bits) {
    const auto n = f<&E::max_participants>;
    db.update(orm::select<E>, orm::set<& E::max_participants> = 2'000'000'000);
    EXPECT_EQ(of(cheap, n * 1'000'000'000), 2'000'000'000'000'000'000);
    EXPECT_EQ(of(cheap, n + n), 4'000'000'000);
    EXPECT_EQ(of(cheap, n * n - n * n / 2 + n % n), 2'000'000'000'000'000'000);
    EXPECT_EQ(of(cheap, (n + n) % (n - 7)), 14);
    EXPECT_EQ(where(n + n > 3'999'999'999), "cheap fair dear");
    EXPECT_EQ(db.aggregate(orm::select<E>, orm::sum(n + n)), 12'000'000'000);
    EXPECT_EQ(db.aggregate(orm::select<E>, orm::sum(n + n + 1) / 5), 2'400'000'000)
        << "of whole numbers, 12000000003 / 5";
    EXPECT_EQ(db.all(orm::select<E> | orm::group_by<&E::event_type> | orm::annotate(orm::count()) |
                     orm::having(orm::sum(n + n + 1) / 5 == 2'400'000'000))
                  .size(),
              1U);
    EXPECT_THROW(db.update(orm::select<E>, orm::set<& E::max_participants> = n + n), orm::DataError);
    EXPECT_EQ(db.update(orm::select<E>, orm::set<& E::max_participants> = n + n - n), 3U);
}

/// PostgreSQL finds an expression among the grouped or the distinct ones only when its parameters are the same ones.
TEST_P(Calculations, AGroupedExpressionIsFoundAgain) {
    const auto name = orm::concat(orm::left(f<&E::title>, 1), "-");
    const auto size = f<&E::max_participants> / 20;
    using Names = std::vector<std::tuple<std::string, std::int64_t>>;
    const auto groups = orm::select<E> | orm::filter(f<&E::title> != "-") | orm::grouped_by(name);
    EXPECT_EQ(db.all(groups | orm::annotate(orm::count()) | orm::having(name >= "d-") | orm::sort(name)),
              (Names{{"d-", 1}, {"f-", 1}}));
    using Marked = std::vector<std::tuple<std::string, std::string, std::int64_t>>;
    EXPECT_EQ(db.all(groups | orm::annotate(orm::concat(name, "!"), orm::count()) | orm::sort(orm::upper(name).desc()) |
                     orm::limit(1)),
              (Marked{{"f-", "f-!", 1}}));
    EXPECT_EQ(db.all(groups | orm::annotate(orm::count().where(f<&E::max_participants> > 20)) |
                     orm::having(orm::concat(name, "?") != "c-?" && orm::count() < 20) | orm::sort(orm::count(), name)),
              (Names{{"d-", 1}, {"f-", 0}}));
    EXPECT_EQ(db.all(orm::select<E> | orm::grouped_by(size) | orm::annotate(size + 20) | orm::having(size < 20) |
                     orm::sort(size.desc())),
              (std::vector<std::tuple<std::int64_t, std::int64_t>>{{1, 21}, {0, 20}}));
    EXPECT_THAT(db.all(orm::select<E> | orm::distinct | orm::value_of(name) | orm::sort(name.desc())),
                ElementsAre("f-", "d-", "c-"));
    EXPECT_THAT(db.all(orm::select<E> | orm::value_of(size) | orm::sort(size) | orm::distinct), ElementsAre(0, 1));
    const auto two = f<&E::max_participants> / 20 + 20;
    EXPECT_THAT(db.all(orm::select<E> | orm::value_of(two) | orm::sort(two) | orm::distinct), ElementsAre(20, 21));
    const auto soon = orm::case_(orm::then(f<&E::event_date> < orm::now, 1), 0);
    EXPECT_EQ(db.all(orm::select<E> | orm::sort(soon) | orm::grouped_by(soon) | orm::annotate(orm::count())),
              (std::vector<std::tuple<int, std::int64_t>>{{0, 3}}));
    const auto none = orm::coalesce(orm::nullif(f<&E::title>, "fair"), orm::value(std::optional<std::string>()));
    EXPECT_EQ(db.all(orm::select<E> | orm::grouped_by(none) | orm::annotate(orm::count()) | orm::sort(none)).size(),
              3U);
    // Which of the groups' parameters an order repeats is a part of the text's identity.
    const auto n = f<&E::max_participants>;
    const auto sevenths = [&](int x, int y, int z) {
        const auto groups = orm::select<E> | orm::grouped_by(n % 4, n % 3, n % 7) | orm::sort(n % x, n % y, n % z);
        std::vector<std::int64_t> found;
        for (const auto& row : db.all(groups)) found.push_back(std::get<2>(row));
        return found;
    };
    EXPECT_THAT(sevenths(7, 4, 4), ElementsAre(2, 3, 6)) << "of 30, 10 and 20";
    EXPECT_THAT(sevenths(4, 4, 7), ElementsAre(6, 2, 3)) << "20 modulo 4 is 0";
    EXPECT_THAT(sevenths(4, 7, 7), ElementsAre(6, 2, 3));
    EXPECT_THAT(sevenths(3, 7, 4), ElementsAre(2, 3, 6));
    // As a table of its own, and twice with other values: other texts.
    for (const char* sign : {"-", "+", "-"}) {
        const auto signed_name = orm::concat(orm::left(f<&E::title>, 1), sign);
        EXPECT_EQ(db.count(orm::select<E> | orm::grouped_by(signed_name) | orm::having(signed_name != "d-")),
                  *sign == '-' ? 2 : 3);
    }
}

TEST_P(Calculations, AnyNumberOfAggregatesAtOnce) {
    const auto n = f<&E::max_participants>;
    const auto [rows, sum, avg, least, most, titles, first, of_two] =
        db.aggregate(orm::select<E>, orm::count(), orm::sum(n), orm::avg(n), orm::min(n), orm::max(n),
                     orm::count(f<&E::title>).distinct(), orm::min(f<&E::title>), orm::count().where(n > 10));
    EXPECT_EQ(std::tuple(rows, sum, avg, least, most, titles, first, of_two),
              std::tuple(3, 60, 20.0, 10, 30, 3, "cheap", 2));
    EXPECT_EQ(
        std::get<6>(db.aggregate(orm::select<E> | orm::order_by<&E::title> | orm::limit(1), orm::count(), orm::sum(n),
                                 orm::avg(n), orm::min(n), orm::max(n), orm::count(), orm::max(f<&E::title>))),
        "cheap");
}

TEST_P(Calculations, WindowsTakeAverages) {
    const auto running = orm::over(orm::avg(f<&E::fee>), orm::partition_by(), f<&E::event_date>.asc());
    EXPECT_THAT(db.all(orm::select<E> | orm::value_of(running) | orm::order_by<&E::event_date>),
                ElementsAre(Optional(4.0), Optional(7.0), Optional(testing::DoubleEq(26.5 / 3))));
    const auto cheap_ones = orm::over(orm::sum(f<&E::max_participants>).where(f<&E::fee> < 11), orm::partition_by());
    EXPECT_THAT(db.first(orm::select<E> | orm::value_of(cheap_ones)), Optional(Optional(30)));
}

TEST_P(Calculations, WindowsTakeLists) {
    const auto by_date = [&](auto list) {
        return db.all(orm::select<E> | orm::value_of(list) | orm::order_by<&E::event_date>);
    };
    const auto places = orm::array_agg(f<&E::max_participants>);
    const auto until_now = orm::over(places, orm::partition_by(), f<&E::event_date>.asc());
    EXPECT_THAT(by_date(until_now), ElementsAre(ElementsAre(10), ElementsAre(10, 20), ElementsAre(10, 20, 30)));
    EXPECT_THAT(by_date(until_now.rows(orm::preceding<1>, orm::preceding<1>)),
                ElementsAre(ElementsAre(), ElementsAre(10), ElementsAre(20)))
        << "an empty frame is an empty list";
    const auto titles = orm::over(orm::string_agg(f<&E::title>, ", "), orm::partition_by(), f<&E::event_date>.asc());
    EXPECT_THAT(by_date(titles.rows(orm::current_row, orm::following<1>)),
                ElementsAre(Optional(std::string("cheap, fair")), Optional(std::string("fair, dear")),
                            Optional(std::string("dear"))));
    const auto unlike_fair =
        orm::over(orm::array_agg(orm::nullif(f<&E::title>, "fair")), orm::partition_by(), f<&E::event_date>.asc());
    EXPECT_THAT(by_date(unlike_fair.rows(orm::preceding<1>, orm::current_row)),
                ElementsAre(ElementsAre("cheap"), ElementsAre("cheap"), ElementsAre("dear")))
        << "NULLs neither come nor leave";
}

TEST_P(Calculations, UpdatesStoreWhatTheColumnHolds) {
    const auto all = orm::select<E>;
    db.update(all | orm::filter(f<&E::id> == dear.id), orm::set<& E::fee> = f<&E::fee> * orm::Decimal<4, 2>("1.10"));
    EXPECT_EQ(db.get(dear.id).fee, Money("13.75"));
    db.update(all | orm::filter(f<&E::id> == dear.id), orm::set<& E::fee> = f<&E::fee> * orm::Decimal<4, 2>("1.10"));
    EXPECT_EQ(db.get(dear.id).fee, Money("15.13")) << "15.125, away from zero";
    db.update(all | orm::filter(f<&E::id> == dear.id), orm::set<& E::fee> = f<&E::fee> * -1);
    EXPECT_EQ(db.get(dear.id).fee, Money("-15.13"));
    db.update(all | orm::filter(f<&E::id> == fair.id), orm::set<& E::max_participants> = f<&E::max_participants> / 3);
    EXPECT_EQ(db.get(fair.id).max_participants, 6);
    const auto refused = [&](auto assignment) {
        try {
            db.update(all, assignment);
        } catch (const orm::DataError& e) {
            return std::string(e.what());
        }
        return std::string("stored");
    };
    const auto too_large = refused(orm::set<& E::fee> = f<&E::fee> * 10'000);
    const auto too_many = refused(orm::set<& E::max_participants> = f<&E::max_participants> + 2'147'483'647);
    const auto too_long = refused(orm::set<& E::title> = orm::repeat(f<&E::title>, 60));
    if (!postgres()) {
        EXPECT_THAT(too_large, HasSubstr("fee"));
        EXPECT_THAT(too_many, HasSubstr("max_participants"));
        EXPECT_THAT(too_long, HasSubstr("title"));
    }
    for (const std::string& outcome : {too_large, too_many, too_long}) EXPECT_NE(outcome, "stored");
    EXPECT_EQ(db.all(all).size(), 3U) << "every row is readable still";
    db.update(all, orm::set<& E::title> = orm::concat(f<&E::title>, std::string(300, ' ')));
    EXPECT_EQ(db.get(dear.id).title.size(), 200U) << "blanks that are too many are cut off";
}

TEST_P(Calculations, DocumentsKeepTheirNumbersAndDepth) {
    Profile p;
    p.user = user("ana").id;
    std::string deep = "7";
    for (int i = 0; i < 200; ++i) deep = "[" + deep + "]";
    p.data = orm::Json(R"({"price": 9.99, "rows": [1, 2.50 , "x\"y"], "big": 9007199254740993, "n": {"a": null},
                           "deep": )" +
                       deep + "}");
    db.insert(p);
    const auto data = f<&Profile::data>;
    const auto text = [&](const std::vector<std::string>& path) {
        return db.get(orm::select<Profile> | orm::value_of(orm::json_text(data, path)));
    };
    EXPECT_THAT(text({"price"}), Optional(std::string("9.99")));
    EXPECT_THAT(text({"rows", "1"}), Optional(std::string("2.50")));
    EXPECT_THAT(text({"rows", "-1"}), Optional(std::string("x\"y")));
    EXPECT_THAT(text({"big"}), Optional(std::string("9007199254740993")));
    EXPECT_THAT(text({"n", "a"}), std::nullopt);
    EXPECT_THAT(text({"n", "b"}), std::nullopt);
    EXPECT_THAT(text({"rows", "3"}), std::nullopt);
    EXPECT_THAT(text(std::vector<std::string>(201, "0")), std::nullopt);
    std::vector<std::string> way(201, "0");
    way[0] = "deep";
    EXPECT_THAT(text(way), Optional(std::string("7")));
    const auto has = [&](const char* part) {
        return db.exists(orm::select<Profile> | orm::filter(orm::json_contains(data, orm::Json(part))));
    };
    EXPECT_TRUE(has(R"({"big": 9007199254740993})"));
    EXPECT_FALSE(has(R"({"big": 9007199254740992})")) << "as doubles these two are one";
    EXPECT_FALSE(has(R"({"big": 9007199254740992.0})"));
    EXPECT_TRUE(has(R"({"rows": [1.0]})"));
    EXPECT_TRUE(has(R"({"price": 9.990})"));
}

TEST_P(Calculations, ArraysWithNullsAreRefusedWhenRead) {
    Profile p;
    p.user = user("ana").id;
    db.insert(p);
    db.execute(postgres() ? "UPDATE shop_profile SET interests = ARRAY['a', NULL]"
                          : "UPDATE shop_profile SET interests = '[\"a\", null]'");
    EXPECT_THROW(db.all(orm::select<Profile>), orm::DecodeError);
}

TEST_P(Calculations, TheBestOfEachParentAreTheSameWithTies) {
    std::vector<orm::Id<R>> ids;
    for (const char* name : {"ana", "ben", "cara", "dan"})
        ids.push_back(registration(cheap, user(name), R::Status::confirmed).id);
    db.update(orm::select<R>, orm::set<& R::created_at> = may(1));
    const auto best = registrations | orm::order_by<&R::created_at> | orm::limit(2) | orm::values<&R::id>;
    const auto rows = db.all(orm::select<E> | orm::filter(f<&E::id> == cheap.id) | orm::prefetch(best));
    EXPECT_THAT(std::get<1>(rows.at(0)), ElementsAre(ids[0], ids[1]));
}

TEST_P(Calculations, ExplainWithAnalyzeRunsOnPostgreSqlOnly) {
    const auto query = orm::select<E> | orm::filter(f<&E::title> == "dear");
    const orm::Explanation plain = db.explain(query), measured = db.explain(query, true);
    ASSERT_FALSE(measured.nodes.empty());
    if (postgres())
        EXPECT_EQ(measured.nodes[0].rows, 1);
    else
        EXPECT_EQ(measured.text, plain.text);
}

ON_EACH_DATABASE(Calculations);

}  // namespace
}  // namespace shop
