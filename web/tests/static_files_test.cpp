#include "web/static_files.hpp"

#include <fstream>

#include "support.hpp"

namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public testing::Test {
  protected:
    StaticFilesTest() {
        std::string name = (fs::temp_directory_path() / "entreprinder-static-XXXXXX").string();
        root = ::mkdtemp(name.data());
        fs::create_directories(root / "pub/css");
        write("pub/css/site.css", css);
        write("pub/pic.png", "0123456789");
        write("pub/.hidden", "secret");
        write("outside.txt", "secret");
        fs::create_symlink(root / "outside.txt", root / "pub/link.txt");
        write("pub/big.bin", std::string(5000, 'b'));
        files = std::make_shared<web::StaticFiles>(root / "pub", web::StaticOptions{.cache_limit = 4000});
    }
    ~StaticFilesTest() override { fs::remove_all(root); }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(root / name, std::ios::binary) << text;
    }
    web::Response get(const std::string& name, web::Headers headers = {}) {
        web::Request request = make_request("GET", "/static/x", std::move(headers));
        return files->serve(request, name);
    }
    fs::path root;
    std::string css = std::string(500, 'a') + "{}";
    std::shared_ptr<web::StaticFiles> files;
};

}  // namespace

TEST_F(StaticFilesTest, ServesWithTypeAndEtag) {
    const web::Response response = get("css/site.css");
    EXPECT_EQ(response.content(), css);
    EXPECT_EQ(response.headers.get("Content-Type"), "text/css; charset=utf-8");
    const std::string etag(response.headers.get("ETag"));
    EXPECT_EQ(get("css/site.css", {{"If-None-Match", "\"x\", W/" + etag}}).status, 304);
    EXPECT_EQ(get("css/site.css", {{"If-None-Match", "\"x\""}}).status, 200);
}

TEST_F(StaticFilesTest, GzipsWhatPays) {
    const web::Response zipped = get("css/site.css", {{"Accept-Encoding", "br, gzip"}});
    EXPECT_EQ(zipped.headers.get("Content-Encoding"), "gzip");
    EXPECT_LT(zipped.content_length(), css.size());
    EXPECT_NE(zipped.headers.get("ETag"), get("css/site.css").headers.get("ETag"));
    EXPECT_EQ(zipped.headers.get("Vary"), "Accept-Encoding");
    EXPECT_FALSE(get("pic.png", {{"Accept-Encoding", "gzip"}}).headers.has("Content-Encoding"));
}

TEST_F(StaticFilesTest, ServesRanges) {
    const auto part = [&](const std::string& range) { return get("pic.png", {{"Range", range}}); };
    EXPECT_EQ(part("bytes=2-4").content(), "234");
    EXPECT_EQ(part("bytes=2-4").status, 206);
    EXPECT_EQ(part("bytes=2-4").headers.get("Content-Range"), "bytes 2-4/10");
    EXPECT_EQ(part("bytes=7-").content(), "789");
    EXPECT_EQ(part("bytes=-3").content(), "789");
    EXPECT_EQ(part("bytes=5-99").content(), "56789");
    EXPECT_EQ(part("bytes=10-").status, 416);
    EXPECT_EQ(part("bytes=-0").status, 416);
    for (const char* whole : {"bytes=4-2", "bytes=a-b", "bytes=1-2,4-5", "lines=1-2", "bytes=-"}) {
        EXPECT_EQ(part(whole).status, 200) << whole;
    }
    EXPECT_EQ(get("pic.png", {{"Range", "bytes=0-1"}, {"If-Range", "\"old\""}}).status, 200);
    const web::Response big = get("big.bin", {{"Range", "bytes=1000-1999"}});
    ASSERT_TRUE(big.file);
    EXPECT_EQ(big.file->offset, 1000U);
    EXPECT_EQ(big.content_length(), 1000U);
}

TEST_F(StaticFilesTest, NeverLeavesItsFolder) {
    for (const char* name : {"", "../outside.txt", "css/../../outside.txt", "/etc/passwd", ".hidden", "css/", "css",
                             "link.txt", "css//site.css", "..\\outside.txt", "no.css", "./pic.png"}) {
        EXPECT_EQ(status_of([&] { get(name); }), 404) << name;
    }
}

TEST_F(StaticFilesTest, UrlsCarryTheVersion) {
    const std::string url = files->url("css/site.css");
    EXPECT_TRUE(url.starts_with("/static/css/site.css?v="));
    EXPECT_EQ(files->url("no.css"), "/static/no.css");
    web::Site site;
    files->mount(site.plain());
    web::Request versioned = make_request("GET", url);
    EXPECT_EQ(site(versioned).headers.get("Cache-Control"), "public, max-age=31536000, immutable");
    web::Request plain = make_request("GET", "/static/css/site.css");
    EXPECT_EQ(site(plain).headers.get("Cache-Control"), "public, max-age=3600");
    write("pub/css/site.css", "changed");
    EXPECT_NE(files->url("css/site.css"), url);
}

TEST(SecurityHeaders, AreOnEveryAnswerUnlessSet) {
    web::Site site;
    site.use(web::security_headers({.hsts = true}));
    site.pages().get("/",
                     [](web::Request&) { return web::Response::text("").header("Referrer-Policy", "no-referrer"); });
    web::Request request = make_request("GET", "/", {}, {}, true);
    const web::Response response = site(request);
    EXPECT_EQ(response.headers.get("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.headers.get("Referrer-Policy"), "no-referrer");
    EXPECT_NE(response.headers.get("Content-Security-Policy").find("frame-ancestors 'none'"), std::string_view::npos);
    EXPECT_TRUE(response.headers.has("Strict-Transport-Security"));
    web::Request missing = make_request("GET", "/nothing/");
    EXPECT_TRUE(site(missing).headers.has("Content-Security-Policy"));
}
