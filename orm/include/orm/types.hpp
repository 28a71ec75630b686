/// The value types that models are made of. A C++ type carries its column:
///
///     orm::Id<MeetupEvent>     id;                 // bigint identity, primary key
///     orm::Char<200>           title;              // varchar(200): at most 200 Unicode code points
///     orm::Decimal<6, 2>       registration_fee;   // numeric(6,2): exact, never through double
///     orm::Timestamp           event_date;         // timestamptz: UTC, microseconds
///     std::optional<orm::Date> date_of_birth;      // date NULL
///
/// Lengths, NUL bytes, UTF-8 and ranges are checked before the database sees a value (orm::ValidationError).
#pragma once

#include <chrono>
#include <compare>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orm {

/// A point in time: UTC, microseconds. Both databases hold the years 1 to 9999.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// A calendar day of the proleptic Gregorian calendar, years 1 to 9999.
using Date = std::chrono::year_month_day;

/// The current time with the resolution that the databases keep.
inline Timestamp utc_now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// Text without a length limit (`text`).
struct Text : std::string {
    using std::string::string;
    Text() = default;
    Text(std::string value) : std::string(std::move(value)) {}
    Text(std::string_view value) : std::string(value) {}
};

/// Text of at most `Length` Unicode code points (`varchar(Length)`); a longer value is refused when it is written.
template <std::size_t Length>
struct Char : std::string {
    static constexpr std::size_t max_length = Length;
    using std::string::string;
    Char() = default;
    Char(std::string value) : std::string(std::move(value)) {}
    Char(std::string_view value) : std::string(value) {}
};

/// An absolute http(s) address; a varchar like Django's URLField.
template <std::size_t Length = 200>
struct Url : Char<Length> {
    using Char<Length>::Char;
};

/// The path of a stored file below the media root; a varchar like Django's FileField and ImageField. Empty: no file.
template <std::size_t Length = 100>
struct File : Char<Length> {
    using Char<Length>::Char;
};
template <std::size_t Length = 100>
struct Image : File<Length> {
    using File<Length>::File;
};

/// A JSON document kept as its text, so that numbers beyond double survive (`jsonb`; SQLite: text with a JSON check).
/// `==` compares the documents' text as stored; PostgreSQL normalises blanks and key order when it stores one.
struct Json {
    std::string text = "null";

    Json() = default;
    explicit Json(std::string document) : text(std::move(document)) {}
    static Json array() { return Json("[]"); }
    static Json object() { return Json("{}"); }
    bool operator==(const Json&) const = default;
};

/// The generated 64-bit primary key of a `Model`. Keys of different models neither compare nor convert. 0: not saved
/// yet.
template <class Model>
struct Id {
    std::int64_t value = 0;

    constexpr Id() = default;
    constexpr explicit Id(std::int64_t key) : value(key) {}
    constexpr explicit operator bool() const { return value != 0; }
    constexpr auto operator<=>(const Id&) const = default;
};

/// What happens to a row when the row that its foreign key names is deleted.
enum class OnDelete : std::uint8_t { cascade, set_null, protect, do_nothing };

namespace on_delete {
struct cascade {
    static constexpr OnDelete rule = OnDelete::cascade;
};
struct set_null {
    static constexpr OnDelete rule = OnDelete::set_null;
};
struct protect {
    static constexpr OnDelete rule = OnDelete::protect;
};
struct do_nothing {
    static constexpr OnDelete rule = OnDelete::do_nothing;
};
}  // namespace on_delete

/// A typed key of a `Model` row (column `<member>_id`). It never loads anything by itself.
template <class Model, class Rule = on_delete::cascade>
struct ForeignKey {
    using model = Model;
    static constexpr OnDelete on_delete_rule = Rule::rule;
    static constexpr bool one_to_one = false;
    Id<Model> id;

    constexpr ForeignKey() = default;
    constexpr ForeignKey(Id<Model> key) : id(key) {}
    constexpr operator Id<Model>() const { return id; }
    /// Not there: it says what is.
    template <class Row = Model>
    const Row* operator->() const {
        static_assert(!sizeof(Row*),
                      "orm: a relation is a key, its row is not loaded; orm::related<&Model::relation> makes the row a "
                      "part of the query's");
        return nullptr;
    }
    constexpr bool operator==(const ForeignKey&) const = default;
    friend constexpr bool operator==(const ForeignKey& left, Id<Model> right) { return left.id == right; }
};

/// A foreign key with a unique constraint.
template <class Model, class Rule = on_delete::cascade>
struct OneToOne : ForeignKey<Model, Rule> {
    static constexpr bool one_to_one = true;
    using ForeignKey<Model, Rule>::ForeignKey;
};

/// A join table in the schema and a handle for queries; the member itself is empty.
template <class Model>
struct ManyToMany {
    using model = Model;
    constexpr bool operator==(const ManyToMany&) const = default;
};

