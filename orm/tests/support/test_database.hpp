/// A database of its own for each test: a temporary SQLite file, or a schema on the server that
/// ENTREPRINDER_TEST_POSTGRES names (tests/support/with-postgres starts one).
///
///     class Queries : public orm::test::DatabaseTest {};
///     TEST_P(Queries, Work) { orm::Database db(url()); ... }
///     ON_EACH_DATABASE(Queries);
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "orm/driver.hpp"

namespace orm::test {

class TestDatabase {
  public:
    explicit TestDatabase(Dialect dialect);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;
    /// Its URL, with more options ("pool_size=4").
    std::string url(const std::string& options = "") const;

  private:
    Dialect dialect_;
    std::string name_;
};

/// The server's URL. Throws when there is none: a test that silently skips a database proves nothing.
std::string test_server();

class DatabaseTest : public testing::TestWithParam<Dialect> {
  protected:
    DatabaseTest() : database_(GetParam()) {}
    std::string url(const std::string& options = "") const { return database_.url(options); }
    bool postgres() const { return GetParam() == Dialect::postgres; }

  private:
    TestDatabase database_;
};

inline std::string dialect_name(const testing::TestParamInfo<Dialect>& info) {
    return info.param == Dialect::sqlite ? "sqlite" : "postgres";
}

}  // namespace orm::test

#define ON_EACH_DATABASE(Suite)                                                                      \
    INSTANTIATE_TEST_SUITE_P(, Suite, testing::Values(orm::Dialect::sqlite, orm::Dialect::postgres), \
                             orm::test::dialect_name)
