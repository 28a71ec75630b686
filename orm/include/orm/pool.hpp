/// A bounded pool of connections with a deadline, a health check and numbers to look at.
///
///     orm::Pool pool(orm::parse_url(url), {.size = 8});
///     orm::Lease lease = pool.acquire("event list");
///     lease->run(statement, params, &sink);          // back in the pool at the end of the scope
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <utility>

#include "orm/driver.hpp"

namespace orm {

struct PoolOptions {
    std::size_t size = 8;                               ///< connections at most; an in-memory SQLite has exactly one
    std::chrono::milliseconds timeout{5000};            ///< wait for a connection at most this long, then PoolTimeout
    std::chrono::milliseconds check_after_idle{30000};  ///< ping a connection that lay idle longer than this
};

struct PoolStatistics {
    std::size_t size = 0, idle = 0, in_use = 0, waiting = 0;
    std::uint64_t acquired = 0, opened = 0, closed_broken = 0, timeouts = 0;
    std::chrono::nanoseconds total_wait{0}, longest_wait{0};
};

class Pool;

/// A borrowed connection; gives it back when it ends. A broken connection is closed instead of given back.
class Lease {
  public:
    Lease() = default;
    Lease(Pool* pool, std::unique_ptr<Connection> connection, std::size_t ticket)
        : pool_(pool), connection_(std::move(connection)), ticket_(ticket) {}
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { release(); }
    Connection* operator->() const { return connection_.get(); }
    Connection& operator*() const { return *connection_; }
    explicit operator bool() const { return connection_ != nullptr; }
    void release() noexcept;

  private:
    Pool* pool_ = nullptr;
    std::unique_ptr<Connection> connection_;
    std::size_t ticket_ = 0;
};

class Pool {
  public:
    explicit Pool(DatabaseUrl url, PoolOptions options = {});
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// First come, first served. Throws PoolTimeout, whose message lists who holds the connections and since when, or
    /// what connect() throws.
    Lease acquire(std::source_location location = std::source_location::current());

    /// The right to write to a SQLite file, first come, first served, so that parallel writers queue fairly in this
    /// process instead of polling SQLite's busy handler. Held for the length of a write transaction. PostgreSQL:
    /// returns at once. Throws LockTimeout after the URL's lock_timeout.
    class WriteTurn {
      public:
        WriteTurn() = default;
        explicit WriteTurn(Pool* pool) : pool_(pool) {}
        WriteTurn(WriteTurn&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {}
        WriteTurn& operator=(WriteTurn&& other) noexcept {
            std::swap(pool_, other.pool_);
            return *this;
        }
        ~WriteTurn();

      private:
        Pool* pool_ = nullptr;
    };
    WriteTurn write_turn();

    PoolStatistics statistics() const;
    const DatabaseUrl& url() const { return url_; }

  private:
    friend class Lease;
    struct Impl;
    void give_back(std::unique_ptr<Connection> connection, std::size_t ticket) noexcept;
    DatabaseUrl url_;
    std::unique_ptr<Impl> impl_;
};

}  // namespace orm
