#include "sites.hpp"

#include "apps.hpp"
#include "crush_lu/site.hpp"
#include "entreprinder/site.hpp"
#include "orm/orm.hpp"
#include "vinsdelux/site.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace cli {
namespace {

platform::Settings platform_settings(const Settings& settings) {
    platform::Settings result;
    result.production = settings.production;
    result.secure_cookies = settings.secure();
    result.media = settings.media_root;
    result.screening_call = settings.screening_call;
    return result;
}

web::HostOptions host_options(const Settings& settings) {
    web::HostOptions options;
    options.production = settings.production;
    options.development_default = "powerup.lu";
    options.default_host = "powerup.lu";
    return options;
}

}  // namespace

Sites::Sites(orm::Database& db, const Settings& settings)
    : db_(db),
      context_{db, platform_settings(settings)},
      crush_(crush_lu::site(context_)),
      vinsdelux_(vinsdelux::site(context_)),
      powerup_(entreprinder::site(context_)),
      hosts_(host_options(settings)) {
    hosts_.add("crush.lu", {"crush.localhost"}, std::ref(crush_));
    hosts_.add("vinsdelux.com", {"vinsdelux.localhost"}, std::ref(vinsdelux_));
    hosts_.add("powerup.lu", {"powerup.localhost"}, std::ref(powerup_));
    hosts_.add("entreprinder.app", {"entreprinder.localhost"}, std::ref(powerup_));
    hosts_.readiness([this](web::Request& request) { return ready(request); });
}

std::vector<std::string> Sites::addresses() const {
    return {"crush.localhost", "vinsdelux.localhost", "powerup.localhost"};
}

/// The database answers and has this program's schema.
web::Response Sites::ready(web::Request&) {
    std::string missing;
    try {
        db_.with_connection(false, std::source_location::current(),
                            [&](orm::Connection& connection) { missing = unapplied(connection); });
    } catch (const orm::Error&) {
        return web::Response::text("The database does not answer.", 503);
    }
    return missing.empty() ? web::Response::text("OK") : web::Response::text("The database is not migrated.", 503);
}

}  // namespace cli
