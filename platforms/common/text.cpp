#include "common/text.hpp"

#include <algorithm>
#include <utility>

#include "common/catalogues.hpp"

namespace platform {

namespace {
thread_local std::string current = "en";
}

// Messages are literals, so an English answer, or one for what is not translated yet, may view the question.
std::string_view tr(std::string_view message) {
    if (current == "en" || message.empty()) return message;
    const char* text = translation(current, message);
    return text != nullptr ? std::string_view(text) : message;
}

std::string fill(std::string_view message, std::initializer_list<std::string_view> values) {
    std::string text;
    const auto* next = values.begin();
    for (std::size_t at; (at = message.find("{}")) != message.npos && next != values.end(); ++next) {
        text.append(message.substr(0, at)).append(*next);
        message.remove_prefix(at + 2);
    }
    return text.append(message);
}

std::string tr_n(std::string_view one, std::string_view many, std::int64_t number) {
    const char* text = current == "en"
                           ? nullptr
                           : translation(current, one, static_cast<int>(std::min<std::int64_t>(number, 1'000'000)));
    return fill(text != nullptr ? std::string_view(text) : number == 1 ? one : many, {std::to_string(number)});
}

LanguageScope::LanguageScope(std::string_view language) : before_(std::exchange(current, std::string(language))) {}
LanguageScope::~LanguageScope() {
    current = std::move(before_);
}
const std::string& text_language() {
    return current;
}

}  // namespace platform
