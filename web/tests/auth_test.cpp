#include <gtest/gtest.h>

#include "support.hpp"
#include "web/json.hpp"
#include "web/password.hpp"
#include "web/token.hpp"

namespace {

using Problem = web::PasswordProblem;
using Problems = std::vector<Problem>;

}  // namespace

TEST(Password, HashesAndVerifies) {
    const std::string stored = web::hash_password("correct horse é");
    EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << stored;
    EXPECT_TRUE(web::verify_password("correct horse é", stored));
    EXPECT_FALSE(web::verify_password("correct horse", stored));
    EXPECT_FALSE(web::verify_password("", stored));
    EXPECT_NE(web::hash_password("correct horse é"), stored);
    EXPECT_FALSE(web::needs_upgrade(stored));
    EXPECT_FALSE(web::verify_password("x", web::dummy_hash()));
    EXPECT_THROW(web::hash_password(std::string(2000, 'x')), std::invalid_argument);
}

TEST(Password, VerifiesDjangoHashesAndAsksForUpgrade) {
    // RFC 7914, section 11: PBKDF2-HMAC-SHA-256 (P="passwd", S="salt", c=1), first 32 bytes (55ac046e…).
    const std::string rfc = "pbkdf2_sha256$1$salt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=";
    EXPECT_TRUE(web::verify_password("passwd", rfc));
    EXPECT_FALSE(web::verify_password("password", rfc));
    const std::string django = "pbkdf2_sha256$1000$seasalt$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A=";
    EXPECT_TRUE(web::verify_password("lètmein", django));
    EXPECT_TRUE(web::needs_upgrade(rfc));
    EXPECT_TRUE(web::needs_upgrade("$argon2id$v=19$m=1024,t=2,p=1$c2FsdHNhbHQ$aGFzaA"));
}

TEST(Password, DamagedHashesVerifyNothing) {
    for (const char* bad : {"", "!", "$argon2id$", "$argon2id$v=19$m=x", "pbkdf2_sha256$", "pbkdf2_sha256$a$b$c",
                            "pbkdf2_sha256$-1$salt$x", "pbkdf2_sha256$999999999$salt$x", "md5$a$b", "plain"}) {
        EXPECT_FALSE(web::verify_password("", bad)) << bad;
        EXPECT_FALSE(web::verify_password("plain", bad)) << bad;
        EXPECT_TRUE(web::needs_upgrade(bad)) << bad;
    }
    EXPECT_FALSE(web::verify_password("x", web::unusable_password()));
}

TEST(Password, RulesOfAuth2) {
    const std::vector<std::string> me{"marie.duponT@example.lu", "Marie", "Dupont"};
    const auto kinds = [&](std::string_view password) { return web::password_problem_kinds(password, me); };
    EXPECT_EQ(kinds("blue-Kettle-42"), Problems{});
    EXPECT_EQ(kinds("sh0rt!x"), Problems{Problem::TooShort});
    EXPECT_EQ(kinds("ééééééé"), Problems{Problem::TooShort});  // characters, not bytes
    EXPECT_EQ(kinds("7391846205"), Problems{Problem::Numeric});
    EXPECT_EQ(kinds("PassWord123"), Problems{Problem::Common});
    EXPECT_EQ(kinds("dupont12"), Problems{Problem::Similar});
    EXPECT_EQ(kinds("Marie.Dupont"), Problems{Problem::Similar});
    EXPECT_EQ(kinds(std::string(2000, 'x')), Problems{Problem::TooLong});
    EXPECT_EQ(kinds("12345678"), (Problems{Problem::Numeric, Problem::Common}));
    EXPECT_EQ(web::password_problems("abc")[0], "The password needs at least 8 characters.");
}

TEST(Email, NormalizesAndChecks) {
    EXPECT_EQ(web::normalize_email("  Marie@Example.LU\t"), "marie@example.lu");
    for (const char* good : {"a@b.lu", "marie.d+tag@mail.example.com", "été@exemple.fr"})
        EXPECT_TRUE(web::looks_like_email(good));
    for (const char* bad : {"", "a", "@b.lu", "a@", "a@b", "a@@b.lu", "a b@c.lu", "a@b.lu\n", "a@.lu", "a@b..lu",
                            "<a@b.lu>", "a@b.lu,c@d.lu", "a@b.lu."}) {
        EXPECT_FALSE(web::looks_like_email(bad)) << bad;
    }
}

