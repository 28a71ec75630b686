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

/// jsonb keeps numbers as numerics; text would keep any.
TEST_P(Refusals, OfNumbersInDocumentsComeBeforeTheStatement) {
    Ledger l = ledger(0);
    const std::string zeros(16'383, '0');
    const std::vector<std::string> kept{"1e131071", "-9.99e131071", "[0.001e131074]",     "0e200000",
                                        "1e-16383", "0." + zeros,   "{\"n\": 1.5e-16382}"};
    for (const std::string& text : kept) {
        SCOPED_TRACE(text.substr(0, 30));
        l.data = orm::Json(text);
        db.save(l);
    }
    const std::vector<std::string> refused{"1e131072",     "1e140000",         "[1, -10e131071]", "1e-16384",
                                           "-1e-20000",    "0." + zeros + "1", "0e-16384",        "1.0e-16383",
                                           "1e1999999999", "1e-1999999999"};
    const std::string before = db.get(l.id).data.text;
    for (const std::string& text : refused) {
        SCOPED_TRACE(text.substr(0, 30));
        l.data = orm::Json(text);
        const orm::QueryScope sent;
        try {
            db.save(l);
            ADD_FAILURE() << "was kept";
        } catch (const orm::ValidationError& error) {
            EXPECT_EQ(error.model + "." + error.field, "Ledger.data");
            EXPECT_THAT(error.what(), HasSubstr("131072 digits"));
        }
        EXPECT_THROW(db.count(orm::select<Ledger> | orm::filter(f<&Ledger::data> == l.data)), orm::ValidationError);
        EXPECT_TRUE(sent.statements().empty());
    }
    EXPECT_EQ(db.get(l.id).data.text, before);
}

/// SQLite keeps a decimal with a fraction as a double.
TEST_P(Refusals, OfDecimalsThatSqliteCannotKeepNameTheField) {
    const orm::Decimal<18, 2> long_one("1234567890123456.78"), whole("9999999999999999.00");
    Ledger l;
    l.total = whole;
    db.insert(l);
    EXPECT_EQ(db.get(l.id).total, whole) << "without a fraction it is exact on both";
    Ledger other;
    other.total = long_one;
    const auto set = [&] { db.update(orm::select<Ledger>, orm::set<& Ledger::total> = long_one); };
    std::vector<Ledger> many{other};
    if (postgres()) {
        db.insert(other);
        EXPECT_EQ(db.get(other.id).total, long_one);
        db.insert_many(many);
        EXPECT_EQ(db.get(many[0].id).total, long_one);
        set();
        EXPECT_EQ(db.count(orm::select<Ledger> | orm::filter(f<&Ledger::total> == long_one)), 3);
        return;
    }
    const auto refused = [&](auto write) {
        const orm::QueryScope sent;
        try {
            write();
            ADD_FAILURE() << "was written";
        } catch (const orm::ValidationError& error) {
            EXPECT_THAT(error.what(), HasSubstr("Ledger.total: 1234567890123456.78 has more than the 15"));
        }
        EXPECT_TRUE(sent.statements().empty());
    };
    refused([&] { db.insert(other); });
    refused([&] { db.insert_many(many); });
    refused(set);
    l.total = long_one;
    refused([&] { db.save(l); });
    EXPECT_EQ(db.count(orm::select<Ledger>), 1);
    EXPECT_EQ(db.get(l.id).total, whole);
    EXPECT_THROW(db.count(orm::select<Ledger> | orm::filter(f<&Ledger::total> == long_one)), orm::DataError);
}

ON_EACH_DATABASE(Refusals);

}  // namespace
}  // namespace shop
