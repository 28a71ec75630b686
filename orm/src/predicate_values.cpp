#include "predicate_values.hpp"

#include <charconv>

#include "orm/errors.hpp"

namespace orm::detail {
namespace {

/// A name among the choices, as its text.
std::string parse_choice(const EnumInfo& choices, std::string_view text) {
    for (std::string_view name : choices.names)
        if (name == text) return std::string(text);
    throw ValidationError("\"" + std::string(text) + "\" is none of the choices");
}

}  // namespace

std::int64_t parse_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw ValidationError("\"" + std::string(text) + "\" is no whole number");
    return value;
}

bool parse_bool(std::string_view text) {
    if (text == "true" || text == "True" || text == "1") return true;
    if (text == "false" || text == "False" || text == "0") return false;
    throw ValidationError("\"" + std::string(text) + "\" is neither true nor false");
}

Stored parse_value(const TypeInfo& type, std::string_view text) {
    switch (type.kind) {
        case Kind::boolean:
            return parse_bool(text);
        case Kind::int16:
        case Kind::int32:
        case Kind::int64:
            return parse_integer(text);
        case Kind::float64: {
            double value = 0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
            if (error != std::errc{} || end != text.data() + text.size())
                throw ValidationError("\"" + std::string(text) + "\" is no number");
            return value;
        }
        case Kind::decimal:
            return parse_decimal(text, type.digits, type.scale);
        case Kind::timestamp:
            return text.size() == 10 ? Timestamp(std::chrono::sys_days(parse_date(text))) : parse_timestamp(text);
        case Kind::date:
            return parse_date(text);
        case Kind::enumeration:
            return parse_choice(*type.choices, text);
        case Kind::text:
            count_code_points(text);
            return std::string(text);
        default:
            throw ValidationError("fields of this type cannot be searched by text");
    }
}

const TypeInfo& type_of(const Stored& value, const TypeInfo& field) {
    switch (value.index()) {
        case 0:
            return type_info<bool>;
        case 1:
            return field.kind == Kind::decimal ? field : type_info<std::int64_t>;
        case 2:
            return type_info<double>;
        case 3:
            return type_info<std::string>;
        case 4:
            return type_info<Timestamp>;
        case 5:
            return type_info<Date>;
        case 6:
            return type_info<std::vector<std::int64_t>>;
        case 7:
            return type_info<std::vector<std::string>>;
        default:
            return type_info<Json>;
    }
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
    std::vector<std::string> parts;
    for (std::size_t at = 0;;) {
        const std::size_t next = text.find(separator, at);
        parts.emplace_back(text.substr(at, next == std::string_view::npos ? next : next - at));
        if (next == std::string_view::npos) return parts;
        at = next + separator.size();
    }
}

}  // namespace orm::detail
