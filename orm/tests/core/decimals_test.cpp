/// Decimals that are calculated and added up: exact on both databases, wide enough for the result, and refused alike.
#include <random>

#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using Money = orm::Decimal<6, 2>;
using testing::ElementsAre;
using testing::Optional;

constexpr auto fee = f<&E::fee>;

class Decimals : public Shop {
  protected:
    Decimals() {
        dime = priced("dime", 1, "0.10", 0);
        fifth = priced("fifth", 2, "0.20", 1);
        dear = priced("dear", 3, "9999.99", 2);
        for (const char* name : {"ana", "ben"}) {
            registration(dime, user(name), R::Status::confirmed);
            registration(dear, user(std::string(name) + "a"), R::Status::confirmed);
        }
    }
    E dime, fifth, dear;
};

TEST_P(Decimals, ATotalMayOutgrowTheColumn) {
    const auto all = orm::select<E>;
    const auto total = db.aggregate(all, orm::sum(fee));
    static_assert(std::is_same_v<decltype(total), const std::optional<orm::Decimal<18, 2>>>);
    EXPECT_EQ(total.value().to_string(), "10000.29");
    EXPECT_EQ(of(dear, orm::sum(registrations, f<&R::event, &E::fee>)).value().to_string(), "19999.98");
    const auto running = orm::over(orm::sum(fee), orm::partition_by(), f<&E::event_date>.asc());
    EXPECT_THAT(
        db.all(all | orm::value_of(running) | orm::order_by<&E::event_date>),
        ElementsAre(Optional(Money("0.10")), Optional(Money("0.30")), Optional(orm::Decimal<18, 2>("10000.29"))));
    EXPECT_THAT(
        db.all(all | orm::value_of(running.rows(orm::current_row, orm::following<1>)) | orm::order_by<&E::event_date>),
        ElementsAre(Optional(Money("0.30")), Optional(orm::Decimal<18, 2>("10000.19")), Optional(dear.fee)));
    const auto none = all | orm::filter(fee < 0);
    EXPECT_EQ(db.aggregate(none, orm::sum(fee)), std::nullopt);
    EXPECT_THAT(db.aggregate(all | orm::filter(fee < 1), orm::avg(fee)), Optional(0.15));
    EXPECT_THAT(db.aggregate(all, orm::sum(fee).where(fee < 1)), Optional(Money("0.30")));
    EXPECT_THAT(db.aggregate(orm::select<R>, orm::sum(f<&R::event, &E::fee>).distinct()),
                Optional(orm::Decimal<18, 2>("10000.09")));
}

TEST_P(Decimals, ResultsAreWideEnough) {
    const auto product = of(dear, fee * orm::Decimal<4, 3>("1.125"));
    static_assert(std::is_same_v<decltype(product), const orm::Decimal<18, 5>>);
    EXPECT_EQ(product.to_string(), "11249.98875");
    EXPECT_EQ(of(dear, fee * 1'000'000).to_string(), "9999990000.00");
    EXPECT_EQ(of(dear, fee + fee).to_string(), "19999.98");
    EXPECT_EQ(of(dear, fee - orm::Decimal<8, 4>("0.0001")).to_string(), "9999.9899");
    EXPECT_EQ(of(dear, f<&E::max_participants> * fee).to_string(), "19999.98");
    EXPECT_EQ(of(dear, fee % Money("0.70")).to_string(), "0.49");
    EXPECT_EQ(of(dear, (fee * -1) % Money("0.70")).to_string(), "-0.49");
}

TEST_P(Decimals, AQuotientHasSixDecimals) {
    const auto third = of(dime, fee / 3);
    static_assert(std::is_same_v<decltype(third), const orm::Decimal<18, 6>>);
    EXPECT_EQ(third.to_string(), "0.033333");
    EXPECT_EQ(of(fifth, fee / 3).to_string(), "0.066667");
    EXPECT_EQ(of(fifth, fee * -1 / 3).to_string(), "-0.066667");
    EXPECT_EQ(of(dear, fee / orm::Decimal<9, 8>("0.00001")).to_string(), "999999000.00000000");
    EXPECT_EQ(of(dime, orm::cast<Money>(fee / 3)), Money("0.03"));
    EXPECT_EQ(where(fee / 4 == Money("0.05")), "fifth");
    EXPECT_EQ(where(fee / 3 == orm::Decimal<7, 6>("0.066667")), "fifth");
}

