/// One session of a lock script: a thread with a Database of its own, as another program would have.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "models.hpp"
#include "script.hpp"

namespace lock_script {

/// What the sessions work on: event number n is rows[n - 1]; each begins with max_participants 10.
struct Data {
    std::vector<orm::Id<shop::Event>> rows;
    orm::Id<shop::User> user;
    orm::Id<shop::Event> row(const std::string& number) const { return rows.at(std::stoul(number) - 1); }
};

class Session {
  public:
    Session(const std::string& url, const Data& data);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void start(const Step& step);
    bool busy() const;
    /// The result of the last step once it has ended; nothing while it runs. Waits up to `most`.
    std::optional<std::string> result(std::chrono::milliseconds most);
    std::int32_t pid() const { return pid_; }  ///< PostgreSQL's, of the session's only connection

  private:
    void run();
    Step next();
    void answer(std::string result);
    void begin(const Step& step);
    void in_transaction(orm::Transaction& tx, bool repeatable);
    std::string outside(const Step& step);

    const Data& data_;
    orm::Database db_;
    std::int32_t pid_ = 0;
    std::vector<Step> done_;  ///< of the open transaction: what a repetition does again
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Step> step_;
    std::optional<std::string> result_;
    bool stop_ = false;
    std::thread thread_;
};

/// `LockTimeout`: the type of an error of the data layer.
std::string name_of(const orm::Error& error);

}  // namespace lock_script
