/// PostgreSQL's JSON containment and paths, and its tests of arrays (which are JSON text here), for SQLite.
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "sqlite/connection.hpp"
#include "sqlite/function_values.hpp"

namespace orm::sqlite {
namespace {

namespace json = boost::json;

/// As deep as validate.cpp lets documents be.
json::value parse(std::string_view text, json::storage_ptr memory = {}) {
    json::parse_options options;
    options.max_depth = 512;
    return json::parse(text, std::move(memory), options);
}

/// Of two numbers of which one has a fraction or an exponent; whole numbers compare exactly by ==. A double that is
/// whole is compared as one: 2^53 + 1 is not 2^53.
bool same_number(const json::value& a, const json::value& b) {
    if (!a.is_number() || !b.is_number()) return false;
    if (a.is_double() && b.is_double()) return a.get_double() == b.get_double();
    if (a.is_double()) return same_number(b, a);
    if (!b.is_double()) return a == b;
    const double other = b.get_double();
    if (other != std::floor(other) || std::abs(other) >= 0x1p64) return false;
    if (a.is_int64()) return std::abs(other) < 0x1p63 && a.get_int64() == static_cast<std::int64_t>(other);
    return other >= 0 && a.get_uint64() == static_cast<std::uint64_t>(other);
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

/// The document of the second argument. That is a parameter nearly always, and parsed once for all rows.
const json::value& second(sqlite3_context* context, sqlite3_value** values) {
    const auto kept = [&] { return static_cast<const json::value*>(sqlite3_get_auxdata(context, 1)); };
    if (const json::value* document = kept()) return *document;
    auto parsed = std::make_unique<json::value>(parse(text_of(values[1])));
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
        const json::value first = parse(text_of(values[0]), &memory);
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

/// Walks through the text of a document, so that what is taken out of it stays as it was written: 9.90 is not 9.9, nor
/// 9.9E0. Throws for what is no JSON.
class Walk {
  public:
    explicit Walk(std::string_view text) : text_(text) { blanks(); }
    /// To the member of an object; of several with one name the last one counts. False: there is none.
    bool to_member(std::string_view name) {
        std::size_t found = 0;
        each('}', [&] {
            const std::string_view key = value();
            const bool same = string_of(key) == name;
            blanks();
            expect(':');
            blanks();
            if (same) found = at_;
        });
        at_ = found;
        return found != 0;
    }
    /// To an element of an array, from 0, or from -1 for the last. False: there is none.
    bool to_element(std::int64_t index) {
        std::vector<std::size_t> places;
        each(']', [&] { places.push_back(at_); });
        if (index < 0) index += static_cast<std::int64_t>(places.size());
        if (index < 0 || index >= static_cast<std::int64_t>(places.size())) return false;
        at_ = places[static_cast<std::size_t>(index)];
        return true;
    }
    char first() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    /// The value here, without what stands behind it.
    std::string_view value() {
        const std::size_t begin = at_;
        std::size_t depth = 0;
        do {
            const char c = first();
            if (c == '"')
                string();
            else if (c == '{' || c == '[')
                depth += step();
            else if (depth > 0 && (c == '}' || c == ']'))
                depth -= step();
            else if (depth > 0 && (c == ',' || c == ':' || is_blank(c)))
                step();
            else
                word();
        } while (depth > 0);
        return text_.substr(begin, at_ - begin);
    }
    static std::string string_of(std::string_view quoted) {
        if (quoted.find('\\') == quoted.npos && quoted.size() >= 2)
            return std::string(quoted.substr(1, quoted.size() - 2));
        return std::string(json::parse(quoted).as_string());
    }

  private:
    static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
    void blanks() {
        while (is_blank(first())) ++at_;
    }
    std::size_t step() {
        ++at_;
        return 1;
    }
    void expect(char c) {
        if (first() != c) throw std::invalid_argument("not a JSON document");
        ++at_;
    }
    void string() {
        expect('"');
        for (; first() != '"'; ++at_) {
            if (first() == '\\') ++at_;
            if (at_ >= text_.size()) throw std::invalid_argument("not a JSON document");
        }
        ++at_;
    }
    /// A number, true, false or null.
    void word() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && !is_blank(text_[at_]) &&
               std::string_view(",:]}[{\"").find(text_[at_]) == std::string_view::npos)
            ++at_;
        if (at_ == begin) throw std::invalid_argument("not a JSON document");
    }
    /// Calls `visit` at each element up to `end`; it may go as far as the element's value.
    template <class Visit>
    void each(char end, Visit visit) {
        ++at_;
        blanks();
        for (std::size_t n = 0; first() != end; ++n) {
            if (n > 0) expect(',');
            blanks();
            visit();
            value();
            blanks();
        }
        ++at_;
    }
    std::string_view text_;
    std::size_t at_ = 0;
};

/// Without the blanks between tokens, as these are not the document's content.
std::string compact(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\') result += text[i++];
        if (c == '"') quoted = !quoted;
        if (quoted || (c != ' ' && c != '\t' && c != '\n' && c != '\r')) result += text[i];
    }
    return result;
}

template <bool AsText>
void json_get(sqlite3_context* context, int, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
    guarded(context, [&] {
        Walk walk(text_of(values[0]));
        for (const json::value& step : second(context, values).as_array()) {
            const std::string_view key = step.as_string();
            if (walk.first() == '{') {
                if (!walk.to_member(key)) return;
            } else if (walk.first() == '[') {
                std::int64_t index = 0;
                const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
                if (error != std::errc{} || end != key.data() + key.size() || !walk.to_element(index)) return;
            } else {
                return;
            }
        }
        const std::string_view found = walk.value();
        if (AsText && found == "null") return;
        const std::string text = AsText && found.front() == '"' ? Walk::string_of(found) : compact(found);
        sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    });
}

/// What PostgreSQL's `document || jsonb_build_array(value)` yields.
void json_append(sqlite3_context* context, int, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
    const bool null = sqlite3_value_type(values[1]) == SQLITE_NULL;
    const std::string value = null ? "null" : compact(text_of(values[1]));
    std::string text = compact(text_of(values[0]));
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
        text.pop_back();
        if (text.size() > 1) text += ',';
    } else {
        text = "[" + text + ",";
    }
    text += value + "]";
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace

void add_json_functions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const auto add = [&](const char* name, void (*function)(sqlite3_context*, int, sqlite3_value**)) {
        sqlite3_create_function_v2(database, name, 2, flags, nullptr, function, nullptr, nullptr, nullptr);
    };
    add("orm_json_contains", json_contains);
    add("orm_json_append", json_append);
    add("orm_json_get", json_get<false>);
    add("orm_json_get_text", json_get<true>);
    add("orm_array_contains", array_contains);
    add("orm_array_contained", array_contained);
    add("orm_array_overlaps", array_overlaps);
}

}  // namespace orm::sqlite
