// The words everybody in `web` shares: methods, headers, parameters, the handler and middleware shapes, and HttpError.
//
//   web::Response hello(web::Request& request) {
//       if (request.query().get("name").empty()) throw web::HttpError(400, "A name is needed.");
//       return web::Response::text("Hello");
//   }
//   web::Handler handler = hello;
#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace web {

class Request;
struct Response;

// A handler is an ordinary blocking function; it runs on a worker thread, never on a connection's thread.
using Handler = std::function<Response(Request&)>;
// `next` may be called once, or not at all.
using Middleware = std::function<Response(Request&, const Handler& next)>;

enum class Method : std::uint8_t { Get, Head, Post, Put, Patch, Delete, Options };

std::string_view to_string(Method method);
std::optional<Method> parse_method(std::string_view name);  // exact, upper case
bool is_safe(Method method);                                // GET, HEAD, OPTIONS: they never change state

// Several methods: `Methods{Method::Get, Method::Post}`. A set with GET also takes HEAD.
class Methods {
  public:
    Methods(Method one) : Methods({one}) {}  // implicit: a single method is a set of one
    Methods(std::initializer_list<Method> methods);
    bool contains(Method method) const { return (bits_ & bit(method)) != 0; }
    void merge(Methods other) { bits_ = static_cast<std::uint8_t>(bits_ | other.bits_); }
    std::string allow() const;  // value of the Allow header: "GET, HEAD, POST, OPTIONS"

  private:
    static std::uint8_t bit(Method method) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(method)); }
    std::uint8_t bits_ = 0;
};

inline const Methods get_post{Method::Get, Method::Post};

// Thrown by handlers and parsers; becomes an error page, or the API-1 error shape under /api/. The message is shown
// to the user: no secrets in it.
class HttpError : public std::runtime_error {
  public:
    HttpError(int status, const std::string& message) : std::runtime_error(message), status_(status) {}
    int status() const { return status_; }

  private:
    int status_;
};

// "Not Found" for 404; "Unknown" for what we never send.
std::string_view reason_phrase(int status);

// Header fields in order; names compare without case. A CR, LF or NUL in a name or value throws std::invalid_argument:
// an injected header is a programming error, not an answer.
class Headers {
  public:
    using Field = std::pair<std::string, std::string>;

    Headers() = default;
    Headers(std::initializer_list<Field> fields);

    void add(std::string name, std::string value);  // keeps earlier ones (Set-Cookie)
    void set(std::string name, std::string value);  // replaces earlier ones
    void remove(std::string_view name);
    bool has(std::string_view name) const { return find(name) != nullptr; }
    std::string_view get(std::string_view name) const;     // the first one; empty when absent
    std::size_t count(std::string_view name) const;        // how many lines carry this name
    const std::string* find(std::string_view name) const;  // the first one, or null
    void add_vary(std::string_view name);                  // merges into Vary
    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }
    std::size_t size() const { return fields_.size(); }

  private:
    std::vector<Field> fields_;
};

// Decoded name/value pairs of a query, a form or a cookie header: in order, names may repeat.
class Params {
  public:
    void add(std::string name, std::string value) { items_.emplace_back(std::move(name), std::move(value)); }
    bool has(std::string_view name) const { return find(name) != nullptr; }
    const std::string* find(std::string_view name) const;  // first, or null
    std::string_view get(std::string_view name, std::string_view otherwise = {}) const;
    std::vector<std::string_view> all(std::string_view name) const;    // every value: check boxes
    std::optional<std::int64_t> integer(std::string_view name) const;  // absent or not a 64-bit number: none
    bool checked(std::string_view name) const;  // a check box: present and not "", "0", "false", "off"
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }
    std::size_t size() const { return items_.size(); }
    bool empty() const { return items_.empty(); }

  private:
    std::vector<std::pair<std::string, std::string>> items_;
};

bool iequals(std::string_view a, std::string_view b);  // ASCII letters only
std::string to_lower(std::string_view text);           // ASCII letters only
std::string_view trim(std::string_view text);          // ASCII blanks

}  // namespace web