TEST(Token, SignsForOnePurpose) {
    const web::Signer reset("a secret of some length", "reset");
    const std::string token = reset.sign("42:99.5");
    EXPECT_EQ(reset.verify(token), "42:99.5");
    EXPECT_FALSE(web::Signer("a secret of some length", "verify").verify(token));
    EXPECT_FALSE(reset.verify("43" + token.substr(2)));
    EXPECT_FALSE(reset.verify(token.substr(0, token.size() - 1)));
    EXPECT_FALSE(reset.verify(""));
    EXPECT_THROW(web::Signer("short", "x"), std::invalid_argument);
}

TEST(Token, EncodesAndCompares) {
    for (const std::string& text :
         {std::string(), std::string("f"), std::string("fo"), std::string("foo"), std::string("\xFF\x00\x80", 3)}) {
        EXPECT_EQ(web::base64url_decode(web::base64url(text)), text);
    }
    EXPECT_EQ(web::base64url("\xFB\xFF"), "-_8");
    for (const char* bad : {"a", "a=", "+/", "-_9"}) EXPECT_FALSE(web::base64url_decode(bad)) << bad;
    EXPECT_TRUE(web::constant_time_equal("abc", "abc"));
    EXPECT_FALSE(web::constant_time_equal("abc", "abd"));
    EXPECT_FALSE(web::constant_time_equal("abc", "ab"));
    EXPECT_EQ(web::hex(web::sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // RFC 4231, case 2.
    EXPECT_EQ(web::hex(web::hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_NE(web::random_key(), web::random_key());
    EXPECT_EQ(web::random_code(10).size(), 10U);
}

TEST(Json, ParsesWithinLimits) {
    EXPECT_EQ(web::parse_json(R"({"a":[1,2]})").at("a").as_array().size(), 2U);
    const std::string deep = std::string(20, '[') + std::string(20, ']');
    for (const std::string& bad :
         {std::string(), std::string("{"), std::string("{}x"), std::string("{'a':1}"), deep, std::string("\"\xFF\""),
          std::string(R"("a\u0000b")"), std::string(300'000, ' ') + "1"}) {
        EXPECT_EQ(status_of([&] { web::parse_json(bad); }), 400);
    }
}

TEST(Json, ReadsRequestsAndFields) {
    const auto request = [](std::string body, std::string type = "application/json; charset=utf-8") {
        return make_request("POST", "/api/x/", {{"Content-Type", std::move(type)}}, std::move(body));
    };
    const boost::json::object object =
        web::json_object(request(R"({"id":7,"ids":[1,2],"name":"x","no":null,"f":1.5})"));
    EXPECT_EQ(web::json_integer(object, "id"), 7);
    EXPECT_EQ(web::json_integers(object, "ids"), (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(web::json_string(object, "name"), "x");
    EXPECT_EQ(web::json_string_or(object, "no", "-"), "-");
    EXPECT_EQ(status_of([&] { web::json_integer(object, "name"); }), 400);
    EXPECT_EQ(status_of([&] { web::json_integer(object, "f"); }), 400);
    EXPECT_EQ(status_of([&] { web::json_integer(object, "absent"); }), 400);
    EXPECT_EQ(status_of([&] { web::json_integers(object, "id"); }), 400);
    EXPECT_EQ(status_of([&] { web::json_object(request("[1]")); }), 400);
    EXPECT_EQ(status_of([&] { web::json_object(request("{}", "text/plain")); }), 400);
}

TEST(Json, AnswersInApiShapes) {
    EXPECT_EQ(web::api_ok({{"id", 1}}, "Saved.", 201).body, R"({"success":true,"message":"Saved.","data":{"id":1}})");
    const web::Response error = web::api_error(409, "Taken.", {{"plot_ids", {3, 4}}});
    EXPECT_EQ(error.status, 409);
    EXPECT_EQ(error.body, R"({"success":false,"message":"Taken.","errors":{"plot_ids":[3,4]}})");
}
