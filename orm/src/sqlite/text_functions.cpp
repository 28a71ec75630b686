/// PostgreSQL's substr, left, right, lpad, rpad, repeat and reverse for SQLite, and greatest and least, which leave out
/// NULLs. Positions and lengths count code points.
#include <algorithm>
#include <string>

#include "sqlite/connection.hpp"
#include "sqlite/function_values.hpp"

namespace orm::sqlite {
namespace {

constexpr std::int64_t longest = 1'000'000'000;  // SQLite's own limit

/// A valid UTF-8 text, cut between its code points.
class Characters {
  public:
    explicit Characters(sqlite3_value* value)
        : text_(reinterpret_cast<const char*>(sqlite3_value_text(value)),
                static_cast<std::size_t>(sqlite3_value_bytes(value))) {
        for (const char c : text_) count_ += first_byte(c);
    }
    std::int64_t count() const { return count_; }
    /// From the code point number `from`, counted from 0, to before number `to`.
    std::string_view part(std::int64_t from, std::int64_t to) const {
        from = std::clamp<std::int64_t>(from, 0, count_);
        to = std::clamp(to, from, count_);
        const std::size_t begin = byte_of(from, 0, 0);
        return text_.substr(begin, byte_of(to, from, begin) - begin);
    }

  private:
    static bool first_byte(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }
    /// Where code point number `wanted` begins, found from number `number` at `byte` on.
    std::size_t byte_of(std::int64_t wanted, std::int64_t number, std::size_t byte) const {
        while (number < wanted) {
            ++byte;
            while (byte < text_.size() && !first_byte(text_[byte])) ++byte;
            ++number;
        }
        return byte;
    }
    std::string_view text_;
    std::int64_t count_ = 0;
};

void result(sqlite3_context* context, std::string_view text) {
    sqlite3_result_text64(context, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void substr(sqlite3_context* context, int count, sqlite3_value** values) {
    if (any_null(count, values)) return;
    const std::int64_t from = sqlite3_value_int64(values[1]) - 1;
    const std::int64_t length = count > 2 ? sqlite3_value_int64(values[2]) : longest;
    if (length < 0) return data_error(context, "negative substring length not allowed");
    result(context, Characters(values[0]).part(from, from + length));
}

void left(sqlite3_context* context, int count, sqlite3_value** values) {
    if (any_null(count, values)) return;
    const Characters text(values[0]);
    const std::int64_t n = sqlite3_value_int64(values[1]);
    result(context, text.part(0, n < 0 ? text.count() + n : n));
}

void right(sqlite3_context* context, int count, sqlite3_value** values) {
    if (any_null(count, values)) return;
    const Characters text(values[0]);
    const std::int64_t n = sqlite3_value_int64(values[1]);
    result(context, text.part(n < 0 ? -n : text.count() - n, text.count()));
}

template <bool Left>
void pad(sqlite3_context* context, int count, sqlite3_value** values) {
    if (any_null(count, values)) return;
    const Characters text(values[0]), fill(values[2]);
    const std::int64_t length = std::max<std::int64_t>(sqlite3_value_int64(values[1]), 0);
    const std::int64_t missing = fill.count() == 0 ? 0 : length - text.count();
    if (missing <= 0) return result(context, text.part(0, length));
    if (missing > longest / 4) return sqlite3_result_error_toobig(context);
    std::string filling;
    for (std::int64_t i = 0; i < missing / fill.count(); ++i) filling += fill.part(0, fill.count());
    filling += fill.part(0, missing % fill.count());
    const std::string_view whole = text.part(0, text.count());
    result(context, Left ? filling.append(whole) : std::string(whole) + filling);
}

void repeat(sqlite3_context* context, int count, sqlite3_value** values) {
    if (any_null(count, values)) return;
    const Characters text(values[0]);
    const std::string_view whole = text.part(0, text.count());
    const std::int64_t times = whole.empty() ? 0 : std::max<std::int64_t>(sqlite3_value_int64(values[1]), 0);
    if (times > 0 && times > longest / static_cast<std::int64_t>(whole.size()))
        return sqlite3_result_error_toobig(context);
    std::string repeated;
    for (std::int64_t i = 0; i < times; ++i) repeated += whole;
    result(context, repeated);
}

void reverse(sqlite3_context* context, int count, sqlite3_value** values) {
    if (any_null(count, values)) return;
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
    const std::string_view text(bytes, static_cast<std::size_t>(sqlite3_value_bytes(values[0])));
    std::string reversed;
    reversed.reserve(text.size());
    for (std::size_t end = text.size(); end > 0;) {
        std::size_t begin = end - 1;
        while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
        reversed += text.substr(begin, end - begin);
        end = begin;
    }
    result(context, reversed);
}

bool is_number(sqlite3_value* value) {
    const int type = sqlite3_value_type(value);
    return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

bool less(sqlite3_value* a, sqlite3_value* b) {
    if (is_number(a) && is_number(b)) {
        if (sqlite3_value_type(a) == SQLITE_INTEGER && sqlite3_value_type(b) == SQLITE_INTEGER)
            return sqlite3_value_int64(a) < sqlite3_value_int64(b);
        return sqlite3_value_double(a) < sqlite3_value_double(b);
    }
    const auto text = [](sqlite3_value* v) {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(v));
        return std::string_view(bytes, static_cast<std::size_t>(sqlite3_value_bytes(v)));
    };
    return text(a) < text(b);
}

template <bool Greatest>
void extreme(sqlite3_context* context, int count, sqlite3_value** values) {
    // A decimal among the parameters is a text; beside a number it is one.
    if (std::any_of(values, values + count, is_number))
        for (int i = 0; i < count; ++i) sqlite3_value_numeric_type(values[i]);
    sqlite3_value* found = nullptr;
    for (int i = 0; i < count; ++i) {
        if (sqlite3_value_type(values[i]) == SQLITE_NULL) continue;
        if (!found || (Greatest ? less(found, values[i]) : less(values[i], found))) found = values[i];
    }
    if (found) sqlite3_result_value(context, found);
}

}  // namespace

void add_text_functions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const auto add = [&](const char* name, int arguments, auto* function) {
        sqlite3_create_function_v2(database, name, arguments, flags, nullptr, function, nullptr, nullptr, nullptr);
    };
    add("orm_substr", 2, substr);
    add("orm_substr", 3, substr);
    add("orm_left", 2, left);
    add("orm_right", 2, right);
    add("orm_lpad", 3, pad<true>);
    add("orm_rpad", 3, pad<false>);
    add("orm_repeat", 2, repeat);
    add("orm_reverse", 1, reverse);
    add("orm_greatest", -1, extreme<true>);
    add("orm_least", -1, extreme<false>);
}

}  // namespace orm::sqlite
