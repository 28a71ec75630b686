#include "common/layout.hpp"

#include "common/flash.hpp"
#include "common/page_time.hpp"
#include "common/visitor.hpp"
#include "web/csrf.hpp"
#include "web/language.hpp"

namespace platform {

namespace {

struct LanguageName {
    std::string_view code, name;
};
constexpr LanguageName languages[] = {{"en", "English"}, {"de", "Deutsch"}, {"fr", "Français"}};

const SiteInfo& info_of(web::Request& request) {
    return request.get<SiteInfo>();
}

// A failing session or database gives a page without a name, not an error page.
const Visitor* visitor_for(web::Request& request, int status) {
    if (status >= 500) return nullptr;
    try {
        return visitor(request);
    } catch (const std::exception&) {
        if (status < 400) throw;
        return nullptr;
    }
}

void account_links(web::Html& out, web::Request& request, const Visitor* who, bool calm) {
    const Brand& brand = *info_of(request).brand;
    if (who != nullptr) {
        out.write<
            R"(<a class="who" href="{}">{}</a><form method="post" action="{}">{}<button class="link">{}</button></form>)">(
            web::url(request, brand.home_of_member), who->name, account_url(request, brand.logout),
            web::csrf_field(request), tr("Log out"));
    } else if (!calm) {
        out.write<R"(<a href="{}">{}</a><a class="button small" href="{}">{}</a>)">(
            account_url(request, brand.login), tr("Log in"), account_url(request, brand.signup), tr("Sign up"));
    }
}

void navigation(web::Html& out, web::Request& request, const Visitor* who) {
    const web::Language* language = request.find<web::Language>();
    const std::string& here = language != nullptr ? language->path : request.path();
    for (const NavItem& item : info_of(request).brand->nav) {
        if (item.who == NavItem::For::members && who == nullptr) continue;
        if (item.who == NavItem::For::guests && who != nullptr) continue;
        const bool current = item.path == "/" ? here == "/" : here.starts_with(item.path);
        out.write<R"(<a href="{}" aria-current="{}">{}</a>)">(web::url(request, item.path), current ? "page" : "false",
                                                              tr(item.label));
    }
}

constexpr std::string_view tones[] = {"good", "info", "bad"};

void messages(web::Html& out, web::Request& request) {
    const std::vector<Message> waiting = take_messages(request);
    if (waiting.empty()) return;
    out.write<R"(<div class="wrap messages" role="status">{}</div>)">(
        web::each(waiting, [](web::Html& o, const Message& message) {
            o.write<R"(<p class="message {}">{}</p>)">(tones[static_cast<std::size_t>(message.tone)], message.text);
        }));
}

void language_switch(web::Html& out, web::Request& request) {
    const std::string& current = web::language(request);
    out.write<
        R"(<form class="languages" method="post" action="/i18n/setlang/" aria-label="{}">{}<input type="hidden" name="next" value="{}">{}</form>)">(
        tr("Language"), web::csrf_field(request),
        request.is_get() ? std::string_view(request.target()) : std::string_view("/"),
        web::each(languages, [&](web::Html& o, const LanguageName& one) {
            o.write<R"(<button class="link" name="language" value="{}" lang="{}" aria-pressed="{}">{}</button>)">(
                one.code, one.code, one.code == current ? "true" : "false", one.name);
        }));
}

}  // namespace

std::string account_url(const web::Request& request, std::string_view path) {
    return path.starts_with("/accounts/") ? std::string(path) : web::url(request, path);
}

void detail::begin_page(web::Html& out, web::Request& request, const Page& page, int status) {
    const SiteInfo& site = info_of(request);
    const Brand& brand = *site.brand;
    const Visitor* who = visitor_for(request, status);
    if (PageTime* time = request.find<PageTime>()) time->begin();
    const std::string title = page.title.empty() ? std::string(brand.name) + " · " + std::string(tr(brand.tagline))
                                                 : page.title + " · " + std::string(brand.name);
    out.write<R"(<!doctype html>
<html lang="{}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{}</title>
<meta name="description" content="{}">
<meta name="theme-color" content="{}">
<link rel="icon" href="{}" type="image/svg+xml">
<link rel="stylesheet" href="{}">
<link rel="stylesheet" href="{}">
</head>
<body class="brand-{}">
<a class="skip" href="#content">{}</a>
<header class="bar"><div class="wrap">
<a class="brand" href="{}"><img src="{}" alt="" width="32" height="32"><span>{}</span></a>
<nav class="nav" aria-label="{}">{}</nav>
<div class="account">{}</div>
</div></header>
<main id="content">
{})">(
        web::language(request), title,
        page.description.empty() ? tr(brand.tagline) : std::string_view(page.description), brand.theme_colour,
        site.assets->url("icon.svg"), site.assets->url("base.css"), site.assets->url("site.css"), brand.folder,
        tr("Skip to content"), web::url(request, "/"), site.assets->url("icon.svg"), brand.name, tr("Main"),
        [&](web::Html& o) { navigation(o, request, who); },
        [&](web::Html& o) { account_links(o, request, who, status >= 500); },
        web::when(status < 500, [&](web::Html& o) { messages(o, request); }));
}

void detail::end_page(web::Html& out, web::Request& request) {
    const Brand& brand = *info_of(request).brand;
    out.write<R"(
</main>
<footer class="footer"><div class="wrap"><p><strong>{}</strong> {}</p>{}</div></footer>
</body>
</html>
)">(brand.name, tr(brand.tagline), [&](web::Html& o) { language_switch(o, request); });
    if (PageTime* time = request.find<PageTime>()) time->end();
}

web::Response error_page(web::Request& request, int status, std::string_view message) {
    const auto heading = [&]() -> std::string_view {
        switch (status) {
            case 401:
            case 403:
                return tr("This door stays closed");
            case 404:
                return tr("We could not find that page");
            case 429:
                return tr("A little slower, please");
            case 503:
                return tr("One moment, please");
            default:
                return status >= 500 ? tr("Something broke on our side") : tr("That did not work");
        }
    }();
    return page(
        request, {.title = std::string(heading)},
        [&](web::Html& out) {
            out.write<R"(<section class="section error-page"><div class="wrap narrow">
<p class="eyebrow">{} {}</p><h1>{}</h1><p class="lead">{}</p>
<p class="actions"><a class="button" href="{}">{}</a></p></div></section>)">(
                tr("Error"), status, heading, tr(message), web::url(request, "/"), tr("Back to the start"));
        },
        status);
}

void Pager::operator()(web::Html& out) const {
    if (pages <= 1) return;
    const auto address = [&](std::int64_t number) {
        return path + "?" + (query.empty() ? "" : query + "&") + "page=" + std::to_string(number);
    };
    out.write<R"(<nav class="pager" aria-label="{}">)">(tr("Pages"));
    if (page > 1) out.write<R"(<a rel="prev" href="{}">{}</a>)">(address(page - 1), tr("Previous"));
    out.write<R"(<span>{}</span>)">(tr("Page {} of {}", std::to_string(page), std::to_string(pages)));
    if (page < pages) out.write<R"(<a rel="next" href="{}">{}</a>)">(address(page + 1), tr("Next"));
    out.write<"</nav>">();
}

}  // namespace platform
