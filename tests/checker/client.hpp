/// One client: random services for its own people until the time is over, whatever happens to its connection.
#pragma once

#include <random>

#include "journal.hpp"
#include "orm/worker.hpp"
#include "world.hpp"

namespace checker {

class Client {
  public:
    /// The same seed, client and generation choose the same operations.
    Client(const std::string& url, const World& world, std::size_t number, std::uint64_t seed, int generation,
           const std::string& journal);
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
    void swipe();
    void plots();
    void review();
    void jobs();

    orm::Database db_;
    orm::Worker worker_;
    const World& world_;
    std::mt19937_64 random_;
    Journal journal_;
    std::string name_;
    std::vector<UserId> members_, applicants_;
    int joined_ = 0;
};

/// Runs the jobs that "join" enqueues: exactly once each, by ending with the transaction of their effect.
void handle_jobs(orm::Worker& worker);

}  // namespace checker
