// AUTH-1, AUTH-2, AUTH-4 and the life of sessions, on both databases.
#include "accounts/services.hpp"

#include <atomic>

#include "accounts/credentials.hpp"
#include "accounts/queries.hpp"
#include "accounts/session_store.hpp"
#include "platform_test.hpp"

namespace auth {
namespace {

using orm::f;
using platform::test::in_parallel;
using platform::test::password;

class Accounts : public platform::test::PlatformTest {
  protected:
    static SignUp form(std::string email, std::string given = std::string(password)) {
        return {.email = std::move(email), .password = given, .password2 = given};
    }
};
ON_EACH_DATABASE(Accounts);

TEST_P(Accounts, AnAddressIsOneAccountWhateverItsCase) {
    const auto first = sign_up(db, form(" Anna@Example.LU "));
    ASSERT_TRUE(first.user);
    EXPECT_EQ(first.user->email, "anna@example.lu");
    EXPECT_THAT(std::string(first.user->username), testing::StartsWith("anna-"));
    const auto second = sign_up(db, form("ANNA@example.lu"));
    EXPECT_FALSE(second.user);
    EXPECT_TRUE(second.errors.has("email"));
    EXPECT_EQ(db.count(orm::select<User>), 1);
}

TEST_P(Accounts, TheDatabaseItselfRefusesASecondAccount) {
    User one = user("anna");
    User two;
    two.username = "other";
    two.email = "ANNA@example.lu";
    EXPECT_THROW(db.insert(two), orm::UniqueViolation);
    User without, also_without;  // accounts without address may be many
    without.username = "a";
    also_without.username = "b";
    db.insert(without);
    db.insert(also_without);
}

TEST_P(Accounts, TwentySimultaneousSignUpsGiveOneAccount) {
    std::atomic<int> joined = 0, refused = 0;
    in_parallel(20, [&](int) {
        const auto result = sign_up(db, form("anna@example.lu"));
        if (result.user)
            ++joined;
        else if (result.errors.has("email"))
            ++refused;
    });
    EXPECT_EQ(joined, 1);
    EXPECT_EQ(refused, 19);
    EXPECT_EQ(db.count(orm::select<User>), 1);
    EXPECT_EQ(db.count(orm::select<EmailAddress>), 1);
}

TEST_P(Accounts, ANameIsOneLine) {
    for (const char* name : {"An\tna", "An\nna", "An\x7fna", "An\xffna"}) {
        SignUp wanted = form("anna@example.lu");
        wanted.first_name = name;
        EXPECT_TRUE(sign_up(db, wanted).errors.has("first_name")) << name;
    }
    EXPECT_EQ(db.count(orm::select<User>), 0);
}

TEST_P(Accounts, EndsTheSessionsOfOneUserAlone) {
    for (const char* data : {R"({"user_id":7,"stamp":"a"})", R"({"stamp":"b","user_id":7})", R"({"user_id":71})",
                             R"({"user_id":17,"plots":"\"user_id\":7,"})", "{}"}) {
        Session row;
        row.session_key = std::to_string(std::hash<std::string>{}(data));
        row.session_data = data;
        row.expire_date = orm::utc_now() + std::chrono::hours(1);
        db.insert(row);
    }
    EXPECT_EQ(end_sessions(db, orm::Id<User>(7)), 2U);
    EXPECT_EQ(db.count(orm::select<Session>), 3);
}

TEST_P(Accounts, WhatThePlatformAddsStandsOrFallsWithTheAccount) {
    EXPECT_THROW(
        sign_up(db, form("anna@example.lu"), [](orm::Transaction&, const User&) { throw std::runtime_error("no"); }),
        std::runtime_error);
    EXPECT_EQ(db.count(orm::select<User>), 0);
}

TEST_P(Accounts, ASignUpThatTheDatabaseEndsForADeadlockIsRepeated) {
    if (!postgres()) GTEST_SKIP() << "SQLite has one writer at a time";
    db.with_connection(true, std::source_location::current(), [](orm::Connection& connection) {
        connection.script(
            "CREATE SEQUENCE tries;"
            "CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF nextval('tries') <= 2 THEN RAISE EXCEPTION USING ERRCODE = '40P01'; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER collide BEFORE INSERT ON account_emailaddress FOR EACH ROW EXECUTE FUNCTION collide()");
    });
    int also = 0;
    const auto result = sign_up(db, form("anna@example.lu"), [&](orm::Transaction& tx, const User& fresh) {
        ++also;
        EXPECT_TRUE(tx.find(fresh.id));
    });
    ASSERT_TRUE(result.user);
    EXPECT_EQ(also, 1) << "two tries ended before it";
    EXPECT_EQ(db.get(orm::select<User>).id, result.user->id);
    EXPECT_EQ(db.get(orm::select<EmailAddress>).user, result.user->id);
    EXPECT_TRUE(log_in(db, "anna@example.lu", password));
}

TEST_P(Accounts, RefusesWeakPasswordsAndWrongAddresses) {
    for (const char* weak : {"", "short1", "12345678901", "password", "annawebermueller"}) {
        auto given = form("annaweber@example.lu", weak);
        given.first_name = "Anna";
        given.last_name = "Webermueller";
        EXPECT_TRUE(sign_up(db, given).errors.has("password")) << weak;
    }
    for (const char* wrong : {"", "anna", "anna@", "@x.lu", "a b@x.lu", "anna@example", "ännä@example.lu"})
        EXPECT_TRUE(sign_up(db, form(wrong)).errors.has("email")) << wrong;
    auto differing = form("anna@example.lu");
    differing.password2 += "x";
    EXPECT_TRUE(sign_up(db, differing).errors.has("password2"));
    auto nameless = form("anna@example.lu");
    nameless.names_required = true;
    nameless.first_name = "  ";
    nameless.last_name = std::string(31, 'x');
    const auto errors = sign_up(db, nameless).errors;
    EXPECT_TRUE(errors.has("first_name") && errors.has("last_name"));
    EXPECT_EQ(db.count(orm::select<User>), 0);
}

TEST_P(Accounts, LogsInWithAnyCaseAndNeverSaysWhichWasWrong) {
    const User anna = user("anna");
    const auto found = log_in(db, " ANNA@example.lu ", password);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, anna.id);
    EXPECT_TRUE(db.get(anna.id).last_login);
    EXPECT_FALSE(log_in(db, "anna@example.lu", "wrong"));
    EXPECT_FALSE(log_in(db, "nobody@example.lu", password));
    EXPECT_FALSE(log_in(db, std::string("anna@example.lu\0x", 17), password));
    EXPECT_FALSE(log_in(db, "", ""));
    db.update(orm::select<User> | with_id(anna.id), orm::set<& User::is_active> = false);
    EXPECT_FALSE(log_in(db, "anna@example.lu", password));
}

