#include "accounts/site.hpp"

#include <memory>

#include "accounts/credentials.hpp"
#include "accounts/language.hpp"
#include "accounts/pages.hpp"
#include "accounts/services.hpp"
#include "accounts/session_store.hpp"
#include "web/csrf.hpp"
#include "web/failure.hpp"
#include "web/json.hpp"
#include "web/language.hpp"
#include "web/session.hpp"
#include "web/static_files.hpp"
#include "web/url.hpp"

namespace auth {

namespace {

constexpr std::string_view user_key = "user_id";
constexpr std::string_view stamp_key = "stamp";

/// In the request's context: the row behind platform::Visitor.
struct LoadedUser {
    std::optional<User> user;
};

std::optional<User> load_user(web::Request& request, orm::Database& db) {
    web::Session& session = request.get<web::Session>();
    const auto id = session.integer(user_key);
    if (!id) return std::nullopt;
    auto found = user_of_session(db, orm::Id<User>(*id), session.string(stamp_key));
    if (!found) session.flush();  // deactivated, deleted, or the password changed (SES-1)
    return found;
}

platform::Visitor as_visitor(const User& user) {
    return {user.id.value, user.first_name.empty() ? std::string(user.username) : std::string(user.first_name),
            user.email, user.is_staff};
}

std::string log_in_address(const web::Request& request, const platform::Brand& brand) {
    web::Params next;
    next.add("next", request.is_get() ? request.target() : web::url(request, "/"));
    return platform::account_url(request, brand.login) + "?" + web::build_query(next);
}

// The outermost after the headers: what every page and error page needs.
web::Middleware frame(const platform::Brand& brand, std::shared_ptr<web::StaticFiles> assets) {
    return [&brand, assets = std::move(assets)](web::Request& request, const web::Handler& next) {
        request.set(platform::SiteInfo{&brand, assets.get()});
        const platform::LanguageScope scope(web::language(request));
        return next(request);
    };
}

// The innermost: who it is, and what happens when somebody has to log in first.
web::Middleware visitors(orm::Database& db, const platform::Brand& brand) {
    return [&db, &brand](web::Request& request, const web::Handler& next) {
        request.set(LoadedUser{});
        request.set(platform::CurrentVisitor([&]() -> std::optional<platform::Visitor> {
            auto& loaded = request.get<LoadedUser>().user = load_user(request, db);
            if (!loaded) return std::nullopt;
            return as_visitor(*loaded);
        }));
        try {
            return next(request);
        } catch (const platform::LoginNeeded&) {
            if (request.wants_json()) return web::api_error(401, platform::tr("Please log in first."));
            return web::Response::redirect(log_in_address(request, brand), 302);
        }
    };
}

/// LANG-4: what somebody who is logged in chooses is the language of their mail too.
web::Middleware language_choice(orm::Database& db) {
    return [&db](web::Request& request, const web::Handler& next) {
        web::Response response = next(request);
        if (request.is_post() && request.path() == "/i18n/setlang/" && response.status < 400)
            if (const User* who = user(request)) remember_language(db, who->id, request.form().get("language"));
        return response;
    };
}

/// The database is busy or away: worth trying again in a moment. A commit in doubt is not, it may have happened.
int status_of(const std::exception& error) {
    const bool passing = dynamic_cast<const orm::PoolTimeout*>(&error) != nullptr ||
                         dynamic_cast<const orm::ConnectionLost*>(&error) != nullptr ||
                         dynamic_cast<const orm::LockTimeout*>(&error) != nullptr ||
                         dynamic_cast<const orm::Deadlock*>(&error) != nullptr ||
                         dynamic_cast<const orm::SerializationFailure*>(&error) != nullptr ||
                         dynamic_cast<const orm::StatementTimeout*>(&error) != nullptr;
    return passing ? 503 : 500;
}

}  // namespace

web::Site make_site(platform::Context& context, const platform::Brand& brand, AccountOptions options) {
    const platform::Settings& settings = context.settings;
    web::set_failure_status(status_of);
    web::Site site({.languages = {"en", "de", "fr"}, .secure_cookies = settings.secure_cookies});
    const std::filesystem::path folder = settings.assets;
    auto assets = std::make_shared<web::StaticFiles>(std::vector<std::filesystem::path>{
        folder / std::string(brand.folder) / "static", folder / "common" / "static"});
    assets->mount(site.plain());

    auto table = std::make_shared<SessionTable>(context.db);
    const web::SessionOptions session{.secure = settings.secure_cookies, .lifetime = settings.session_lifetime};
    site.use(web::security_headers({.hsts = settings.production && settings.secure_cookies}));
    site.use(frame(brand, assets));
    site.use([table, inner = web::sessions(*table, session)](web::Request& request, const web::Handler& next) {
        return inner(request, next);
    });
    site.use(web::csrf({.secure = settings.secure_cookies}));
    site.use(visitors(context.db, brand));
    site.use(language_choice(context.db));
    // Errors found before the frame stands are shown in it too.
    site.error_page([&brand, assets](web::Request& request, int status, std::string_view message) {
        if (request.find<platform::SiteInfo>() == nullptr) request.set(platform::SiteInfo{&brand, assets.get()});
        return platform::error_page(request, status, message);
    });
    add_account_pages(site, context, brand, std::move(options));
    return site;
}

const User* user(web::Request& request) {
    if (platform::visitor(request) == nullptr) return nullptr;
    const LoadedUser* loaded = request.find<LoadedUser>();
    return loaded != nullptr && loaded->user ? &*loaded->user : nullptr;
}

const User& require_user(web::Request& request) {
    if (const User* found = user(request)) return *found;
    throw platform::LoginNeeded{};
}

void start_session(web::Request& request, const User& user) {
    web::Session& session = request.get<web::Session>();
    if (const auto before = session.integer(user_key); before && *before != user.id.value) session.flush();
    session.set(user_key, user.id.value);
    session.set(stamp_key, session_stamp(user));
    session.rotate();
    web::rotate_csrf(request);
    request.get<platform::CurrentVisitor>().forget();
}

void end_session(web::Request& request) {
    request.get<web::Session>().flush();
    web::rotate_csrf(request);
    request.get<platform::CurrentVisitor>().forget();
}

}  // namespace auth
