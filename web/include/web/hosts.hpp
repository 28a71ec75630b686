// Which site answers for which host (domain.md 2.1, HOST-1 … HOST-4).
//
//   web::Hosts hosts({.production = true, .default_host = "powerup.lu"});
//   hosts.add("crush.lu", {"crush.localhost"}, std::ref(crush));
//   hosts.add("powerup.lu", {"powerup.localhost"}, std::ref(powerup));
//   hosts.readiness([&](web::Request&) { return web::Response::text("OK"); });      // /readyz/
//   server.run(std::ref(hosts));
#pragma once
#include <map>
#include <string>
#include <vector>

#include "web/http.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace web {

struct HostOptions {
    bool production = true;             // unknown hosts: 400; else development_default
    std::string development_default{};  // a host passed to add(); serves localhost, 127.0.0.1, [::1]
    std::string default_host{};         // where provider hosts redirect to, a host passed to add()
    std::vector<std::string> provider_suffixes{"azurewebsites.net"};  // *.suffix redirects to default_host
};

class Hosts {
  public:
    explicit Hosts(HostOptions options = {}) : options_(std::move(options)) {}
    // `host` also takes `www.host` (redirect); aliases are served as they are, on any scheme and port.
    void add(const std::string& host, const std::vector<std::string>& aliases, const Handler& site);
    void readiness(Handler handler) { readiness_ = std::move(handler); }  // /readyz and /readyz/ on every host
    Response operator()(Request& request) const;

  private:
    HostOptions options_;
    std::map<std::string, Handler> sites_;
    std::vector<std::string> roots_;
    Handler readiness_;
};

}  // namespace web
