/// The collation orm_json: documents compare as PostgreSQL's jsonb does, whatever their blanks, the order of their keys
/// and the way their numbers are written. As a collation it serves =, <, IN, DISTINCT, GROUP BY, ORDER BY and UNION.
///
///     Object > Array > Boolean > Number > String > Null; of two objects or arrays the longer one, then pair by pair;
///     an empty array that is the whole document is less than anything else
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <stdexcept>
#include <string>
#include <vector>

#include "sqlite/connection.hpp"

namespace orm::sqlite {
namespace {

int three(auto a, auto b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

/// ±0.digits × 10^exponent, of any length; zero has no digits.
struct Number {
    int sign = 0;
    std::int64_t exponent = 0;
    std::string digits;

    explicit Number(std::string_view text) {
        const bool negative = text.front() == '-';
        if (negative) text.remove_prefix(1);
        const std::size_t power = std::min(text.find_first_of("eE"), text.size());
        const std::string_view mantissa = text.substr(0, power);
        const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
        if (power < text.size()) {
            text.remove_prefix(power + 1);
            if (text.front() == '+') text.remove_prefix(1);
            std::from_chars(text.data(), text.data() + text.size(), exponent);
        }
        exponent += static_cast<std::int64_t>(point);
        digits = mantissa.substr(0, point);
        if (point < mantissa.size()) digits += mantissa.substr(point + 1);
        const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
        digits.erase(0, zeros);
        exponent -= static_cast<std::int64_t>(zeros);
        digits.erase(digits.find_last_not_of('0') + 1);
        if (!digits.empty()) sign = negative ? -1 : 1;
    }
    int compare(const Number& other) const {
        if (sign != other.sign || sign == 0) return three(sign, other.sign);
        if (exponent != other.exponent) return sign * three(exponent, other.exponent);
        return sign * three(digits.compare(other.digits), 0);
    }
};

/// In PostgreSQL's order.
enum class Type : std::uint8_t { null, string, number, boolean, array, object };

struct Value {
    Type type = Type::null;
    std::string text;          ///< of a string, without quotes and escapes; of a number; t or f
    std::vector<Value> items;  ///< of an array; of an object its keys and values in turn

    int compare(const Value& other, bool whole) const {
        if (whole && empty_array() != other.empty_array()) return empty_array() ? -1 : 1;
        if (type != other.type) return three(type, other.type);
        if (type == Type::number) return Number(text).compare(Number(other.text));
        if (items.size() != other.items.size()) return three(items.size(), other.items.size());
        for (std::size_t i = 0; i < items.size(); ++i)
            if (const int order = items[i].compare(other.items[i], false)) return order;
        return three(text.compare(other.text), 0);
    }
    bool empty_array() const { return type == Type::array && items.empty(); }
};

/// Reads what was checked when it was written; throws for anything else.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}
    Value document() {
        Value value = read(0);
        blanks();
        if (at_ != text_.size()) malformed();
        return value;
    }

  private:
    [[noreturn]] static void malformed() { throw std::invalid_argument("not a JSON document"); }
    void blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
    bool next_is(char c) {
        blanks();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    Value read(int depth) {
        if (depth > 600) malformed();
        if (next_is('[')) return array(depth);
        if (next_is('{')) return object(depth);
        if (next_is('"')) return string();
        const std::size_t begin = at_;
        at_ = std::min(text_.find_first_of(" \t\r\n,]}", at_), text_.size());
        const std::string_view word = text_.substr(begin, at_ - begin);
        if (word == "null") return {};
        if (word == "true" || word == "false") return {Type::boolean, std::string(word.substr(0, 1)), {}};
        if (word.empty() || word.find_first_not_of("+-.0123456789eE") != word.npos) malformed();
        return {Type::number, std::string(word), {}};
    }
    Value string() {
        const std::size_t begin = at_;
        bool plain = true;
        for (; at_ < text_.size() && text_[at_] != '"'; ++at_)
            if (text_[at_] == '\\') plain = false, ++at_;
        if (at_ >= text_.size()) malformed();
        ++at_;
        if (plain) return {Type::string, std::string(text_.substr(begin, at_ - 1 - begin)), {}};
        return {
            Type::string, std::string(boost::json::parse(text_.substr(begin - 1, at_ - begin + 1)).as_string()), {}};
    }
    Value array(int depth) {
        Value value{Type::array, {}, {}};
        if (next_is(']')) return value;
        do value.items.push_back(read(depth + 1));
        while (next_is(','));
        if (!next_is(']')) malformed();
        return value;
    }
    /// Short keys come first, as in PostgreSQL; of several pairs with one key the last one counts.
    Value object(int depth) {
        std::vector<std::pair<std::string, Value>> pairs;
        if (!next_is('}')) {
            do {
                if (!next_is('"')) malformed();
                std::string key = string().text;
                if (!next_is(':')) malformed();
                pairs.emplace_back(std::move(key), read(depth + 1));
            } while (next_is(','));
            if (!next_is('}')) malformed();
        }
        const auto before = [](const auto& a, const auto& b) {
            return a.first.size() != b.first.size() ? a.first.size() < b.first.size() : a.first < b.first;
        };
        std::stable_sort(pairs.begin(), pairs.end(), before);
        Value value{Type::object, {}, {}};
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            if (i + 1 < pairs.size() && pairs[i].first == pairs[i + 1].first) continue;
            value.items.push_back({Type::string, std::move(pairs[i].first), {}});
            value.items.push_back(std::move(pairs[i].second));
        }
        return value;
    }
    std::string_view text_;
    std::size_t at_ = 0;
};

/// What is no document stands behind all that are.
bool parse(std::string_view text, Value& value) {
    try {
        value = Reader(text).document();
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

int compare(void*, int a_length, const void* a_text, int b_length, const void* b_text) {
    const std::string_view a(static_cast<const char*>(a_text), static_cast<std::size_t>(a_length));
    const std::string_view b(static_cast<const char*>(b_text), static_cast<std::size_t>(b_length));
    if (a == b) return 0;
    Value first, second;
    const bool a_reads = parse(a, first), b_reads = parse(b, second);
    if (a_reads != b_reads) return a_reads ? -1 : 1;
    return a_reads ? first.compare(second, true) : a.compare(b);
}

}  // namespace

void add_json_order(sqlite3* database) {
    sqlite3_create_collation_v2(database, "orm_json", SQLITE_UTF8, nullptr, compare, nullptr);
}

}  // namespace orm::sqlite
