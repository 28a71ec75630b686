#include <fstream>
#include <memory>

#include "support.hpp"
#include "web/url.hpp"

namespace {

std::string read_all(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

web::Request multipart(std::string body) {
    return make_request("POST", "/", {{"Content-Type", "multipart/form-data; boundary=XX"}}, std::move(body));
}

const std::string upload =
    "--XX\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\nÉté\r\n"
    "--XX\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"C:\\dir\\me.png\"\r\nContent-Type: "
    "image/png\r\n"
    "\r\n\x89PNG\r\n--X\r\n\r\n"
    "--XX\r\nContent-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n"
    "--XX\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--XX--\r\n";

}  // namespace

TEST(Url, DecodesStrictly) {
    EXPECT_EQ(web::percent_decode("caf%C3%a9+%20"), "café+ ");
    EXPECT_EQ(web::percent_decode("a+b", true), "a b");
    for (const char* bad : {"%", "%4", "%zz", "a%", "%-1"}) EXPECT_FALSE(web::percent_decode(bad)) << bad;
    EXPECT_EQ(web::percent_encode("a/b c\"é~"), "a%2Fb%20c%22%C3%A9~");
}

TEST(Url, KnowsUtf8) {
    for (const char* good : {"", "plain", "é", "€", "😀", "\xEF\xBF\xBF"}) EXPECT_TRUE(web::is_utf8(good)) << good;
    for (const char* bad :
         {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8", "\xC3", "\xE2\x82"}) {
        EXPECT_FALSE(web::is_utf8(bad));
    }
}

TEST(Url, SafeNextStaysOnThisHost) {
    for (const char* good : {"/", "/profile/", "/a?next=//b", "/de/events/7/?x=1"})
        EXPECT_TRUE(web::is_safe_next(good));
    for (const char* bad : {"", "//evil.example", "/\\evil.example", "\\\\evil", "https://evil.example", "javascript:x",
                            "profile/", "/\t/evil.example", "/a\r\nSet-Cookie: x", " /a", "/a b"}) {
        EXPECT_FALSE(web::is_safe_next(bad)) << bad;
    }
    EXPECT_EQ(web::safe_next("//evil.example", "/"), "/");
}

TEST(Url, ParsesForms) {
    const web::Params form = web::parse_urlencoded("a=1&a=2&b=x%26y+z&&flag&n=%2B7");
    EXPECT_EQ(form.get("a"), "1");
    EXPECT_EQ(form.all("a").size(), 2U);
    EXPECT_EQ(form.get("b"), "x&y z");
    EXPECT_TRUE(form.has("flag"));
    EXPECT_EQ(form.integer("n"), std::nullopt);
    EXPECT_EQ(form.integer("a"), 1);
    EXPECT_EQ(web::parse_urlencoded("n=9223372036854775808").integer("n"), std::nullopt);
    for (const char* bad : {"a=%", "a=%00", "a=%FF", "%C3=1"}) {
        EXPECT_EQ(status_of([&] { web::parse_urlencoded(bad); }), 400) << bad;
    }
    std::string many;
    for (int i = 0; i < 1001; ++i) many += "a=1&";
    EXPECT_EQ(status_of([&] { web::parse_urlencoded(many); }), 400);
}

TEST(Request, NormalizesHosts) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"crush.lu", "crush.lu"},
        {"CRUSH.LU", "crush.lu"},
        {"crush.lu:8000", "crush.lu"},
        {"crush.lu.", "crush.lu"},
        {"crush.lu.:443", "crush.lu"},
        {"[::1]", "[::1]"},
        {"[::1]:80", "[::1]"},
        {"127.0.0.1:80", "127.0.0.1"},
        {"", ""},
        {"crush.lu..", ""},
        {"a b", ""},
        {"a/b", ""},
        {"a:b", ""},
        {"[::1", ""},
        {"[::1]x", ""},
        {"[]", ""},
        {"a@b", ""},
        {"crush.lu:999999", ""},
        {".", ""},
        {"a..b", ""},
    };
    for (const auto& [header, host] : table) EXPECT_EQ(web::normalize_host(header), host) << header;
}

TEST(Request, DecodesTheTarget) {
    const web::Request request = make_request("GET", "/caf%C3%A9/?q=a+b&page=2");
    EXPECT_EQ(request.path(), "/café/");
    EXPECT_EQ(request.raw_path(), "/caf%C3%A9/");
    EXPECT_EQ(request.query().get("q"), "a b");
    EXPECT_EQ(make_request("GET", "http://CRUSH.lu:80/x").host(), "crush.lu");
    EXPECT_EQ(make_request("GET", "http://crush.lu?x=1").target(), "/?x=1");
    for (const char* bad : {"", "*", "x", "/%", "/%00", "/%FF", "/a#b", "/a b", "/?a=%zz"}) {
        EXPECT_EQ(status_of([&] { make_request("GET", bad); }), 400) << bad;
    }
    EXPECT_EQ(status_of([&] { make_request("get", "/"); }), 501);
    EXPECT_EQ(status_of([&] { make_request("CONNECT", "/"); }), 405);
}

