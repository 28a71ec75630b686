#include "web/hosts.hpp"

#include <algorithm>
#include <stdexcept>

#include "web/router.hpp"

namespace web {
namespace {

bool is_path(const Request& request, std::string_view path) {
    return request.is_get() && (request.path() == path || request.path() == std::string(path) + "/");
}

Response to_host(const Request& request, const std::string& host) {
    return Response::redirect("https://" + host + request.target(), request.is_get() ? 301 : 308);
}

}  // namespace

void Hosts::add(const std::string& host, const std::vector<std::string>& aliases, const Handler& site) {
    if (!site) throw std::invalid_argument("a host needs a site: " + host);
    roots_.push_back(host);
    sites_[host] = site;
    for (const std::string& alias : aliases) sites_[alias] = site;
}

Response Hosts::operator()(Request& request) const {
    if (is_path(request, "/healthz")) return Response::text("OK");
    if (readiness_ && is_path(request, "/readyz")) return readiness_(request);

    const std::string& host = request.host();
    if (!request.host_ok()) return default_error(&request, 400, "The Host header is missing or damaged.");
    if (const auto site = sites_.find(host); site != sites_.end()) return site->second(request);
    if (host.starts_with("www.") && std::find(roots_.begin(), roots_.end(), host.substr(4)) != roots_.end()) {
        return to_host(request, host.substr(4));
    }
    for (const std::string& suffix : options_.provider_suffixes) {
        if (host.ends_with("." + suffix) && !options_.default_host.empty()) {
            return to_host(request, options_.default_host);
        }
    }
    const bool local = host == "localhost" || host == "127.0.0.1" || host == "[::1]";
    const bool probe = host.starts_with("169.254.");  // health checks only
    if ((local || !options_.production) && !probe) {
        if (const auto site = sites_.find(options_.development_default); site != sites_.end()) {
            return site->second(request);
        }
    }
    return default_error(&request, 400, "This server does not serve that host.");
}

}  // namespace web
