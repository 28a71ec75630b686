#include "web/csrf.hpp"

#include <algorithm>

#include "web/request.hpp"
#include "web/response.hpp"
#include "web/token.hpp"

namespace web {
namespace {

constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t secret_length = 32;

struct CsrfState {
    std::string secret;  // empty: the browser has none yet
    bool fresh = false;  // the cookie must be sent
    bool used = false;   // the answer carries a token: it is for one browser only
};

bool well_formed(std::string_view text, std::size_t length) {
    return text.size() == length && text.find_first_not_of(alphabet) == text.npos;
}

// A new mask each time, so that compressed pages do not leak the secret byte by byte (BREACH).
std::string mask(std::string_view secret) {
    std::string token = random_key(secret_length);
    for (std::size_t i = 0; i < secret_length; ++i) {
        token += alphabet[(alphabet.find(secret[i]) + alphabet.find(token[i])) % alphabet.size()];
    }
    return token;
}

std::string unmask(std::string_view token) {
    if (!well_formed(token, 2 * secret_length)) return {};
    std::string secret;
    for (std::size_t i = 0; i < secret_length; ++i) {
        const std::size_t cipher = alphabet.find(token[secret_length + i]) + alphabet.size();
        secret += alphabet[(cipher - alphabet.find(token[i])) % alphabet.size()];
    }
    return secret;
}

// "https://crush.lu" for "https://crush.lu:443/x"; empty when there is no scheme and host.
std::string origin_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == url.npos) return {};
    std::string origin = to_lower(url.substr(0, std::min(url.find_first_of("/?#", scheme + 3), url.size())));
    if (origin.starts_with("https://") && origin.ends_with(":443")) origin.resize(origin.size() - 4);
    if (origin.starts_with("http://") && origin.ends_with(":80")) origin.resize(origin.size() - 3);
    return origin;
}

bool own_origin(const Request& request, std::string_view url, const CsrfOptions& options) {
    const std::string origin = origin_of(url);
    const std::string own = origin_of((request.is_secure() ? "https://" : "http://") + request.host_with_port());
    const auto& trusted = options.trusted_origins;
    return !origin.empty() && (origin == own || std::find(trusted.begin(), trusted.end(), origin) != trusted.end());
}

void check(Request& request, const std::string& secret, const CsrfOptions& options) {
    if (const std::string* origin = request.headers().find("Origin")) {
        if (!own_origin(request, *origin, options)) throw HttpError(403, "The form was sent from another site.");
    } else if (request.is_secure() && !own_origin(request, request.header("Referer"), options)) {
        throw HttpError(403, "The browser did not say which page the form was sent from.");
    }
    std::string given(request.header(csrf_header_name));
    if (given.empty()) given = request.form().get(csrf_field_name);
    if (secret.empty() || !constant_time_equal(unmask(given), secret)) {
        throw HttpError(403, "The form has expired. Please go back, reload the page and try again.");
    }
}

}  // namespace

Middleware csrf(CsrfOptions options) {
    return [options = std::move(options)](Request& request, const Handler& next) {
        const std::string cookie = (options.secure ? "__Host-" : "") + options.cookie;
        const std::string_view sent = request.cookie(cookie);
        CsrfState initial;
        if (well_formed(sent, secret_length)) initial.secret = sent;
        CsrfState& state = request.set(std::move(initial));
        // A page of another site cannot add this header without our permission (no CORS here), so it proves itself.
        const bool bearer = iequals(request.header("Authorization").substr(0, 7), "Bearer ");
        if (!is_safe(request.method()) && !bearer) check(request, state.secret, options);
        Response response = next(request);
        if (state.fresh) {
            response.set_cookie(cookie, state.secret,
                                {.secure = options.secure, .max_age = std::chrono::hours(24 * 365)});
        }
        if (state.used || state.fresh) {
            response.headers.add_vary("Cookie");
            if (!response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-store");
        }
        return response;
    };
}

std::string csrf_token(Request& request) {
    CsrfState& state = request.get<CsrfState>();
    if (state.secret.empty()) {
        state.secret = random_key(secret_length);
        state.fresh = true;
    }
    state.used = true;
    return mask(state.secret);
}

std::string csrf_header_json(Request& request) {
    return "{\"" + std::string(csrf_header_name) + "\":\"" + csrf_token(request) + "\"}";
}

void rotate_csrf(Request& request) {
    CsrfState& state = request.get<CsrfState>();
    state.secret = random_key(secret_length);
    state.fresh = true;
}

void CsrfField::operator()(Html& out) const {
    out.write<R"(<input type="hidden" name="{}" value="{}">)">(csrf_field_name, token);
}

CsrfField csrf_field(Request& request) {
    return {csrf_token(request)};
}

}  // namespace web
