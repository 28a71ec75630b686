/// The frame of every page: head, navigation with who is logged in, messages, language switch, footer.
///
///     web::Response about(web::Request& request) {
///         return platform::page(request, {.title = tr("About us")}, [&](web::Html& out) {
///             out.write<"<section class=\"section\"><div class=\"wrap\"><h1>{}</h1></div></section>">(tr("About us"));
///         });
///     }
///
/// Classes that common/static/base.css knows, for all brands (their site.css sets colours, type and ornaments):
/// wrap, narrow (widths), section, hero, eyebrow, lead, muted, grid, card, card-link, badge, button (secondary, quiet),
/// actions, field, form-card, facts (dl), list, pager, empty, split, table.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/text.hpp"
#include "web/html.hpp"
#include "web/request.hpp"
#include "web/response.hpp"
#include "web/static_files.hpp"

namespace platform {

struct NavItem {
    enum class For : std::uint8_t { everyone, guests, members };
    std::string_view label;  ///< a message for tr()
    std::string_view path;   ///< without language prefix
    For who = For::everyone;
};

/// What makes a site look and read like itself.
struct Brand {
    std::string_view folder;  ///< below Settings::assets: "crush_lu"; its static/ has site.css and icon.svg
    std::string_view name;
    std::string_view tagline;
    std::string_view theme_colour;  ///< of the browser's frame: "#5b1a2e"
    std::vector<NavItem> nav;
    /// Paths under /accounts/ carry no language prefix; others do.
    std::string_view login = "/accounts/login/";
    std::string_view signup = "/accounts/signup/";
    std::string_view logout = "/accounts/logout/";
    std::string_view home_of_member = "/";  ///< where log-in leads without ?next=, and the visitor's name in the bar
};

/// In the request's context on every site.
struct SiteInfo {
    const Brand* brand = nullptr;
    web::StaticFiles* assets = nullptr;
};

struct Page {
    std::string title{};        ///< empty: the brand and its tagline
    std::string description{};  ///< for search engines and shared links
};

/// `/login/` as this site spells it: with the language, unless it lies under /accounts/.
std::string account_url(const web::Request& request, std::string_view path);

namespace detail {
void begin_page(web::Html& out, web::Request& request, const Page& page, int status);
void end_page(web::Html& out, web::Request& request);
}  // namespace detail

/// `status` 500 and above: nothing is asked of session and database.
template <std::invocable<web::Html&> Body>
web::Response page(web::Request& request, const Page& page, const Body& body, int status = 200) {
    web::Html out;
    detail::begin_page(out, request, page, status);
    body(out);
    detail::end_page(out, request);
    return web::Response::html(std::move(out), status);
}

/// 403, 404 and the rest in the site's own dress.
web::Response error_page(web::Request& request, int status, std::string_view message);

/// Links to the neighbouring pages.
struct Pager {
    std::int64_t page = 1;
    std::int64_t pages = 1;
    std::string path{};   ///< with language
    std::string query{};  ///< other parameters, encoded, without `page`
    void operator()(web::Html& out) const;
};

}  // namespace platform
