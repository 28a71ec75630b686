/// A migrated database of its own for each test, on SQLite and on PostgreSQL, people in a few words, and a browser that
/// needs no socket.
///
///     class Directory : public platform::test::PlatformTest { web::Site site = entreprinder::site(context); };
///     TEST_P(Directory, AsksForLogin) {
///         Browser browser(site);
///         EXPECT_EQ(browser.get("/en/entrepreneurs/").status, 302);
///         browser.log_in(user("anna"));
///     }
///     ON_EACH_DATABASE(Directory);
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "accounts/models.hpp"
#include "common/context.hpp"
#include "test_database.hpp"
#include "web/response.hpp"
#include "web/router.hpp"

namespace platform::test {

inline constexpr std::string_view password = "lilac-harbour-71";

class PlatformTest : public orm::test::DatabaseTest {
  protected:
    PlatformTest();
    orm::Database db;
    platform::Context context;

    /// An active user `<name>@example.lu` whose password is `password`.
    auth::User user(const std::string& name, bool verified = true);
    std::int64_t sessions();
};

/// Keeps cookies; sends the last page's CSRF token with each form.
class Browser {
  public:
    explicit Browser(web::Site& site, std::string host = "site.localhost") : site_(site), host_(std::move(host)) {}
    using Form = std::vector<std::pair<std::string, std::string>>;

    web::Response get(const std::string& target, const web::Headers& headers = {});
    web::Response post(const std::string& target, const Form& form);
    web::Response post_json(const std::string& target, const std::string& body);
    /// Any bytes as a body, with the token in a header.
    web::Response send(const std::string& method, const std::string& target, const std::string& type,
                       const std::string& body);
    void log_in(const auth::User& user, const std::string& path = "/accounts/login/");
    std::map<std::string, std::string> cookies;
    void keep_token(const std::string& page);

  private:
    web::Response exchange(const std::string& method, const std::string& target, web::Headers headers,
                           const std::string& body);
    web::Site& site_;
    std::string host_;
    std::string token_;
};

std::string location(const web::Response& response);
/// The text between the first `before` and the next `after`; empty when it is not there.
std::string between(const std::string& text, const std::string& before, const std::string& after);

/// Runs `body(i)` on n threads that start together; an exception fails the test.
void in_parallel(int threads, const std::function<void(int)>& body);

}  // namespace platform::test
