#include "by_hand/postgres.hpp"

namespace bench::by_hand {

Postgres::Postgres(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK) fail();
    execute("SET TimeZone TO 'UTC'");
}

Result Postgres::checked(PGresult* result) const {
    Result held(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_COPY_IN) fail();
    return held;
}

void Postgres::execute(const char* sql) {
    checked(PQexec(connection_, sql));
}

namespace {

std::string array_head(std::int32_t type, std::size_t count) {
    std::string bytes(20, '\0');
    put_big_endian(bytes.data(), std::int32_t{1});  // dimensions
    put_big_endian(bytes.data() + 8, type);
    put_big_endian(bytes.data() + 12, static_cast<std::int32_t>(count));
    put_big_endian(bytes.data() + 16, std::int32_t{1});
    return bytes;
}

}  // namespace

std::string Postgres::array(const std::vector<std::int64_t>& values) {
    std::string bytes = array_head(20, values.size());  // the OID of int8
    bytes.resize(20 + values.size() * 12);
    char* at = bytes.data() + 20;
    for (const std::int64_t value : values) {
        put_big_endian(at, std::int32_t{8});
        put_big_endian(at + 4, value);
        at += 12;
    }
    return bytes;
}

std::string Postgres::array(const std::vector<std::string>& values) {
    std::string bytes = array_head(1043, values.size());  // the OID of varchar
    for (const std::string& value : values) {
        char size[4];
        put_big_endian(size, static_cast<std::int32_t>(value.size()));
        bytes.append(size, sizeof size).append(value);
    }
    return bytes;
}

}  // namespace bench::by_hand
