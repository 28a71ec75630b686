#include "web/request.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>

#include "multipart.hpp"
#include "web/url.hpp"

namespace web {
namespace {

constexpr std::size_t max_host = 253;

bool digits_only(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

template <class Sink>
void read_file(const std::filesystem::path& path, const Sink& sink) {
    std::ifstream stream(path, std::ios::binary);
    std::string chunk(64 * 1024, '\0');
    while (stream) {
        stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        sink(std::string_view(chunk.data(), static_cast<std::size_t>(stream.gcount())));
    }
}

}  // namespace

std::string normalize_host(std::string_view header) {
    std::string host = to_lower(trim(header));
    if (host.starts_with('[')) {
        const std::size_t close = host.find(']');
        if (close == host.npos || close < 3) return {};
        if (host.find_first_not_of("0123456789abcdef:.", 1) != close) return {};
        const std::string_view after = std::string_view(host).substr(close + 1);
        if (!after.empty() && (after[0] != ':' || after.size() > 6 || !digits_only(after.substr(1)))) return {};
        return host.substr(0, close + 1);
    }
    if (const std::size_t colon = host.find(':'); colon != host.npos) {
        const std::string_view port = std::string_view(host).substr(colon + 1);
        if (port.size() > 5 || !digits_only(port)) return {};
        host.resize(colon);
    }
    if (host.ends_with('.')) host.pop_back();
    if (host.empty() || host.size() > max_host || host.front() == '.' || host.ends_with('.')) return {};
    if (host.find("..") != host.npos) return {};
    if (host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") != host.npos) return {};
    return host;
}

Request::Request(RawRequest raw)
    : client_address_(std::move(raw.client_address)),
      body_(std::move(raw.body)),
      secure_(raw.secure),
      headers_(std::move(raw.headers)),
      body_file_(std::move(raw.body_file)) {
    const std::optional<Method> method = parse_method(raw.method);
    if (!method) {
        const bool known = raw.method == "TRACE" || raw.method == "CONNECT";
        throw HttpError(known ? 405 : 501, "This method is not supported.");
    }
    method_ = *method;
    if (headers_.count("Host") == 1) {
        host_ = normalize_host(headers_.get("Host"));
        host_with_port_ = to_lower(trim(headers_.get("Host")));
    }
    parse_target(std::move(raw.target));
}

void Request::parse_target(std::string target) {
    const std::string lower = to_lower(std::string_view(target).substr(0, 8));
    if (lower.starts_with("http://") || lower.starts_with("https://")) {  // absolute form: its host wins (RFC 9112)
        const std::size_t start = lower.starts_with("https") ? 8 : 7;
        const std::size_t path = std::min(target.find_first_of("/?", start), target.size());
        host_with_port_ = to_lower(std::string_view(target).substr(start, path - start));
        host_ = headers_.count("Host") > 1 ? std::string() : normalize_host(host_with_port_);
        target.erase(0, path);
        if (!target.starts_with('/')) target.insert(0, 1, '/');
    }
    if (!target.starts_with('/')) throw HttpError(400, "The address is damaged.");
    for (const char c : target) {
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '#') {
            throw HttpError(400, "The address is damaged.");
        }
    }
    target_ = std::move(target);
    std::optional<std::string> path = percent_decode(raw_path());
    if (!path) throw HttpError(400, "The address holds a damaged percent escape.");
    if (path->find('\0') != path->npos) throw HttpError(400, "The address contains a NUL character.");
    if (!is_utf8(*path)) throw HttpError(400, "The address is not valid UTF-8.");
    path_ = std::move(*path);
    query_ = parse_urlencoded(raw_query());
}

std::string_view Request::raw_path() const {
    return std::string_view(target_).substr(0, target_.find('?'));
}

std::string_view Request::raw_query() const {
    const std::size_t mark = target_.find('?');
    return mark == target_.npos ? std::string_view() : std::string_view(target_).substr(mark + 1);
}

const Params& Request::cookies() const {
    if (!cookies_) cookies_ = parse_cookies(headers_.get("Cookie"));
    return *cookies_;
}

bool Request::wants_json() const {
    if (path_.starts_with("/api/")) return true;
    const std::string_view accept = header("Accept");
    return accept.find("application/json") != accept.npos && accept.find("text/html") == accept.npos;
}

std::string Request::body_text() const {
    if (!body_file_) return body_;
    std::string text;
    text.reserve(body_file_->size());
    read_file(body_file_->path(), [&](std::string_view chunk) { text += chunk; });
    return text;
}

const Params& Request::form() {
    if (!form_parsed_) parse_body();
    return form_;
}

std::vector<UploadedFile>& Request::files() {
    if (!form_parsed_) parse_body();
    return files_;
}

UploadedFile* Request::file(std::string_view field) {
    for (UploadedFile& one : files()) {
        if (one.field == field) return &one;
    }
    return nullptr;
}

void Request::parse_body() {
    form_parsed_ = true;
    const std::string_view type = header("Content-Type");
    if (iequals(trim(type.substr(0, type.find(';'))), "application/x-www-form-urlencoded")) {
        form_ = parse_urlencoded(body_file_ ? body_text() : body_);
        return;
    }
    const std::string boundary = multipart_boundary(type);
    if (boundary.empty()) {
        if (to_lower(type).starts_with("multipart/form-data")) throw HttpError(400, "The form has no boundary.");
        return;
    }
    Params fields;
    std::vector<UploadedFile> files;
    MultipartParser parser(boundary, fields, files);
    if (body_file_) {
        read_file(body_file_->path(), [&](std::string_view chunk) { parser.feed(chunk); });
    } else {
        parser.feed(body_);
    }
    parser.finish();
    form_ = std::move(fields);
    files_ = std::move(files);
}

const std::string& Request::param(std::string_view name) const {
    const std::string* value = params_.find(name);
    if (value == nullptr) throw std::logic_error("route " + route_ + " has no parameter " + std::string(name));
    return *value;
}

std::int64_t Request::id(std::string_view name) const {
    const std::optional<std::int64_t> number = params_.integer(name);
    if (!number) throw std::logic_error("route " + route_ + " has no {" + std::string(name) + ":int}");
    return *number;
}

void Request::put(std::type_index type, std::shared_ptr<void> value) {
    for (auto& [key, held] : context_) {
        if (key == type) {
            held = std::move(value);
            return;
        }
    }
    context_.emplace_back(type, std::move(value));
}

void* Request::look(std::type_index type) const {
    for (const auto& [key, held] : context_) {
        if (key == type) return held.get();
    }
    return nullptr;
}

void Request::missing(std::type_index type) {
    throw std::logic_error(std::string("nothing of this type in the request's context: ") + type.name());
}

}  // namespace web
