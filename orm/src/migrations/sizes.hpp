// How large the tables of a database are, also under the names that a plan's renames will give them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "migrations/shape.hpp"

namespace orm::migrations {

class TableSizes {
  public:
    explicit TableSizes(Connection& connection) : connection_(connection) {}
    // Bytes with indexes and long values; 0 where there is no such table (yet). Asked for once, then remembered.
    std::uint64_t bytes(const std::string& table);
    // A migration begins: what is made from here on is its own, and nobody else uses it before that migration ends.
    void begin() { own_.clear(); }
    bool own(const std::string& table) const { return own_.contains(table); }
    // Says that `operation` was passed: tables are known by their new names from here on.
    void follow(const Operation& operation, const std::string& app, const schema::State& from, const schema::State& to,
                bool backward);

  private:
    std::uint64_t measure(const std::string& table);
    Connection& connection_;
    std::map<std::string, std::uint64_t> sizes_;
    std::set<std::string> own_;
};

}  // namespace orm::migrations
