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
        case Kind::duration:
            return std::to_string(read<std::int64_t>(value)) + "us";
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

std::size_t size_of(const Param& param) {
    if (!param.value) return 0;
    switch (param.type->kind) {
        case Kind::text:
        case Kind::json:
            return static_cast<const std::string*>(param.value)->size();
        case Kind::array:
            return param.type->array->size(param.value);
        default:
            return 0;
    }
}

std::string redacted(const TypeInfo& type, std::size_t size) {
    const std::string_view name = kind_names[static_cast<std::size_t>(type.kind)];
    const bool sized = type.kind == Kind::text || type.kind == Kind::json || type.kind == Kind::array;
    return sized ? fmt::format("{}({})", name, size) : std::string(name);
}

}  // namespace

std::string call_site(const std::source_location& location) {
    std::string_view path = location.file_name();
    if (location.line() == 0) return "unknown";
    auto slash = path.rfind('/');
    if (slash != path.npos && slash != 0) slash = path.rfind('/', slash - 1);
    if (slash != path.npos) path.remove_prefix(slash + 1);
    return fmt::format("{}:{}", path, location.line());
}

std::string query_name(std::string_view name, const std::source_location& location) {
    return name.empty() ? call_site(location) : std::string(name);
}

std::string describe(const Param& param, bool values) {
    if (!param.value) return "null";
    return values ? value_of(*param.type, param.value) : redacted(*param.type, size_of(param));
}

void QueryLog::add(const QueryEvent& event) {
    texts_ += event.text;
    for (const Param& param : event.params) {
        if (options_.values)
            values_.push_back(describe(param, true));
        else
            params_.push_back({param.type, size_of(param), param.value == nullptr});
    }
    notes_.push_back({event.name, texts_.size(), params_.size(), values_.size(), event.location, event.rows,
                      event.bytes, event.wait, event.duration, event.failed});
}

const std::vector<LoggedQuery>& QueryLog::queries() const {
    queries_.reserve(notes_.size());
    while (queries_.size() < notes_.size()) {
        const Note first{};
        const Note& before = queries_.empty() ? first : notes_[queries_.size() - 1];
        const Note& note = notes_[queries_.size()];
        LoggedQuery query;
        query.text = texts_.substr(before.text, note.text - before.text);
        query.name = query_name(note.name, note.location);
        query.place = call_site(note.location);
        query.location = note.location;
        for (std::size_t i = before.params; i < note.params; ++i)
            query.params.push_back(params_[i].null ? "null" : redacted(*params_[i].type, params_[i].size));
        for (std::size_t i = before.values; i < note.values; ++i) query.params.push_back(values_[i]);
        query.rows = note.rows;
        query.bytes = note.bytes;
        query.wait = note.wait;
        query.duration = note.duration;
        query.failed = note.failed;
        queries_.push_back(std::move(query));
    }
    return queries_;
}

std::vector<Repetition> QueryLog::repetitions(std::size_t allowed) const {
    std::map<std::pair<std::string_view, std::string_view>, Repetition> found;
    for (const LoggedQuery& query : queries()) {
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
    for (const Note& note : notes_) sum += note.duration;
    return sum;
}

std::chrono::nanoseconds QueryLog::wait() const {
    std::chrono::nanoseconds sum{0};
    for (const Note& note : notes_) sum += note.wait;
    return sum;
}

}  // namespace orm
