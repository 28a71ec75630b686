/// A throwaway copy of a whole database, to try on it what the original must not suffer. It is dropped with the object.
///
///     const auto copy = orm::copy_database(url, stop);
///     auto connection = orm::connect(copy->url());
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "orm/driver.hpp"

namespace orm {

class DatabaseCopy {
  public:
    virtual ~DatabaseCopy() = default;
    DatabaseCopy() = default;
    DatabaseCopy(const DatabaseCopy&) = delete;
    DatabaseCopy& operator=(const DatabaseCopy&) = delete;

    virtual const DatabaseUrl& url() const = 0;
    /// "as a template", "with pg_dump", …
    virtual const std::string& made() const = 0;
    /// Drops it now. Returns what went wrong; empty: it is gone. Harmless when called again.
    virtual std::string drop() noexcept = 0;
};

/// PostgreSQL: while a database is a template nobody can connect to it, so larger ones are copied by pg_dump.
constexpr std::uint64_t largest_template = 1ULL << 30;

/// Throws ConfigurationError where it cannot be made (no right to create databases, an in-memory database), and
/// OperationalError where making it failed or `stop` was requested.
std::unique_ptr<DatabaseCopy> copy_database(const DatabaseUrl& url, const std::stop_token& stop,
                                            std::uint64_t template_bytes = largest_template);

namespace sqlite {
std::unique_ptr<DatabaseCopy> copy_database(const DatabaseUrl& url, const std::stop_token& stop);
}
namespace postgres {
std::unique_ptr<DatabaseCopy> copy_database(const DatabaseUrl& url, const std::stop_token& stop,
                                            std::uint64_t template_bytes);
}

}  // namespace orm
