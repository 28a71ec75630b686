// A database of its own for each test, on SQLite and PostgreSQL, and a compact dump of its schema.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "orm/driver.hpp"
#include "orm/migration.hpp"

namespace migration_tests {

using namespace orm;
using namespace orm::migrations;

/// Creates and drops one database: a temporary file, or a database on the server that ENTREPRINDER_TEST_POSTGRES names.
class TestDatabase {
  public:
    explicit TestDatabase(Dialect dialect);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;
    std::unique_ptr<Connection> connect() const;
    const std::string& url() const { return url_; }

  private:
    Dialect dialect_;
    std::string name_, url_, server_;
};

/// Parametrised over the databases; PostgreSQL fails where there is no server.
class OnBoth : public testing::TestWithParam<Dialect> {
  protected:
    void SetUp() override;
    void TearDown() override;
    Connection& db() { return *connection_; }
    bool sqlite() const { return GetParam() == Dialect::sqlite; }
    /// The whole schema as text, without django_migrations; equal schemas give equal text whatever the order of
    /// columns.
    std::string dump();
    std::string value(const std::string& sql);
    std::vector<std::string> column(const std::string& sql);
    std::unique_ptr<TestDatabase> database_;
    std::unique_ptr<Connection> connection_;
};
std::string dialect_name(const testing::TestParamInfo<Dialect>& info);
#define ON_BOTH_DATABASES(suite)                                                                    \
    INSTANTIATE_TEST_SUITE_P(Databases, suite, testing::Values(Dialect::sqlite, Dialect::postgres), \
                             migration_tests::dialect_name)

/// A schema with every field kind, relations, a self-reference, join tables, indexes and constraints.
std::vector<Migration> sample_migrations();
/// The sample, and a migration of shop after it.
Registry sample_and(std::vector<Operation> operations, std::string name = "0002");
schema::State state_of(const std::vector<Migration>& migrations);
Registry registry_of(std::vector<Migration> migrations);

}  // namespace migration_tests
