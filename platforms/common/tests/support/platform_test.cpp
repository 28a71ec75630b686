#include "platform_test.hpp"

#include <barrier>
#include <mutex>
#include <thread>

#include "accounts/credentials.hpp"
#include "accounts/migrations.hpp"
#include "entreprinder/migrations.hpp"
#include "entreprinder/models.hpp"
#include "matching/migrations.hpp"
#include "matching/models.hpp"
#include "orm/outbox.hpp"
#include "vinsdelux/migrations.hpp"
#include "vinsdelux/models.hpp"
#include "web/request.hpp"
#include "web/url.hpp"

namespace platform::test {

namespace {

const orm::migrations::Registry& registry() {
    static const orm::migrations::Registry all = [] {
        orm::migrations::Registry result;
        for (const auto& app :
             {outbox::migrations::all, auth::migrations::all, sessions::migrations::all, account::migrations::all,
              entreprinder::migrations::all, matching::migrations::all, vinsdelux::migrations::all})
            result.add(app());
        orm::outbox::register_models();
        auth::register_models();
        entreprinder::register_models();
        matching::register_models();
        vinsdelux::register_models();
        return result;
    }();
    return all;
}

}  // namespace

PlatformTest::PlatformTest() : db(url()), context{db, {}} {
    db.with_connection(true, std::source_location::current(),
                       [](orm::Connection& connection) { orm::migrations::migrate(connection, registry()); });
}

auth::User PlatformTest::user(const std::string& name, bool verified) {
    static const std::string hash = auth::hash_password(password);
    auth::User user;
    user.username = name;
    user.email = name + "@example.lu";
    user.password = hash;
    db.insert(user);
    auth::EmailAddress address;
    address.user = user.id;
    address.email = user.email;
    address.verified = verified;
    address.primary = true;
    db.insert(address);
    return user;
}

std::int64_t PlatformTest::sessions() {
    return db.count(orm::select<auth::Session>);
}

web::Response Browser::exchange(const std::string& method, const std::string& target, web::Headers headers,
                                const std::string& body) {
    headers.set("Host", host_);
    std::string jar;
    for (const auto& [name, value] : cookies) jar += (jar.empty() ? "" : "; ") + name + "=" + value;
    if (!jar.empty()) headers.set("Cookie", jar);
    web::RawRequest raw;
    raw.method = method;
    raw.target = target;
    raw.headers = std::move(headers);
    raw.body = body;
    web::Response response;
    try {
        web::Request request(std::move(raw));
        response = site_(request);
    } catch (const web::HttpError& error) {  // not even a request: the server answers
        return web::Response::text(error.what(), error.status());
    }
    for (const auto& [name, value] : response.headers) {
        if (!web::iequals(name, "Set-Cookie")) continue;
        const std::string pair = value.substr(0, value.find(';'));
        const std::string key = pair.substr(0, pair.find('=')), content = pair.substr(pair.find('=') + 1);
        if (content.empty() || value.find("Max-Age=0") != value.npos)
            cookies.erase(key);
        else
            cookies[key] = content;
    }
    keep_token(std::string(response.content()));
    return response;
}

void Browser::keep_token(const std::string& page) {
    const std::string found = between(page, R"(name="csrf_token" value=")", "\"");
    if (!found.empty()) token_ = found;
}

web::Response Browser::get(const std::string& target, const web::Headers& headers) {
    return exchange("GET", target, headers, {});
}

web::Response Browser::post(const std::string& target, const Form& form) {
    web::Params params;
    params.add("csrf_token", token_);
    for (const auto& [name, value] : form) params.add(name, value);
    return exchange("POST", target, {{"Content-Type", "application/x-www-form-urlencoded"}}, web::build_query(params));
}

web::Response Browser::send(const std::string& method, const std::string& target, const std::string& type,
                            const std::string& body) {
    return exchange(method, target, {{"Content-Type", type}, {"X-CSRF-Token", token_}}, body);
}

web::Response Browser::post_json(const std::string& target, const std::string& body) {
    return send("POST", target, "application/json", body);
}

void Browser::log_in(const auth::User& user, const std::string& path) {
    get(path);
    const auto answer = post(path, {{"email", std::string(user.email)}, {"password", std::string(password)}});
    ASSERT_EQ(answer.status, 303) << answer.content();
    get(location(answer));  // a new token goes with the new session
}

std::string location(const web::Response& response) {
    return std::string(response.headers.get("Location"));
}

std::string between(const std::string& text, const std::string& before, const std::string& after) {
    const std::size_t start = text.find(before);
    if (start == text.npos) return {};
    const std::size_t from = start + before.size(), end = text.find(after, from);
    return end == text.npos ? std::string() : text.substr(from, end - from);
}

void in_parallel(int threads, const std::function<void(int)>& body) {
    std::barrier start(threads);
    std::mutex mutex;
    std::vector<std::string> errors;
    {
        std::vector<std::jthread> running;
        for (int i = 0; i < threads; ++i)
            running.emplace_back([&, i] {
                start.arrive_and_wait();
                try {
                    body(i);
                } catch (const std::exception& e) {
                    const std::lock_guard lock(mutex);
                    errors.emplace_back(e.what());
                }
            });
    }
    EXPECT_THAT(errors, testing::IsEmpty());
}

}  // namespace platform::test
