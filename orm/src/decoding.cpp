#include "decoding.hpp"

namespace orm::decoding {

void fail(std::string_view column, std::string_view what) {
    throw DecodeError("column '" + std::string(column) + "': " + std::string(what));
}

void fail_null(std::string_view column) {
    fail(column, "NULL, but the member that it is read into is not optional");
}

void fail_columns(std::size_t expected, int found) {
    throw DecodeError("the statement returns " + std::to_string(found) + " columns where " + std::to_string(expected) +
                      " are read");
}

void enumerator(std::string_view text, const EnumInfo& choices, void* target, std::string_view column) {
    for (std::size_t i = 0; i < choices.names.size(); ++i) {
        if (choices.names[i] != text) continue;
        const auto store = [&](auto value) { std::memcpy(target, &value, sizeof value); };
        switch (choices.size) {  // each width as itself: right in either byte order
            case 1:
                return store(static_cast<std::uint8_t>(i));
            case 2:
                return store(static_cast<std::uint16_t>(i));
            case 4:
                return store(static_cast<std::uint32_t>(i));
            default:
                return store(static_cast<std::uint64_t>(i));
        }
    }
    fail(column, "'" + std::string(text.substr(0, 60)) + "' is none of its choices");
}

std::uint64_t enumerator_value(const EnumInfo& choices, const void* value) {
    const auto load = [&](auto as) -> std::uint64_t {
        std::memcpy(&as, value, sizeof as);
        return as;
    };
    switch (choices.size) {
        case 1:
            return load(std::uint8_t{});
        case 2:
            return load(std::uint16_t{});
        case 4:
            return load(std::uint32_t{});
        default:
            return load(std::uint64_t{});
    }
}

std::string_view enumerator_name(const EnumInfo& choices, const void* value) {
    const std::uint64_t index = enumerator_value(choices, value);
    if (index >= choices.names.size())
        throw DataError("the value " + std::to_string(index) + " of an enum is none of its " +
                        std::to_string(choices.names.size()) + " choices");
    return choices.names[index];
}

}  // namespace orm::decoding
