#include "web/language.hpp"

#include <algorithm>
#include <charconv>

#include "web/request.hpp"

namespace web {
namespace {

// "0.8" as 800; 1000 when damaged or absent.
int quality(std::string_view parameters) {
    const std::size_t at = parameters.find("q=");
    if (at == parameters.npos) return 1000;
    double value = 1;
    const std::string_view text = parameters.substr(at + 2);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    return error == std::errc() && value >= 0 && value <= 1 ? static_cast<int>(value * 1000) : 1000;
}

}  // namespace

const std::string& language(const Request& request) {
    static const std::string english = "en";
    const Language* found = request.find<Language>();
    return found != nullptr ? found->code : english;
}

std::string url(const Request& request, std::string_view page_path) {
    const Language* found = request.find<Language>();
    return (found != nullptr ? "/" + found->code : std::string()).append(page_path);
}

std::string url_in(const Request& request, std::string_view code) {
    const Language* found = request.find<Language>();
    return found != nullptr ? swap_language(request.target(), code, found->supported) : request.target();
}

std::string best_language(std::string_view header, const std::vector<std::string>& supported) {
    std::string best;
    int best_quality = 0;
    while (!header.empty()) {
        const std::size_t comma = header.find(',');
        const std::string_view item = header.substr(0, comma);
        header.remove_prefix(comma == header.npos ? header.size() : comma + 1);
        const std::size_t semicolon = item.find(';');
        const std::string tag = to_lower(trim(item.substr(0, semicolon)));
        const std::string_view primary = std::string_view(tag).substr(0, tag.find('-'));
        const int weight = semicolon == item.npos ? 1000 : quality(item.substr(semicolon + 1));
        if (weight <= best_quality) continue;
        for (const std::string& code : supported) {
            if (primary != code) continue;
            best = code;
            best_quality = weight;
        }
    }
    if (!best.empty()) return best;
    return supported.empty() ? "en" : supported.front();
}

std::string swap_language(std::string_view target, std::string_view code, const std::vector<std::string>& supported) {
    for (const std::string& old : supported) {
        if (!target.starts_with("/" + old)) continue;
        const std::string_view rest = target.substr(old.size() + 1);
        if (!rest.empty() && rest.front() != '/' && rest.front() != '?') continue;
        return std::string("/").append(code).append(rest);
    }
    return std::string(target);
}

}  // namespace web
