/// One client: random services for its own people until the time is over, whatever happens to its connection. And a
/// worker that does nothing but run jobs beside them.
#pragma once

#include <random>

#include "journal.hpp"
#include "letters.hpp"
#include "orm/worker.hpp"
#include "world.hpp"

namespace checker {

class Client {
  public:
    /// The same seed, client and generation choose the same operations.
    Client(const std::string& url, const World& world, std::size_t number, std::uint64_t seed, int generation,
           const std::string& journal, Post& post);
    /// One operation. Throws what no fault explains: a deadlock, a broken constraint, a wrong statement.
    void step();

  private:
    template <class Body>
    void attempt(const std::string& action, UserId user, const std::string& target, bool single, Body body);
    std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
    template <class T>
    const T& one_of(const std::vector<T>& all) {
        return all[below(all.size())];
    }
    void take_part();
    void door(UserId me, EventId event, bool in);
    void swipe();
    void plots();
    void review();
    void meet();
    void write();
    void play();
    void leave();
    void jobs();

    orm::Database db_;
    orm::Worker worker_;
    const World& world_;
    std::mt19937_64 random_;
    Journal journal_;
    std::string name_;
    std::vector<UserId> members_, applicants_;
    int joined_ = 0, written_ = 0;
};

/// `single`: the service is one transaction, so an error says that nothing happened, and a doubt can be resolved.
template <class Body>
void Client::attempt(const std::string& action, UserId user, const std::string& target, bool single, Body body) {
    const std::string id = journal_.begin(action, user.value, target);
    try {
        journal_.end(id, body());
    } catch (const orm::CommitInDoubt& doubt) {
        if (!single) return;
        try {
            switch (db_.outcome_of(doubt)) {
                case orm::CommitOutcome::committed:
                    return journal_.end(id, "committed");
                case orm::CommitOutcome::rolled_back:
                    return journal_.end(id, "nothing");
                case orm::CommitOutcome::unknown:
                    return;
            }
        } catch (const orm::ConnectionLost&) {  // cut again while asking
        }
    } catch (const orm::ConnectionLost&) {
        if (single) journal_.end(id, "nothing");
    } catch (const orm::LockTimeout&) {  // a busy SQLite, or a row whose holder was just killed
        if (single) journal_.end(id, "nothing");
    }
}

inline std::string text(auto id) {
    return std::to_string(id.value);
}

/// Tries again soon, and gives up on nothing.
orm::WorkerOptions hasty();
/// Runs the jobs that "join" enqueues, exactly once each by ending with the transaction of their effect, and mail.
void handle_jobs(orm::Worker& worker, Post& post);

}  // namespace checker
