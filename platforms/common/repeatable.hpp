/// For services whose transaction is statements and nothing else, so that running it again from the start is the same
/// as running it once: it is repeated when the database ends it for a deadlock or a serialization failure.
///
///     return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
///         tx.update(row, orm::set<& R::status> = Status::cancelled);
///         return letters::cancelled(tx, registration);      // a job is a row, too; a mail sent from here is not
///     });
#pragma once

#include "orm/executor.hpp"

namespace platform {

/// Three times: with the pauses between them a moment's collision is over. Inside another transaction it is that one's
/// business. After the last the error is the caller's, and the page says "try again in a moment" (503).
inline constexpr orm::AtomicOptions repeatable{.retries = 3};

}  // namespace platform
