// Watches from a second connection which locks on tables a PostgreSQL session holds, and for how long.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "orm/migration_rehearsal.hpp"

namespace orm::migrations {

class LockWatch {
  public:
    // `watched` is not used by this object but cancelled, again and again, once `stop` is requested.
    LockWatch(const DatabaseUrl& url, Connection& watched, const std::stop_token& stop,
              std::chrono::milliseconds interval);
    ~LockWatch();
    LockWatch(const LockWatch&) = delete;
    LockWatch& operator=(const LockWatch&) = delete;

    // Locks that appear from here on were taken now at the earliest, and go into `list` when they are released. It must
    // live as long as this object or until the next call. Calls are made while no statement runs.
    void begin(std::vector<HeldLock>* list);
    // Looks now. Throws what went wrong on the watching thread, too.
    void look();

  private:
    using Clock = std::chrono::steady_clock;
    struct Hold {
        Clock::time_point since;
        std::vector<HeldLock>* list;
    };
    void sample();
    void watch(const std::stop_token& end);

    std::unique_ptr<Connection> side_;  // none for SQLite
    Connection& watched_;
    std::stop_token stop_;
    std::chrono::milliseconds interval_;
    std::string pid_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    Clock::time_point earliest_ = Clock::now();
    std::vector<HeldLock>* list_ = nullptr;
    std::map<std::pair<std::string, std::string>, Hold> holds_;  // table, mode
    std::exception_ptr failure_;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace orm::migrations
