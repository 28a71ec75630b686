#include "orm/advisory.hpp"

#include <openssl/sha.h>

#include <algorithm>

#include "atomic.hpp"
#include "file_lock.hpp"
#include "one_value.hpp"

namespace orm {
namespace {

using std::chrono::milliseconds;

std::string lock_file(const DatabaseUrl& url) {
    if (url.path == ":memory:")
        throw UnsupportedFeature("advisory locks: an in-memory SQLite has nobody else to exclude");
    return url.path + "-locks";
}

/// For PostgreSQL's lock_timeout, to which 0 would mean: for ever.
std::string setting(milliseconds deadline) {
    return std::to_string(std::max<milliseconds::rep>(deadline.count(), 1)) + "ms";
}

[[noreturn]] void time_out(std::string_view name, milliseconds deadline, std::source_location location) {
    LockTimeout error("the advisory lock '" + std::string(name) + "' did not come free within " +
                      std::to_string(deadline.count()) + " ms");
    error.location = location;
    throw error;
}

std::unique_ptr<FileLock> file_lock(const DatabaseUrl& url, std::string_view name, bool once,
                                    std::optional<milliseconds> deadline, std::source_location location) {
    const milliseconds wait = once ? milliseconds(0) : deadline.value_or(url.lock_timeout);
    auto lock = FileLock::take(lock_file(url), advisory_key(name), wait);
    if (!lock && !once) time_out(name, wait, location);
    return lock;
}

}  // namespace

std::int64_t advisory_key(std::string_view name) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(name.data()), name.size(), digest);
    std::uint64_t key = 0;
    for (int i = 0; i < 8; ++i) key = key << 8 | digest[i];
    return static_cast<std::int64_t>(key);
}

struct AdvisoryLock::Holder {
    std::unique_ptr<Connection> connection;  ///< its end is the lock's end
    std::unique_ptr<FileLock> file;
};

std::shared_ptr<AdvisoryLock::Holder> AdvisoryLock::take(Database& db, std::string_view name, bool once,
                                                         std::optional<milliseconds> deadline, Location location) {
    return located(location, [&]() -> std::shared_ptr<Holder> {
        auto holder = std::make_shared<Holder>();
        if (db.dialect() == Dialect::sqlite) {
            holder->file = file_lock(db.url(), name, once, deadline, location);
            return holder->file ? holder : nullptr;
        }
        if (!db.url().prepare)
            throw UnsupportedFeature(
                "advisory locks of a session: behind a transaction-pooling proxy (prepare=off) the session is not "
                "ours; "
                "take the lock in a transaction");
        holder->connection = connect(db.url());
        const std::string key = "(" + std::to_string(advisory_key(name)) + ")";
        if (once) {
            const Statement statement{"SELECT pg_try_advisory_lock" + key, 0, true};
            return one_value<bool>(*holder->connection, statement) ? holder : nullptr;
        }
        holder->connection->script("SET statement_timeout TO 0");
        if (deadline) holder->connection->script("SET lock_timeout TO '" + setting(*deadline) + "'");
        try {
            holder->connection->script("SELECT pg_advisory_lock" + key);
        } catch (const LockTimeout&) {
            time_out(name, deadline.value_or(db.url().lock_timeout), location);
        }
        return holder;
    });
}

AdvisoryLock::AdvisoryLock(Database& db, std::string_view name, Location location)
    : AdvisoryLock(take(db, name, false, std::nullopt, location)) {}
AdvisoryLock::AdvisoryLock(Database& db, std::string_view name, milliseconds deadline, Location location)
    : AdvisoryLock(take(db, name, false, deadline, location)) {}

std::optional<AdvisoryLock> AdvisoryLock::try_lock(Database& db, std::string_view name, Location location) {
    auto holder = take(db, name, true, std::nullopt, location);
    if (!holder) return std::nullopt;
    return AdvisoryLock(std::move(holder));
}

bool AdvisoryLock::held() const {
    return holder_ && (holder_->file || holder_->connection->ping());
}

namespace {

void lock_in_savepoint(Transaction& tx, std::int64_t key, std::optional<milliseconds> deadline) {
    const auto configure = [&](const std::string& value) {
        tx.raw<std::string>("SELECT set_config('lock_timeout', $1, true)", value);
    };
    tx.atomic([&](Transaction& inner) {  // so that a timeout fails only this
        std::string before;
        if (deadline) {
            before = inner.raw<std::string>("SELECT current_setting('lock_timeout')").at(0);
            configure(setting(*deadline));
        }
        inner.raw<std::string>("SELECT pg_advisory_xact_lock($1)::text", key);
        if (deadline) configure(before);
    });
}

}  // namespace

bool detail::lock_name(Transaction& tx, std::string_view name, bool once, std::optional<milliseconds> deadline,
                       std::source_location location) {
    tx.check_open(location);
    const std::int64_t key = advisory_key(name);
    try {
        if (tx.dialect() == Dialect::postgres) {
            if (once) return std::get<0>(tx.raw<std::tuple<bool>>("SELECT pg_try_advisory_xact_lock($1)", key).at(0));
            lock_in_savepoint(tx, key, deadline);
            return true;
        }
        for (const auto& [taken, lock] : tx.names_)
            if (taken == key) return true;
        std::shared_ptr<void> lock = file_lock(tx.url_, name, once, deadline, location);
        if (lock) tx.names_.emplace_back(key, lock);
        return lock != nullptr;
    } catch (const LockTimeout&) {
        time_out(name, deadline.value_or(tx.url_.lock_timeout), location);
    } catch (Error& error) {
        error.location = location;
        throw;
    }
}

void advisory_lock(Transaction& tx, std::string_view name, std::source_location location) {
    detail::lock_name(tx, name, false, std::nullopt, location);
}
void advisory_lock(Transaction& tx, std::string_view name, milliseconds deadline, std::source_location location) {
    detail::lock_name(tx, name, false, deadline, location);
}
bool try_advisory_lock(Transaction& tx, std::string_view name, std::source_location location) {
    return detail::lock_name(tx, name, true, std::nullopt, location);
}

}  // namespace orm
