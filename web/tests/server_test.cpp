#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <future>

#include "support.hpp"
#include "web/hosts.hpp"
#include "web/router.hpp"

using namespace std::chrono_literals;

namespace {

web::Response echo(web::Request& request) {
    if (request.is_post()) return web::Response::text(request.body_text());
    return web::Response::text("Hello " + request.path());
}

std::string get(const std::string& path, const std::string& more = {}) {
    return "GET " + path + " HTTP/1.1\r\nHost: crush.lu\r\n" + more + "\r\n";
}

Answer once(std::uint16_t port, const std::string& bytes) {
    Client client(port);
    client.send(bytes);
    return client.read();
}

// Handlers wait in it until the test opens it; the test waits until enough of them are inside.
class Gate {
  public:
    void pass() {
        std::unique_lock lock(mutex_);
        ++inside_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    void wait_inside(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return inside_ >= count; });
    }
    void open() {
        const std::scoped_lock lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int inside_ = 0;
    bool open_ = false;
};

}  // namespace

TEST(Server, AnswersAndKeepsTheConnection) {
    RunningServer server(echo);
    Client client(server.port());
    for (int i = 0; i < 3; ++i) {
        client.send(get("/caf%C3%A9/?x=1"));
        const Answer answer = client.read();
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "Hello /café/");
        EXPECT_FALSE(answer.has("Connection: close"));
    }
    client.send(get("/", "Connection: close\r\n"));
    EXPECT_TRUE(client.read().has("Connection: close"));
    EXPECT_TRUE(client.at_end());
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
    RunningServer server(echo);
    Client client(server.port());
    client.send(get("/1") + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntwo" + get("/3"));
    EXPECT_EQ(client.read().body, "Hello /1");
    EXPECT_EQ(client.read().body, "two");
    EXPECT_EQ(client.read().body, "Hello /3");
}

TEST(Server, HeadHasLengthButNoBody) {
    RunningServer server(echo);
    Client client(server.port());
    client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(client.read(true).has("Content-Length: 8"));
    client.send(get("/y"));  // a body would stand before this answer
    EXPECT_EQ(client.read().body, "Hello /y");
}

TEST(Server, ReadsChunkedBodies) {
    RunningServer server(echo);
    Client client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n");
    client.send("6\r\n world\r\n0\r\nTrailer: x\r\n\r\n" + get("/next"));
    EXPECT_EQ(client.read().body, "hello world");
    EXPECT_EQ(client.read().body, "Hello /next");
}

TEST(Server, SpoolsLongBodiesToDisk) {
    web::ServerOptions options;
    options.spool_threshold = 1000;
    RunningServer server(echo, options);
    std::string body(300'000, 'x');
    body += "end";
    const std::string head =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    EXPECT_EQ(once(server.port(), head + body).body, body);
}

TEST(Server, SaysContinueWhenAsked) {
    RunningServer server(echo);
    Client client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read().status, 100);
    client.send("ok");
    EXPECT_EQ(client.read().body, "ok");
    EXPECT_EQ(once(server.port(), get("/", "Expect: tea\r\n")).status, 417);
}

