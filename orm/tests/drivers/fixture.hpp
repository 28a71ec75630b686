/// A database of its own for each test, on either backend, and rows of every kind of value.
///
///     class Mine : public OnBothDatabases {};
///     TEST_P(Mine, Works) { auto connection = open(); connection->script("CREATE TABLE t (id bigint)"); }
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orm/driver.hpp"
#include "orm/errors.hpp"
#include "orm/types.hpp"

namespace orm::test {

/// Types as the model layer describes them, spelt out for the few that the tests need.
template <class T>
struct Described;

template <>
struct Described<bool> {
    static constexpr TypeInfo info{Kind::boolean};
};
template <>
struct Described<std::int16_t> {
    static constexpr TypeInfo info{Kind::int16};
};
template <>
struct Described<std::int32_t> {
    static constexpr TypeInfo info{Kind::int32};
};
template <>
struct Described<std::int64_t> {
    static constexpr TypeInfo info{Kind::int64};
};
template <>
struct Described<double> {
    static constexpr TypeInfo info{Kind::float64};
};
template <>
struct Described<std::string> {
    static constexpr TypeInfo info{Kind::text};
};
template <>
struct Described<Json> {
    static constexpr TypeInfo info{Kind::json};
};
template <int Digits, int Scale>
struct Described<Decimal<Digits, Scale>> {
    static constexpr TypeInfo info{Kind::decimal, 0, Digits, Scale};
};
template <>
struct Described<Timestamp> {
    static constexpr TypeInfo info{Kind::timestamp};
};
template <>
struct Described<Date> {
    static constexpr TypeInfo info{Kind::date};
};

enum class Color : std::uint16_t { red, green, deep_blue };
inline constexpr std::string_view color_names[] = {"red", "green", "deep_blue"};
inline constexpr EnumInfo color_info{color_names, color_names, sizeof(Color)};
template <>
struct Described<Color> {
    static constexpr TypeInfo info{Kind::enumeration, 0, 0, 0, &color_info};
};

template <class T>
struct Described<std::vector<T>> {
    using Vector = std::vector<T>;
    static constexpr ArrayInfo array{&Described<T>::info,
                                     sizeof(T),
                                     [](const void* v) { return static_cast<const Vector*>(v)->size(); },
                                     [](const void* v) -> const void* { return static_cast<const Vector*>(v)->data(); },
                                     [](void* v) -> void* { return &static_cast<Vector*>(v)->emplace_back(); },
                                     [](void* v) { static_cast<Vector*>(v)->clear(); }};
    static constexpr TypeInfo info{Kind::array, 0, 0, 0, nullptr, &array};
};

template <class T>
inline constexpr NullableInfo nullable_info{
    [](void* o) -> void* { return &static_cast<std::optional<T>*>(o)->emplace(); },
    [](const void* o) -> const void* {
        const auto& optional = *static_cast<const std::optional<T>*>(o);
        return optional ? &*optional : nullptr;
    },
    [](void* o) { static_cast<std::optional<T>*>(o)->reset(); }};

template <class T>
Param param(const T& value) {
    return {&Described<T>::info, &value};
}

/// One value of every kind, each of which may be NULL.
struct AllKinds {
    std::int64_t id = 0;
    std::optional<bool> flag;
    std::optional<std::int16_t> small;
    std::optional<std::int32_t> medium;
    std::optional<std::int64_t> big;
    std::optional<double> ratio;
    std::optional<std::string> name;
    std::optional<Json> document;
    std::optional<Decimal<6, 2>> fee;
    std::optional<Decimal<18, 0>> whole;
    std::optional<Decimal<15, 15>> fraction;
    std::optional<Timestamp> at;
    std::optional<Date> day;
    std::optional<Color> color;
    std::optional<std::vector<std::int64_t>> numbers;
    std::optional<std::vector<std::string>> names;
    std::optional<std::vector<Decimal<6, 2>>> fees;
    std::optional<std::vector<Timestamp>> times;
    std::optional<std::vector<Color>> colors;
    bool operator==(const AllKinds&) const = default;
};
void PrintTo(const AllKinds& row, std::ostream* out);

const RowPlan& all_kinds_plan();
std::string all_kinds_table(Dialect dialect);
std::vector<AllKinds> all_kinds_rows();

/// A plan and a sink for rows of one member of type T.
template <class T>
const RowPlan& single_plan() {
    static const RowPlan plan{{{0, 1}}, {{0, &Described<T>::info, nullptr, "value"}}};
    return plan;
}

template <class Row>
struct Collected {
    std::vector<Row> rows;
    RowSink sink;
    std::size_t stop_after = static_cast<std::size_t>(-1);
    explicit Collected(const RowPlan& plan) {
        sink.plan = &plan;
        sink.context = this;
        sink.next = [](void* self) -> void* { return &static_cast<Collected*>(self)->rows.emplace_back(); };
        sink.done = [](void* self) {
            const auto& collected = *static_cast<Collected*>(self);
            return collected.rows.size() < collected.stop_after;
        };
    }
    Collected(const Collected&) = delete;
    Collected& operator=(const Collected&) = delete;
};

Statement statement(std::string text);
Statement transient(std::string text);

/// The rows of a one-column query.
template <class T>
std::vector<T> values(Connection& connection, const std::string& sql, std::vector<Param> params = {}) {
    Collected<T> collected(single_plan<T>());
    connection.run(transient(sql), params, &collected.sink);
    return std::move(collected.rows);
}

/// A database that is there for one test; a SQLite file, or a schema on the server.
class TestDatabase {
  public:
    explicit TestDatabase(Dialect dialect);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;
    /// Its URL, with more options.
    std::string url(const std::string& options = "") const;

  private:
    Dialect dialect_;
    std::string name_;
};

/// The server's URL; empty where there is none.
std::string test_server();

class OnBothDatabases : public testing::TestWithParam<Dialect> {
  protected:
    void SetUp() override;
    std::unique_ptr<Connection> open(const std::string& options = "") const;
    bool postgres() const { return GetParam() == Dialect::postgres; }
    /// `$1`, or `?1`
    std::string mark(int number) const { return (postgres() ? "$" : "?") + std::to_string(number); }
    std::unique_ptr<TestDatabase> database_;
};
std::string name_of(const testing::TestParamInfo<Dialect>& info);
#define BOTH_DATABASES(Suite) \
    INSTANTIATE_TEST_SUITE_P(, Suite, testing::Values(Dialect::sqlite, Dialect::postgres), name_of)
#define ONE_DATABASE(Suite, which) INSTANTIATE_TEST_SUITE_P(, Suite, testing::Values(Dialect::which), name_of)

class OnPostgres : public testing::Test {
  protected:
    void SetUp() override;
    std::unique_ptr<Connection> open(const std::string& options = "") const;
    std::unique_ptr<TestDatabase> database_;
};

}  // namespace orm::test
