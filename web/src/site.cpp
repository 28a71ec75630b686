#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "web/failure.hpp"
#include "web/html.hpp"
#include "web/json.hpp"
#include "web/router.hpp"
#include "web/url.hpp"

namespace web {
namespace {

constexpr auto cookie_age = std::chrono::hours(24 * 365);

std::string query_suffix(const Request& request) {
    const std::string_view query = request.raw_query();
    return query.empty() ? std::string() : "?" + std::string(query);
}

Response moved(const Request& request, std::string location) {
    return Response::redirect(std::move(location), request.is_get() ? 301 : 308);
}

// LANG-3. The address to go back to changes its prefix too; its query stays.
Response set_language(Request& request, const SiteOptions& options) {
    const std::string chosen(request.form().get("language"));
    std::string next = safe_next(request.form().get("next"), "/");
    const auto& all = options.languages;
    if (std::find(all.begin(), all.end(), chosen) == all.end()) return Response::redirect(next);
    Response response = Response::redirect(swap_language(next, chosen, all));
    response.set_cookie(options.language_cookie, chosen, {.secure = options.secure_cookies, .max_age = cookie_age});
    return response;
}

// The path's prefix, or the best language when there is none (LANG-1).
Language negotiate(const Request& request, const SiteOptions& options) {
    Language language;
    language.supported = options.languages;
    const std::string_view path = request.path();
    for (const std::string& code : options.languages) {
        if (!path.starts_with("/" + code)) continue;
        const std::string_view rest = path.substr(code.size() + 1);
        if (!rest.empty() && rest.front() != '/') continue;
        language.code = code;
        language.path = rest;
        language.prefixed = true;
        return language;
    }
    language.path = path;
    const std::string_view cookie = request.cookie(options.language_cookie);
    const bool known = std::find(options.languages.begin(), options.languages.end(), cookie) != options.languages.end();
    language.code = known ? std::string(cookie) : best_language(request.header("Accept-Language"), options.languages);
    return language;
}

int report(const Request& request, const std::exception& error) {
    spdlog::error("{} {}: {}", to_string(request.method()), request.path(), error.what());
    return failure_status(error);
}

std::string_view message_of(int status) {
    return status == 503 ? "We cannot answer just now. Please try again in a moment."
                         : "Something went wrong on our side.";
}

}  // namespace

Response default_error(Request* request, int status, std::string_view message) {
    if (request != nullptr && request->wants_json()) return api_error(status, message);
    Html out(512);
    out.write<
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{}</title><h1>{} {}</h1><p>{}</p></html>">(
        reason_phrase(status), status, reason_phrase(status), message);
    return Response::html(std::move(out), status);
}

Site::Site(SiteOptions options) : options_(std::move(options)) {
    if (options_.languages.empty()) return;
    plain_.post("/i18n/setlang/", [copy = options_](Request& request) { return set_language(request, copy); });
}

Response Site::operator()(Request& request) {
    try {
        return dispatch(request);
    } catch (const HttpError& error) {
        return render_error(request, error.status(), error.what());
    } catch (const std::exception& error) {
        const int status = report(request, error);
        return render_error(request, status, message_of(status));
    }
}

Response Site::dispatch(Request& request) {
    Routes::Match match;
    bool to_language = false;
    if (options_.languages.empty()) {
        match = plain_.match(request.method(), request.path());
        if (match.kind == Routes::Match::None) match = pages_.match(request.method(), request.path());
    } else {
        const Language& language = request.set(negotiate(request, options_));
        if (language.prefixed) {
            match = pages_.match(request.method(), language.path);
            if (language.path.empty()) match.kind = Routes::Match::MissingSlash;
        } else {
            match = plain_.match(request.method(), request.path());
            if (match.kind == Routes::Match::None) {
                match = pages_.match(request.method(), request.path());
                to_language = match.kind != Routes::Match::None;
            }
        }
    }
    const std::string slash = match.kind == Routes::Match::MissingSlash ? "/" : "";
    if (to_language) {
        Response response = Response::redirect(
            "/" + request.get<Language>().code + std::string(request.raw_path()) + slash + query_suffix(request),
            request.is_get() ? 302 : 307);
        response.headers.set("Vary", "Accept-Language, Cookie");
        return response;
    }
    // A path with two leading slashes would be another host's address in a Location header.
    if (match.kind == Routes::Match::MissingSlash && !request.raw_path().starts_with("//")) {
        return moved(request, std::string(request.raw_path()) + "/" + query_suffix(request));
    }
    if (match.kind == Routes::Match::Found) {
        request.set_params(std::move(match.params));
        request.set_route(*match.pattern);
        return run_chain(request, 0, *match.handler);
    }
    const Handler last = [&](Request& same) -> Response {
        if (match.kind != Routes::Match::WrongMethod) throw HttpError(404, "There is no such page.");
        Response response = same.method() == Method::Options
                                ? Response::no_content()
                                : render_error(same, 405, "This address does not take that method.");
        return response.header("Allow", match.allow);
    };
    return run_chain(request, 0, last);
}

// Errors become answers at each level, so that outer middleware (headers, sessions) still sees an answer.
Response Site::run_chain(Request& request, std::size_t index, const Handler& last) {
    try {
        if (index == middleware_.size()) return last(request);
        const Handler next = [this, index, &last](Request& same) { return run_chain(same, index + 1, last); };
        return middleware_[index](request, next);
    } catch (const HttpError& error) {
        return render_error(request, error.status(), error.what());
    } catch (const std::exception& error) {
        const int status = report(request, error);
        return render_error(request, status, message_of(status));
    }
}

Response Site::render_error(Request& request, int status, std::string_view message) {
    const auto render = [&] {
        if (error_page_ && !request.wants_json()) {
            try {
                return error_page_(request, status, message);
            } catch (const std::exception& error) {
                spdlog::error("the error page for {} failed: {}", status, error.what());
            }
        }
        return default_error(&request, status, message);
    };
    Response response = render();
    if (status == 503) response.headers.set("Retry-After", "1");
    return response;
}

}  // namespace web
