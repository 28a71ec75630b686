/// Every string that people see goes through tr(); the message itself is the English text and the catalogue's key.
///
///     out.write<"<h1>{}</h1>">(tr("Our producers"));
///     tr_n("{} plot", "{} plots", n)                          // "1 plot", "7 plots"
///     tr("Hello {}.", user.first_name)
///
/// The language is the request's (a middleware of the site sets it for the thread that answers). The catalogues
/// are locale/*.po; what they lack stays English.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace platform {

/// The text in the language of this thread; views a string that lives as long as the program.
std::string_view tr(std::string_view message);
/// With each `{}` replaced by the next value.
std::string fill(std::string_view message, std::initializer_list<std::string_view> values);
template <class... Values>
requires(sizeof...(Values) > 0) std::string tr(std::string_view message, const Values&... values) {
    return fill(tr(message), {std::string_view(values)...});
}
/// The form for this number; a `{}` becomes the number.
std::string tr_n(std::string_view one, std::string_view many, std::int64_t number);

/// The language of texts on this thread while it lives.
class LanguageScope {
  public:
    explicit LanguageScope(std::string_view language);
    ~LanguageScope();
    LanguageScope(const LanguageScope&) = delete;
    LanguageScope& operator=(const LanguageScope&) = delete;

  private:
    std::string before_;
};
const std::string& text_language();

}  // namespace platform
