/// PostgreSQL's JSON containment and paths, for SQLite.
#include <boost/json.hpp>
#include <charconv>

#include "sqlite/connection.hpp"

namespace orm::sqlite {
namespace {

namespace json = boost::json;

std::string_view text_of(sqlite3_value* value) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return text ? std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value))) : std::string_view();
}

bool same_number(const json::value& a, const json::value& b) {
    return a.is_number() && b.is_number() && a.to_number<double>() == b.to_number<double>();
}

bool contains(const json::value& whole, const json::value& part) {
    if (whole.is_object() && part.is_object()) {
        for (const auto& [key, value] : part.get_object()) {
            const json::value* found = whole.get_object().if_contains(key);
            if (!found || !contains(*found, value)) return false;
        }
        return true;
    }
    if (whole.is_array()) {
        const auto has = [&](const json::value& item) {
            for (const json::value& candidate : whole.get_array()) {
                if (candidate.is_structured() != item.is_structured()) continue;
                if (contains(candidate, item)) return true;
            }
            return false;
        };
        if (!part.is_array())
            return part.is_primitive() && has(part);  // PostgreSQL: an array contains a primitive value
        for (const json::value& item : part.get_array())
            if (!has(item)) return false;
        return true;
    }
    return whole == part || same_number(whole, part);
}

/// Runs `body`; a document that does not parse is an error of the statement.
template <class Body>
void guarded(sqlite3_context* context, Body body) {
    try {
        body();
    } catch (const std::exception& e) {
        sqlite3_result_error(context, e.what(), -1);
    }
}

void json_contains(sqlite3_context* context, int, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL || sqlite3_value_type(values[1]) == SQLITE_NULL) return;
    guarded(context, [&] {
        sqlite3_result_int(context, contains(json::parse(text_of(values[0])), json::parse(text_of(values[1]))) ? 1 : 0);
    });
}

template <bool AsText>
void json_get(sqlite3_context* context, int, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
    guarded(context, [&] {
        const json::value document = json::parse(text_of(values[0]));
        const json::value path = json::parse(text_of(values[1]));
        const json::value* at = &document;
        for (const json::value& step : path.as_array()) {
            const std::string_view key = step.as_string();
            if (at->is_object()) {
                at = at->get_object().if_contains(key);
            } else if (at->is_array()) {
                std::int64_t index = 0;
                const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
                const auto size = static_cast<std::int64_t>(at->get_array().size());
                if (index < 0) index += size;
                const bool valid = error == std::errc{} && end == key.data() + key.size() && index >= 0 && index < size;
                at = valid ? &at->get_array()[static_cast<std::size_t>(index)] : nullptr;
            } else {
                at = nullptr;
            }
            if (!at) return;
        }
        if (AsText && at->is_null()) return;
        const std::string text = AsText && at->is_string() ? std::string(at->get_string()) : json::serialize(*at);
        sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    });
}

}  // namespace

void add_json_functions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    sqlite3_create_function_v2(database, "orm_json_contains", 2, flags, nullptr, json_contains, nullptr, nullptr,
                               nullptr);
    sqlite3_create_function_v2(database, "orm_json_get", 2, flags, nullptr, json_get<false>, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(database, "orm_json_get_text", 2, flags, nullptr, json_get<true>, nullptr, nullptr,
                               nullptr);
}

}  // namespace orm::sqlite
