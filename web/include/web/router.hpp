// Paths to handlers. A Site is what one platform serves: pages under /{lang}/, plain paths beside them, a chain of
// middleware and an error page.
//
//   web::Site site({.languages = {"en", "de", "fr"}});
//   site.use(web::sessions(store)); site.use(web::csrf());
//   site.pages().get("/events/{id:int}/", show_event).route(web::get_post, "/profile/", profile);
//   site.plain().post("/api/plots/reserve/", reserve);
//   server.run(std::ref(site));
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "web/http.hpp"
#include "web/language.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace web {

// Route patterns: literal segments, {name} (any one segment), {name:int} (0 … 2^63-1, else no match and so 404),
// {name:slug} (letters, digits, - and _), {name:path} (the rest, last only). std::invalid_argument for a bad pattern.
class Routes {
  public:
    Routes();
    ~Routes();
    Routes(Routes&&) noexcept;
    Routes& operator=(Routes&&) noexcept;

    Routes& route(Methods methods, std::string pattern, Handler handler);
    Routes& get(std::string pattern, Handler handler) {
        return route(Method::Get, std::move(pattern), std::move(handler));
    }
    Routes& post(std::string pattern, Handler handler) {
        return route(Method::Post, std::move(pattern), std::move(handler));
    }

    struct Match {
        enum Kind : std::uint8_t { None, Found, WrongMethod, MissingSlash } kind = None;
        const Handler* handler = nullptr;  // Found
        const std::string* pattern = nullptr;
        Params params{};
        std::string allow{};  // WrongMethod: value of the Allow header
    };
    // `path` is decoded. The first route added wins. MissingSlash: `path` + "/" is a route.
    Match match(Method method, std::string_view path) const;

  private:
    struct Entry;
    std::vector<Entry> entries_;
};

struct SiteOptions {
    std::vector<std::string> languages{};  // empty: pages have no prefix; otherwise the first is the default
    std::string language_cookie = "language";
    bool secure_cookies = true;
};

class Site {
  public:
    explicit Site(SiteOptions options = {});

    Routes& pages() { return pages_; }  // served under /{lang}/; unprefixed ones redirect (LANG-1)
    Routes& plain() { return plain_; }  // /api/, /accounts/, /static/, /media/, /admin/ …: no prefix (LANG-2)
    // The first used is the outermost. Runs for found routes and for 404 and 405, not for redirects of the router.
    void use(Middleware middleware) { middleware_.push_back(std::move(middleware)); }
    // Renders 4xx and 5xx as a page; the default is a bare one. Not asked on API paths (API-1 JSON instead).
    using ErrorPage = std::function<Response(Request&, int status, std::string_view message)>;
    void error_page(ErrorPage page) { error_page_ = std::move(page); }

    // Never throws: HttpError becomes its status, any other exception is logged and becomes 500.
    Response operator()(Request& request);

  private:
    Response dispatch(Request& request);
    Response run_chain(Request& request, std::size_t index, const Handler& last);
    Response render_error(Request& request, int status, std::string_view message);

    SiteOptions options_;
    Routes pages_, plain_;
    std::vector<Middleware> middleware_;
    ErrorPage error_page_;
};

// The API-1 shape on API paths, else a bare HTML page.
Response default_error(Request* request, int status, std::string_view message);

}  // namespace web
