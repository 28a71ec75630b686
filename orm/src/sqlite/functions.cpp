#include <clocale>
#include <cwctype>
#include <string>

#include "sqlite/connection.hpp"

namespace orm::sqlite {
namespace {

locale_t unicode() {
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
}

wint_t upper(wint_t point) {
    return unicode() ? towupper_l(point, unicode()) : std::towupper(point);
}

void append(std::string& out, unsigned point) {
    const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
    if (point < 0x80) return put(point);  // ı in upper case
    if (point < 0x800) {
        put(0xC0U | point >> 6U);
    } else {
        if (point < 0x10000) {
            put(0xE0U | point >> 12U);
        } else {
            put(0xF0U | point >> 18U);
            put(0x80U | (point >> 12U & 0x3FU));
        }
        put(0x80U | (point >> 6U & 0x3FU));
    }
    put(0x80U | (point & 0x3FU));
}

void to_upper(sqlite3_context* context, int, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
    const unsigned char* at = sqlite3_value_text(values[0]);
    if (!at) return sqlite3_result_error_nomem(context);
    const unsigned char* end = at + sqlite3_value_bytes(values[0]);
    std::string result;
    result.reserve(static_cast<std::size_t>(end - at));
    while (at < end) {
        if (*at < 0x80) {
            const unsigned char c = *at++;
            result += static_cast<char>(c >= 'a' && c <= 'z' ? c ^ 0x20U : c);
            continue;
        }
        const int length = *at >= 0xF0 ? 4 : *at >= 0xE0 ? 3 : 2;
        if (end - at < length || *at < 0xC2) {  // not UTF-8: left as it is
            result += static_cast<char>(*at++);
            continue;
        }
        unsigned point = *at & (0xFFU >> (length + 1));
        for (int i = 1; i < length; ++i) point = point << 6U | (at[i] & 0x3FU);
        append(result, upper(point));
        at += length;
    }
    sqlite3_result_text64(context, result.data(), result.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace

void add_functions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    sqlite3_create_function_v2(database, "orm_upper", 1, flags, nullptr, to_upper, nullptr, nullptr, nullptr);
    add_json_functions(database);
    add_search_functions(database);
    add_list_functions(database);
    add_date_functions(database);
    add_duration_functions(database);
    add_text_functions(database);
    add_fit_functions(database);
    add_cast_functions(database);
    add_json_order(database);
    add_decimal_functions(database);
}

}  // namespace orm::sqlite
