/// Any row as text, to see whether two ways of reading yield the same.
#pragma once

#include <boost/pfr.hpp>
#include <string>

#include "orm/orm.hpp"

namespace bench {

template <class T>
void dump_to(std::string& out, const T& value) {
    if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        (out += '"') += std::string_view(value);
        out += '"';
    } else if constexpr (std::is_enum_v<T>) {
        out += std::to_string(static_cast<int>(value));
    } else if constexpr (std::is_arithmetic_v<T>) {
        out += std::to_string(value);
    } else if constexpr (std::is_same_v<T, orm::Timestamp> || std::is_same_v<T, orm::Date>) {
        out += orm::to_string(value);
    } else if constexpr (std::is_same_v<T, orm::Json>) {
        out += value.text;
    } else if constexpr (requires { value.units; }) {
        out += std::to_string(value.units);
    } else if constexpr (requires { value.id.value; } && sizeof(T) == 8) {
        out += std::to_string(value.id.value);
    } else if constexpr (requires { value.value; } && sizeof(T) == 8) {
        out += std::to_string(value.value);
    } else if constexpr (requires { value.has_value(); }) {
        if (value)
            dump_to(out, *value);
        else
            out += "NULL";
    } else if constexpr (requires { value.begin(); }) {
        out += '[';
        for (const auto& item : value) dump_to(out, item), out += '\n';
        out += ']';
    } else if constexpr (requires { std::tuple_size<T>::value; }) {
        std::apply([&](const auto&... part) { ((dump_to(out, part), out += ';'), ...); }, value);
    } else if constexpr (!std::is_empty_v<T>) {
        boost::pfr::for_each_field(value, [&](const auto& field) { dump_to(out, field), out += ','; });
    }
}

template <class T>
std::string dump(const T& value) {
    std::string out;
    dump_to(out, value);
    return out;
}

}  // namespace bench
