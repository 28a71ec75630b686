#include "web/router.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace web {
namespace {

enum class Kind : std::uint8_t { Literal, Text, Int, Slug, Path };

struct Segment {
    Kind kind;
    std::string text;  // the literal, or the parameter's name
};

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> parts;
    parts.reserve(8);
    path.remove_prefix(1);
    for (;;) {
        const std::size_t slash = path.find('/');
        parts.push_back(path.substr(0, slash));
        if (slash == path.npos) return parts;
        path.remove_prefix(slash + 1);
    }
}

Segment parse_segment(std::string_view text, const std::string& pattern) {
    if (text.find_first_of("{}") == text.npos) return {Kind::Literal, std::string(text)};
    if (text.size() < 3 || text.front() != '{' || text.back() != '}') {
        throw std::invalid_argument("a route's parameter must be a whole segment: " + pattern);
    }
    text = text.substr(1, text.size() - 2);
    const std::size_t colon = text.find(':');
    const std::string_view type = colon == text.npos ? std::string_view("str") : text.substr(colon + 1);
    const std::string name(text.substr(0, colon));
    if (name.empty()) throw std::invalid_argument("a route's parameter has no name: " + pattern);
    if (type == "str") return {Kind::Text, name};
    if (type == "int") return {Kind::Int, name};
    if (type == "slug") return {Kind::Slug, name};
    if (type == "path") return {Kind::Path, name};
    throw std::invalid_argument("a route's parameter is int, slug, path or str: " + pattern);
}

bool fits(Kind kind, std::string_view text) {
    if (text.empty()) return false;
    if (kind == Kind::Int) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        return text.front() != '-' && error == std::errc() && end == text.data() + text.size();
    }
    if (kind == Kind::Slug) {
        return std::all_of(text.begin(), text.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        });
    }
    return true;
}

}  // namespace

struct Routes::Entry {
    Methods methods;
    std::string pattern;
    std::vector<Segment> segments;
    Handler handler;

    bool matches(std::string_view path, const std::vector<std::string_view>& parts) const {
        const bool rest = segments.back().kind == Kind::Path;
        if (rest ? parts.size() < segments.size() : parts.size() != segments.size()) return false;
        for (std::size_t i = 0; i < segments.size(); ++i) {
            if (segments[i].kind == Kind::Path) return !tail(path, parts[i]).empty();
            const bool fit =
                segments[i].kind == Kind::Literal ? segments[i].text == parts[i] : fits(segments[i].kind, parts[i]);
            if (!fit) return false;
        }
        return true;
    }
    static std::string_view tail(std::string_view path, std::string_view part) {
        return path.substr(static_cast<std::size_t>(part.data() - path.data()));
    }
};

Routes::Routes() = default;
Routes::~Routes() = default;
Routes::Routes(Routes&&) noexcept = default;
Routes& Routes::operator=(Routes&&) noexcept = default;

Routes& Routes::route(Methods methods, std::string pattern, Handler handler) {
    if (!pattern.starts_with('/')) throw std::invalid_argument("a route begins with a slash: " + pattern);
    Entry entry{methods, pattern, {}, std::move(handler)};
    for (const std::string_view part : split(pattern)) {
        if (!entry.segments.empty() && entry.segments.back().kind == Kind::Path) {
            throw std::invalid_argument("{name:path} must be the last segment: " + pattern);
        }
        entry.segments.push_back(parse_segment(part, pattern));
    }
    entries_.push_back(std::move(entry));
    return *this;
}

Routes::Match Routes::match(Method method, std::string_view path) const {
    Match result;
    if (!path.starts_with('/')) return result;
    const std::vector<std::string_view> parts = split(path);
    std::optional<Methods> allowed;
    for (const Entry& entry : entries_) {
        if (!entry.matches(path, parts)) continue;
        if (!entry.methods.contains(method)) {
            if (allowed) allowed->merge(entry.methods);
            if (!allowed) allowed = entry.methods;
            continue;
        }
        result.kind = Match::Found;
        result.handler = &entry.handler;
        result.pattern = &entry.pattern;
        for (std::size_t i = 0; i < entry.segments.size(); ++i) {
            const Segment& segment = entry.segments[i];
            if (segment.kind == Kind::Literal) continue;
            result.params.add(segment.text,
                              std::string(segment.kind == Kind::Path ? Entry::tail(path, parts[i]) : parts[i]));
        }
        return result;
    }
    if (allowed) {
        result.kind = Match::WrongMethod;
        result.allow = allowed->allow();
    } else if (!path.ends_with('/')) {
        const std::string with_slash = std::string(path) + "/";
        const std::vector<std::string_view> longer = split(with_slash);
        const bool exists = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
            return entry.segments.back().kind != Kind::Path && entry.matches(with_slash, longer);
        });
        if (exists) result.kind = Match::MissingSlash;
    }
    return result;
}

}  // namespace web
