#include "migrations/lock_watch.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "migrations/text_rows.hpp"

namespace orm::migrations {

namespace {

// pg_locks' "ShareUpdateExclusiveLock" as LOCK TABLE writes it.
std::string spelled(const std::string& mode) {
    std::string result;
    for (const char c : mode.substr(0, mode.size() - std::string_view("Lock").size())) {
        if (std::isupper(static_cast<unsigned char>(c)) && !result.empty()) result += ' ';
        result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return result;
}

}  // namespace

LockWatch::LockWatch(const DatabaseUrl& url, Connection& watched, const std::stop_token& stop,
                     std::chrono::milliseconds interval)
    : watched_(watched), stop_(stop), interval_(interval) {
    if (url.dialect == Dialect::postgres) {
        side_ = connect(url);
        pid_ = text_value(watched, "SELECT pg_backend_pid()::text").value_or("0");
    }
    thread_ = std::jthread([this](const std::stop_token& end) { watch(end); });
}

LockWatch::~LockWatch() = default;

void LockWatch::begin(std::vector<HeldLock>* list) {
    const std::lock_guard guard(mutex_);
    sample();
    earliest_ = Clock::now();
    list_ = list;
}

void LockWatch::look() {
    const std::lock_guard guard(mutex_);
    if (failure_) std::rethrow_exception(failure_);
    sample();
}

void LockWatch::watch(const std::stop_token& end) {
    std::unique_lock guard(mutex_);
    while (!end.stop_requested()) {
        wake_.wait_for(guard, end, interval_, [] { return false; });
        try {
            if (stop_.stop_requested()) watched_.cancel();
            sample();
        } catch (...) {
            failure_ = std::current_exception();
            return;
        }
    }
}

void LockWatch::sample() {
    if (!side_) return;
    // Tables by the names that others know them by; those that are only being made are not visible here.
    const auto rows = text_rows(*side_,
                                "SELECT c.relname::text, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
                                "WHERE l.pid = $1::text::integer AND l.granted AND l.database = (SELECT oid FROM "
                                "pg_database WHERE datname = current_database()) AND c.relkind IN ('r', 'p') AND "
                                "c.relnamespace <> 'pg_catalog'::regnamespace AND c.relname NOT IN "
                                "('django_migrations', 'entreprinder_migration_progress')",
                                2, {pid_});
    const Clock::time_point now = Clock::now();
    std::set<std::pair<std::string, std::string>> seen;
    for (const auto& row : rows) {
        const auto lock = std::pair(row[0].value_or(""), spelled(row[1].value_or("")));
        seen.insert(lock);
        holds_.try_emplace(lock, Hold{earliest_, list_});
    }
    for (auto hold = holds_.begin(); hold != holds_.end();) {
        if (seen.contains(hold->first)) {
            ++hold;
            continue;
        }
        if (hold->second.list)
            hold->second.list->push_back(
                {hold->first.first, hold->first.second,
                 std::chrono::duration_cast<std::chrono::microseconds>(now - hold->second.since)});
        hold = holds_.erase(hold);
    }
}

}  // namespace orm::migrations
