/// Stands between libpq and the server, and cuts the connection at one chosen message.
///
///     CuttingProxy proxy;
///     orm::Database db(proxy.url(url()));
///     proxy.cut('Q', "COMMIT", CuttingProxy::When::after_the_answer);   // the next such message
#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace orm::test {

class CuttingProxy {
  public:
    enum class When {
        before_it_arrives,  ///< the server never sees the message and does not learn that its client is gone
        after_the_answer,   ///< the server did it; the client never hears
    };

    CuttingProxy();
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    /// `server` with this proxy's address in place of its host and port, which it connects to from now on.
    std::string url(const std::string& server);
    /// Cuts once, at the next message of this type of the protocol ('Q': a simple query, 'S': the end of a prepared
    /// one) that contains `text`.
    void cut(char type, std::string text, When when);
    bool has_cut();

  private:
    struct Plan {
        char type = 0;
        std::string text;
        When when{};
    };
    void serve(int client);
    bool matches(char type, const std::string& body, When& when);
    int listener_ = -1;
    int port_ = 0;
    std::string server_host_, server_port_;
    std::mutex mutex_;
    Plan plan_;
    bool armed_ = false, cut_ = false;
    std::list<int> open_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace orm::test
