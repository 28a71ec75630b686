#include "web/http.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace web {
namespace {

constexpr std::array<std::string_view, 7> method_names{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

void refuse_injection(std::string_view text) {
    if (text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos) {
        throw std::invalid_argument("a header may not contain a line break or NUL");
    }
}

}  // namespace

std::string_view to_string(Method method) {
    return method_names[static_cast<std::size_t>(method)];
}

std::optional<Method> parse_method(std::string_view name) {
    for (std::size_t i = 0; i < method_names.size(); ++i) {
        if (method_names[i] == name) return static_cast<Method>(i);
    }
    return std::nullopt;
}

bool is_safe(Method method) {
    return method == Method::Get || method == Method::Head || method == Method::Options;
}

Methods::Methods(std::initializer_list<Method> methods) {
    for (const Method method : methods) bits_ = static_cast<std::uint8_t>(bits_ | bit(method));
    if (contains(Method::Get)) bits_ = static_cast<std::uint8_t>(bits_ | bit(Method::Head));
}

std::string Methods::allow() const {
    std::string text;
    for (std::size_t i = 0; i < method_names.size(); ++i) {
        const auto method = static_cast<Method>(i);
        if (!contains(method) && method != Method::Options) continue;
        if (!text.empty()) text += ", ";
        text += method_names[i];
    }
    return text;
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 100:
            return "Continue";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Unknown";
    }
}

Headers::Headers(std::initializer_list<Field> fields) {
    for (const auto& [name, value] : fields) add(name, value);
}

void Headers::add(std::string name, std::string value) {
    refuse_injection(name);
    refuse_injection(value);
    fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string name, std::string value) {
    remove(name);
    add(std::move(name), std::move(value));
}

void Headers::remove(std::string_view name) {
    std::erase_if(fields_, [&](const Field& field) { return iequals(field.first, name); });
}

const std::string* Headers::find(std::string_view name) const {
    for (const auto& [key, value] : fields_) {
        if (iequals(key, name)) return &value;
    }
    return nullptr;
}

std::string_view Headers::get(std::string_view name) const {
    const std::string* value = find(name);
    return value != nullptr ? std::string_view(*value) : std::string_view();
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(fields_.begin(), fields_.end(), [&](const Field& field) { return iequals(field.first, name); }));
}

void Headers::add_vary(std::string_view name) {
    std::string value(get("Vary"));
    if (to_lower(value).find(to_lower(name)) != value.npos) return;
    if (!value.empty()) value += ", ";
    set("Vary", value.append(name));
}

const std::string* Params::find(std::string_view name) const {
    for (const auto& [key, value] : items_) {
        if (key == name) return &value;
    }
    return nullptr;
}

std::string_view Params::get(std::string_view name, std::string_view otherwise) const {
    const std::string* value = find(name);
    return value != nullptr ? std::string_view(*value) : otherwise;
}

std::vector<std::string_view> Params::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : items_) {
        if (key == name) values.emplace_back(value);
    }
    return values;
}

std::optional<std::int64_t> Params::integer(std::string_view name) const {
    const std::string_view text = trim(get(name));
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool Params::checked(std::string_view name) const {
    const std::string* value = find(name);
    return value != nullptr && !value->empty() && *value != "0" && *value != "false" && *value != "off";
}

bool iequals(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string to_lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\f\v";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace web
