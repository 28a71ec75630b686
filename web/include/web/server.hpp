// The HTTP/1.1 server: connections on few I/O threads, blocking handlers on a bounded pool of workers. TLS and HTTP/2
// are a proxy's business in front of it.
//
//   web::Server server({.port = 8000, .workers = 8});          // throws std::runtime_error when the port is taken
//   std::signal(SIGTERM, [](int) { the_server->stop(); });     // stop() is safe in signal handlers
//   fmt::print("http://127.0.0.1:{}\n", server.port());
//   server.run(std::ref(hosts));                               // blocks until stop() and the drain
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "web/http.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace web {

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any free one, see Server::port()
    unsigned io_threads = 1;
    unsigned workers = 8;                               // handlers at once; each may hold one database connection
    std::size_t queue = 256;                            // requests waiting for a worker; beyond: 503 with Retry-After
    std::size_t max_connections = 4096;                 // beyond: 503
    std::size_t header_limit = 16 * 1024;               // bytes; beyond: 431
    std::uint64_t body_limit = 1024 * 1024;             // bytes; beyond: 413
    std::uint64_t upload_limit = 32ULL * 1024 * 1024;   // bytes, for multipart/form-data
    std::uint64_t spool_threshold = 256 * 1024;         // longer bodies go to a temporary file
    std::chrono::milliseconds header_deadline{10'000};  // from the first byte to the end of the headers; 408
    std::chrono::milliseconds body_grace{10'000};       // and 1 s more per body_rate bytes received; 408
    std::uint64_t body_rate = 16 * 1024;                // bytes/s a client must keep up, in and out
    std::chrono::milliseconds idle_timeout{60'000};     // between requests; closed without an answer
    // Queue and handler; then 503. What has not begun by then never does, the late answer of what has is dropped.
    std::chrono::milliseconds answer_deadline{60'000};
    std::chrono::milliseconds drain_deadline{15'000};  // after stop()
    // Paths that are answered by one thread kept for them, also while every worker is busy ("/metrics").
    std::vector<std::string> aside{};
    // Peers whose X-Forwarded-For and X-Forwarded-Proto are believed ("127.0.0.1", "10.0.0.0/8").
    std::vector<std::string> trusted_proxies{};
    // Called for errors found before a handler exists (400, 408, 413, 431, 503) and after one threw (500). Must not
    // throw. Null: bare pages.
    std::function<Response(int status, std::string_view message)> error_page{};
    // Called after each answer on the worker's or connection's thread; quick and thread-safe.
    struct Access {
        std::string_view client, method, target, route;
        int status;
        std::uint64_t bytes;
        std::chrono::microseconds duration;
    };
    std::function<void(const Access&)> access_log{};
};

class Server {
  public:
    // Binds at once; std::runtime_error "cannot listen on 127.0.0.1:8000: Address already in use".
    explicit Server(ServerOptions options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;
    // Serves until stop(): stops accepting, finishes what is in flight up to drain_deadline, closes. Once only. After
    // the deadline connections are cut, but a handler that is still running is waited for: threads cannot be killed.
    void run(Handler handler);
    void stop() noexcept;  // from any thread or signal handler, before or during run(), any number of times

    struct Stats {
        std::size_t connections;  // open now
        std::size_t queued;       // waiting for a worker
        std::size_t running;      // in a handler
        std::uint64_t requests;   // answered since the start
    };
    Stats stats() const;

    struct Impl;  // server.cpp's own matter

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace web
