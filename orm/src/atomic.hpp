// What Database and Transaction share: errors that know the call, and SQLite's way to be read-only.
#pragma once

#include <source_location>
#include <string>

#include "orm/database.hpp"

namespace orm {

/// Runs `action`; an error that passes learns the call's place, and a broken constraint its model.
template <class Action>
auto located(std::source_location location, Action action) {
    try {
        return action();
    } catch (IntegrityError& error) {
        if (error.location.line() == 0) error.location = location;
        if (error.model.empty()) error.model = model_of_table(error.table);
        throw;
    } catch (Error& error) {
        if (error.location.line() == 0) error.location = location;
        throw;
    }
}

[[noreturn]] inline void throw_usage(const std::string& what, std::source_location location) {
    UsageError error(what + " (" + location.file_name() + ":" + std::to_string(location.line()) + ")");
    error.location = location;
    throw error;
}

/// SQLite has no read-only transactions; while this lives its connection refuses to write.
class ReadOnly {
  public:
    ReadOnly(Connection& connection, bool on)
        : connection_(on && connection.dialect() == Dialect::sqlite ? &connection : nullptr) {
        if (connection_) connection_->script("PRAGMA query_only = 1");
    }
    ~ReadOnly() {
        if (connection_) connection_->script("PRAGMA query_only = 0");
    }
    ReadOnly(const ReadOnly&) = delete;
    ReadOnly& operator=(const ReadOnly&) = delete;

  private:
    Connection* connection_;
};

}  // namespace orm
