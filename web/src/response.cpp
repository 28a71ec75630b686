#include "web/response.hpp"

#include <boost/json/serialize.hpp>
#include <stdexcept>
#include <system_error>

#include "web/html.hpp"

namespace web {
namespace {

Response make(std::string body, std::string_view type, int status) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    response.headers.add("Content-Type", std::string(type));
    return response;
}

bool cookie_octets(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == ';' || c == ',' || c == '"' || c == '\\') {
            return false;
        }
    }
    return true;
}

}  // namespace

Response Response::html(std::string page, int status) {
    return make(std::move(page), "text/html; charset=utf-8", status);
}
Response Response::html(Html page, int status) {
    return html(std::move(page).str(), status);
}
Response Response::json(const boost::json::value& value, int status) {
    return make(boost::json::serialize(value), "application/json", status);
}
Response Response::text(std::string text, int status) {
    return make(std::move(text), "text/plain; charset=utf-8", status);
}

Response Response::redirect(std::string location, int status) {
    Response response;
    response.status = status;
    response.headers.add("Location", std::move(location));
    return response;
}

Response Response::not_found(std::string message) {
    return text(std::move(message), 404);
}
Response Response::forbidden(std::string message) {
    return text(std::move(message), 403);
}
Response Response::no_content() {
    Response response;
    response.status = 204;
    return response;
}

Response Response::from_file(const std::filesystem::path& path, std::string content_type) {
    std::error_code error;
    const bool regular = std::filesystem::is_regular_file(path, error);
    const std::uint64_t size = regular ? std::filesystem::file_size(path, error) : 0;
    if (!regular || error) throw HttpError(404, "Not found.");
    Response response;
    response.headers.add("Content-Type", std::move(content_type));
    response.file = FileBody{path, 0, size};
    return response;
}

Response& Response::header(std::string name, std::string value) {
    headers.set(std::move(name), std::move(value));
    return *this;
}

void Response::set_cookie(std::string_view name, std::string_view value, const CookieOptions& options) {
    if (name.empty() || name.find('=') != name.npos || !cookie_octets(name) || !cookie_octets(value)) {
        throw std::invalid_argument("a cookie's name or value holds a character that cannot stand there");
    }
    std::string line(name);
    line.append("=").append(value).append("; Path=").append(options.path);
    if (options.max_age) line += "; Max-Age=" + std::to_string(options.max_age->count());
    if (options.http_only) line += "; HttpOnly";
    if (options.secure) line += "; Secure";
    if (!options.same_site.empty()) line += "; SameSite=" + options.same_site;
    headers.add("Set-Cookie", std::move(line));
}

void Response::delete_cookie(std::string_view name, const CookieOptions& options) {
    CookieOptions gone = options;
    gone.max_age = std::chrono::seconds(0);
    set_cookie(name, "", gone);
}

std::string_view Response::content() const {
    if (file) return {};
    return shared_body ? std::string_view(*shared_body) : std::string_view(body);
}

std::uint64_t Response::content_length() const {
    return file ? file->size : content().size();
}

}  // namespace web
