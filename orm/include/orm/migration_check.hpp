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

struct Difference {
    enum class Kind : std::uint8_t { missing, unknown, differs, invalid } kind = Kind::missing;
    std::string table;
    std::string text;    ///< one line for people
    std::string remedy;  ///< SQL that mends it, where one statement does; read it before you run it
};

/// Compares the tables of the models with those of the database: columns, types, NULL, keys, indexes, checks, by
/// structure and not by name (Django names some things otherwise). Tables that no model has are not looked at.
/// PostgreSQL needs the right to create a schema, which is rolled back.
std::vector<Difference> check_database(Connection& connection, const schema::State& models);

/// inspectdb: the structs that would describe the tables of a database (all, or those named).
std::string inspect_database(Connection& connection, const std::vector<std::string>& tables = {});

}  // namespace orm::migrations
