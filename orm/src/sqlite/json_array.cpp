#include <charconv>
#include <cmath>

#include "decoding.hpp"
#include "orm/types.hpp"
#include "sqlite/connection.hpp"
#include "text_forms.hpp"

namespace orm::sqlite {

void write_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            (out += '\\') += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            const auto byte = static_cast<unsigned char>(c);
            ((out += "\\u00") += hex[byte >> 4U]) += hex[byte & 15U];
        } else {
            out += c;
        }
    }
    out += '"';
}

namespace {

void write_element(std::string& out, const TypeInfo& type, const void* value) {
    char text[text_forms::longest];
    switch (type.kind) {
        case Kind::boolean:
            out += *static_cast<const bool*>(value) ? "true" : "false";
            return;
        case Kind::int16:
        case Kind::int32:
        case Kind::int64: {
            const auto [end, error] = std::to_chars(text, text + sizeof text, decoding::integer_at(type.kind, value));
            out.append(text, end);
            return;
        }
        case Kind::float64: {
            const double number = *static_cast<const double*>(value);
            if (!std::isfinite(number)) throw DataError("an array on SQLite is JSON, which has no infinity and no NaN");
            const auto [end, error] = std::to_chars(text, text + sizeof text, number);
            out.append(text, end);
            if (std::string_view(text, end).find_first_of(".e") == std::string_view::npos) out += ".0";
            return;
        }
        case Kind::text:
            return write_json_string(out, *static_cast<const std::string*>(value));
        case Kind::json:
            out += *static_cast<const std::string*>(value);
            return;
        case Kind::enumeration:
            return write_json_string(out, decoding::enumerator_name(*type.choices, value));
        case Kind::decimal:
            return write_json_string(
                out, {text, text_forms::write_decimal(text, *static_cast<const std::int64_t*>(value), type.scale)});
        case Kind::duration:
            out += std::to_string(*static_cast<const std::int64_t*>(value));
            return;
        case Kind::timestamp: {
            const std::int64_t micros = *static_cast<const std::int64_t*>(value);
            if (!text_forms::in_range(micros)) throw DataError("a timestamp lies outside of the years 1 to 9999");
            return write_json_string(out, {text, text_forms::write_timestamp(text, micros)});
        }
        case Kind::date: {
            const Date date = *static_cast<const Date*>(value);
            if (!text_forms::in_range(date)) throw DataError("no valid date of the years 1 to 9999");
            return write_json_string(out, {text, text_forms::write_date(text, date)});
        }
        case Kind::array:
            return write_array(out, type, value);
    }
}

/// Reads the JSON array that write_array() and other writers of JSON make, element by element.
class Reader {
  public:
    Reader(std::string_view text, std::string_view column) : text_(text), column_(column) {}

    void array(const TypeInfo& type, void* vector) {
        expect('[');
        type.array->clear(vector);
        if (!next_is(']')) {
            do element(*type.array->element, type.array->append(vector));
            while (next_is(','));
            expect(']');
        }
    }
    void end() {
        blanks();
        if (at_ != text_.size()) malformed();
    }

