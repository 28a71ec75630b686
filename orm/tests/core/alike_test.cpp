/// What the two databases would answer differently if each were left to itself: documents compared, values as text,
/// rounding, numbers and pages at their limits.
#include "fixture.hpp"
#include "orm/migration.hpp"

namespace shop {
namespace {

using E = Event;
using Money = orm::Decimal<6, 2>;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

constexpr auto data = f<&Profile::data>;
const auto number = orm::json_get(data, {"n"});

class Alike : public Shop {
  protected:
    Profile with(const std::string& name, const char* document) {
        Profile p;
        p.user = user(name).id;
        p.data = orm::Json(document);
        db.insert(p);
        return p;
    }
    template <class C>
    auto count(C condition) {
        return db.count(orm::select<Profile> | orm::filter(condition));
    }
    E wine = event("Wine", 1);
};

TEST_P(Alike, DocumentsCompareByTheirContent) {
    with("ana", R"({"n": 10, "s": "a\u0062", "list": [1, {"x": null}]})");
    EXPECT_EQ(count(number > orm::Json("5")), 1);
    EXPECT_EQ(count(number < orm::Json("5")), 0);
    EXPECT_EQ(count(number == orm::Json(" 1.0e1 ")), 1);
    EXPECT_EQ(count(number != orm::Json("10.0")), 0);
    EXPECT_EQ(count(number < orm::Json("10.000000000000000000000000000001")), 1) << "not through double";
    EXPECT_EQ(count(number.between(orm::Json("9.5"), orm::Json("1e2"))), 1);
    EXPECT_EQ(count(number.in({orm::Json("\"10\""), orm::Json("[10]")})), 0);
    EXPECT_EQ(count(number.in({orm::Json("true"), orm::Json("null"), orm::Json("10.00")})), 1);
    EXPECT_EQ(count(number.not_in({orm::Json("10.00")})), 0);
    EXPECT_EQ(count(orm::json_get(data, {"s"}) == orm::Json("\"ab\"")), 1);
    EXPECT_EQ(count(data == orm::Json(R"({"list":[1.0,{"x":null}],"s":"ab","n":7,"n":10})")), 1);
    EXPECT_EQ(count(data == orm::Json(R"({"list":[1.0,{"x":0}],"s":"ab","n":10})")), 0);
    EXPECT_EQ(count(number == orm::json_get(data, {"n"})), 1);
    EXPECT_EQ(count(orm::nullif(data, orm::Json(R"({"s": "ab", "n": 1e1, "list": [1, {"x": null}]})")).is_null()), 1);
}

TEST_P(Alike, DocumentsHaveJsonbsOrder) {
    const std::vector<std::string> ordered{"[]",     "null",  R"("a")",       R"("b")",      "-12",
                                           "-0.5",   "0",     "1e-400",       "0.5",         "5",
                                           "1e400",  "false", "true",         "[null]",      "[[]]",
                                           "[1, 2]", "{}",    R"({"aa": 0})", R"({"b": 1})", R"({"a": 9, "b": 9})"};
    for (std::size_t i = 0; i < ordered.size(); ++i) {
        const std::string& text = ordered[ordered.size() - 1 - i];
        with("p" + std::to_string(i), text.c_str());
    }
    const auto by_document = db.all(orm::select<Profile> | orm::sort(data) | orm::values<&Profile::data>);
    std::vector<std::string> texts;
    for (const orm::Json& one : by_document) texts.push_back(one.text);
    // As they are written by PostgreSQL.
    std::vector<std::string> expected = ordered;
    if (postgres()) {
        const auto written = db.raw<std::string>("SELECT data::text AS text FROM shop_profile ORDER BY data");
        EXPECT_EQ(texts, written);
        EXPECT_EQ(texts.front(), "[]");
        EXPECT_EQ(texts.back(), ordered.back());
        expected = db.raw<std::string>("SELECT data::text AS text FROM shop_profile ORDER BY id DESC");
    }
    EXPECT_EQ(texts, expected);
}

TEST_P(Alike, DocumentsAreGroupedByTheirContent) {
    with("ana", R"({"a": 1, "b": [2]})");
    with("ben", R"({"b":[2.0],"a":1})");
    with("cara", R"({"a": 2})");
    const auto all = orm::select<Profile>;
    const auto documents = all | orm::values<&Profile::data>;
    EXPECT_EQ(db.all(all | orm::distinct | orm::values<&Profile::data>).size(), 2U);
    EXPECT_EQ(db.count(all | orm::group_by<&Profile::data> | orm::annotate(orm::count())), 2);
    EXPECT_EQ(db.all(documents | orm::union_with(documents)).size(), 2U);
    EXPECT_EQ(db.all((documents | orm::limit(2)) | orm::union_with(documents)).size(), 2U);
    EXPECT_EQ(db.all(documents | orm::except_of(documents)).size(), 0U);
    EXPECT_EQ(db.aggregate(all, orm::count(data).distinct()), 2);
    EXPECT_EQ(
        count(orm::in(data, all | orm::filter(f<&Profile::user>.in({user("dan").id})) | orm::values<&Profile::data>)),
        0);
    const auto rank = orm::over(orm::count(), orm::partition_by(data));
    EXPECT_THAT(db.all(all | orm::value_of(rank) | orm::order_by<&Profile::id>), ElementsAre(2, 2, 1));
}

TEST_P(Alike, WhatIsAppendedToNoArrayMakesOne) {
    const auto appended = [&](const Profile& p, const char* value) {
        db.update(orm::select<Profile> | orm::filter(f<&Profile::id> == p.id),
                  orm::set<& Profile::data> = orm::json_append(data, orm::Json(value)));
        const orm::Json wanted = db.get(p.id).data;
        std::string text;
        for (const char c : wanted.text)
            if (c != ' ') text += c;
        return text;
    };
    const Profile object = with("ana", R"({"a": 1})"), list = with("ben", " [ ] "), word = with("cara", "\"x\"");
    EXPECT_EQ(appended(object, "8"), R"([{"a":1},8])");
    EXPECT_EQ(appended(object, "[9]"), R"([{"a":1},8,[9]])");
    EXPECT_EQ(appended(list, "{}"), "[{}]");
    EXPECT_EQ(appended(word, "null"), "[\"x\",null]");
}

TEST_P(Alike, ValuesHaveOneTextForm) {
    wine.fee = Money("12.50");
    wine.max_participants = 7;
    wine.is_published = false;
    wine.event_date += std::chrono::microseconds(500'000);
    db.save(wine);
    const auto fee = f<&E::fee>;
    const auto text = [&](auto expression) { return of(wine, orm::cast<std::string>(expression)); };
    EXPECT_EQ(text(fee), "12.50");
    EXPECT_EQ(text(fee * 2), "25.00");
    EXPECT_EQ(text(fee * Money("0.10")), "1.2500");
    EXPECT_EQ(text(fee / 5), "2.500000");
    EXPECT_EQ(text(orm::coalesce(fee, 0)), "12.50");
    EXPECT_EQ(text(orm::value(Money("3.00"))), "3.00");
    EXPECT_EQ(text(fee > 1), "true");
    EXPECT_EQ(text(f<&E::is_published>), "false");
    EXPECT_EQ(text(f<&E::event_type>), "speed_dating");
    EXPECT_EQ(text(f<&E::event_date>), "2030-05-01 18:00:00.500000");
    EXPECT_EQ(text(orm::value(may(2))), "2030-05-02 18:00:00");
    EXPECT_EQ(text(orm::value(orm::Date(std::chrono::year(2030) / 5 / 1))), "2030-05-01");
    for (const auto& [value, form] : {std::pair{0.1, "0.1"},
                                      {12.0, "12"},
                                      {1e-7, "1e-07"},
                                      {1.5e20, "1.5e+20"},
                                      {123456789012345.0, "123456789012345"},
                                      {1e15, "1e+15"},
                                      {-0.0001, "-0.0001"},
                                      {0.00001234, "1.234e-05"},
                                      {1.0 / 3, "0.3333333333333333"}})
        EXPECT_EQ(text(orm::value(value)), form);
    EXPECT_EQ(of(wine, orm::concat(fee, "|", f<&E::is_published>, "|", f<&E::max_participants>, "|", may(1), "|",
                                   f<&E::venue, &Venue::name>, "|",
                                   orm::avg(registrations, orm::length(f<&Registration::notes>)) > 1.0)),
              "12.50|false|7|2030-05-01 18:00:00||");
}

TEST_P(Alike, KinHaveOneTypeThatHoldsThemAll) {
    wine.fee = Money("12.50");
    wine.max_participants = 0;
    db.save(wine);
    const auto size = f<&E::max_participants>;
    EXPECT_EQ(of(wine, orm::greatest(size, 0.5)), 0.5);
    EXPECT_EQ(of(wine, orm::coalesce(size, std::int64_t{5'000'000'000})), 0);
    EXPECT_EQ(of(wine, orm::greatest(size, std::int64_t{5'000'000'000})), 5'000'000'000);
    EXPECT_EQ(of(wine, orm::greatest(size, f<&E::fee>)).to_string(), "12.50");
    EXPECT_EQ(of(wine, orm::least(f<&E::fee>, orm::Decimal<8, 4>("0.0625"))).to_string(), "0.0625");
    EXPECT_EQ(of(wine, orm::case_(orm::then(size > 0, 0), f<&E::fee>)).to_string(), "12.50");
}

TEST_P(Alike, DoublesAreRoundedToTheEvenNumber) {
    const auto whole = [&](double value) { return of(wine, orm::cast<std::int32_t>(orm::value(value))); };
    EXPECT_EQ(whole(0.5), 0);
    EXPECT_EQ(whole(1.5), 2);
    EXPECT_EQ(whole(2.5), 2);
    EXPECT_EQ(whole(-2.5), -2);
    EXPECT_EQ(whole(2.6), 3);
    EXPECT_EQ(of(wine, orm::cast<std::int32_t>(orm::value(Money("2.50")))), 3) << "decimals away from zero";
    EXPECT_THROW(whole(3e9), orm::DataError);
    wine.fee = Money("2.50");
    db.save(wine);
    db.update(orm::select<E>, orm::set<& E::max_participants> = orm::cast<double>(f<&E::fee>));
    EXPECT_EQ(db.get(wine.id).max_participants, 2);
    db.update(orm::select<E>, orm::set<& E::max_participants> = f<&E::fee> * 1);
    EXPECT_EQ(db.get(wine.id).max_participants, 3);
}

TEST_P(Alike, PagesAreNotNegative) {
    const auto message = [](auto make) {
        try {
            make();
        } catch (const orm::UsageError& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    EXPECT_THAT(message([] { orm::limit(-1); }), HasSubstr("orm::limit(-1)"));
    EXPECT_THAT(message([] { orm::offset(-7); }), HasSubstr("orm::offset(-7)"));
    EXPECT_EQ(db.all(orm::select<E> | orm::limit(0)).size(), 0U);
}

TEST_P(Alike, AnAggregateIsOneRow) {
    event("Quiz", 2);
    const auto all = orm::select<E>;
    EXPECT_EQ(db.count(all | orm::value_of(orm::max(f<&E::max_participants>))), 1);
    EXPECT_EQ(db.count(all | orm::value_of(orm::coalesce(orm::sum(f<&E::fee>), 0) + 1)), 1);
    EXPECT_EQ(db.count(all | orm::filter(f<&E::title> == "none") | orm::value_of(orm::count())), 1);
    EXPECT_EQ(db.count(all | orm::value_of(orm::over(orm::max(f<&E::fee>), orm::partition_by()))), 2);
    EXPECT_EQ(db.count(all | orm::annotate(orm::count(registrations))), 2);
}

TEST(PortableTexts, DoublesAreWhole) {
    const auto text = [](double value) { return orm::sql::literal(orm::type_info<double>, &value); };
    EXPECT_EQ(text(0.0000001), "1e-07");
    EXPECT_EQ(text(0.1), "0.1");
    EXPECT_EQ(text(5), "5.0");
    EXPECT_EQ(text(1.0 / 3), "0.3333333333333333");
    EXPECT_EQ(text(1e300), "1e+300");
    EXPECT_THROW(text(1 / 0.0), orm::UsageError);
}

TEST(PortableTexts, ArraysAreJson) {
    const auto text = [](const auto& value) {
        return orm::sql::literal(orm::type_info<std::decay_t<decltype(value)>>, &value);
    };
    EXPECT_EQ(text(std::vector<std::string>{"a\"b", "it's\n"}), R"('["a\"b","it''s\u000a"]')");
    EXPECT_EQ(text(std::vector<orm::Date>{std::chrono::year(2030) / 5 / 1}), R"('["2030-05-01"]')");
    EXPECT_EQ(text(std::vector<double>{0.0000001}), "'[1e-07]'");
}

ON_EACH_DATABASE(Alike);

}  // namespace
}  // namespace shop
