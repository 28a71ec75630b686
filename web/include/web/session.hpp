// Server-side sessions (SES-1, SES-2): a JSON object behind a random cookie, read only when asked for, written only
// when its content changed. Where it is stored is the platform's business: it implements SessionStore.
//
//   site.use(web::sessions(store, {.secure = production}));
//   web::Session& session = request.get<web::Session>();
//   if (const auto* user = session.find("user_id")) { ... user->to_number<std::int64_t>() ... }
//   session.set("user_id", id); session.rotate();          // login: guest data stay, the key changes
//   session.flush();                                       // logout: data and row are gone
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "web/http.hpp"

namespace web {

// Called on worker threads, at once from several. May throw; the request then fails with 500.
class SessionStore {
  public:
    virtual ~SessionStore() = default;
    using Time = std::chrono::system_clock::time_point;
    // None for an unknown or expired key.
    virtual std::optional<boost::json::object> load(const std::string& key) = 0;
    // create: insert, false when the key exists. Otherwise update, false when the row is gone: a session destroyed
    // meanwhile (logout in another tab) is not brought back to life.
    virtual bool save(const std::string& key, const boost::json::object& data, Time expires, bool create) = 0;
    virtual void destroy(const std::string& key) = 0;  // unknown keys are fine
};

struct SessionOptions {
    std::string cookie = "session";  // sent as "__Host-session" when secure: no other host can plant it
    bool secure = true;              // off only for http://*.localhost development
    std::chrono::seconds lifetime = std::chrono::hours(24);  // since the last change
};

// Owned by the request; not for use from two threads.
class Session {
  public:
    Session(SessionStore& store, std::string cookie_key, SessionOptions options);

    const boost::json::value* find(std::string_view name);  // null when absent
    bool has(std::string_view name) { return find(name) != nullptr; }
    std::optional<std::int64_t> integer(std::string_view name);  // none when absent or no 64-bit integer
    std::string string(std::string_view name);                   // empty when absent or no string
    const boost::json::object& data();
    void set(std::string_view name, boost::json::value value);  // writing the same value changes nothing
    template <class T>
    requires std::convertible_to<const T&, std::string_view>
    void set(std::string_view name, const T& text) {
        const std::string_view view = text;
        set(name, boost::json::value(boost::json::string_view(view.data(), view.size())));
    }
    void erase(std::string_view name);
    boost::json::value take(std::string_view name);  // read and erase: messages shown once; null when absent
    // New key, same data, old row destroyed. At login and at every change of rights (session fixation).
    void rotate();
    // Everything gone, row and cookie too; later set() calls start a new session.
    void flush();

    bool accessed() const { return loaded_; }
    // Middleware only: writes if needed and sets or deletes the cookie.
    void finish(Response& response);

  private:
    void load();

    SessionStore* store_;
    SessionOptions options_;
    std::string key_;         // in the store; empty: none yet
    std::string cookie_key_;  // as the browser sent it
    std::string stale_key_;   // to destroy at the end
    boost::json::object data_, original_;
    bool loaded_ = false, rotated_ = false, flushed_ = false;
};

// The middleware: puts a Session into the context. `store` must outlive the site.
Middleware sessions(SessionStore& store, SessionOptions options = {});

}  // namespace web