namespace detail {
/// Parses `[-+]digits[.digits]` into units of 10^-scale. Throws ValidationError when `text` is no such number, has more
/// than `scale` decimals that are not zero, or more than `digits` digits.
std::int64_t parse_decimal(std::string_view text, int digits, int scale);
std::string format_decimal(std::int64_t units, int scale);
/// Throws ValidationError unless |units| < 10^digits.
std::int64_t check_decimal(std::int64_t units, int digits, int scale);
constexpr std::int64_t power_of_ten(int exponent) {
    std::int64_t result = 1;
    while (exponent-- > 0) result *= 10;
    return result;
}
}  // namespace detail

/// An exact decimal number with `Digits` digits, `Scale` of them after the point (`numeric(Digits, Scale)`).
/// Arithmetic is exact; a result that does not fit throws ValidationError instead of rounding.
template <int Digits, int Scale>
struct Decimal {
    static_assert(Digits >= 1 && Digits <= 18, "orm::Decimal keeps at most 18 digits (a 64-bit integer)");
    static_assert(Scale >= 0 && Scale <= Digits, "orm::Decimal: the scale lies between 0 and the number of digits");
    static constexpr int digits = Digits;
    static constexpr int scale = Scale;
    std::int64_t units = 0;  ///< the value times 10^Scale

    constexpr Decimal() = default;
    template <std::integral Integer>
    Decimal(Integer whole) : units(from_whole(clamped(whole))) {}
    explicit Decimal(std::string_view text) : units(detail::parse_decimal(text, Digits, Scale)) {}
    explicit Decimal(const char* text) : Decimal(std::string_view(text)) {}
    template <std::floating_point T>
    explicit Decimal(T) {
        static_assert(!sizeof(T), "orm: a double is not exact; write a decimal as text: orm::Decimal<6, 2>(\"9.99\")");
    }
    /// Of other digits and decimals; implicit where every value fits.
    template <int D, int S>
    requires(D != Digits || S != Scale) explicit(S > Scale || D - S > Digits - Scale) Decimal(Decimal<D, S> other)
        : units(detail::parse_decimal(other.to_string(), Digits, Scale)) {}

    static Decimal from_units(std::int64_t value) {
        Decimal result;
        result.units = detail::check_decimal(value, Digits, Scale);
        return result;
    }
    std::string to_string() const { return detail::format_decimal(units, Scale); }
    constexpr auto operator<=>(const Decimal&) const = default;
    Decimal operator+(Decimal other) const { return from_units(units + other.units); }
    Decimal operator-(Decimal other) const { return from_units(units - other.units); }

  private:
    /// An unsigned 64-bit number beyond the signed ones stays beyond every limit instead of turning negative.
    template <std::integral Integer>
    static constexpr std::int64_t clamped(Integer whole) {
        constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
        return static_cast<std::uint64_t>(whole) > static_cast<std::uint64_t>(most) && whole > Integer{0}
                   ? most
                   : static_cast<std::int64_t>(whole);
    }
    static std::int64_t from_whole(std::int64_t whole) {
        if (whole >= detail::power_of_ten(Digits - Scale) || whole <= -detail::power_of_ten(Digits - Scale))
            return detail::parse_decimal(std::to_string(whole), Digits, Scale);  // throws, naming the value
        return whole * detail::power_of_ten(Scale);
    }
};

namespace detail {
/// The whole number, and the decimals as if there were 18 of them.
template <int Digits, int Scale>
constexpr std::pair<std::int64_t, std::int64_t> whole_and_decimals(Decimal<Digits, Scale> value) {
    constexpr std::int64_t one = power_of_ten(Scale);
    return {value.units / one, value.units % one * power_of_ten(18 - Scale)};
}
}  // namespace detail

/// As numbers, whatever their digits and decimals: 4.50 is 4.5.
template <int D1, int S1, int D2, int S2>
requires(D1 != D2 || S1 != S2) constexpr auto operator<=>(Decimal<D1, S1> left, Decimal<D2, S2> right) {
    return detail::whole_and_decimals(left) <=> detail::whole_and_decimals(right);
}
template <int D1, int S1, int D2, int S2>
requires(D1 != D2 || S1 != S2) constexpr bool operator==(Decimal<D1, S1> left, Decimal<D2, S2> right) {
    return detail::whole_and_decimals(left) == detail::whole_and_decimals(right);
}

/// `2026-05-01 18:30:00.000001`: the form that Django keeps in SQLite (UTC; the fraction only when it is not zero).
std::string to_string(Timestamp value);
/// `2026-05-01`
std::string to_string(Date value);
/// Reads the forms above, a `T` instead of the blank, and a `Z` or `+hh:mm` offset. Throws ValidationError otherwise.
Timestamp parse_timestamp(std::string_view text);
Date parse_date(std::string_view text);

/// How many code points `text` has; throws ValidationError when it is not UTF-8 or holds a NUL byte.
std::size_t count_code_points(std::string_view text);

}  // namespace orm

template <class Model>
struct std::hash<orm::Id<Model>> {
    std::size_t operator()(orm::Id<Model> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
