// Cross-site request forgery protection (API-3): a secret in a cookie, a masked copy of it in every form. Checked on
// every unsafe method, except with `Authorization: Bearer` (a browser never sends that by itself).
//
//   site.use(web::csrf({.secure = production}));                      // after sessions
//   out.write<"<form method=\"post\">{}<button>Save</button></form>">(web::csrf_field(request));
//   out.write<"<body hx-headers=\"{}\">">(web::csrf_header_json(request));         // scripts: X-CSRF-Token
//   web::rotate_csrf(request);                                        // at login, together with Session::rotate
#pragma once
#include <string>
#include <string_view>

#include "web/html.hpp"
#include "web/http.hpp"

namespace web {

struct CsrfOptions {
    bool secure = true;  // Secure cookie with the __Host- prefix; off only for development
    std::string cookie = "csrf";
    // Origins besides the request's own that may post, e.g. "https://accounts.example". Rarely needed.
    std::vector<std::string> trusted_origins{};
};

inline constexpr std::string_view csrf_field_name = "csrf_token";
inline constexpr std::string_view csrf_header_name = "X-CSRF-Token";

// Answers 403 (HttpError) for a missing or wrong token, a foreign Origin, or over TLS neither Origin nor own Referer.
Middleware csrf(CsrfOptions options = {});

// A fresh mask over the same secret at each call (64 characters). The response gets the cookie.
std::string csrf_token(Request& request);
std::string csrf_header_json(Request& request);  // {"X-CSRF-Token":"…"}
// A new secret: tokens given out before stop working.
void rotate_csrf(Request& request);

// The hidden input, as a component for Html::write.
struct CsrfField {
    std::string token;
    void operator()(Html& out) const;
};
CsrfField csrf_field(Request& request);

}  // namespace web
