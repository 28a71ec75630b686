/// Adopting a database that another program made: a Django project of the same models, of whatever history.
///
///     const Adoption adoption = adopt_database(*connection, registry);
///     for (const Key& key : adoption.recorded) ...        // taken as applied; nothing but the history was written
///     for (const Key& key : adoption.pending) ...         // what migrate() has to do still
///     for (const Difference& difference : adoption.differences) ...   // indexes and constraints that are otherwise
///
/// Each app is looked at by itself. Its migrations are walked from the last to the first until the tables they build
/// have, column by column, the names, types, NULLs and keys of the database; of those that fit, the one that misses the
/// fewest indexes and constraints is where the database stands. Rows of other programs in `django_migrations`, and
/// tables that no model has, stay as they are.
#pragma once

#include <vector>

#include "orm/migration.hpp"
#include "orm/migration_check.hpp"

namespace orm::migrations {

struct Adoption {
    std::vector<Key> recorded;            ///< newly taken as applied, in the order of the graph
    std::vector<Key> pending;             ///< left for migrate()
    std::vector<Difference> differences;  ///< of the adopted tables, none of which is about a column that we need
};

/// Records what the database already is, in one transaction; with `dry_run` only tells. Throws MigrationError that
/// names each column which fits none of the app's migrations, or a migration that the history has and the tables do
/// not. An app without any of its tables is left to migrate(). A second call finds nothing to record.
Adoption adopt_database(Connection& connection, const Registry& registry, bool dry_run = false,
                        const Options& options = {});

}  // namespace orm::migrations