TEST_P(Decimals, CalculatedOnesAreExact) {
    EXPECT_EQ(where(fee * 3 == Money("0.30")), "dime");
    EXPECT_EQ(where(fee + Money("0.20") == Money("0.30")), "dime");
    EXPECT_EQ(where((fee * 3).in({Money("0.30"), Money("0.60")})), "dime fifth");
    EXPECT_EQ(where(fee * 3 <= Money("0.30")), "dime");
    EXPECT_EQ(where(fee == fee * 3 / 3), "dime fifth dear");
    const auto groups =
        orm::select<E> | orm::filter(fee < 1) | orm::grouped_by(f<&E::is_published>) | orm::annotate(orm::count());
    EXPECT_EQ(db.all(groups | orm::having(orm::sum(fee) == Money("0.30"))).size(), 1U);
    EXPECT_EQ(where(orm::sum(registrations, f<&R::event, &E::fee>) * 3 == Money("0.60")), "dime");
    db.update(orm::select<E> | orm::filter(fee < 1), orm::set<& E::fee> = fee * 3 - Money("0.30"));
    EXPECT_EQ(where(fee == 0), "dime") << "not a tiny rest";
}

/// The same as whole numbers of the smallest unit yield.
TEST_P(Decimals, RandomOnesAreCalculatedExactly) {
    std::mt19937_64 random(7);
    const auto between = [&](std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution(low, high)(random);
    };
    for (int i = 0; i < 200; ++i) {
        const auto a = orm::Decimal<9, 4>::from_units(between(-9'999'999, 9'999'999));
        const auto b = Money::from_units(between(1, 999'999) * (i % 2 == 0 ? 1 : -1));
        SCOPED_TRACE(a.to_string() + " " + b.to_string());
        const auto left = orm::value(a);
        const auto [sum, difference, product, quotient, rest] =
            db.get(orm::select<E> | orm::filter(f<&E::id> == dime.id) |
                   orm::value_of(left + b, left - b, left * b, left / b, left % b));
        const std::int64_t fine = b.units * 100;
        EXPECT_EQ(sum.units, a.units + fine);
        EXPECT_EQ(difference.units, a.units - fine);
        EXPECT_EQ(product.units, a.units * b.units);
        EXPECT_EQ(rest.units, a.units % fine);
        const std::int64_t scaled = std::abs(a.units) * 1'000'000, by = std::abs(fine);
        const std::int64_t rounded = (scaled + by / 2) / by;
        EXPECT_EQ(quotient.units, (a.units < 0) != (b.units < 0) ? -rounded : rounded);
    }
}

TEST_P(Decimals, DivisionByZeroIsAnError) {
    const auto zero = f<&E::max_participants> - f<&E::max_participants>;
    EXPECT_THROW(of(dear, f<&E::max_participants> / zero), orm::DataError);
    EXPECT_THROW(of(dear, f<&E::max_participants> % zero), orm::DataError);
    EXPECT_THROW(of(dear, fee / zero), orm::DataError);
    EXPECT_THROW(of(dear, fee % zero), orm::DataError);
    EXPECT_THROW(of(dear, orm::cast<double>(fee) / zero), orm::DataError);
    EXPECT_THROW(where(f<&E::max_participants> / 0 > 1), orm::DataError);
    EXPECT_EQ(of(dear, f<&E::max_participants> / orm::nullif(zero, 0)), std::nullopt);
    EXPECT_EQ(of(dear, fee / orm::nullif(zero, 0)), std::nullopt);
}

TEST(DecimalValues, CompareAndConvertAcrossDigits) {
    EXPECT_EQ(Money("4.50"), (orm::Decimal<18, 6>("4.5")));
    EXPECT_LT(Money("-4.51"), (orm::Decimal<18, 1>("-4.5")));
    EXPECT_GT((orm::Decimal<18, 18>("0.1")), (orm::Decimal<18, 17>("0.09999999999999999")));
    EXPECT_LT((orm::Decimal<2, 2>("-0.5")), Money(0));
    const orm::Decimal<18, 4> wide = Money("12.34");
    EXPECT_EQ(wide.to_string(), "12.3400");
    EXPECT_EQ(Money(wide).to_string(), "12.34");
    static_assert(!std::is_convertible_v<orm::Decimal<18, 4>, Money>);
    EXPECT_THROW(Money(orm::Decimal<18, 4>("0.0001")), orm::ValidationError);
    EXPECT_THROW(Money(orm::Decimal<18, 2>("10000")), orm::ValidationError);
}

ON_EACH_DATABASE(Decimals);

}  // namespace
}  // namespace shop
