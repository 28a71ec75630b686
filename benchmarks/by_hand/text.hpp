/// Text forms of values as somebody would write them for this one program: straight, strict, without allocation.
#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "crush_lu/models.hpp"

namespace bench::by_hand {

using namespace std::literals;

template <class Enum>
inline constexpr std::array<std::string_view, 0> names{};
template <>
inline constexpr std::array names<crush_lu::MeetupEvent::EventType>{"speed_dating"sv, "mixer"sv, "activity"sv,
                                                                    "themed"sv};
template <>
inline constexpr std::array names<crush_lu::EventRegistration::Status>{"pending"sv,  "confirmed"sv, "waitlist"sv,
                                                                       "attended"sv, "no_show"sv,   "cancelled"sv};
template <>
inline constexpr std::array names<crush_lu::EventConnection::Status>{"pending"sv, "connected"sv, "declined"sv};
template <>
inline constexpr std::array names<crush_lu::CrushProfile::LookingFor>{"friends"sv, "dating"sv, "both"sv,
                                                                      "networking"sv};
template <>
inline constexpr std::array names<crush_lu::CrushProfile::Completion>{"not_started"sv, "step1"sv, "step2"sv, "step3"sv,
                                                                      "submitted"sv};
template <>
inline constexpr std::array names<crush_lu::ProfileSubmission::Status>{"pending"sv, "approved"sv, "rejected"sv,
                                                                       "revision"sv};
template <>
inline constexpr std::array names<crush_lu::JourneyChallenge::ChallengeType>{
    "riddle"sv, "multiple_choice"sv, "word_scramble"sv, "timeline_sort"sv, "would_you_rather"sv, "open_text"sv};
template <>
inline constexpr std::array names<crush_lu::JourneyReward::RewardType>{"poem"sv, "photo_reveal"sv, "future_letter"sv};

[[noreturn]] inline void bad(const char* what) {
    throw std::runtime_error(what);
}

template <class Enum>
Enum choice(std::string_view text) {
    for (std::size_t i = 0; i < names<Enum>.size(); ++i)
        if (names<Enum>[i] == text) return static_cast<Enum>(i);
    bad("none of the choices");
}

inline int digits(const char* text, int count) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
        const int digit = text[i] - '0';
        if (digit < 0 || digit > 9) bad("not a digit");
        value = value * 10 + digit;
    }
    return value;
}

inline orm::Date date(std::string_view text) {
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') bad("not a date");
    const orm::Date date(std::chrono::year(digits(text.data(), 4)),
                         std::chrono::month(static_cast<unsigned>(digits(text.data() + 5, 2))),
                         std::chrono::day(static_cast<unsigned>(digits(text.data() + 8, 2))));
    if (!date.ok()) bad("not a date");
    return date;
}

/// `2026-05-01 18:30:00[.000001]`
inline orm::Timestamp timestamp(std::string_view text) {
    using namespace std::chrono;
    if (text.size() < 19 || text[10] != ' ' || text[13] != ':' || text[16] != ':') bad("not a timestamp");
    const int hour = digits(text.data() + 11, 2), minute = digits(text.data() + 14, 2),
              second = digits(text.data() + 17, 2);
    if (hour > 23 || minute > 59 || second > 59) bad("not a timestamp");
    int fraction = 0;
    if (text.size() > 19) {
        if (text.size() != 26 || text[19] != '.') bad("not a timestamp");
        fraction = digits(text.data() + 20, 6);
    }
    return sys_days(date(text.substr(0, 10))) + hours(hour) + minutes(minute) + seconds(second) +
           microseconds(fraction);
}

inline void put(char* out, unsigned value, int width) {
    for (int i = width; i-- > 0; value /= 10) out[i] = static_cast<char>('0' + value % 10);
}
/// Returns the length, at most 26.
inline std::size_t write_timestamp(char* out, orm::Timestamp value) {
    const auto day = std::chrono::floor<std::chrono::days>(value);
    const orm::Date date(day);
    const auto rest = (value - day).count();
    std::memcpy(out, "0000-00-00 00:00:00.000000", 26);
    put(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    put(out + 5, static_cast<unsigned>(date.month()), 2);
    put(out + 8, static_cast<unsigned>(date.day()), 2);
    const auto second = static_cast<unsigned>(rest / 1'000'000), fraction = static_cast<unsigned>(rest % 1'000'000);
    put(out + 11, second / 3600, 2);
    put(out + 14, second / 60 % 60, 2);
    put(out + 17, second % 60, 2);
    if (fraction == 0) return 19;
    put(out + 20, fraction, 6);
    return 26;
}

template <int Digits, int Scale>
void check(orm::Decimal<Digits, Scale> value) {
    constexpr std::int64_t limit = orm::detail::power_of_ten(Digits);
    if (value.units >= limit || value.units <= -limit) bad("too many digits");
}

/// What the database's text type promises its readers and SQLite does not check: UTF-8 without NUL, and a length.
inline const std::string& checked(const std::string& text, std::size_t most = 0) {
    const std::size_t length = orm::count_code_points(text);
    if (most && length > most) bad("too long");
    return text;
}
template <std::size_t Length>
const std::string& checked(const orm::Char<Length>& text) {
    return checked(text, Length);
}

}  // namespace bench::by_hand
