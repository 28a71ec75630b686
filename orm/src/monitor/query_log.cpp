#include "orm/query_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "orm/types.hpp"
#include "text_forms.hpp"

namespace orm {

namespace {

constexpr std::string_view kind_names[] = {"bool", "int16",   "int32",     "int64", "float64",     "text",
                                           "json", "decimal", "timestamp", "date",  "enumeration", "array"};

template <class T>
T read(const void* value) {
    T result{};
    std::memcpy(&result, value, sizeof result);
    return result;
}

/// At most 60 bytes, without splitting a character.
std::string shortened(std::string_view text) {
    constexpr std::size_t longest = 60;
    if (text.size() <= longest) return std::string(text);
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return std::string(text.substr(0, end)) + "...";
}

std::string choice(const TypeInfo& type, const void* value) {
    std::uint64_t number = 0;
    std::memcpy(&number, value, std::min<std::size_t>(type.choices->size, sizeof number));
    return number < type.choices->names.size() ? std::string(type.choices->names[number]) : std::to_string(number);
}

std::string value_of(const TypeInfo& type, const void* value) {
    char form[text_forms::longest];
    switch (type.kind) {
        case Kind::boolean:
            return read<bool>(value) ? "true" : "false";
        case Kind::int16:
            return std::to_string(read<std::int16_t>(value));
        case Kind::int32:
            return std::to_string(read<std::int32_t>(value));
        case Kind::int64:
            return std::to_string(read<std::int64_t>(value));
        case Kind::float64:
            return fmt::format("{}", read<double>(value));
        case Kind::text:
        case Kind::json:
            return "'" + shortened(*static_cast<const std::string*>(value)) + "'";
        case Kind::decimal:
            return {form, text_forms::write_decimal(form, read<std::int64_t>(value), type.scale)};
        case Kind::timestamp: {
            const auto micros = read<std::int64_t>(value);
            if (!text_forms::in_range(micros)) return "timestamp out of range";
            return {form, text_forms::write_timestamp(form, micros)};
        }
        case Kind::date: {
            const Date day = *static_cast<const Date*>(value);
            if (!text_forms::in_range(day)) return "date out of range";
            return {form, text_forms::write_date(form, day)};
        }
        case Kind::enumeration:
            return "'" + choice(type, value) + "'";
        case Kind::array: {
            constexpr std::size_t most = 8;
            const ArrayInfo& array = *type.array;
            const std::size_t size = array.size(value);
            const auto* element = static_cast<const char*>(array.data(value));
            std::string text = "{";
            for (std::size_t i = 0; i < std::min(size, most); ++i)
                text += (i ? ", " : "") + value_of(*array.element, element + i * array.stride);
            return text + (size > most ? fmt::format(", ... {} in all", size) : "") + "}";
        }
    }
    return "?";
}

}  // namespace

std::string call_site(const std::source_location& location) {
    std::string_view path = location.file_name();
    auto slash = path.rfind('/');
    if (slash != path.npos && slash != 0) slash = path.rfind('/', slash - 1);
    if (slash != path.npos) path.remove_prefix(slash + 1);
    return fmt::format("{}:{}", path, location.line());
}

std::string describe(const Param& param, bool values) {
    if (!param.value) return "null";
    if (values) return value_of(*param.type, param.value);
    const std::string name(kind_names[static_cast<std::size_t>(param.type->kind)]);
    if (param.type->kind == Kind::text || param.type->kind == Kind::json)
        return fmt::format("{}({})", name, static_cast<const std::string*>(param.value)->size());
    if (param.type->kind == Kind::array) return fmt::format("{}({})", name, param.type->array->size(param.value));
    return name;
}

std::vector<Repetition> QueryLog::repetitions(std::size_t allowed) const {
    std::map<std::pair<std::string_view, std::string_view>, Repetition> found;
    for (const LoggedQuery& query : queries_) {
        Repetition& one = found[{query.name, query.text}];
        if (one.count++ == 0) {
            one.name = query.name;
            one.text = query.text;
        }
        one.duration += query.duration;
    }
    std::vector<Repetition> result;
    for (auto& [key, one] : found)
        if (one.count > allowed) result.push_back(std::move(one));
    std::stable_sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
    return result;
}

std::chrono::nanoseconds QueryLog::database_time() const {
    std::chrono::nanoseconds sum{0};
    for (const LoggedQuery& query : queries_) sum += query.duration;
    return sum;
}

std::chrono::nanoseconds QueryLog::wait() const {
    std::chrono::nanoseconds sum{0};
    for (const LoggedQuery& query : queries_) sum += query.wait;
    return sum;
}

}  // namespace orm
