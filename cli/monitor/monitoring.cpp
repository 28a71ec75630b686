#include "monitor/monitoring.hpp"

#include <spdlog/spdlog.h>

#include "apps.hpp"
#include "orm/outbox.hpp"
#include "web/request.hpp"
#include "web/response.hpp"
#include "web/router.hpp"

namespace cli {
namespace {

/// Takes as long for a wrong token as for the right one. `b` is not empty.
bool same(std::string_view a, std::string_view b) {
    unsigned char difference = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference = static_cast<unsigned char>(difference | (a[i] ^ b[i % b.size()]));
    return difference == 0;
}

/// Asked from this machine, by no proxy: one that we do not trust looks like loopback, too, but says whom it speaks
/// for.
bool from_here(const web::Request& request) {
    const std::string& client = request.client_address();
    return (client.starts_with("127.") || client == "::1") && !request.headers().has("X-Forwarded-For") &&
           !request.headers().has("Forwarded");
}

void one(orm::MetricsText& text, std::string_view name, std::string_view help, double value) {
    text.metric(name, "gauge", help);
    text.sample(name, value);
}

}  // namespace

Monitoring::Monitoring(orm::Database& db, const std::string& url, const Settings& settings)
    : db_(db), side_(url), settings_(settings) {
    if (!settings.slow_log.empty()) {
        slow_ = std::make_unique<orm::SlowLog>(
            orm::SlowLogOptions{.url = db.url(),
                                .path = settings.slow_log,
                                .threshold = std::chrono::milliseconds(settings.slow_milliseconds)});
        slow_heard_ = std::make_unique<orm::Observation>(*slow_);
    }
    if (settings.panel && !settings.production) panel_ = std::make_unique<Panel>(db.url());
}

bool Monitoring::may_read_metrics(const web::Request& request) const {
    if (settings_.metrics_token.empty()) return from_here(request);
    return same(request.header("Authorization"), "Bearer " + settings_.metrics_token);
}

web::Handler Monitoring::around(web::Handler sites) {
    return [this, sites = std::move(sites)](web::Request& request) -> web::Response {
        if (request.path() == "/metrics" && request.is_get()) {
            if (!may_read_metrics(request)) return web::default_error(&request, 404, "There is no such page.");
            web::Response response = web::Response::text(metrics_text());
            response.headers.set("Content-Type", std::string(orm::MetricsText::content_type));
            return response;
        }
        const orm::QueryLog log;
        web::Response response = panel_ && from_here(request) ? panel_->serve(request, sites) : sites(request);
        if (log.size() > allowed_repetitions) note_repetitions(request, log);
        return response;
    };
}

void Monitoring::note_repetitions(const web::Request& request, const orm::QueryLog& log) {
    const auto now = std::chrono::steady_clock::now();
    for (const orm::Repetition& one : log.repetitions(allowed_repetitions)) {
        const std::lock_guard lock(mutex_);
        Repeated& known = repeated_[one.name];
        if (known.requests++ != 0 && now - known.told < std::chrono::minutes(1)) continue;
        known.told = now;
        spdlog::warn("{} ran {} times for one {} {}: a loop of queries where one would do? {}", one.name, one.count,
                     web::to_string(request.method()), request.path(), one.text);
    }
}

void Monitoring::answered(const web::ServerOptions::Access& access) {
    const std::pair<std::string, int> key(access.route.empty() ? "none" : access.route, access.status / 100);
    orm::Histogram* histogram = nullptr;
    {
        const std::lock_guard lock(mutex_);
        std::unique_ptr<orm::Histogram>& place = requests_[key];
        if (!place) place = std::make_unique<orm::Histogram>();
        histogram = place.get();
    }
    histogram->add(access.duration);
}

std::string Monitoring::metrics_text() {
    orm::MetricsText text;
    metrics_.write(text, db_.pool());
    text.metric("entreprinder_request_duration_seconds", "histogram",
                "Time from a request's arrival to its answer, by route and class of status.");
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [key, histogram] : requests_)
            text.histogram("entreprinder_request_duration_seconds", histogram->read(),
                           {{"route", key.first}, {"status", std::to_string(key.second) + "xx"}});
    }
    text.metric("entreprinder_repeated_queries_total", "counter", "Requests that ran a query more than five times.");
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [query, known] : repeated_)
            text.sample("entreprinder_repeated_queries_total", static_cast<double>(known.requests), {{"query", query}});
    }
    if (slow_) {
        text.metric("entreprinder_slow_statements_total", "counter", "Statements over the slow log's threshold.");
        text.sample("entreprinder_slow_statements_total", static_cast<double>(slow_->slow()));
        text.metric("entreprinder_slow_log_lost_total", "counter", "Slow statements that could not be logged.");
        text.sample("entreprinder_slow_log_lost_total", static_cast<double>(slow_->lost()));
    }
    double up = 1;
    try {
        side_.with_connection(false, std::source_location::current(), [&](orm::Connection& connection) {
            double missing = 0;
            for (const auto& row : orm::migrations::show(connection, migrations())) missing += !row.applied;
            one(text, "entreprinder_migrations_unapplied", "Migrations of this program that the database lacks.",
                missing);
        });
        const orm::outbox::Depth depth = orm::outbox::depth(side_);
        text.metric("entreprinder_outbox_jobs", "gauge", "Jobs in the outbox; running ones are waiting ones, too.");
        text.sample("entreprinder_outbox_jobs", static_cast<double>(depth.waiting), {{"state", "waiting"}});
        text.sample("entreprinder_outbox_jobs", static_cast<double>(depth.running), {{"state", "running"}});
        text.sample("entreprinder_outbox_jobs", static_cast<double>(depth.dead), {{"state", "dead"}});
        const double late = depth.oldest_due ? std::chrono::duration<double>(orm::utc_now().time_since_epoch() -
                                                                             depth.oldest_due->time_since_epoch())
                                                   .count()
                                             : 0;
        one(text, "entreprinder_outbox_oldest_due_seconds", "How long the longest overdue job has been due.", late);
    } catch (const orm::Error&) {
        up = 0;
    }
    one(text, "entreprinder_database_up", "1 when the database answered this scrape.", up);
    return text.str();
}

}  // namespace cli
