/// The database's own numbers, from its catalogue, as text for people.
///
///     std::cout << stats_text(db) << vacuum_text(db);
#pragma once

#include <cstddef>
#include <string>

#include "orm/database.hpp"

namespace cli {

/// Sizes, dead rows, cache hits; indexes that nobody uses and foreign keys without one.
std::string stats_text(orm::Database& db);
/// What VACUUM would be good for; "Nothing to do" is an answer.
std::string vacuum_text(orm::Database& db);
/// The sessions of this database, the longest running statement first. PostgreSQL only.
std::string sessions_text(orm::Database& db, std::size_t limit);

}  // namespace cli
