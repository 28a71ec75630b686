#include "web/html.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <vector>

namespace {

using web::Html;
using web::writable;

const std::string hostile = "<script>alert(\"x\")</script>&'\"";
const std::string harmless = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;&quot;";

template <web::Markup M, class... Args>
std::string page(const Args&... args) {
    Html out(256);
    out.write<M>(args...);
    return std::move(out).str();
}

struct Event {
    int id;
    std::string title;
};

void card(Html& out, const Event& event) {
    out.write<R"(<li><a href="/events/{}/">{}</a></li>)">(event.id, event.title);
}

template <std::invocable<Html&> Body>
void layout(Html& out, std::string_view title, const Body& body) {
    out.write<"<!doctype html><title>{}</title><main>{}</main>">(title, body);
}

struct Opaque {};

// What must not compile.
static_assert(writable<"<p>{}</p>", std::string>());
static_assert(!writable<"<p>{}</p>">(), "too few values");
static_assert(!writable<"<p>{}</p>", int, int>(), "too many values");
static_assert(!writable<"<p>{}</p>", bool>(), "a bool is no text");
static_assert(!writable<"<p>{}</p>", Opaque>(), "no text either");
static_assert(!writable<"<{}>", std::string>(), "tag name");
static_assert(!writable<"a < {}", int>() && !writable<"a <">() && !writable<"</{}>", std::string>(), "tag name");
static_assert(!writable<"<p {}>", std::string>(), "attribute name");
static_assert(!writable<"<p {}='x'>", std::string>(), "attribute name");
static_assert(!writable<"<p class={}>", std::string>(), "unquoted");
static_assert(!writable<"<p class=a{}>", std::string>(), "unquoted");
static_assert(!writable<"<p onclick='{}'>", std::string>(), "code");
static_assert(!writable<"<p OnClick=\"f({})\">", int>(), "code");
static_assert(!writable<"<p style='width:{}px'>", int>(), "style");
static_assert(!writable<"<iframe srcdoc='{}'></iframe>", std::string>(), "markup in an attribute");
static_assert(!writable<"<script>{}</script>", boost::json::value>(), "code");
static_assert(!writable<"<SCRIPT type='module'>x = {}</SCRIPT>", boost::json::value>(), "code");
static_assert(!writable<"<style>{}</style>", std::string>(), "style");
static_assert(!writable<"<!-- {} -->", std::string>(), "comment");
static_assert(!writable<"<script type=\"application/json\">{}</script>", std::string>(), "text is no JSON");
static_assert(!writable<"<a href='{}'>x</a>", int>(), "no URL");
static_assert(!writable<"<p title='{}'>", decltype([](Html&) {})>(), "component in an attribute");
static_assert(!writable<"<p title='a'", int>() && !writable<"<p title='a">() && !writable<"<p">(), "unfinished");
static_assert(!writable<"<!-- a">() && !writable<"<script>">(), "unfinished");
static_assert(!writable<"a { b">() && !writable<"a } b">() && !writable<"{0}", int>(), "braces");
static_assert(!writable<"{?x}", bool>() && !writable<"<p a='{?\"}'>", bool>(), "flag places");
static_assert(!writable<"<p {?hidden}>", int>(), "only bool is a flag");

}  // namespace

TEST(Html, EscapesTextAndAttributes) {
    EXPECT_EQ((page<"<p title=\"{}\" class='{}'>{}</p>">(hostile, hostile, hostile)),
              "<p title=\"" + harmless + "\" class='" + harmless + "'>" + harmless + "</p>");
    EXPECT_EQ(page<"{}">(std::string("a\0b", 3)),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ((page<"{} {} {} {}">(-5, 7ULL, 1.5, 'x')), "-5 7 1.5 x");
    EXPECT_EQ((page<"<textarea>{}</textarea><title>{}</title>">(std::string("</textarea>"), std::string("</title>"))),
              "<textarea>&lt;/textarea&gt;</textarea><title>&lt;/title&gt;</title>");
    EXPECT_EQ(page<"{}|">(std::optional<int>()), "|");
    EXPECT_EQ(page<"a {{ b }} {}">(1), "a { b } 1");
}

TEST(Html, ChecksUrlSchemes) {
    const auto link = [](std::string_view url) { return page<"<a href=\"{}\">x</a>">(url); };
    const std::string refused = "<a href=\"about:invalid\">x</a>";
    for (const char* bad : {"javascript:alert(1)", "JavaScript:x", " javascript:x", "java\nscript:x",
                            "\x01javascript:x", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:x"}) {
        EXPECT_EQ(link(bad), refused) << bad;
    }
    EXPECT_EQ(link("/a?b=1&c=\"2\""), "<a href=\"/a?b=1&amp;c=&quot;2&quot;\">x</a>");
    for (const char* good : {"https://a.example/x", "mailto:a@b.lu", "tel:+352", "#top", "?page=2", "a/b:c", ""}) {
        EXPECT_EQ(link(good), std::string("<a href=\"") + good + "\">x</a>");
    }
    EXPECT_EQ((page<"<form action='{}'></form>">(std::string("javascript:x"))), "<form action='about:invalid'></form>");
    EXPECT_EQ((page<"<button hx-post='{}'></button>">(std::string("javascript:x"))),
              "<button hx-post='about:invalid'></button>");
}

TEST(Html, EncodesPartsOfUrls) {
    EXPECT_EQ((page<"<a href='/e/{}/?q={}'>x</a>">(7, std::string("a&b'/../\" c"))),
              "<a href='/e/7/?q=a%26b%27%2F..%2F%22%20c'>x</a>");
}

TEST(Html, WritesJsonThatCannotEndTheScript) {
    const boost::json::value data{{"a", "</script><!--"}, {"b", "\u2028&"}};
    EXPECT_EQ(page<R"(<script type="application/json">{}</script>)">(data),
              R"(<script type="application/json">{"a":"\u003c/script\u003e\u003c!--","b":"\u2028\u0026"}</script>)");
}

TEST(Html, WritesFlags) {
    EXPECT_EQ((page<"<input {?checked}{? disabled}><a class=\"x{? on}\">">(true, false, true)),
              "<input checked><a class=\"x on\">");
    EXPECT_EQ(page<R"(<a {?aria-current="page"}>)">(true), R"(<a aria-current="page">)");
}

TEST(Html, NestsComponentsListsAndLayouts) {
    const std::vector<Event> events{{1, "A & B"}, {2, "C"}};
    Html out;
    layout(out, "Events", [&](Html& body) {
        body.write<"<ul>{}</ul>{}">(web::each(events, card),
                                    web::when(events.empty(), [](Html& none) { none.write<"<p>None.</p>">(); }));
        body.write<"{}">(web::component(card, events[0]));
    });
    EXPECT_EQ(out.str(),
              "<!doctype html><title>Events</title><main><ul><li><a href=\"/events/1/\">A &amp; B</a></li>"
              "<li><a href=\"/events/2/\">C</a></li></ul><li><a href=\"/events/1/\">A &amp; B</a></li></main>");
}

TEST(Html, UsesOneAllocationUpToItsReserve) {
    Html out(4096);
    const char* before = out.str().data();
    for (int i = 0; i < 50; ++i) out.write<"<p>{}</p>">(hostile);
    EXPECT_EQ(out.str().data(), before);
}
