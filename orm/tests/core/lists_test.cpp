// Lists of floating-point numbers: every bit comes back, on both databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "orm/orm.hpp"
#include "test_database.hpp"

namespace lists {
namespace {

using orm::f;

struct Reading {
    orm::Id<Reading> id;
    double value{};
    static consteval auto meta() { return orm::model<"lists", "reading">(); }
};

class Lists : public orm::test::DatabaseTest {
  protected:
    Lists() : db(url()) {
        db.with_connection(true, std::source_location::current(), [&](orm::Connection& connection) {
            connection.script(postgres()
                                  ? "CREATE TABLE lists_reading (id bigserial PRIMARY KEY, value double precision)"
                                  : "CREATE TABLE lists_reading (id INTEGER PRIMARY KEY, value REAL)");
        });
    }
    void add(double value) {
        Reading row;
        row.value = value;
        db.insert(row);
    }
    std::vector<double> all() {
        return db.get(orm::select<Reading> |
                      orm::value_of(orm::array_agg(f<&Reading::value>).order_by(f<&Reading::id>.asc())));
    }
    orm::Database db;
};
ON_EACH_DATABASE(Lists);

TEST_P(Lists, KeepEveryBitOfADouble) {
    const std::vector<double> numbers{0.1 + 0.2, 1.0 / 3, 123456789.123456789, 5.0, -0.0, 1e300, 5e-324};
    for (const double number : numbers) add(number);
    EXPECT_EQ(all(), numbers);
}

TEST_P(Lists, HaveNoInfinityOnSQLite) {
    add(std::numeric_limits<double>::infinity());
    if (postgres())
        EXPECT_THAT(all(), testing::ElementsAre(std::numeric_limits<double>::infinity()));
    else
        EXPECT_THROW(all(), orm::DataError);
}

}  // namespace
}  // namespace lists
