// Which language a request is answered in (LANG-1 … LANG-3). Site does this when it has languages.
//
//   const std::string& lang = web::language(request);                     // "de"
//   std::string url = web::url(request, "/events/7/");                     // "/de/events/7/"
//   std::string same = web::url_in(request, "fr");                         // this page in French, query kept
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "web/http.hpp"

namespace web {

// In the request's context when the site has languages.
struct Language {
    std::string code;       // "de"
    std::string path;       // decoded path without the prefix: "/events/7/"
    bool prefixed = false;  // the path carried /de/
    std::vector<std::string> supported;
};

const std::string& language(const Request& request);  // "en" when the site has none
// A page path with this request's prefix. For a site without languages the path itself.
std::string url(const Request& request, std::string_view page_path);
std::string url_in(const Request& request, std::string_view language);
// Best of `supported` for an Accept-Language header ("fr-LU,fr;q=0.9,en;q=0.5"); the first supported one otherwise.
std::string best_language(std::string_view accept_language, const std::vector<std::string>& supported);
// The path with its language prefix replaced by `code`; unprefixed paths come back unchanged.
std::string swap_language(std::string_view target, std::string_view code, const std::vector<std::string>& supported);

}  // namespace web