TEST_P(Accounts, AnAddressIsFoundThroughItsIndex) {
    const auto query = orm::select<User> | with_email("anna@example.lu");
    std::string plan;
    db.atomic([&](orm::Transaction& tx) {
        if (postgres()) {
            tx.execute("SET LOCAL enable_seqscan = off");
            for (const auto& [line] :
                 tx.raw<std::tuple<std::string>>("EXPLAIN " + tx.sql(query), std::string("anna@example.lu")))
                plan += line;
        } else {
            using Row = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::string>;
            for (const auto& row : tx.raw<Row>("EXPLAIN QUERY PLAN " + tx.sql(query), std::string("anna@example.lu")))
                plan += std::get<3>(row);
        }
    });
    EXPECT_THAT(plan, testing::HasSubstr("auth_user_email_lower_uniq"));
}

TEST_P(Accounts, UpgradesAHashOfDjango) {
    User anna = user("anna");
    // Django's pbkdf2_sha256 of "lilac-harbour-71", 1000 rounds.
    anna.password = "pbkdf2_sha256$1000$seasalt$z3fsb91emCsrc3zUHb3QujYMhjdsyeTQRX8W9dKmcT0=";
    db.save<&User::password>(anna);
    ASSERT_TRUE(log_in(db, "anna@example.lu", password));
    EXPECT_THAT(std::string(db.get(anna.id).password), testing::StartsWith("argon2$argon2id$"));
    EXPECT_TRUE(log_in(db, "anna@example.lu", password));
}

TEST_P(Accounts, ANewPasswordOrDeactivationEndsSessions) {
    const User anna = user("anna");
    const std::string stamp = session_stamp(anna);
    EXPECT_TRUE(user_of_session(db, anna.id, stamp));
    EXPECT_TRUE(change_password(db, anna.id, "quiet-orchard-9", "quiet-orchard-9").empty());
    EXPECT_FALSE(user_of_session(db, anna.id, stamp));
    const std::string now = session_stamp(db.get(anna.id));
    EXPECT_TRUE(user_of_session(db, anna.id, now));
    db.update(orm::select<User> | with_id(anna.id), orm::set<& User::is_active> = false);
    EXPECT_FALSE(user_of_session(db, anna.id, now));
}

TEST_P(Accounts, VerifiesAnAddressOnce) {
    const User anna = user("anna", false);
    EXPECT_FALSE(has_verified_email(db, anna.id));
    EXPECT_TRUE(verify_email(db, anna.id));
    EXPECT_TRUE(verify_email(db, anna.id));
    EXPECT_TRUE(has_verified_email(db, anna.id));
    EXPECT_EQ(db.count(orm::select<EmailAddress>), 1);
}

TEST_P(Accounts, SessionsAreStoredFoundReplacedAndSwept) {
    SessionTable table(db);
    const auto soon = std::chrono::system_clock::now() + std::chrono::hours(1);
    EXPECT_FALSE(table.load("key"));
    EXPECT_FALSE(table.save("key", {{"a", 1}}, soon, false));  // gone meanwhile: not brought back to life
    EXPECT_TRUE(table.save("key", {{"a", 1}}, soon, true));
    EXPECT_FALSE(table.save("key", {{"a", 2}}, soon, true));
    EXPECT_TRUE(table.save("key", {{"a", 3}}, soon, false));
    ASSERT_TRUE(table.load("key"));
    EXPECT_EQ(table.load("key")->at("a"), 3);
    table.save("old", {{"a", 1}}, std::chrono::system_clock::now() - std::chrono::hours(1), true);
    EXPECT_FALSE(table.load("old"));
    EXPECT_EQ(sweep_sessions(db, orm::utc_now()), 1u);
    table.destroy("key");
    EXPECT_FALSE(table.load("key"));
    table.destroy("key");
}

}  // namespace
}  // namespace auth
