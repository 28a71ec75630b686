/// Reflection of plain structs and enums: member names and types, enumerator names, and the run-time TypeInfo of every
/// C++ value type that a column can have. Boost.PFR gives count and access; a member's name is read from the compiler's
/// own spelling of a pointer to it (`__PRETTY_FUNCTION__`, g++ >= 12, clang >= 16).
///
///     static_assert(orm::member_name<&MeetupEvent::title> == "title");
///     orm::enum_names<MeetupEvent::Type>();      // {"speed_dating", "mixer", ...}
///     orm::type_info<orm::Char<200>>;            // Kind::text, max_length 200
#pragma once

#include <array>
#include <boost/pfr/core.hpp>
#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "orm/codec.hpp"
#include "orm/types.hpp"

namespace orm {

namespace detail {

template <auto Value>
consteval std::string_view spelling() {
    return __PRETTY_FUNCTION__;
}
template <class Type>
consteval std::string_view type_spelling() {
    return __PRETTY_FUNCTION__;
}

consteval bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The last identifier in `text` before `end`.
consteval std::string_view last_name(std::string_view text, std::size_t end) {
    while (end > 0 && !is_name_character(text[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && is_name_character(text[begin - 1])) --begin;
    return text.substr(begin, end - begin);
}

/// What stands around `X` in a spelling, `... Value = X]` (clang) or `... Value = X; std::string_view = ...]` (gcc), is
/// as long in each. Known once from a short one: to search all of them is half of what reflection costs the compiler.
inline constexpr std::size_t before_value = spelling<7>().rfind("= 7") + 2;
inline constexpr std::size_t after_value = spelling<7>().size() - before_value - 1;
inline constexpr std::size_t after_type = type_spelling<int>().size() - type_spelling<int>().rfind("= int") - 5;

consteval std::string_view last_name_of_spelling(std::string_view text) {
    return last_name(text, text.size() - after_value);
}
template <class T>
consteval std::string_view class_name() {
    return last_name(type_spelling<T>(), type_spelling<T>().size() - after_type);
}

template <class T>
extern const T never_defined;

template <class T>
struct MemberAddress {
    const T* address;
};
template <class T>
MemberAddress(const T*) -> MemberAddress<T>;

template <class Model, std::size_t Index>
consteval std::string_view name_at() {
    return last_name_of_spelling(spelling<MemberAddress{&boost::pfr::get<Index>(never_defined<Model>)}>());
}

template <class Model, std::size_t... Index>
consteval auto names_of(std::index_sequence<Index...>) {
    return std::array<std::string_view, sizeof...(Index)>{name_at<Model, Index>()...};
}

template <class T>
struct MemberPointer;
template <class Class, class Member>
struct MemberPointer<Member Class::*> {
    using model = Class;
    using type = Member;
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct RemoveOptional {
    using type = T;
};
template <class T>
struct RemoveOptional<std::optional<T>> {
    using type = T;
};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class Enum, auto Value>
consteval bool is_enumerator() {
    return spelling<Value>()[before_value] != '(';  // an unnamed value is spelled as a cast: "(Color)7"
}

template <class Enum, std::size_t N = 0>
consteval std::size_t count_enumerators() {
    if constexpr (N < 64 && is_enumerator<Enum, static_cast<Enum>(N)>())
        return count_enumerators<Enum, N + 1>();
    else
        return N;
}

consteval std::string_view without_trailing_underscore(std::string_view name) {
    return name.ends_with('_') ? name.substr(0, name.size() - 1) : name;
}

template <class Enum, std::size_t... N>
consteval auto enum_names_of(std::index_sequence<N...>) {
    return std::array<std::string_view, sizeof...(N)>{
        without_trailing_underscore(last_name_of_spelling(spelling<static_cast<Enum>(N)>()))...};
}

}  // namespace detail

template <class T>
inline constexpr bool is_optional = detail::IsOptional<T>::value;
template <class T>
using remove_optional = typename detail::RemoveOptional<T>::type;

/// The struct and the type of a member, from a pointer to it.
template <auto Pointer>
using model_of_member = typename detail::MemberPointer<std::remove_cv_t<decltype(Pointer)>>::model;
template <auto Pointer>
using type_of_member = typename detail::MemberPointer<std::remove_cv_t<decltype(Pointer)>>::type;

/// The name of a member, from a pointer to it.
template <auto Pointer>
inline constexpr std::string_view member_name = detail::last_name_of_spelling(detail::spelling<Pointer>());

/// The names of all members of a struct, in order.
template <class Model>
inline constexpr auto member_names =
    detail::names_of<Model>(std::make_index_sequence<boost::pfr::tuple_size_v<Model>>{});

/// The enumerators of an enum with the values 0..n-1 (n <= 64), in order; a trailing underscore (for a keyword) is
/// dropped.
template <class Enum>
inline constexpr auto enum_names =
    detail::enum_names_of<Enum>(std::make_index_sequence<detail::count_enumerators<Enum>()>{});

template <class T>
concept ForeignKeyType = requires {
    typename T::model;
    { T::on_delete_rule } -> std::convertible_to<OnDelete>;
};
template <class T>
inline constexpr bool is_many_to_many = false;
template <class T>
inline constexpr bool is_many_to_many<ManyToMany<T>> = true;
template <class T>
inline constexpr bool is_id = false;
template <class T>
inline constexpr bool is_id<Id<T>> = true;
template <class T>
inline constexpr bool is_decimal = false;
template <int D, int S>
inline constexpr bool is_decimal<Decimal<D, S>> = true;

/// The text in the database of an enumerator.
template <class Enum>
requires std::is_enum_v<Enum>
constexpr std::string_view to_string(Enum value) {
    const auto index = static_cast<std::size_t>(value);
    return index < enum_names<Enum>.size() ? enum_names<Enum>[index] : std::string_view("?");
}

/// The enumerator with that text, or nothing.
template <class Enum>
requires std::is_enum_v<Enum>
constexpr std::optional<Enum> parse_enum(std::string_view text) {
    for (std::size_t i = 0; i < enum_names<Enum>.size(); ++i)
        if (enum_names<Enum>[i] == text) return static_cast<Enum>(i);
    return std::nullopt;
}

namespace detail {

/// A model gives its choices labels by a function beside it: `constexpr auto labels(Type) { return
/// std::array{"Mixer"sv}; }`; without one the names serve.
template <class Enum>
struct EnumData {
    static constexpr auto make_labels() {
        if constexpr (requires { labels(Enum{}); }) {
            static_assert(std::tuple_size_v<decltype(labels(Enum{}))> == enum_names<Enum>.size(),
                          "orm: labels() needs one label for each enumerator");
            return labels(Enum{});
        } else {
            return enum_names<Enum>;
        }
    }
    static constexpr auto label_array = make_labels();
    static_assert(!enum_names<Enum>.empty(), "orm: an enum column needs enumerators with the values 0..n-1");
    static constexpr EnumInfo info{enum_names<Enum>, label_array, sizeof(Enum)};
};

template <class T>
struct ArrayData;

template <class T>
consteval TypeInfo make_type_info();

}  // namespace detail

/// The run-time description of a value type; does not compile for a type that no column can have.
template <class T>
inline constexpr TypeInfo type_info = detail::make_type_info<T>();

/// What people read for an enumerator.
template <class Enum>
requires std::is_enum_v<Enum>
constexpr std::string_view label_of(Enum value) {
    const auto index = static_cast<std::size_t>(value);
    const EnumInfo& info = detail::EnumData<Enum>::info;
    return index < info.labels.size() ? info.labels[index] : std::string_view("?");
}

namespace detail {

template <class T>
struct ArrayData<std::vector<T>> {
    static std::size_t size(const void* p) { return static_cast<const std::vector<T>*>(p)->size(); }
    static const void* data(const void* p) { return static_cast<const std::vector<T>*>(p)->data(); }
    static void* append(void* p) { return &static_cast<std::vector<T>*>(p)->emplace_back(); }
    static void clear(void* p) { static_cast<std::vector<T>*>(p)->clear(); }
    static constexpr ArrayInfo info{&type_info<T>, sizeof(T), size, data, append, clear};
};

template <class T>
struct NullableData {
    using Optional = std::optional<T>;
    static void* engage(void* p) {
        auto& optional = *static_cast<Optional*>(p);
        if constexpr (std::is_trivially_copyable_v<T>)  // an assignment costs the compiler no functions
            return &*(optional = Optional(std::in_place));
        else
            return &optional.emplace();
    }
    static const void* peek(const void* p) {
        const auto& optional = *static_cast<const Optional*>(p);
        return optional.has_value() ? &*optional : nullptr;
    }
    static void reset(void* p) {
        if constexpr (std::is_trivially_copyable_v<T>)
            *static_cast<Optional*>(p) = Optional();
        else
            static_cast<Optional*>(p)->reset();
    }
    static constexpr NullableInfo info{engage, peek, reset};
};

template <class T>
consteval TypeInfo make_type_info() {
    if constexpr (std::same_as<T, bool>)
        return {.kind = Kind::boolean};
    else if constexpr (std::is_enum_v<T>)
        return {.kind = Kind::enumeration, .choices = &EnumData<T>::info};
    else if constexpr (std::same_as<T, std::int16_t>)
        return {.kind = Kind::int16};
    else if constexpr (std::same_as<T, std::int32_t>)
        return {.kind = Kind::int32};
    else if constexpr (std::integral<T> && sizeof(T) == 8)
        return {.kind = Kind::int64};
    else if constexpr (is_id<T> || ForeignKeyType<T>)
        return {.kind = Kind::int64};
    else if constexpr (std::same_as<T, double>)
        return {.kind = Kind::float64};
    else if constexpr (std::same_as<T, Json>)
        return {.kind = Kind::json};
    else if constexpr (is_decimal<T>)
        return {.kind = Kind::decimal, .digits = T::digits, .scale = T::scale};
    else if constexpr (std::same_as<T, Timestamp>)
        return {.kind = Kind::timestamp};
    else if constexpr (std::same_as<T, Date>)
        return {.kind = Kind::date};
    else if constexpr (std::same_as<T, std::chrono::microseconds>)
        return {.kind = Kind::duration};
    else if constexpr (std::same_as<T, std::chrono::days>)  // between two dates
        return {.kind = Kind::int64};
    else if constexpr (std::derived_from<T, std::string>) {
        if constexpr (requires { T::max_length; })
            return {.kind = Kind::text, .max_length = static_cast<std::uint16_t>(T::max_length)};
        else
            return {.kind = Kind::text};
    } else if constexpr (IsVector<T>::value && !std::same_as<T, std::vector<bool>>)
        return {.kind = Kind::array, .array = &ArrayData<T>::info};
    else
        static_assert(!sizeof(T),
                      "orm: no column can hold this type; see orm/types.hpp for the types that models are made of");
}

template <class T>
constexpr const NullableInfo* nullable_info() {
    if constexpr (is_optional<T>)
        return &NullableData<remove_optional<T>>::info;
    else
        return nullptr;
}

}  // namespace detail
}  // namespace orm
