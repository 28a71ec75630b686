#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "orm/driver.hpp"
#include "orm/errors.hpp"

namespace orm {
namespace {

using namespace std::string_literals;

struct Option {
    std::string_view raw;  // as written, for libpq
    std::string name;
    std::string value;
};

[[noreturn]] void refuse(const std::string& reason) {
    throw ConfigurationError("database URL: " + reason);
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// `where` names the part in messages; the text itself is never repeated, since it may be a secret.
std::string percent_decoded(std::string_view text, const std::string& where) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) refuse(where + " has a '%' without two hexadecimal digits behind it (write %25)");
        if (high == 0 && low == 0) refuse(where + " has a NUL byte (%00)");
        result += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return result;
}

std::vector<Option> split_options(std::string_view query) {
    std::vector<Option> options;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view raw = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (raw.empty()) continue;
        const std::size_t equals = raw.find('=');
        const std::string name = percent_decoded(raw.substr(0, equals), "an option's name");
        if (equals == raw.npos) refuse("option '" + name + "' has no value");
        options.push_back({raw, name, percent_decoded(raw.substr(equals + 1), "option '" + name + "'")});
    }
    return options;
}

double number(const Option& option, double most, const char* unit) {
    double value = 0;
    const char* end = option.value.data() + option.value.size();
    const auto [stop, error] = std::from_chars(option.value.data(), end, value, std::chars_format::fixed);
    if (error != std::errc{} || stop != end || !std::isfinite(value) || value < 0 || value > most)
        refuse("option '" + option.name + "' must be a number of " + unit + " from 0 to " +
               std::to_string(static_cast<long long>(most)) + ", not '" + option.value + "'");
    return value;
}

std::chrono::milliseconds milliseconds(const Option& option, double factor) {
    constexpr double a_day = 86'400'000;
    const double value = number(option, a_day / factor, factor == 1 ? "milliseconds" : "seconds");
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::llround(value * factor)));
}

/// Takes the options that are ours; false: it is somebody else's.
bool apply(const Option& option, DatabaseUrl& url, bool& lock_timeout_given) {
    const bool postgres = url.dialect == Dialect::postgres;
    if (option.name == "pool_size") {
        const double size = number(option, 1000, "connections");
        if (size < 1 || size != std::floor(size)) refuse("option 'pool_size' must be a whole number from 1 to 1000");
        url.pool_size = static_cast<std::size_t>(size);
    } else if (option.name == "pool_timeout") {
        url.pool_timeout = milliseconds(option, 1000);
    } else if (option.name == "lock_timeout") {
        url.lock_timeout = milliseconds(option, 1);
        lock_timeout_given = true;
    } else if (option.name == "statement_timeout" && postgres) {
        url.statement_timeout = milliseconds(option, 1);
    } else if (option.name == "prepare" && postgres) {
        if (option.value != "on" && option.value != "off")
            refuse("option 'prepare' must be 'on' or 'off', not '" + option.value + "'");
        url.prepare = option.value == "on";
    } else {
        return false;
    }
    return true;
}

DatabaseUrl parse_sqlite(std::string_view url, std::string_view rest, std::string_view query) {
    DatabaseUrl result;
    result.dialect = Dialect::sqlite;
    result.display = std::string(url.substr(0, url.find('?')));
    bool ignored = false;
    for (const Option& option : split_options(query)) {
        if (option.name == "statement_timeout" || option.name == "prepare")
            refuse("option '" + option.name + "' applies to PostgreSQL only");
        if (!apply(option, result, ignored))
            refuse("unknown option '" + option.name + "' (SQLite: pool_size, pool_timeout, lock_timeout)");
    }
    if (rest == ":memory:" || rest == "//:memory:" || rest == "///:memory:") {
        result.path = ":memory:";
        return result;
    }
    if (!rest.starts_with("//"))
        refuse("SQLite's start with sqlite:///relative/path, sqlite:////absolute/path or are sqlite::memory:");
    if (!rest.starts_with("///"))
        refuse("a SQLite file has no host; write three slashes for a relative path, four for an absolute one");
    result.path = percent_decoded(rest.substr(3), "the path");
    if (result.path.empty()) refuse("the path of the SQLite file is missing");
    if (result.path.back() == '/') refuse("the path '" + result.path + "' names a folder, not a SQLite file");
    return result;
}

std::string without_password(std::string_view scheme, std::string_view address, const std::vector<Option>& options) {
    std::string display(scheme);
    display += "://";
    const std::size_t at = address.rfind('@');
    const std::size_t colon = address.find(':');
    if (at != address.npos && colon < at) {
        display.append(address.substr(0, colon)).append(address.substr(at));
    } else {
        display += address;
    }
    char separator = '?';
    for (const Option& option : options) {
        if (option.name == "password" || option.name == "sslpassword") continue;
        (display += separator) += option.raw;
        separator = '&';
    }
    return display;
}

DatabaseUrl parse_postgres(std::string_view scheme, std::string_view rest, std::string_view query) {
    if (!rest.starts_with("//")) refuse("PostgreSQL's look like postgresql://user:password@host:port/name");
    const std::string_view address = rest.substr(2);
    // libpq would take the rest of such a password for a host and repeat it in its message.
    if (const std::size_t at = address.rfind('@'); at != address.npos && address.find('/') < at)
        refuse("there is a '/' before the '@'; in a user name or password write %2F");
    if (query.find('@') != query.npos && address.find('@') == address.npos && address.find(':') != address.npos)
        refuse("there is a '?' before the '@'; in a user name or password write %3F, elsewhere %40 for '@'");
    const std::vector<Option> options = split_options(query);
    DatabaseUrl result;
    result.dialect = Dialect::postgres;
    result.display = without_password(scheme, address, options);
    result.conninfo = "postgresql://" + std::string(address);
    bool lock_timeout_given = false;
    char separator = '?';
    for (const Option& option : options) {
        if (apply(option, result, lock_timeout_given)) continue;
        (result.conninfo += separator) += option.raw;
        separator = '&';
    }
    // Behind a transaction-pooling proxy a session's settings reach whoever comes next: set only what was asked for.
    if (!result.prepare && !lock_timeout_given) result.lock_timeout = std::chrono::milliseconds(0);
    return result;
}

}  // namespace

DatabaseUrl parse_url(std::string_view url) {
    if (url.empty()) refuse("it is empty");
    if (url.find('\0') != url.npos) refuse("it holds a NUL byte");
    const std::size_t colon = url.find(':');
    if (colon == url.npos) refuse("it has no scheme; it starts with sqlite: or postgresql:");
    const std::string_view scheme = url.substr(0, colon);
    const std::string_view rest = url.substr(colon + 1);
    const std::size_t mark = std::min(rest.find('?'), rest.size());
    const std::string_view query = mark < rest.size() ? rest.substr(mark + 1) : std::string_view();
    if (scheme == "sqlite") return parse_sqlite(url, rest.substr(0, mark), query);
    if (scheme == "postgresql" || scheme == "postgres") return parse_postgres(scheme, rest.substr(0, mark), query);
    refuse("unknown scheme '" + std::string(scheme.substr(0, 20)) + "'; known are sqlite and postgresql");
}

}  // namespace orm