  private:
    [[noreturn]] void malformed() {
        decoding::fail(column_, "not a JSON array: '" + std::string(text_.substr(0, 60)) + "'");
    }
    void blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
    bool next_is(char c) {
        blanks();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    void expect(char c) {
        if (!next_is(c)) malformed();
    }

    void element(const TypeInfo& type, void* target) {
        blanks();
        if (type.kind == Kind::array) return array(type, target);
        const std::size_t start = at_;
        skip_value();
        const std::string_view token = text_.substr(start, at_ - start);
        if (type.kind == Kind::json) {
            static_cast<std::string*>(target)->assign(token);
        } else if (token == "null") {
            decoding::fail(column_, "the array has a NULL element");
        } else if (token.front() == '"') {
            if (type.kind <= Kind::float64) malformed();
            unescape(token.substr(1, token.size() - 2));
            decode_text(scratch_, type, target, column_);
        } else {
            scalar(token, type, target);
        }
    }

    void scalar(std::string_view token, const TypeInfo& type, void* target) {
        const char* end = token.data() + token.size();
        if (type.kind == Kind::boolean) {
            if (token != "true" && token != "false" && token != "1" && token != "0") malformed();
            *static_cast<bool*>(target) = token == "true" || token == "1";
        } else if (type.kind <= Kind::int64) {
            std::int64_t value = 0;
            const auto [stop, error] = std::from_chars(token.data(), end, value);
            if (error != std::errc{} || stop != end) malformed();
            decoding::integer(value, type.kind, target, column_);
        } else if (type.kind == Kind::float64) {
            const auto [stop, error] = std::from_chars(token.data(), end, *static_cast<double*>(target));
            if (error != std::errc{} || stop != end) malformed();
        } else if (type.kind == Kind::decimal) {
            decode_text(token, type, target, column_);
        } else {
            malformed();
        }
    }

    /// Moves behind one JSON value: a string, a bracketed value, or a bare word or number.
    void skip_value() {
        int depth = 0;
        const std::size_t start = at_;
        for (; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '"') {
                for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
                    if (text_[at_] == '\\') ++at_;
                if (at_ >= text_.size()) malformed();
                if (depth == 0) {
                    ++at_;
                    return;
                }
            } else if (c == '[' || c == '{') {
                ++depth;
            } else if (c == ']' || c == '}') {
                if (depth == 0) break;
                if (--depth == 0) {
                    ++at_;
                    return;
                }
            } else if (depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n')) {
                break;
            }
        }
        if (at_ == start || at_ > text_.size() || depth != 0) malformed();
    }

    unsigned code_unit(std::string_view text) {
        unsigned unit = 0;
        if (text.size() < 4 || std::from_chars(text.data(), text.data() + 4, unit, 16).ptr != text.data() + 4)
            malformed();
        return unit;
    }

    void append_code_point(unsigned point) {
        const auto put = [&](unsigned byte) { scratch_ += static_cast<char>(byte); };
        const auto put_rest = [&](unsigned shift) { put(0x80U | (point >> shift & 0x3FU)); };
        if (point == 0) decoding::fail(column_, "the array has a NUL character");
        if (point < 0x80) return put(point);
        if (point < 0x800) return put(0xC0U | point >> 6U), put_rest(0);
        if (point < 0x10000) return put(0xE0U | point >> 12U), put_rest(6), put_rest(0);
        put(0xF0U | point >> 18U), put_rest(12), put_rest(6), put_rest(0);
    }

    void unescape(std::string_view text) {
        scratch_.clear();
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '\\') {
                scratch_ += text[i];
                continue;
            }
            const char c = text[++i];
            constexpr std::string_view names = "\"\\/bfnrt", values = "\"\\/\b\f\n\r\t";
            if (const std::size_t known = names.find(c); known != names.npos) {
                scratch_ += values[known];
                continue;
            }
            if (c != 'u') malformed();
            unsigned point = code_unit(text.substr(i + 1));
            i += 4;
            if (point >= 0xD800 && point < 0xDC00) {
                if (text.substr(i + 1, 2) != "\\u") malformed();
                const unsigned low = code_unit(text.substr(i + 3));
                if (low < 0xDC00 || low > 0xDFFF) malformed();
                point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
                i += 6;
            } else if (point >= 0xDC00 && point < 0xE000) {
                malformed();
            }
            append_code_point(point);
        }
    }

    std::string_view text_;
    std::string_view column_;
    std::size_t at_ = 0;
    std::string scratch_;
};

}  // namespace

void write_array(std::string& out, const TypeInfo& type, const void* vector) {
    const ArrayInfo& array = *type.array;
    const auto* element = static_cast<const std::byte*>(array.data(vector));
    out += '[';
    for (std::size_t i = 0, count = array.size(vector); i < count; ++i, element += array.stride) {
        if (i > 0) out += ',';
        write_element(out, *array.element, element);
    }
    out += ']';
}

void read_array(std::string_view text, const TypeInfo& type, void* vector, std::string_view column) {
    Reader reader(text, column);
    reader.array(type, vector);
    reader.end();
}

}  // namespace orm::sqlite
