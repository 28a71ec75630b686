// An empty, migrated database of its own for a test, on SQLite or on the server that ENTREPRINDER_TEST_POSTGRES names.
#pragma once

#include <memory>
#include <string>

#include "orm/orm.hpp"

namespace cli_tests {

class TestDatabase {
  public:
    explicit TestDatabase(orm::Dialect dialect);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;
    /// Null where there is no PostgreSQL to test on.
    static std::unique_ptr<TestDatabase> make(orm::Dialect dialect);
    orm::Database& db() { return *db_; }
    const std::string& url() const { return url_; }

  private:
    std::string url_, folder_, name_;
    std::unique_ptr<orm::Database> db_;
};

}  // namespace cli_tests
