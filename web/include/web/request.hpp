// One request, already read, parsed and decoded. Handlers read it; middleware leaves things in its context.
//
//   std::int64_t id = request.id("id");                           // from the route /events/{id:int}/
//   std::string_view page = request.query().get("page", "1");
//   std::string_view email = request.form().get("email");         // url-encoded or multipart
//   const web::UploadedFile* photo = request.file("photo_1");
//   web::Session& session = request.get<web::Session>();
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

#include "web/http.hpp"

namespace web {

// A file with a name in the temporary folder, removed with its last owner.
class TempFile {
  public:
    explicit TempFile(std::string_view purpose);  // std::system_error when the disk refuses
    ~TempFile();
    TempFile(TempFile&& other) noexcept;
    TempFile& operator=(TempFile&& other) noexcept;
    const std::filesystem::path& path() const { return path_; }
    void append(std::string_view bytes);  // std::system_error: disk full and the like
    void close();                         // append is over; the file stays until the destructor
    std::uint64_t size() const { return size_; }

  private:
    std::filesystem::path path_;
    int fd_ = -1;
    std::uint64_t size_ = 0;
};

// One file of a multipart form, on disk. The browser's file name and type are claims, not facts.
struct UploadedFile {
    std::string field;
    std::string filename;      // last path component only, at most 255 bytes, valid UTF-8
    std::string content_type;  // as claimed
    TempFile content;
};

// What arrived on the wire, before any decoding; tests build requests from it too.
struct RawRequest {
    std::string method = "GET";
    std::string target = "/";  // origin form, or absolute form
    Headers headers{};
    std::string body{};
    std::shared_ptr<TempFile> body_file{};  // large bodies; `body` is empty then
    std::string client_address = "127.0.0.1";
    bool secure = false;
};

class Request {
  public:
    // HttpError 400 for a target that cannot be decoded, 501 for an unknown method. A bad Host does not throw: see
    // host_ok().
    explicit Request(RawRequest raw);
    Request(Request&&) = default;
    Request& operator=(Request&&) = default;

    Method method() const { return method_; }
    bool is_get() const { return method_ == Method::Get || method_ == Method::Head; }
    bool is_post() const { return method_ == Method::Post; }
    const std::string& target() const { return target_; }  // raw path and query, origin form: starts with '/'
    std::string_view raw_path() const;                     // raw, without the query
    std::string_view raw_query() const;                    // raw, without '?'; empty when absent
    const std::string& path() const { return path_; }      // decoded
    const Params& query() const { return query_; }
    const Headers& headers() const { return headers_; }
    std::string_view header(std::string_view name) const { return headers_.get(name); }
    const Params& cookies() const;
    std::string_view cookie(std::string_view name) const { return cookies().get(name); }

    // Lower case, without port and one trailing dot; IPv6 keeps its brackets. Empty when absent or malformed.
    const std::string& host() const { return host_; }
    const std::string& host_with_port() const { return host_with_port_; }  // as sent, lower case
    bool host_ok() const { return !host_.empty(); }
    bool is_secure() const { return secure_; }  // TLS, or said so by a trusted proxy
    const std::string& client_address() const { return client_address_; }
    bool is_htmx() const { return header("HX-Request") == "true"; }
    // Path is under /api/, or the caller prefers JSON: errors take the API-1 shape.
    bool wants_json() const;

    // A body kept in memory. Empty for a body that went to disk (over 256 KiB); use body_text() where that may be.
    const std::string& body() const { return body_; }
    std::string body_text() const;  // whole body, read from disk if need be
    // Fields of an url-encoded or multipart body, parsed at the first call. Other types: empty. HttpError 400/413.
    const Params& form();
    // The uploaded file of that field, or null when none was chosen. One file per field; see files() for more.
    UploadedFile* file(std::string_view field);
    std::vector<UploadedFile>& files();

    // Route parameters; a missing name is a programming error (std::logic_error).
    const std::string& param(std::string_view name) const;
    std::int64_t id(std::string_view name) const;  // of an {x:int}
    void set_params(Params params) { params_ = std::move(params); }
    const std::string& route() const { return route_; }  // matched pattern, for logs: "/events/{id:int}/"
    void set_route(std::string route) { route_ = std::move(route); }

    // The context: one value per type, for the time of the request.
    template <class T>
    T& set(T value) {
        auto held = std::make_shared<T>(std::move(value));
        T& result = *held;
        put(typeid(T), std::move(held));
        return result;
    }
    template <class T>
    T* find() const {
        return static_cast<T*>(look(typeid(T)));
    }
    template <class T>
    T& get() const {  // std::logic_error when the middleware that sets it is not in the chain
        if (T* value = find<T>()) return *value;
        missing(typeid(T));
    }

  private:
    void put(std::type_index type, std::shared_ptr<void> value);
    void* look(std::type_index type) const;
    [[noreturn]] static void missing(std::type_index type);
    void parse_target(std::string target);
    void parse_body();

    Method method_ = Method::Get;
    std::string target_, path_, host_, host_with_port_, client_address_, body_, route_;
    bool secure_ = false, form_parsed_ = false;
    Headers headers_;
    Params query_, params_, form_;
    mutable std::optional<Params> cookies_;
    std::shared_ptr<TempFile> body_file_;
    std::vector<UploadedFile> files_;
    std::vector<std::pair<std::type_index, std::shared_ptr<void>>> context_;
};

// The host of a Host header (HOST-2): lower case, port and one trailing dot stripped; empty when malformed.
std::string normalize_host(std::string_view host_header);

}  // namespace web
