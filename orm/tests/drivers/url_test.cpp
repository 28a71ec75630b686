#include "fixture.hpp"

namespace orm::test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string refusal(const std::string& url) {
    try {
        parse_url(url);
    } catch (const ConfigurationError& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Urls, SqlitePaths) {
    EXPECT_EQ(parse_url("sqlite:///relative/app.sqlite3").path, "relative/app.sqlite3");
    EXPECT_EQ(parse_url("sqlite:////var/app.sqlite3").path, "/var/app.sqlite3");
    EXPECT_EQ(parse_url("sqlite::memory:").path, ":memory:");
    EXPECT_EQ(parse_url("sqlite:////var/with%20blank%3F.db?pool_size=3").path, "/var/with blank?.db");
}

TEST(Urls, OurOptions) {
    const DatabaseUrl url = parse_url("sqlite:///x?pool_size=3&pool_timeout=0.25&lock_timeout=100");
    EXPECT_EQ(url.pool_size, 3U);
    EXPECT_EQ(url.pool_timeout.count(), 250);
    EXPECT_EQ(url.lock_timeout.count(), 100);
    const DatabaseUrl server =
        parse_url("postgres://u:p@h:1/n?prepare=off&sslmode=require&statement_timeout=7&pool_size=2&connect_timeout=3");
    EXPECT_EQ(server.conninfo, "postgresql://u:p@h:1/n?sslmode=require&connect_timeout=3");
    EXPECT_FALSE(server.prepare);
    EXPECT_EQ(server.statement_timeout.count(), 7);
    EXPECT_EQ(server.lock_timeout.count(), 0) << "nothing is set through a proxy unless asked for";
    EXPECT_EQ(parse_url("postgresql://h/n").lock_timeout.count(), 5000);
    EXPECT_EQ(parse_url("postgresql://a:1,b:2/n?target_session_attrs=any").conninfo,
              "postgresql://a:1,b:2/n?target_session_attrs=any");
}

TEST(Urls, WhatIsWrongIsNamed) {
    EXPECT_THAT(refusal(""), HasSubstr("empty"));
    EXPECT_THAT(refusal("app.sqlite3"), HasSubstr("no scheme"));
    EXPECT_THAT(refusal("mysql://x"), HasSubstr("'mysql'"));
    EXPECT_THAT(refusal("sqlite://host/app.db"), HasSubstr("no host"));
    EXPECT_THAT(refusal("sqlite:///"), HasSubstr("missing"));
    EXPECT_THAT(refusal("sqlite:app.db"), HasSubstr("sqlite:///relative"));
    EXPECT_THAT(refusal("sqlite:///folder/"), HasSubstr("folder"));
    EXPECT_THAT(refusal("sqlite:///x?mode=ro"), HasSubstr("unknown option 'mode'"));
    EXPECT_THAT(refusal("sqlite:///x?prepare=off"), HasSubstr("PostgreSQL only"));
    EXPECT_THAT(refusal("sqlite:///x?pool_size=0"), HasSubstr("pool_size"));
    EXPECT_THAT(refusal("sqlite:///x?pool_size=2.5"), HasSubstr("pool_size"));
    EXPECT_THAT(refusal("sqlite:///x?pool_size=many"), HasSubstr("'many'"));
    EXPECT_THAT(refusal("sqlite:///x?lock_timeout=-1"), HasSubstr("lock_timeout"));
    EXPECT_THAT(refusal("sqlite:///x?lock_timeout"), HasSubstr("no value"));
    EXPECT_THAT(refusal("sqlite:///x%2"), HasSubstr("%25"));
    EXPECT_THAT(refusal("sqlite:///x%00"), HasSubstr("NUL"));
    EXPECT_THAT(refusal("postgresql:name"), HasSubstr("postgresql://"));
    EXPECT_THAT(refusal("postgresql://h/n?prepare=no"), HasSubstr("'on' or 'off'"));
}

TEST(Urls, PasswordsAreNeverShown) {
    EXPECT_EQ(parse_url("postgresql://u:s3cret@h:1/n").display, "postgresql://u@h:1/n");
    EXPECT_EQ(parse_url("postgresql://h/n?user=u&password=s3cret&sslmode=off").display,
              "postgresql://h/n?user=u&sslmode=off");
    for (const char* url : {"postgresql://u:s3cret/x@h/n", "postgresql://u:s3cret?x@h/n", "postgresql://u:s3cret@h:x/n",
                            "postgresql://u:s3cret@h/n?nonsense=1", "postgresql://u:s3cret@127.0.0.1:1/n",
                            "postgresql://127.0.0.1:1/n?password=s3cret%zz"}) {
        try {
            connect(parse_url(url));
            FAIL() << url;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), Not(HasSubstr("s3cret")));
            EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
        }
    }
}

}  // namespace
}  // namespace orm::test
