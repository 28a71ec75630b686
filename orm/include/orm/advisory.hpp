/// Locks on names instead of rows: for what only one program may do at a time.
///
///     if (auto turn = orm::AdvisoryLock::try_lock(db, "nightly report")) report();     // else somebody else does it
///     orm::AdvisoryLock turn(db, "import", 30s);                                       // waits, then LockTimeout
///     db.atomic([&](orm::Transaction& tx) { orm::advisory_lock(tx, "import"); ... });  // until the transaction ends
///
/// All of them exclude each other by name, in every program that uses the same database, and end with the process,
/// however it ends. PostgreSQL: its advisory locks. SQLite: a byte of the file `<database>-locks`, locked through the
/// system, so it needs a local disk as SQLite itself does; waiters there are not served in order.
#pragma once

#include "orm/database.hpp"

namespace orm {

/// The number that a name locks: other programs may take pg_advisory_lock() on it. Two names could share one
/// (64 bits of SHA-256); then they exclude each other, which is safe.
std::int64_t advisory_key(std::string_view name);

/// Held until release() or the end of its scope, across transactions. On PostgreSQL it has a connection of its own
/// beside the pool, and is lost when the server ends that: ask held() before a step that must not be done twice.
class AdvisoryLock {
  public:
    using Location = std::source_location;
    /// Waits for the URL's lock_timeout, or `deadline`; LockTimeout then. UnsupportedFeature for an in-memory SQLite,
    /// which nobody else can use, and for a PostgreSQL behind a transaction-pooling proxy (prepare=off).
    AdvisoryLock(Database& db, std::string_view name, Location location = Location::current());
    AdvisoryLock(Database& db, std::string_view name, std::chrono::milliseconds deadline,
                 Location location = Location::current());
    /// Nothing when somebody else has it.
    static std::optional<AdvisoryLock> try_lock(Database& db, std::string_view name,
                                                Location location = Location::current());
    AdvisoryLock(AdvisoryLock&&) noexcept = default;
    AdvisoryLock& operator=(AdvisoryLock&&) noexcept = default;

    bool held() const;  ///< PostgreSQL: asks the server
    void release() noexcept { holder_.reset(); }

  private:
    struct Holder;
    explicit AdvisoryLock(std::shared_ptr<Holder> holder) : holder_(std::move(holder)) {}
    static std::shared_ptr<Holder> take(Database& db, std::string_view name, bool once,
                                        std::optional<std::chrono::milliseconds> deadline, Location location);
    std::shared_ptr<Holder> holder_;
};

/// Until the transaction ends, or the savepoint in which it was taken is rolled back. LockTimeout after `deadline`, or
/// the URL's lock_timeout; the transaction goes on after it. Taking a name twice is harmless.
void advisory_lock(Transaction& tx, std::string_view name,
                   std::source_location location = std::source_location::current());
void advisory_lock(Transaction& tx, std::string_view name, std::chrono::milliseconds deadline,
                   std::source_location location = std::source_location::current());
/// False when somebody else has it.
bool try_advisory_lock(Transaction& tx, std::string_view name,
                       std::source_location location = std::source_location::current());

}  // namespace orm
