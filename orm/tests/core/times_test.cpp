/// Calculations: times with durations, and values on the left of an operator.
#include "fixture.hpp"

namespace shop {

struct Stay {
    orm::Id<Stay> id;
    orm::Timestamp from{};
    orm::Timestamp until{};
    std::optional<orm::Timestamp> paid;
    orm::Date day{};
    std::optional<orm::Date> until_day;

    static consteval auto meta() { return orm::model<"shop", "stay">(); }
};

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::microseconds;
using E = Event;
using S = Stay;
using testing::ElementsAre;

constexpr auto from = f<&S::from>;
constexpr auto until = f<&S::until>;
constexpr auto paid = f<&S::paid>;
constexpr auto day = f<&S::day>;
constexpr auto until_day = f<&S::until_day>;

class Times : public Shop {
  protected:
    Times() : Shop(orm::schema::state_of<Stay>()) {
        stay.day = orm::parse_date("2024-02-28");
        db.insert(stay);
    }
    void set(std::string_view start, std::string_view end = "2000-01-01 00:00:00") {
        stay.from = orm::parse_timestamp(start);
        stay.until = orm::parse_timestamp(end);
        db.save(stay);
    }
    void set_days(std::string_view first, std::string_view last) {
        stay.day = orm::parse_date(first);
        stay.until_day = orm::parse_date(last);
        db.save(stay);
    }
    template <class X>
    auto of(X expression) {
        return db.get(orm::select<S> | orm::value_of(expression));
    }
    template <class X>
    std::string text(X expression) {
        return orm::to_string(of(expression));
    }
    template <class C>
    bool holds(C condition) {
        return db.exists(orm::select<S> | orm::filter(condition));
    }
    S stay;
};

TEST_P(Times, DurationsAreAddedAndTaken) {
    set("2024-02-29 23:30:00.000001");
    EXPECT_EQ(text(from + 1h), "2024-03-01 00:30:00.000001");
    EXPECT_EQ(text(from - days(1)), "2024-02-28 23:30:00.000001");
    EXPECT_EQ(text(from - 2us), "2024-02-29 23:29:59.999999");
    EXPECT_EQ(text(from + 31min + std::chrono::weeks(1)), "2024-03-08 00:01:00.000001");
    EXPECT_EQ(text(90s + from), "2024-02-29 23:31:30.000001");
    EXPECT_EQ(text(from + -1h), "2024-02-29 22:30:00.000001");
    set("1969-12-31 23:59:59.999999");
    EXPECT_EQ(text(from + 1us), "1970-01-01 00:00:00");
    EXPECT_EQ(text(from - days(25568)), "1899-12-30 23:59:59.999999");
    EXPECT_EQ(of(paid + 1h), std::nullopt);
}

TEST_P(Times, ADayHas24HoursWhereTheClocksChange) {
    set("2024-03-30 12:00:00");  // the night before summer time begins in Europe
    EXPECT_EQ(text(from + days(1)), "2024-03-31 12:00:00");
    set("2024-10-27 00:30:00");
    EXPECT_EQ(text(from + 1h), "2024-10-27 01:30:00");
    set("2024-10-26 12:00:00", "2024-10-27 12:00:00");
    EXPECT_EQ(of(until - from), 24h);
}

TEST_P(Times, TheDifferenceIsExact) {
    set("2024-02-28 12:00:00.000001", "2024-03-01 11:00:00");
    EXPECT_EQ(of(until - from), 47h - 1us);
    EXPECT_EQ(of(from - until), 1us - 47h);
    EXPECT_EQ(of(-(until - from)), 1us - 47h);
    EXPECT_TRUE(holds(until - from == 47h - 1us));
    EXPECT_TRUE(holds(until - from < days(2)));
    EXPECT_FALSE(holds(until - from > 47h));
    EXPECT_TRUE(holds((until - from).in({1us, microseconds(47h - 1us)})));
    EXPECT_EQ(of(until - from + 1us), 47h);
    EXPECT_EQ(of(days(2) - (until - from)), 1h + 1us);
    EXPECT_EQ(of(until - (until - from)), stay.from);
    EXPECT_EQ(of(paid - from), std::nullopt);
    EXPECT_EQ(of(orm::coalesce(paid - from, 5min)), 5min);
    set("0001-01-01 00:00:00", "9999-12-31 23:59:59.999999");
    EXPECT_EQ(of(until - from), stay.until - stay.from) << "more than a double holds";
    EXPECT_EQ(of(from + (until - from)), stay.until);
    EXPECT_EQ(of(from + (stay.until - stay.from)), stay.until);
    EXPECT_EQ(of(until - (stay.until - stay.from)), stay.from);
    EXPECT_EQ(of(stay.until - from), stay.until - stay.from) << "a value on the left";
}

TEST_P(Times, OutsideOfTheYears1To9999IsADataError) {
    set("0001-01-01 00:00:00", "9999-12-31 23:59:59.999999");
    EXPECT_EQ(text(from + 0us), "0001-01-01 00:00:00");
    EXPECT_EQ(text(until - 0us), "9999-12-31 23:59:59.999999");
    EXPECT_THROW(of(from - 1us), orm::DataError);
    EXPECT_THROW(of(until + 1us), orm::DataError);
    EXPECT_THROW(of(until + microseconds::max()), orm::DataError);
    EXPECT_THROW(holds(until + 1us > orm::now), orm::DataError);
    EXPECT_THROW(db.update(orm::select<S>, orm::set<& S::until> = until + 1us), orm::DataError);
    EXPECT_THROW(db.update(orm::select<S>, orm::set<& S::from> = from - days(400)), orm::DataError);
    set_days("0001-01-01", "9999-12-31");
    EXPECT_EQ(text(day + days(0)), "0001-01-01");
    EXPECT_EQ(of(until_day - day), days(3652058));
    EXPECT_EQ(of(day + (until_day - day)), stay.until_day);
    EXPECT_THROW(of(day - days(1)), orm::DataError);
    EXPECT_THROW(of(until_day + days(1)), orm::DataError);
    EXPECT_THROW(of(until_day + days(10'000'000'000)), orm::DataError);
}

TEST_P(Times, DatesTakeDays) {
    set_days("2024-02-28", "2024-03-01");
    EXPECT_EQ(text(day + days(2)), "2024-03-01");
    EXPECT_EQ(text(day - std::chrono::weeks(9)), "2023-12-27");
    EXPECT_EQ(text(days(1) + day), "2024-02-29");
    EXPECT_EQ(of(until_day - day), days(2));
    EXPECT_TRUE(holds(until_day - day == days(2)));
    EXPECT_TRUE(holds(until_day - day < std::chrono::weeks(1)));
    EXPECT_EQ(of(until_day - day + days(1)), days(3));
    EXPECT_EQ(of(orm::parse_date("2024-03-01") - day), days(2));
    stay.until_day = {};
    db.save(stay);
    EXPECT_EQ(of(until_day + days(1)), std::nullopt);
    EXPECT_EQ(of(until_day - day), std::nullopt);
}

TEST_P(Times, InFiltersOrdersUpdatesAndAggregates) {
    set("2024-05-01 10:00:00", "2024-05-01 12:00:00");
    S other = stay;
    other.id = {};
    other.until = stay.until + 3us;
    db.insert(other);
    EXPECT_EQ(db.count(orm::select<S> | orm::filter(from > orm::now - 1h)), 0);
    EXPECT_EQ(db.count(orm::select<S> | orm::filter(from < orm::now - 1h)), 2);
    EXPECT_EQ(db.count(orm::select<S> | orm::filter(until - 2h == from)), 1);
    const auto rows = db.all(orm::select<S> | orm::annotate(until - from) | orm::sort((until - from).desc()));
    EXPECT_EQ(std::get<1>(rows.at(0)), 2h + 3us);
    const auto [all, most, least, mean] = db.aggregate(orm::select<S>, orm::sum(until - from), orm::max(until - from),
                                                       orm::min(until - from), orm::avg(until - from));
    EXPECT_EQ(all, 4h + 3us);
    EXPECT_EQ(most, 2h + 3us);
    EXPECT_EQ(least, 2h);
    EXPECT_EQ(mean, 2h + 2us) << "to the microsecond";
    EXPECT_EQ(db.update(orm::select<S> | orm::filter(f<&S::id> == stay.id), orm::set<& S::until> = until + days(1),
                        orm::set<& S::paid> = from - 1s),
              1U);
    const S saved = db.get(stay.id);
    EXPECT_EQ(orm::to_string(saved.until), "2024-05-02 12:00:00");
    EXPECT_EQ(orm::to_string(saved.paid.value()), "2024-05-01 09:59:59");
    const auto pages = orm::keyset_by((until - from).desc());
    const auto first = db.all(orm::select<S> | orm::annotate(until - from) | pages.first | orm::limit(1));
    EXPECT_EQ(std::get<1>(db.get(orm::select<S> | orm::annotate(until - from) | pages.after(first.back()))), 2h + 3us);
}

TEST_P(Times, DatesAreTruncated) {
    set_days("2024-05-16", "2024-05-16");
    EXPECT_EQ(text(orm::date_trunc<orm::Unit::year>(day)), "2024-01-01");
    EXPECT_EQ(text(orm::date_trunc<orm::Unit::quarter>(day)), "2024-04-01");
    EXPECT_EQ(text(orm::date_trunc<orm::Unit::month>(day)), "2024-05-01");
    EXPECT_EQ(text(orm::date_trunc<orm::Unit::week>(day)), "2024-05-13");
    EXPECT_EQ(text(orm::date_trunc<orm::Unit::day>(day)), "2024-05-16");
    EXPECT_EQ(of(orm::date_trunc<orm::Unit::month>(until_day)), orm::parse_date("2024-05-01"));
    set_days("0001-01-03", "9999-12-31");
    EXPECT_EQ(text(orm::date_trunc<orm::Unit::week>(day)), "0001-01-01");
    stay.until_day = {};
    db.save(stay);
    EXPECT_EQ(of(orm::date_trunc<orm::Unit::month>(until_day)), std::nullopt);
}

TEST_P(Times, ValuesOnTheLeftAndMinus) {
    const E wine = event("wine", 1);  // 30 people, 12.50
    const auto of = [&](auto expression) { return db.get(orm::select<E> | orm::value_of(expression)); };
    constexpr auto people = f<&E::max_participants>;
    constexpr auto fee = f<&E::fee>;
    using Fee = orm::Decimal<6, 2>;
    EXPECT_EQ(of(100 - people), 70);
    EXPECT_EQ(of(2 * people), 60);
    EXPECT_EQ(of(100 / people), 3);
    EXPECT_EQ(of(100 % people), 10);
    EXPECT_EQ(of(1 + people * 2), 61);
    EXPECT_EQ(of(10'000'000'000 - people), 9'999'999'970);
    EXPECT_DOUBLE_EQ(of(1.0 / people), 1.0 / 30);
    EXPECT_DOUBLE_EQ(of(people / 4.0), 7.5);
    EXPECT_EQ(of(100 - fee), Fee("87.50"));
    EXPECT_EQ(of(Fee("20.25") - fee), Fee("7.75"));
    EXPECT_EQ(of(2 * fee), Fee(25));
    EXPECT_EQ(of(-people), -30);
    EXPECT_EQ(of(-fee), Fee("-12.50"));
    EXPECT_EQ(of(-(people - 40)), 10);
    EXPECT_EQ(of(5 - -people), 35);
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(-fee < Fee("-12.49"))), 1);
    EXPECT_EQ(db.update(orm::select<E>, orm::set<& E::max_participants> = 100 - people), 1U);
    EXPECT_EQ(db.get(wine.id).max_participants, 70);
}

ON_EACH_DATABASE(Times);

}  // namespace
}  // namespace shop
