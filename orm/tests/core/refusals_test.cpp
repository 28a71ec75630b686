/// Errors of the same type on both databases: values that calculations cannot take, and values that columns cannot
/// hold.
#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using testing::HasSubstr;

/// Of the longest numbers.
struct Ledger {
    orm::Id<Ledger> id;
    orm::Decimal<18, 2> total;
    std::int64_t count = 0;
    orm::Json data;
    static consteval auto meta() { return orm::model<"shop", "ledger">(); }
};

class Refusals : public Shop {
  protected:
    Refusals() : Shop(orm::schema::state_of<Ledger>()) {}
    Ledger ledger(std::int64_t count) {
        Ledger l;
        l.count = count;
        db.insert(l);
        return l;
    }
    template <class X>
    auto value(X expression) {
        return db.all(orm::select<Ledger> | orm::value_of(expression));
    }
    E wine = event("Wine", 1);
};

TEST_P(Refusals, OfCalculationsAreDataErrors) {
    ledger(INT64_MAX);
    ledger(INT64_MIN);
    EXPECT_THROW(value(orm::abs(f<&Ledger::count>)), orm::DataError);
    ledger(INT64_MAX);
    ledger(INT64_MAX);
    EXPECT_THROW(db.aggregate(orm::select<Ledger>, orm::sum(f<&Ledger::count>)), orm::DataError);
    EXPECT_THROW(of(wine, orm::substr(f<&E::title>, 1, -1)), orm::DataError);
    for (const char* zone : {"Mars/Base", ""}) {
        SCOPED_TRACE(zone);
        EXPECT_THROW(of(wine, orm::local_date(f<&E::event_date>, zone)), orm::DataError);
        EXPECT_THROW(of(wine, orm::date_trunc<orm::Unit::day>(f<&E::event_date>, zone)), orm::DataError);
        EXPECT_THROW(of(wine, orm::date_part<orm::Part::hour>(f<&E::event_date>, zone)), orm::DataError);
    }
    const auto by_count = f<&Ledger::count>.asc();
    EXPECT_THROW(value(orm::over(orm::ntile(0), orm::partition_by(), by_count)), orm::DataError);
    EXPECT_THROW(value(orm::over(orm::nth_value(f<&Ledger::count>, 0), orm::partition_by(), by_count)), orm::DataError);
}

TEST_P(Refusals, LeaveOtherMistakesWhatTheyAre) {
    EXPECT_THROW(db.execute("SELECT nothing FROM nowhere"), orm::ProgrammingError);
}

ON_EACH_DATABASE(Refusals);

}  // namespace
}  // namespace shop
