/// Hand-written libpq code in the best known way: statements prepared once, parameters and results binary, values
/// decoded where the result keeps them, independent statements in one pipeline.
#pragma once

#include <libpq-fe.h>

#include <bit>
#include <limits>
#include <memory>
#include <string>

#include "by_hand/rows.hpp"

namespace bench::by_hand {

struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

template <class Integer>
Integer big_endian(const char* data) {
    std::make_unsigned_t<Integer> value;
    std::memcpy(&value, data, sizeof value);
    if constexpr (sizeof value == 2) return static_cast<Integer>(__builtin_bswap16(value));
    if constexpr (sizeof value == 4) return static_cast<Integer>(__builtin_bswap32(value));
    if constexpr (sizeof value == 8) return static_cast<Integer>(__builtin_bswap64(value));
}
template <class Integer>
void put_big_endian(char* out, Integer value) {
    value = big_endian<Integer>(reinterpret_cast<const char*>(&value));
    std::memcpy(out, &value, sizeof value);
}
inline constexpr std::int64_t epoch = 946'684'800'000'000;  // 2000-01-01 in microseconds since 1970

/// Reads the columns of one row of a binary result one after the other. The schema is ours: the types of the columns
/// are known.
class PostgresReader {
  public:
    PostgresReader(const PGresult* result, int row) : result_(result), row_(row) {}

