// One small migration for every operation and what it can change, on the sample schema with rows in it.
#pragma once

#include <string>
#include <vector>

#include "support.hpp"

namespace migration_tests {

struct Case {
    std::string name;
    std::vector<Operation> operations;
};
std::vector<Case> cases();

/// Rows for the sample schema, enough to make copying them wrong visible.
void fill_tables(Connection& db);

/// The sample schema's migrations, and the case's as shop.0002.
std::vector<Migration> with_case(const Case& tested);

}  // namespace migration_tests
