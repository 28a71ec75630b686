/// PostgreSQL servers of a test's own, which it may stop: the one that with-postgres lends belongs to all.
///
///     Server server;                                  // initdb, start
///     orm::Database db(server.url());
///     server.stop();                                  // like a crash
///     server.start();
#pragma once

#include <string>

namespace orm::test {

class Server {
  public:
    /// `settings`: lines of postgresql.conf.
    explicit Server(const std::string& settings = "");
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    void start();
    void stop();
    int port() const { return port_; }
    std::string url(const std::string& options = "") const;

  private:
    std::string folder_;
    int port_;
    bool runs_ = false;
};

/// A pgbouncer in transaction mode before `server`, with two connections to it.
class Bouncer {
  public:
    explicit Bouncer(const Server& server);
    ~Bouncer();
    Bouncer(const Bouncer&) = delete;
    Bouncer& operator=(const Bouncer&) = delete;
    std::string url() const;

  private:
    std::string folder_;
    int port_;
};

}  // namespace orm::test
