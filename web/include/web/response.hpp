// What a handler gives back: status, headers and one of three bodies (text, shared text, part of a file).
//
//   return web::Response::html(std::move(page));
//   return web::Response::redirect("/profile/");
//   auto answer = web::Response::json({{"success", true}}, 201);
//   answer.set_cookie("language", "fr", {.max_age = std::chrono::hours(24 * 365)});
//   return web::Response::not_found();
#pragma once
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "web/http.hpp"

namespace web {

class Html;

struct CookieOptions {
    bool http_only = true;
    bool secure = true;
    std::string same_site = "Lax";
    std::string path = "/";
    std::optional<std::chrono::seconds> max_age{};  // none: until the browser closes
};

// Sent in 64 KiB pieces, so a large file never lies in memory.
struct FileBody {
    std::filesystem::path path;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    std::shared_ptr<const std::string> shared_body{};  // wins over body: cached files are not copied
    std::optional<FileBody> file{};                    // wins over both

    static Response html(std::string page, int status = 200);
    static Response html(Html page, int status = 200);
    static Response json(const boost::json::value& value, int status = 200);
    static Response text(std::string text, int status = 200);
    // 303 after a POST is the default: the browser follows with GET. `location` is a path or a whole URL, already
    // encoded. For anything that came from a user, pass it through web::safe_next first.
    static Response redirect(std::string location, int status = 303);
    static Response not_found(std::string message = "Not found.");
    static Response forbidden(std::string message = "Forbidden.");
    static Response no_content();
    // The whole file; HttpError 404 when there is none. No ETag: see static_files.hpp for public assets.
    static Response from_file(const std::filesystem::path& path, std::string content_type);

    Response& header(std::string name, std::string value);  // sets; returns *this for chaining
    // HttpError never; std::invalid_argument for a name or value that cannot stand in a cookie.
    void set_cookie(std::string_view name, std::string_view value, const CookieOptions& options = {});
    void delete_cookie(std::string_view name, const CookieOptions& options = {});
    std::uint64_t content_length() const;
    std::string_view content() const;  // the text of body or shared_body; empty for a file
};

}  // namespace web