TEST(Server, AnswersEveryMalformedRequest) {
    RunningServer server(echo);
    const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
    const std::vector<std::pair<std::string, int>> cases{
        {"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n folded\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
        {"GET / HTTP/1.1\nHost: a\n\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1, '\0') + "\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"GET / HTTP/3.7\r\nHost: a\r\n\r\n", 400},
        {"GET /\r\n\r\n", 400},
        {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"nonsense\r\n\r\n", 400},
        {"\x16\x03\x01\x02", 400},  // TLS on the plain port
        {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /%C3%28 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /?q=%f HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405},
        {post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400},
        {post + "Content-Length: 1, 1\r\n\r\nx", 400},
        {post + "Content-Length: -1\r\n\r\n", 400},
        {post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
        {post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {post + "Transfer-Encoding: gzip\r\n\r\nx", 400},
        {post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400},
    };
    for (const auto& [bytes, status] : cases) EXPECT_EQ(once(server.port(), bytes).status, status) << bytes;
    EXPECT_EQ(once(server.port(), get("/")).status, 200);
}

TEST(Server, LimitsHeadersAndBodies) {
    web::ServerOptions options;
    options.body_limit = 1000;
    options.upload_limit = 2000;
    RunningServer server(echo, options);
    EXPECT_EQ(once(server.port(), get("/", "X: " + std::string(20'000, 'x') + "\r\n")).status, 431);
    EXPECT_EQ(once(server.port(), "GET /" + std::string(20'000, 'x')).status, 431);
    const auto post = [](std::size_t size, const std::string& type) {
        return "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(size) +
               "\r\n\r\n" + std::string(size, 'x');
    };
    EXPECT_EQ(once(server.port(), post(1000, "text/plain")).status, 200);
    EXPECT_EQ(once(server.port(), post(1001, "text/plain")).status, 413);
    EXPECT_EQ(once(server.port(), post(2000, "multipart/form-data; boundary=b")).status, 200);
    EXPECT_EQ(once(server.port(), post(2001, "multipart/form-data; boundary=b")).status, 413);
    // A client that sends megabytes before it reads still gets its answer.
    EXPECT_EQ(once(server.port(), post(4'000'000, "text/plain")).status, 413);
    std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 11; ++i) chunked += "64\r\n" + std::string(100, 'x') + "\r\n";
    EXPECT_EQ(once(server.port(), chunked).status, 413);
}

TEST(Server, SlowClientsGet408) {
    web::ServerOptions options;
    options.header_deadline = 50ms;
    options.body_grace = 50ms;
    RunningServer server(echo, options);
    Client head(server.port());
    // One byte at a time: the deadline is absolute, each byte does not extend it.
    std::atomic<bool> answered = false;
    std::thread writer([&] {
        for (int i = 0; !answered && head.send("G"); ++i) std::this_thread::sleep_for(5ms);
    });
    EXPECT_EQ(head.read().status, 408);
    answered = true;
    writer.join();
    EXPECT_EQ(once(server.port(), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc").status, 408);
}

TEST(Server, IdleConnectionsAreClosed) {
    web::ServerOptions options;
    options.idle_timeout = 30ms;
    RunningServer server(echo, options);
    Client client(server.port());
    EXPECT_TRUE(client.at_end());
}

TEST(Server, ServesWhileAThousandConnectionsIdle) {
    RunningServer server(echo);
    std::vector<Client> idle;
    for (int i = 0; i < 1000; ++i) {
        idle.emplace_back(server.port());
        ASSERT_TRUE(idle.back().connected());
    }
    EXPECT_EQ(once(server.port(), get("/")).status, 200);
    idle.front().send(get("/first"));
    EXPECT_EQ(idle.front().read().body, "Hello /first");
}

TEST(Server, RefusesConnectionsOverTheLimit) {
    web::ServerOptions options;
    options.max_connections = 1;
    RunningServer server(echo, options);
    Client first(server.port());
    first.send(get("/"));
    EXPECT_EQ(first.read().status, 200);
    const Answer answer = once(server.port(), get("/"));
    EXPECT_EQ(answer.status, 503);
    EXPECT_TRUE(answer.has("Retry-After"));
}

TEST(Server, FullQueueIs503ButHealthAnswers) {
    Gate gate;
    web::ServerOptions options;
    options.workers = 1;
    options.queue = 0;
    RunningServer server(
        [&](web::Request&) {
            gate.pass();
            return web::Response::text("done");
        },
        options);
    Client busy(server.port());
    busy.send(get("/"));
    gate.wait_inside(1);
    const Answer refused = once(server.port(), get("/"));
    EXPECT_EQ(refused.status, 503);
    EXPECT_TRUE(refused.has("Retry-After"));
    EXPECT_EQ(once(server.port(), get("/healthz")).body, "OK");
    EXPECT_EQ(once(server.port(), "GET /healthz/ HTTP/1.1\r\n\r\n").body, "OK");  // HOST-1: no Host needed
    gate.open();
    EXPECT_EQ(busy.read().body, "done");
}

TEST(Server, LateAnswersAre503) {
    Gate gate;
    web::ServerOptions options;
    options.answer_deadline = 20ms;
    RunningServer server(
        [&](web::Request&) {
            gate.pass();
            return web::Response::text("too late");
        },
        options);
    EXPECT_EQ(once(server.port(), get("/")).status, 503);
    gate.open();
}

TEST(Server, WhatWasAnsweredWith503BeforeItBeganIsNeverRun) {
    Gate gate;
    std::atomic<int> late = 0;
    web::ServerOptions options;
    options.workers = 1;
    options.answer_deadline = 50ms;
    RunningServer server(
        [&](web::Request& request) {
            if (request.path() == "/first") gate.pass();
            if (request.path() == "/late") ++late;
            return web::Response::text("done");
        },
        options);
    Client first(server.port());
    first.send(get("/first"));
    gate.wait_inside(1);
    EXPECT_EQ(once(server.port(), get("/late")).status, 503);
    gate.open();
    while (once(server.port(), get("/last")).status != 200) continue;  // behind it in the one queue
    EXPECT_EQ(late, 0);
}

TEST(Server, APathAsideIsAnsweredWhileEveryWorkerIsBusy) {
    Gate gate;
    web::ServerOptions options;
    options.workers = 2;
    options.queue = 0;
    options.aside = {"/metrics"};
    RunningServer server(
        [&](web::Request& request) {
            if (request.path() != "/metrics") gate.pass();
            return web::Response::text("done");
        },
        options);
    Client one(server.port()), two(server.port());
    one.send(get("/"));
    two.send(get("/"));
    gate.wait_inside(2);
    EXPECT_EQ(once(server.port(), get("/metrics?x=1")).body, "done");
    EXPECT_EQ(once(server.port(), get("/metrics/")).status, 503);
    gate.open();
    EXPECT_EQ(one.read().body, "done");
    EXPECT_EQ(two.read().body, "done");
}

TEST(Server, ExceptionsBecome500AndHttpErrorsTheirStatus) {
    web::ServerOptions options;
    options.error_page = [](int status, std::string_view message) {
        return web::Response::html("<h1>" + std::string(message) + "</h1>", status);
    };
    RunningServer server(
        [](web::Request& request) -> web::Response {
            if (request.path() == "/teapot") throw web::HttpError(409, "Short and stout.");
            if (request.path() == "/odd") throw 7;
            throw std::runtime_error("the secret");
        },
        options);
    const Answer answer = once(server.port(), get("/"));
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
    EXPECT_EQ(once(server.port(), get("/odd")).status, 500);
    const Answer teapot = once(server.port(), get("/teapot"));
    EXPECT_EQ(teapot.status, 409);
    EXPECT_EQ(teapot.body, "<h1>Short and stout.</h1>");
}

TEST(Server, StopFinishesWhatIsInFlight) {
    Gate gate;
    auto server = std::make_unique<RunningServer>([&](web::Request&) {
        gate.pass();
        return web::Response::text("finished");
    });
    const std::uint16_t port = server->port();
    Client busy(port);
    Client idle(port);
    busy.send(get("/"));
    gate.wait_inside(1);
    server->get().stop();
    EXPECT_TRUE(idle.at_end());  // idle connections are closed at once, so stop() has been seen
    EXPECT_FALSE(Client(port).connected());
    gate.open();
    const Answer answer = busy.read();
    EXPECT_EQ(answer.body, "finished");
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_TRUE(busy.at_end());
    busy.close();
    server->stop();
}

TEST(Server, StopCutsConnectionsAfterTheDrainDeadline) {
    web::ServerOptions options;
    options.drain_deadline = 20ms;
    RunningServer server(echo, options);
    Client stuck(server.port());
    stuck.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(stuck.read().status, 100);  // from here the server waits for a body that never comes
    server.stop();
    SUCCEED();
}

TEST(Server, StopBeforeRunReturnsAtOnce) {
    web::Server server({});
    server.stop();
    server.run(echo);
    EXPECT_EQ(server.stats().connections, 0U);
}

TEST(Server, TakenPortIsOneClearSentence) {
    web::Server first({});
    web::ServerOptions options;
    options.port = first.port();
    try {
        web::Server second(options);
        FAIL() << "two servers on one port";
    } catch (const std::runtime_error& error) {
        EXPECT_EQ(std::string(error.what()),
                  "cannot listen on 127.0.0.1:" + std::to_string(first.port()) + ": Address already in use");
    }
    options.address = "not an address";
    EXPECT_THROW(web::Server{options}, std::runtime_error);
}

TEST(Server, SendsFilesInPieces) {
    web::TempFile file("server-test");
    std::string content;
    for (int i = 0; i < 50'000; ++i) content += std::to_string(i);
    file.append(content);
    file.close();
    RunningServer server([&](web::Request&) { return web::Response::from_file(file.path(), "text/plain"); });
    EXPECT_EQ(once(server.port(), get("/")).body, content);
}

TEST(Server, BelievesOnlyTrustedProxies) {
    const auto who = [](web::Request& request) {
        return web::Response::text(request.client_address() + (request.is_secure() ? " secure" : ""));
    };
    const std::string forwarded =
        get("/", "X-Forwarded-For: 6.6.6.6, 9.8.7.6, 10.0.0.2\r\nX-Forwarded-Proto: https\r\n");
    RunningServer plain(who);
    EXPECT_EQ(once(plain.port(), forwarded).body, "127.0.0.1");
    web::ServerOptions options;
    options.trusted_proxies = {"127.0.0.1", "10.0.0.0/8"};
    RunningServer proxied(who, options);
    EXPECT_EQ(once(proxied.port(), forwarded).body, "9.8.7.6 secure");
    EXPECT_EQ(once(proxied.port(), get("/", "X-Forwarded-For: junk\r\n")).body, "127.0.0.1");
    options.trusted_proxies = {"everybody"};
    EXPECT_THROW(web::Server{options}, std::invalid_argument);
}

TEST(Server, ServesManyClientsOnSeveralThreads) {
    web::ServerOptions options;
    options.io_threads = 2;
    std::atomic<int> logged = 0;
    options.access_log = [&](const web::ServerOptions::Access& access) { logged += access.status == 200; };
    RunningServer server(echo, options);
    std::vector<std::future<int>> clients;
    for (int i = 0; i < 8; ++i) {
        clients.push_back(std::async(std::launch::async, [&] {
            Client client(server.port());
            int good = 0;
            for (int k = 0; k < 50; ++k) {
                client.send(get("/" + std::to_string(k)));
                good += client.read().body == "Hello /" + std::to_string(k);
            }
            return good;
        }));
    }
    for (auto& client : clients) EXPECT_EQ(client.get(), 50);
    server.stop();
    EXPECT_EQ(logged, 400);
}
