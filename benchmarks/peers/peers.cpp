#include "peers/peers.hpp"

namespace bench {

std::string point_read_sql(const std::string& key) {
    return "SELECT " + by_hand::columns(by_hand::user_columns, "u") + " FROM auth_user u WHERE u.id = " + key;
}

std::string rows_sql() {
    return "SELECT " + by_hand::columns(by_hand::event_columns, "e") +
           " FROM crush_lu_meetupevent e ORDER BY e.event_date";
}

std::string insert_sql(const std::string& values) {
    return "INSERT INTO crush_lu_venue (name, address, city, capacity) VALUES (" + values + ")";
}

orm::Timestamp timestamp_of(std::string_view text) {
    if (text.ends_with("+00")) text.remove_suffix(3);
    std::array<char, 26> whole;
    if (text.size() <= 19 || text.size() >= 26) return by_hand::timestamp(text);
    whole.fill('0');  // PostgreSQL leaves out zeros at the end of a fraction
    std::memcpy(whole.data(), text.data(), text.size());
    return by_hand::timestamp({whole.data(), whole.size()});
}

std::int64_t units_of(std::string_view text, int scale) {
    std::int64_t units = 0;
    const auto point = text.find('.');
    int decimals = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == point) continue;
        units = units * 10 + by_hand::digits(&text[i], 1);
        if (point != text.npos && i > point) ++decimals;
    }
    for (; decimals < scale; ++decimals) units *= 10;
    return units;
}

std::vector<Peer> peers(Suite& suite, Data& data) {
    std::vector<Peer> result;
    if (!suite.wants("point read", data.database) && !suite.wants("10,000 full rows", data.database) &&
        !suite.wants("insert", data.database))
        return result;
#ifdef BENCH_LIBPQXX
    if (!data.sqlite()) result.push_back(libpqxx_peer(data));
#endif
#ifdef BENCH_SOCI
    result.push_back(soci_peer(data));
#endif
#ifdef BENCH_SQLITECPP
    if (data.sqlite()) result.push_back(sqlitecpp_peer(data));
#endif
    return result;
}

std::vector<std::string> missing_peers() {
    std::vector<std::string> missing;
#ifndef BENCH_LIBPQXX
    missing.emplace_back("libpqxx left out: libpqxx-dev was not there at build time");
#endif
#ifndef BENCH_SOCI
    missing.emplace_back("soci left out: libsoci-dev was not there at build time");
#endif
#ifndef BENCH_SQLITECPP
    missing.emplace_back("sqlitecpp left out: libsqlitecpp-dev was not there at build time");
#endif
    return missing;
}

}  // namespace bench