    void operator()(std::int64_t& out) {
        out = length() == 4 ? big_endian<std::int32_t>(some()) : big_endian<std::int64_t>(some());
    }
    void operator()(std::int32_t& out) { out = big_endian<std::int32_t>(some()); }
    void operator()(bool& out) { out = *some() != 0; }
    void operator()(std::string& out) {
        const auto size = static_cast<std::size_t>(length());
        out.assign(some(), size);
    }
    void operator()(orm::Json& out) {
        const auto size = static_cast<std::size_t>(length());
        out.text.assign(some() + 1, size - 1);
    }
    void operator()(orm::Timestamp& out) {
        const auto value = big_endian<std::int64_t>(some());
        if (value == std::numeric_limits<std::int64_t>::max() || value == std::numeric_limits<std::int64_t>::min())
            bad("an infinite timestamp");
        out = orm::Timestamp(std::chrono::microseconds(value + epoch));
    }
    void operator()(orm::Date& out) {
        const auto days = big_endian<std::int32_t>(some());
        if (days > 4'000'000 || days < -4'000'000) bad("an infinite date");
        out = orm::Date(std::chrono::sys_days(std::chrono::days(days + 10'957)));
    }
    template <class Enum>
    requires std::is_enum_v<Enum>
    void operator()(Enum& out) {
        const auto size = static_cast<std::size_t>(length());
        out = choice<Enum>({some(), size});
    }
    template <class Model, class Rule>
    void operator()(orm::ForeignKey<Model, Rule>& out) {
        (*this)(out.id.value);
    }
    template <int Digits, int Scale>
    void operator()(orm::Decimal<Digits, Scale>& out) {
        const char* data = some();
        const int groups = big_endian<std::int16_t>(data), weight = big_endian<std::int16_t>(data + 2);
        const auto sign = big_endian<std::uint16_t>(data + 4);
        if (sign > 0x4000) bad("not a number");
        std::int64_t units = 0;
        constexpr int below = (Scale + 3) / 4;  // groups of four digits behind the point
        for (int i = 0; i <= weight + below; ++i)
            units = units * 10'000 + (i < groups ? big_endian<std::int16_t>(data + 8 + 2 * i) : 0);
        units /= orm::detail::power_of_ten(below * 4 - Scale);
        out.units = sign ? -units : units;
        check(out);
    }
    template <class T>
    void operator()(std::optional<T>& out) {
        if (null()) {
            ++column_;
            out.reset();
        } else {
            (*this)(out.emplace());
        }
    }
    template <std::size_t Length>
    void operator()(std::vector<orm::Char<Length>>& out) {
        const char* data = some();
        out.clear();
        if (big_endian<std::int32_t>(data) == 0) return;
        if (big_endian<std::int32_t>(data) != 1) bad("an array of several dimensions");
        const auto count = static_cast<std::size_t>(big_endian<std::int32_t>(data + 12));
        out.reserve(count);
        data += 20;
        for (std::size_t i = 0; i < count; ++i) {
            const auto size = big_endian<std::int32_t>(data);
            if (size < 0) bad("NULL in an array");
            out.emplace_back(std::string_view(data + 4, static_cast<std::size_t>(size)));
            data += 4 + size;
        }
    }
    bool null() const { return PQgetisnull(result_, row_, column_) != 0; }
    void skip(int columns) { column_ += columns; }

  private:
    int length() const { return PQgetlength(result_, row_, column_); }
    const char* some() {
        if (null()) bad("NULL");
        return PQgetvalue(result_, row_, column_++);
    }
    const PGresult* result_;
    int row_;
    int column_ = 0;
};

/// The parameters of one call, on the stack.
template <std::size_t Count>
class PostgresParams {
  public:
    template <class... Values>
    explicit PostgresParams(const Values&... values) {
        values_[Count] = nullptr;  // arrays of no items do not exist; the last one is nobody's
        lengths_[Count] = formats_[Count] = 0;
        (add(values), ...);
    }
    const char* const* values() const { return values_; }
    const int* lengths() const { return lengths_; }
    const int* formats() const { return formats_; }

  private:
    template <class Integer>
    void number(Integer value) {
        put_big_endian(bytes_[at_], value);
        item(bytes_[at_], sizeof value);
    }
    void item(const char* data, std::size_t size) {
        values_[at_] = data;
        lengths_[at_] = static_cast<int>(size);
        formats_[at_++] = 1;
    }
    void add(std::int64_t value) { number(value); }
    void add(std::int32_t value) { number(value); }
    void add(bool value) { bytes_[at_][0] = value, item(bytes_[at_], 1); }
    void add(std::string_view value) { item(value.data(), value.size()); }
    void add(const std::string& value) { item(value.data(), value.size()); }
    void add(orm::Timestamp value) { number(static_cast<std::int64_t>(value.time_since_epoch().count() - epoch)); }
    template <class Enum>
    requires std::is_enum_v<Enum>
    void add(Enum value) { add(names<Enum>.at(static_cast<std::size_t>(value))); }
    template <class T>
    void add(const std::optional<T>& value) {
        if (value)
            add(*value);
        else
            item(nullptr, 0);
    }
    std::size_t at_ = 0;
    const char* values_[Count + 1];
    int lengths_[Count + 1];
    int formats_[Count + 1];
    char bytes_[Count + 1][8];
};

class Postgres {
  public:
    /// The same settings as the data layer's connections.
    explicit Postgres(const std::string& url);
    ~Postgres() { PQfinish(connection_); }
    Postgres(const Postgres&) = delete;
    Postgres& operator=(const Postgres&) = delete;
    PGconn* handle() const { return connection_; }
    void execute(const char* sql);
    Result checked(PGresult* result) const;
    [[noreturn]] void fail() const { throw std::runtime_error(PQerrorMessage(connection_)); }
    /// An int8[] or varchar[] in binary form.
    static std::string array(const std::vector<std::int64_t>& values);
    static std::string array(const std::vector<std::string>& values);

  private:
    PGconn* connection_;
};

class PostgresStatement {
  public:
    PostgresStatement(Postgres& database, std::string name, const std::string& sql)
        : database_(database), name_(std::move(name)) {
        database.checked(PQprepare(database.handle(), name_.c_str(), sql.c_str(), 0, nullptr));
    }
    template <class... Values>
    Result run(const Values&... values) {
        const PostgresParams<sizeof...(Values)> params(values...);
        return database_.checked(PQexecPrepared(database_.handle(), name_.c_str(), sizeof...(Values), params.values(),
                                                params.lengths(), params.formats(), 1));
    }
    /// For a pipeline: the answer is fetched by Pipeline::take().
    template <class... Values>
    void send(const Values&... values) {
        const PostgresParams<sizeof...(Values)> params(values...);
        if (PQsendQueryPrepared(database_.handle(), name_.c_str(), sizeof...(Values), params.values(), params.lengths(),
                                params.formats(), 1) == 0)
            database_.fail();
    }

  private:
    Postgres& database_;
    std::string name_;
};

/// Statements sent before the first answer is read.
class Pipeline {
  public:
    explicit Pipeline(Postgres& database) : database_(database) { PQenterPipelineMode(database.handle()); }
    ~Pipeline() { PQexitPipelineMode(database_.handle()); }
    void sync() { PQpipelineSync(database_.handle()); }
    Result take() {
        Result result = database_.checked(PQgetResult(database_.handle()));
        PQgetResult(database_.handle());  // null: the end of this statement
        return result;
    }
    void end() { Result(PQgetResult(database_.handle())); }

  private:
    Postgres& database_;
};

/// All rows of a result as `Row`s.
template <class Row>
std::vector<Row> rows_of(const Result& result) {
    const int count = PQntuples(result.get());
    std::vector<Row> rows(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        PostgresReader reader(result.get(), i);
        read_row(reader, rows[static_cast<std::size_t>(i)]);
    }
    return rows;
}

}  // namespace bench::by_hand
