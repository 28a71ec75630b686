#include <cmath>

#include "decoding.hpp"
#include "orm/types.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/stored_decimal.hpp"
#include "text_forms.hpp"

namespace orm::sqlite {
namespace {

/// More digits than are kept are refused, not rounded.
std::size_t write_storable_decimal(char* out, std::int64_t units, int scale) {
    if (!make_storable(units, scale)) throw DataError(not_storable(units, scale));
    return text_forms::write_decimal(out, units, scale);
}

std::size_t write_scalar(char* out, const TypeInfo& type, const void* value) {
    switch (type.kind) {
        case Kind::decimal:
            return write_storable_decimal(out, *static_cast<const std::int64_t*>(value), type.scale);
        case Kind::timestamp: {
            const std::int64_t micros = *static_cast<const std::int64_t*>(value);
            if (!text_forms::in_range(micros)) throw DataError("a timestamp lies outside of the years 1 to 9999");
            return text_forms::write_timestamp(out, micros);
        }
        default: {
            const Date date = *static_cast<const Date*>(value);
            if (!text_forms::in_range(date)) throw DataError("no valid date of the years 1 to 9999");
            return text_forms::write_date(out, date);
        }
    }
}

int bind_text(sqlite3_stmt* statement, int index, std::string_view text, bool copy) {
    // An empty string_view may have no address, which SQLite would take for NULL.
    return sqlite3_bind_text64(statement, index, text.empty() ? "" : text.data(), text.size(),
                               copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
}

}  // namespace

void Scratch::reserve(std::size_t count) {
    if (slots_.size() < count * text_forms::longest) slots_.resize(count * text_forms::longest);
}

char* Scratch::slot(int index) {
    return slots_.data() + static_cast<std::size_t>(index - 1) * text_forms::longest;
}

std::string& Scratch::array() {
    if (arrays_used_ == arrays_.size()) arrays_.emplace_back();
    std::string& text = arrays_[arrays_used_++];
    text.clear();
    return text;
}

int bind(sqlite3_stmt* statement, int index, const TypeInfo& type, const void* value, Scratch& scratch, bool copy) {
    if (!value) return sqlite3_bind_null(statement, index);
    switch (type.kind) {
        case Kind::boolean:
            return sqlite3_bind_int(statement, index, *static_cast<const bool*>(value) ? 1 : 0);
        case Kind::int16:
        case Kind::int32:
        case Kind::int64:
            return sqlite3_bind_int64(statement, index, decoding::integer_at(type.kind, value));
        case Kind::duration:
            return sqlite3_bind_int64(statement, index, *static_cast<const std::int64_t*>(value));
        case Kind::float64: {
            const double number = *static_cast<const double*>(value);
            if (std::isnan(number)) throw DataError("SQLite has no NaN: it would become NULL");
            return sqlite3_bind_double(statement, index, number);
        }
        case Kind::text:
        case Kind::json:
            return bind_text(statement, index, *static_cast<const std::string*>(value), copy);
        case Kind::enumeration:
            return bind_text(statement, index, decoding::enumerator_name(*type.choices, value), false);
        case Kind::decimal:
        case Kind::timestamp:
        case Kind::date: {
            if (copy) {
                char text[text_forms::longest];
                return bind_text(statement, index, {text, write_scalar(text, type, value)}, true);
            }
            char* text = scratch.slot(index);
            return bind_text(statement, index, {text, write_scalar(text, type, value)}, false);
        }
        case Kind::array: {
            if (copy) {
                std::string text;
                write_array(text, type, value);
                return bind_text(statement, index, text, true);
            }
            std::string& text = scratch.array();
            write_array(text, type, value);
            return bind_text(statement, index, text, false);
        }
    }
    return SQLITE_MISUSE;
}

}  // namespace orm::sqlite
