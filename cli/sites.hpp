/// Which site answers for which host (HOST rules), and what all of them share.
#pragma once

#include <string>
#include <vector>

#include "common/context.hpp"
#include "settings.hpp"
#include "web/hosts.hpp"
#include "web/router.hpp"

namespace cli {

class Sites {
  public:
    Sites(orm::Database& db, const Settings& settings);
    Sites(const Sites&) = delete;
    Sites& operator=(const Sites&) = delete;

    web::Handler handler() const { return std::ref(hosts_); }
    /// Hosts to visit during development: crush.localhost ...
    std::vector<std::string> addresses() const;

  private:
    web::Response ready(web::Request& request);

    orm::Database& db_;
    platform::Context context_;
    web::Site crush_, vinsdelux_, powerup_;
    web::Hosts hosts_;
};

}  // namespace cli
