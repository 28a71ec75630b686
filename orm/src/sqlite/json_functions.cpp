/// PostgreSQL's JSON containment and paths, and its tests of arrays (which are JSON text here), for SQLite.
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <memory>
#include <new>

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

/// The document of the second argument. That is a parameter nearly always, and parsed once for all rows.
const json::value& second(sqlite3_context* context, sqlite3_value** values) {
    const auto kept = [&] { return static_cast<const json::value*>(sqlite3_get_auxdata(context, 1)); };
    if (const json::value* document = kept()) return *document;
    auto parsed = std::make_unique<json::value>(json::parse(text_of(values[1])));
    sqlite3_set_auxdata(context, 1, parsed.release(), [](void* p) { delete static_cast<json::value*>(p); });
    if (const json::value* document = kept()) return *document;
    throw std::bad_alloc();  // SQLite had no memory for it, and dropped it
}

/// Calls `test(first, second)` with both documents; NULL where one is NULL.
template <class Test>
void compare(sqlite3_context* context, sqlite3_value** values, Test test) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL || sqlite3_value_type(values[1]) == SQLITE_NULL) return;
    guarded(context, [&] {
        unsigned char room[1024];  // a row's array is small and forgotten at once
        json::monotonic_resource memory(room, sizeof room);
        const json::value first = json::parse(text_of(values[0]), &memory);
        sqlite3_result_int(context, test(first, second(context, values)) ? 1 : 0);
    });
}

void json_contains(sqlite3_context* context, int, sqlite3_value** values) {
    compare(context, values, [](const json::value& whole, const json::value& part) { return contains(whole, part); });
}

/// As in PostgreSQL, NULL equals nothing.
bool has(const json::array& all, const json::value& item) {
    if (item.is_null()) return false;
    return std::any_of(all.begin(), all.end(),
                       [&](const json::value& other) { return item == other || same_number(item, other); });
}
bool has_all(const json::array& all, const json::array& wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const json::value& item) { return has(all, item); });
}

void array_contains(sqlite3_context* context, int, sqlite3_value** values) {
    compare(context, values,
            [](const json::value& a, const json::value& b) { return has_all(a.as_array(), b.as_array()); });
}
void array_contained(sqlite3_context* context, int, sqlite3_value** values) {
    compare(context, values,
            [](const json::value& a, const json::value& b) { return has_all(b.as_array(), a.as_array()); });
}
void array_overlaps(sqlite3_context* context, int, sqlite3_value** values) {
    compare(context, values, [](const json::value& a, const json::value& b) {
        const json::array& all = a.as_array();
        return std::any_of(b.as_array().begin(), b.as_array().end(),
                           [&](const json::value& item) { return has(all, item); });
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
    const auto add = [&](const char* name, void (*function)(sqlite3_context*, int, sqlite3_value**)) {
        sqlite3_create_function_v2(database, name, 2, flags, nullptr, function, nullptr, nullptr, nullptr);
    };
    add("orm_json_contains", json_contains);
    add("orm_json_get", json_get<false>);
    add("orm_json_get_text", json_get<true>);
    add("orm_array_contains", array_contains);
    add("orm_array_contained", array_contained);
    add("orm_array_overlaps", array_overlaps);
}

}  // namespace orm::sqlite
