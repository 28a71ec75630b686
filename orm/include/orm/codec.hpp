/// Between C++ memory and the databases' wire forms: small run-time descriptions of types and rows, so that the drivers
/// encode from and decode into structs in compiled code, without a template per query and without a call per value.
///
///     Param p{&type_info_of<std::int64_t>, &key};          // the driver reads the value where it lies
///     RowSink sink{&plan, &rows, [](void* rows) -> void* { return &static_cast<std::vector<E>*>(rows)->emplace_back();
///     }};
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace orm {

/// How a value lies in memory.
enum class Kind : std::uint8_t {
    boolean,      ///< bool
    int16,        ///< std::int16_t
    int32,        ///< std::int32_t
    int64,        ///< std::int64_t; also Id and ForeignKey, whose only member it is
    float64,      ///< double
    text,         ///< std::string (Char, Text, Url, File and Image derive from it)
    json,         ///< orm::Json, whose only member is the std::string with the document
    decimal,      ///< orm::Decimal: std::int64_t in units of 10^-scale
    timestamp,    ///< orm::Timestamp: std::int64_t microseconds since 1970-01-01 UTC
    date,         ///< orm::Date (std::chrono::year_month_day)
    duration,     ///< std::chrono::microseconds: std::int64_t; an interval on PostgreSQL, a number on SQLite
    enumeration,  ///< an enum of `EnumInfo::size` bytes with the values 0..n-1; text in the database
    array,        ///< std::vector<T>; PostgreSQL array, SQLite JSON text
};

/// An enum class with choices: its enumerators' names are the text in the database.
struct EnumInfo {
    std::span<const std::string_view> names;   ///< value i is stored as names[i]
    std::span<const std::string_view> labels;  ///< what people read
    std::uint8_t size;                         ///< sizeof the enum: 1, 2, 4 or 8
};

struct TypeInfo;

/// What the drivers need to walk and fill a std::vector<T>.
struct ArrayInfo {
    const TypeInfo* element;
    std::size_t stride;                ///< sizeof(T)
    std::size_t (*size)(const void*);  ///< number of elements
    const void* (*data)(const void*);  ///< first element
    void* (*append)(void*);            ///< adds a default element and returns its address
    void (*clear)(void*);
    /// Where set, the elements are std::optionals, and empty ones are NULL; only for parameters of PostgreSQL.
    const struct NullableInfo* nullable = nullptr;
};

/// A C++ value type as the drivers see it.
struct TypeInfo {
    Kind kind;
    std::uint16_t max_length = 0;  ///< text: code points, 0 = no limit
    std::uint8_t digits = 0;       ///< decimal
    std::uint8_t scale = 0;        ///< decimal
    const EnumInfo* choices = nullptr;
    const ArrayInfo* array = nullptr;
};

/// A std::optional<T> as the drivers see it.
struct NullableInfo {
    void* (*engage)(void* optional);            ///< emplaces a default T and returns its address
    const void* (*peek)(const void* optional);  ///< the value's address, or nullptr when empty
    void (*reset)(void* optional);
};

/// A bound parameter: the value where it lies in memory, or nullptr for NULL. `type` is never null.
struct Param {
    const TypeInfo* type;
    const void* value;
};

/// One column of a row in memory.
struct ColumnPlan {
    std::uint32_t offset;  ///< from the group's base
    const TypeInfo* type;
    const NullableInfo* nullable = nullptr;  ///< null: NULL is refused (DecodeError)
    std::string_view name;                   ///< column name, for messages and for writing
};

/// A run of result columns that belong to one object of the row (a model, or a single value).
struct GroupPlan {
    std::uint32_t offset = 0;                ///< of the object, or of its std::optional, from the row's base
    std::uint16_t columns = 0;               ///< how many result columns it takes
    std::int16_t presence = -1;              ///< column (within the group) that is NULL when the object is absent
    const NullableInfo* nullable = nullptr;  ///< with `presence`: how to engage the std::optional around the object
};

/// How a result row maps to memory; `columns` is the concatenation of the groups' columns in result order.
struct RowPlan {
    std::vector<GroupPlan> groups;
    std::vector<ColumnPlan> columns;
};

/// Where rows go. For each row the driver calls `next`, decodes into the returned address (a default-constructed row),
/// then calls `done` where set; `done` returning false stops the statement early (the connection stays clean).
struct RowSink {
    const RowPlan* plan = nullptr;
    void* context = nullptr;
    void* (*next)(void* context) = nullptr;
    bool (*done)(void* context) = nullptr;
};

/// Rows to be written in bulk, as they lie in memory.
struct BulkRows {
    std::string_view table;               ///< name without quotes
    std::span<const ColumnPlan> columns;  ///< `name` and `offset` (from the row's base) are used
    std::size_t count = 0;
    const void* (*row)(const void* context, std::size_t index) = nullptr;
    const void* context = nullptr;
    /// Where set: the driver calls it once per row, in order, with the generated key (SQLite's rowid). The PostgreSQL
    /// driver never calls it: keys are drawn from the sequence before, and arrive as a column.
    void (*generated)(void* context, std::size_t index, std::int64_t key) = nullptr;
    void* generated_context = nullptr;
};

}  // namespace orm
