/// The packaged libraries. Each `*_peer` stands in a file that is built only where its library is there.
#pragma once

#include "cases/cases.hpp"

namespace bench {

Peer libpqxx_peer(Data& data);
Peer soci_peer(Data& data);
Peer sqlitecpp_peer(Data& data);

/// The statements that peers run, with their placeholders (`?` SQLite, `$1` PostgreSQL, `:a` SOCI).
std::string point_read_sql(const std::string& key);
std::string rows_sql();
std::string insert_sql(const std::string& values);

// Values of PostgreSQL's text format.
orm::Timestamp timestamp_of(std::string_view text);
std::int64_t units_of(std::string_view text, int scale);
inline bool bool_of(std::string_view text) {
    return text == "t" || text == "1";
}

}  // namespace bench
