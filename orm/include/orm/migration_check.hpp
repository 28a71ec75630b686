/// Drift: what a live database has that its models do not say, and the other way round.
///
///     for (const Difference& difference : check_database(*connection, models))
///         std::cout << difference.text << (difference.remedy.empty() ? "" : "\n    " + difference.remedy) << "\n";
///     // crush_lu_meetupevent.title is varchar(100) NOT NULL, the model says varchar(200) NOT NULL
///     //     ALTER TABLE "crush_lu_meetupevent" ALTER COLUMN "title" TYPE varchar(200)
#pragma once

#include <string>
#include <vector>

#include "orm/driver.hpp"
#include "orm/schema.hpp"

namespace orm::migrations {

class Registry;

struct Difference {
    enum class Kind : std::uint8_t { missing, unknown, differs, invalid } kind = Kind::missing;
    enum class Part : std::uint8_t { table, column, primary_key, foreign_key, index, check } part = Part::table;
    std::string table{};
    std::string text{};  ///< one line for people
    /// SQL that mends it, statements parted by ";\n". Read it before you run it, and look again afterwards: on SQLite
    /// it may build the table anew, which mends the table's other differences, too.
    std::string remedy{};
};

/// Compares the tables of the models with those of the database: columns, types, NULL, keys, indexes, checks, by
/// structure and not by name (Django names some things otherwise). Tables that no model has are not looked at.
/// PostgreSQL needs the right to create a schema, which is rolled back.
std::vector<Difference> check_database(Connection& connection, const schema::State& models);

/// What the migrations that the database has applied say its schema is; the rest of them is `migrate`'s.
schema::State applied_state(Connection& connection, const Registry& registry);

/// inspectdb: a header with the structs that would describe the tables of a database (all, or those named; throws
/// WrongRequest for one that is not there). What they cannot say, such as partial indexes and checks, stands beside
/// them.
std::string inspect_database(Connection& connection, const std::vector<std::string>& tables = {});

}  // namespace orm::migrations
