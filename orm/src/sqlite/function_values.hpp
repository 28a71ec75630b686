/// What SQLite's functions of ours do with their arguments and results alike.
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace orm::sqlite {

/// Alive until the function returns; empty for NULL.
inline std::string_view text_of(sqlite3_value* value) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return {text ? text : "", static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

inline bool any_null(int count, sqlite3_value** values) {
    return std::any_of(values, values + count, [](sqlite3_value* v) { return sqlite3_value_type(v) == SQLITE_NULL; });
}

/// The decimal for which a double of SQLite stands, that of its 15 significant digits: digits * 10^exponent.
struct FifteenDigits {
    std::int64_t digits;
    int exponent;
};
FifteenDigits fifteen_digits(double value);

/// What a column would keep of units / 10^scale; see decimal_functions.cpp.
void result_decimal(sqlite3_context* context, std::int64_t units, int scale);

/// A function's error that becomes a DataError; see errors.cpp.
inline void data_error(sqlite3_context* context, const std::string& message) {
    sqlite3_result_error(context, message.c_str(), static_cast<int>(message.size()));
    sqlite3_result_error_code(context, SQLITE_MISMATCH);
}

/// Runs `body`; what it throws is what is wrong with a value.
template <class Body>
void guarded(sqlite3_context* context, Body body) {
    try {
        body();
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    } catch (const std::exception& e) {
        data_error(context, e.what());
    }
}

}  // namespace orm::sqlite
