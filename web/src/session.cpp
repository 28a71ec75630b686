#include "web/session.hpp"

#include <algorithm>

#include "web/request.hpp"
#include "web/response.hpp"
#include "web/token.hpp"

namespace web {
namespace {

constexpr std::size_t key_length = 32;

bool looks_like_key(std::string_view text) {
    return text.size() == key_length && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
           });
}

std::string cookie_name(const SessionOptions& options) {
    return (options.secure ? "__Host-" : "") + options.cookie;
}

}  // namespace

Session::Session(SessionStore& store, std::string cookie_key, SessionOptions options)
    : store_(&store), options_(std::move(options)), cookie_key_(std::move(cookie_key)) {}

void Session::load() {
    if (loaded_) return;
    loaded_ = true;
    if (!looks_like_key(cookie_key_)) return;
    if (auto data = store_->load(cookie_key_)) {
        key_ = cookie_key_;
        data_ = std::move(*data);
        original_ = data_;
    }
}

const boost::json::value* Session::find(std::string_view name) {
    load();
    return data_.if_contains(name);
}

std::optional<std::int64_t> Session::integer(std::string_view name) {
    const boost::json::value* value = find(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    boost::json::error_code error;
    const auto number = value->to_number<std::int64_t>(error);
    if (error) return std::nullopt;
    return number;
}

std::string Session::string(std::string_view name) {
    const boost::json::value* value = find(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

const boost::json::object& Session::data() {
    load();
    return data_;
}

void Session::set(std::string_view name, boost::json::value value) {
    load();
    data_[name] = std::move(value);
}

void Session::erase(std::string_view name) {
    load();
    data_.erase(name);
}

boost::json::value Session::take(std::string_view name) {
    load();
    const auto found = data_.find(name);
    if (found == data_.end()) return nullptr;
    boost::json::value value = std::move(found->value());
    data_.erase(found);
    return value;
}

void Session::rotate() {
    load();
    rotated_ = true;
    if (!key_.empty()) stale_key_ = std::exchange(key_, {});
}

void Session::flush() {
    load();
    flushed_ = true;
    if (!key_.empty()) stale_key_ = std::exchange(key_, {});
    data_.clear();
    original_.clear();
}

void Session::finish(Response& response) {
    // A failed request leaves the session as it was.
    if (!loaded_ || response.status >= 500) return;
    const CookieOptions cookie{.secure = options_.secure, .max_age = options_.lifetime};
    const bool changed = data_ != original_;
    const auto expires = std::chrono::system_clock::now() + options_.lifetime;
    bool keep = !key_.empty();
    if (key_.empty() && !data_.empty() && (changed || rotated_)) {
        do {
            key_ = random_key(key_length);
        } while (!store_->save(key_, data_, expires, true));
        response.set_cookie(cookie_name(options_), key_, cookie);
        keep = true;
    } else if (changed && keep) {
        keep = store_->save(key_, data_, expires, false);
        if (keep) response.set_cookie(cookie_name(options_), key_, cookie);
    }
    if (!stale_key_.empty()) store_->destroy(stale_key_);
    if (!keep && !cookie_key_.empty()) response.delete_cookie(cookie_name(options_), cookie);
    response.headers.add_vary("Cookie");
    const bool personal = keep || changed || flushed_;
    if (personal && !response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-store");
}

Middleware sessions(SessionStore& store, SessionOptions options) {
    return [&store, options = std::move(options)](Request& request, const Handler& next) {
        request.set(Session(store, std::string(request.cookie(cookie_name(options))), options));
        Response response = next(request);
        request.get<Session>().finish(response);
        return response;
    };
}

}  // namespace web