TEST(Request, ReadsCookies) {
    const web::Request request = make_request("GET", "/", {{"Cookie", "a=1; b=\"two\";c= x ; broken; =y"}});
    EXPECT_EQ(request.cookie("a"), "1");
    EXPECT_EQ(request.cookie("b"), "two");
    EXPECT_EQ(request.cookie("c"), "x");
    EXPECT_EQ(request.cookie("d"), "");
}

TEST(Request, KeepsTypedContext) {
    struct User {
        int id;
    };
    web::Request request = make_request("GET", "/");
    EXPECT_EQ(request.find<User>(), nullptr);
    EXPECT_THROW(request.get<User>(), std::logic_error);
    request.set(User{7});
    request.set(std::make_unique<int>(3));
    request.get<User>().id = 8;
    EXPECT_EQ(request.get<User>().id, 8);
    EXPECT_THROW(request.id("id"), std::logic_error);
}

TEST(Headers, RefuseInjection) {
    web::Headers headers;
    EXPECT_THROW(headers.add("X", "a\r\nSet-Cookie: x=1"), std::invalid_argument);
    EXPECT_THROW(headers.set("X\n", "a"), std::invalid_argument);
    EXPECT_THROW(web::Response::redirect("/\nx"), std::invalid_argument);
    web::Response response;
    EXPECT_THROW(response.set_cookie("a", "b; Path=/x"), std::invalid_argument);
    response.set_cookie("a", "b", {.max_age = std::chrono::seconds(60)});
    EXPECT_EQ(response.headers.get("set-cookie"), "a=b; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax");
}

TEST(Multipart, SeparatesFieldsAndFiles) {
    web::Request request = multipart(upload);
    EXPECT_EQ(request.form().get("caption"), "Été");
    EXPECT_TRUE(request.form().has("empty"));
    ASSERT_EQ(request.files().size(), 1U);  // "none" had no file chosen
    web::UploadedFile* photo = request.file("photo");
    ASSERT_NE(photo, nullptr);
    EXPECT_EQ(photo->filename, "me.png");
    EXPECT_EQ(photo->content_type, "image/png");
    EXPECT_EQ(read_all(photo->content.path()), "\x89PNG\r\n--X\r\n");
    EXPECT_EQ(request.file("other"), nullptr);
}

TEST(Multipart, StreamsFromDiskAndCleansUp) {
    const std::string big(300'000, 'z');
    web::RawRequest raw;
    raw.method = "POST";
    raw.headers = {{"Host", "a"}, {"Content-Type", "multipart/form-data; boundary=\"XX\""}};
    raw.body_file = std::make_shared<web::TempFile>("test");
    raw.body_file->append("--XX\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n" + big + "\r\n--XX--");
    raw.body_file->close();
    std::filesystem::path path;
    {
        web::Request request(std::move(raw));
        path = request.file("f")->content.path();
        EXPECT_EQ(read_all(path), big);
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Multipart, RefusesDamage) {
    for (std::size_t cut = 0; cut + 4 < upload.size(); cut += 7) {
        EXPECT_EQ(status_of([&] { multipart(upload.substr(0, cut)).form(); }), cut == 0 ? 400 : 400) << cut;
    }
    const auto part = [](const std::string& head, const std::string& body) {
        return "--XX\r\n" + head + "\r\n\r\n" + body + "\r\n--XX--\r\n";
    };
    const std::string named = "Content-Disposition: form-data; name=\"a\"";
    EXPECT_EQ(status_of([&] { multipart(part("X: y", "1")).form(); }), 400);
    EXPECT_EQ(status_of([&] { multipart(part(named, "\xFF")).form(); }), 400);
    EXPECT_EQ(status_of([&] { multipart(part(named, std::string(1, '\0'))).form(); }), 400);
    EXPECT_EQ(status_of([&] { multipart(part(named + "; x=" + std::string(5000, 'x'), "1")).form(); }), 400);
    EXPECT_EQ(status_of([&] { multipart(part(named, std::string(1'100'000, 'x'))).form(); }), 413);
    std::string many;
    for (int i = 0; i < 201; ++i) many += "--XX\r\n" + named + "\r\n\r\n1\r\n";
    EXPECT_EQ(status_of([&] { multipart(many + "--XX--").form(); }), 400);
    EXPECT_EQ(status_of([] { make_request("POST", "/", {{"Content-Type", "multipart/form-data"}}, "x").form(); }), 400);
}
