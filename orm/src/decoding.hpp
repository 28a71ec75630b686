/// What both drivers do alike when a stored value reaches memory: range checks, enumerators, and the walk over a
/// RowPlan.
///
///     decoding::row(plan, base, [&](int column) { return is_null(column); }, [&](int c, const ColumnPlan& p, void* to)
///     {…});
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "orm/codec.hpp"
#include "orm/errors.hpp"

namespace orm::decoding {

/// `what` completes "column 'x': …".
[[noreturn]] void fail(std::string_view column, std::string_view what);
[[noreturn]] void fail_null(std::string_view column);
[[noreturn]] void fail_columns(std::size_t expected, int found);

/// An enumerator's text into the enum at `target`.
void enumerator(std::string_view text, const EnumInfo& choices, void* target, std::string_view column);
/// The number of the enumerator in memory, whatever the enum's width; it may be none of the choices.
std::uint64_t enumerator_value(const EnumInfo& choices, const void* value);
/// The enumerator's text; throws DataError when the value in memory is none of them.
std::string_view enumerator_name(const EnumInfo& choices, const void* value);

/// Puts a whole number into an integer of `kind`, if it fits.
inline void integer(std::int64_t value, Kind kind, void* target, std::string_view column) {
    if (kind == Kind::int64) {
        *static_cast<std::int64_t*>(target) = value;
    } else if (kind == Kind::int32) {
        if (value < std::numeric_limits<std::int32_t>::min() || value > std::numeric_limits<std::int32_t>::max())
            fail(column, std::to_string(value) + " does not fit 32 bits");
        *static_cast<std::int32_t*>(target) = static_cast<std::int32_t>(value);
    } else {
        if (value < std::numeric_limits<std::int16_t>::min() || value > std::numeric_limits<std::int16_t>::max())
            fail(column, std::to_string(value) + " does not fit 16 bits");
        *static_cast<std::int16_t*>(target) = static_cast<std::int16_t>(value);
    }
}

inline std::int64_t integer_at(Kind kind, const void* value) {
    if (kind == Kind::int64) return *static_cast<const std::int64_t*>(value);
    if (kind == Kind::int32) return *static_cast<const std::int32_t*>(value);
    return *static_cast<const std::int16_t*>(value);
}

/// Fills one row: `cell(i)` is result column i, with a member `null`; `value(cell, column, target)` decodes one that is
/// not.
template <class CellOf, class Value>
inline void row(const RowPlan& plan, void* base, CellOf&& cell_of, Value&& value) {
    int index = 0;
    const ColumnPlan* column = plan.columns.data();
    for (const GroupPlan& group : plan.groups) {
        void* object = static_cast<std::byte*>(base) + group.offset;
        if (group.presence >= 0) {
            if (cell_of(index + group.presence).null) {
                if (group.nullable) group.nullable->reset(object);
                index += group.columns;
                column += group.columns;
                continue;
            }
            if (group.nullable) object = group.nullable->engage(object);
        }
        for (const ColumnPlan* end = column + group.columns; column != end; ++column, ++index) {
            void* target = static_cast<std::byte*>(object) + column->offset;
            const auto cell = cell_of(index);
            if (cell.null) {
                if (!column->nullable) fail_null(column->name);
                column->nullable->reset(target);
                continue;
            }
            value(cell, *column, column->nullable ? column->nullable->engage(target) : target);
        }
    }
}

}  // namespace orm::decoding
