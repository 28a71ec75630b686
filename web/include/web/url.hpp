// Percent encoding, url-encoded pairs, UTF-8 and safe redirect targets. Decoders refuse instead of guessing.
//
//   std::optional<std::string> name = web::percent_decode("caf%C3%A9");            // "café"
//   std::string part = web::percent_encode("a/b c");                               // "a%2Fb%20c"
//   web::Params query = web::parse_urlencoded("q=a+b&page=2");                      // throws HttpError 400
//   bool ok = web::is_safe_next("//evil.example");                                 // false
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "web/http.hpp"

namespace web {

inline constexpr std::size_t max_parameters = 1000;  // pairs in one query or form; more is a 400

bool is_utf8(std::string_view text);  // strict: no overlong forms, no surrogates, at most U+10FFFF
// None for a bad escape. `plus_is_space` only in queries and forms.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
std::string percent_encode(std::string_view text);  // everything but A-Z a-z 0-9 - . _ ~
// `a=1&b=2`; HttpError 400 for a bad escape, invalid UTF-8, a NUL or more than max_parameters pairs.
Params parse_urlencoded(std::string_view text);
std::string build_query(const Params& params);  // "a=1&b=2", encoded
Params parse_cookies(std::string_view header);

// AUTH-4, LANG-3: true only for a same-host path (`/x?y`); not for `//host`, `/\host`, schemes, control characters.
bool is_safe_next(std::string_view next);
// `next` if it is safe, else `otherwise`.
std::string safe_next(std::string_view next, std::string_view otherwise);

}  // namespace web
