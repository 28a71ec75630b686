/// What the server tells of itself: GET /metrics, the slow log, a warning where a request repeats a query in a loop,
/// and in development a panel on every page.
///
///     Monitoring monitoring(db, url, settings);
///     server_options.access_log = [&](const auto& access) { monitoring.answered(access); };
///     server.run(monitoring.around(sites.handler()));
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "monitor/panel.hpp"
#include "orm/database.hpp"
#include "orm/metrics.hpp"
#include "orm/query_log.hpp"
#include "orm/slow_log.hpp"
#include "settings.hpp"
#include "web/server.hpp"

namespace cli {

class Monitoring {
  public:
    /// `url`: of the same database; scrapes look at it on a connection of their own, since what they tell of a full
    /// pool must not wait for it.
    Monitoring(orm::Database& db, const std::string& url, const Settings& settings);
    Monitoring(const Monitoring&) = delete;
    Monitoring& operator=(const Monitoring&) = delete;

    /// The same handler, with /metrics and the panel's pages before it.
    web::Handler around(web::Handler sites);
    void answered(const web::ServerOptions::Access& access);
    /// What GET /metrics answers.
    std::string metrics_text();

  private:
    bool may_read_metrics(const web::Request& request) const;
    /// A loop of queries in one request: counted, and told in the log, each at most once a minute.
    void note_repetitions(const web::Request& request, const orm::QueryLog& log);

    struct Repeated {
        std::uint64_t requests = 0;
        std::chrono::steady_clock::time_point told{};
    };

    orm::Database& db_;
    orm::Database side_;
    const Settings settings_;
    orm::Metrics metrics_;
    orm::Observation metrics_heard_{metrics_};
    std::unique_ptr<orm::SlowLog> slow_;
    std::unique_ptr<orm::Observation> slow_heard_;
    std::unique_ptr<Panel> panel_;
    std::mutex mutex_;
    std::map<std::pair<std::string, int>, std::unique_ptr<orm::Histogram>> requests_;  ///< by route and status class
    std::map<std::string, Repeated> repeated_;                                         ///< by query
};

}  // namespace cli
