// The only file with Beast, Asio's connections and coroutines: it costs 20 s to compile, and g++ 12.2 destroys twice a
// temporary aggregate, or a lambda that captures by value, written inside a co_await expression. So here every operand
// of co_await is a named local or a type with a constructor of its own.
#ifdef __SANITIZE_THREAD__
#define BOOST_ASIO_DISABLE_FENCED_BLOCK  // ThreadSanitizer does not understand fences; Asio's locks suffice
#endif
#include "web/server.hpp"

// With optimisation g++ 12 takes Asio's own frame allocator for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>

#include "web/router.hpp"
#include "wire.hpp"
#include "worker_pool.hpp"

namespace web {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using Error = boost::system::error_code;
using Strand = asio::strand<asio::io_context::executor_type>;
using Parser = http::request_parser<http::buffer_body>;

constexpr std::size_t chunk_bytes = 64 * 1024;
constexpr std::size_t refused_at_once = 256;              // connections over the limit that still get their 503
constexpr auto linger_time = std::chrono::seconds(2);     // for a client to read our last answer
constexpr std::uint64_t linger_bytes = 16 * 1024 * 1024;  // and what it may still send meanwhile
constexpr auto accept_pause = std::chrono::milliseconds(50);

class Connection;

}  // namespace

struct Server::Impl {
    explicit Impl(ServerOptions given);
    ~Impl() { ::close(event_copy); }

    asio::awaitable<void> accept_all();
    asio::awaitable<void> wait_for_stop();
    void closed(Connection* connection);
    void shut_down() {
        pool.shutdown();
        if (aside) aside->shutdown();
    }
    Response error(int status, std::string_view message) const {
        Response response =
            options.error_page ? options.error_page(status, message) : default_error(nullptr, status, message);
        if (status == 503) response.headers.set("Retry-After", "1");
        return response;
    }

    const ServerOptions options;
    const Proxies proxies;
    Handler handler;
    std::atomic<bool> stopping = false, started = false, finished = false;
    std::atomic<std::uint64_t> requests = 0;
    mutable std::mutex mutex;
    std::unordered_map<Connection*, std::weak_ptr<Connection>> connections;
    std::atomic<std::size_t> open = 0;
    // Before io: suspended connections are destroyed with it and report to the members above.
    asio::io_context io;
    Strand control{io.get_executor()};  // acceptor, stop and drain
    tcp::acceptor acceptor{control};
    asio::posix::stream_descriptor stop_event{control};
    asio::steady_timer drain{control}, pause{control};
    int event_copy = -1;  // for stop(): stays open as long as this object
    std::uint16_t port = 0;
    WorkerPool pool;
    std::optional<WorkerPool> aside;  // for the paths of options.aside
};

namespace {

// One client. All members are used on the socket's strand only.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(Server::Impl& server, tcp::socket socket, bool refused)
        : server_(server), socket_(std::move(socket)), timer_(socket_.get_executor()), refused_(refused) {}
    ~Connection() { server_.closed(this); }

    void start() {
        asio::co_spawn(
            socket_.get_executor(), [self = shared_from_this()] { return self->run(); }, asio::detached);
    }
    // Between requests there is nothing to wait for; requests in flight go on.
    void drain() {
        asio::post(socket_.get_executor(), [self = shared_from_this()] {
            if (self->idle_) self->socket_.cancel();
        });
    }

  private:
    // A handler's work on its way through the pool. `signal` is cancelled on the strand when the answer is there.
    struct Job {
        Job(const asio::any_io_executor& executor, Request&& given) : signal(executor), request(std::move(given)) {}
        asio::steady_timer signal;
        std::optional<Request> request;
        Response response;
        std::string route;
        bool done = false;
        std::atomic<bool> taken = false;  // by the worker that begins it or by the deadline, whichever was first
    };

    asio::awaitable<void> run();
    asio::awaitable<bool> serve_one();
    asio::awaitable<bool> fill(Error& error);
    asio::awaitable<bool> read_head();
    asio::awaitable<bool> read_body(Parser& parser, RawRequest& raw);
    asio::awaitable<Response> answer(RawRequest& raw);
    asio::awaitable<bool> send(const Response& response);
    asio::awaitable<void> close();

    // Remembers why the request cannot be served; the caller answers it and closes.
    bool refuse(int status, std::string message) {
        failure_ = status;
        failure_text_ = std::move(message);
        return false;
    }
    bool refuse_read() { return expired_ ? refuse(408, "The request took too long to arrive.") : refuse(0, {}); }
    Clock::duration transfer_time(std::uint64_t bytes) const {
        const auto seconds = static_cast<std::int64_t>(bytes / std::max<std::uint64_t>(server_.options.body_rate, 1));
        return server_.options.body_grace + std::chrono::seconds(seconds);
    }
    void arm(Clock::time_point deadline) {
        expired_ = false;
        const bool sooner = deadline < deadline_;
        deadline_ = deadline;
        if (sooner || !watching_) watch();
    }
    void watch() {
        watching_ = true;
        timer_.expires_at(deadline_);
        timer_.async_wait([self = shared_from_this()](Error error) { self->tick(error); });
    }
    void tick(Error error) {
        if (error || !watching_) return;
        if (Clock::now() < deadline_) return watch();
        expired_ = true;
        watching_ = false;
        deadline_ = Clock::time_point::max();
        socket_.cancel();
    }

    Server::Impl& server_;
    tcp::socket socket_;
    asio::steady_timer timer_;
    Clock::time_point deadline_ = Clock::time_point::max(), began_;
    std::string in_;    // read, not yet used
    std::string head_;  // of the request being served
    std::string method_, target_, client_, route_;
    int failure_ = 0;
    std::string failure_text_;
    bool refused_, watching_ = false, expired_ = false, idle_ = false, keep_alive_ = true, http_1_0_ = false,
                   lingers_ = false;
};

asio::awaitable<void> Connection::run() {
    Error ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    const tcp::endpoint peer = socket_.remote_endpoint(ignored);
    client_ = peer.address().to_string();
    try {
        if (refused_) {
            keep_alive_ = false;
            Response busy = server_.error(503, "Too many connections. Please try again in a moment.");
            co_await send(busy);
        } else {
            for (bool more = true; more;) more = co_await serve_one();
        }
    } catch (const std::exception& error) {
        spdlog::error("connection of {}: {}", client_, error.what());
    }
    co_await close();
}

// False: the connection is to be closed.
asio::awaitable<bool> Connection::serve_one() {
    lingers_ = false;
    method_.clear();
    target_.clear();
    route_.clear();
    failure_ = 0;
    keep_alive_ = true;
    const bool have_head = co_await read_head();
    if (have_head) {
        Parser parser;
        parser.body_limit(boost::none);
        parser.header_limit(static_cast<std::uint32_t>(server_.options.header_limit));
        Error error;
        parser.put(asio::buffer(head_), error);
        RawRequest raw;
        if (error || !parser.is_header_done()) {
            refuse(400, "The request is damaged.");
        } else {
            const auto& message = parser.get();
            method_ = std::string(message.method_string());
            target_ = std::string(message.target());
            http_1_0_ = message.version() == 10;
            raw.method = method_;
            raw.target = target_;
            for (const auto& field : message) {
                raw.headers.add(std::string(field.name_string()), std::string(field.value()));
            }
            keep_alive_ = message.keep_alive();
            if (message.version() != 10 && message.version() != 11) {
                refuse(400, "This HTTP version is not spoken here.");
            } else if (auto problem = framing_problem(raw.headers, !http_1_0_)) {
                refuse(400, *problem);
            } else if (co_await read_body(parser, raw)) {
                Response response = co_await answer(raw);
                co_return co_await send(response) && keep_alive_;
            }
        }
    }
    if (failure_ == 0) co_return false;  // the client is gone
    keep_alive_ = false;
    Response response = server_.error(failure_, failure_text_);
    co_await send(response);
    co_return false;
}

// More bytes into in_. False at the end of the stream, at the deadline, or on an error.
asio::awaitable<bool> Connection::fill(Error& error) {
    if (expired_) co_return false;
    const std::size_t before = in_.size();
    const std::size_t step = before < 4096 ? 4096 : chunk_bytes;
    in_.resize(before + step);
    const asio::mutable_buffer space(in_.data() + before, step);
    const std::size_t count = co_await socket_.async_read_some(space, asio::redirect_error(asio::use_awaitable, error));
    in_.resize(before + count);
    co_return !error;
}

asio::awaitable<bool> Connection::read_head() {
    const ServerOptions& options = server_.options;
    Error error;
    if (in_.empty()) {
        if (server_.stopping) co_return refuse(0, {});
        idle_ = true;
        arm(Clock::now() + options.idle_timeout);
        const bool some = co_await fill(error);
        idle_ = false;
        if (!some) co_return refuse(0, {});
    }
    began_ = Clock::now();
    arm(began_ + options.header_deadline);
    for (std::size_t checked = 0;;) {
        while (in_.starts_with("\r\n")) {  // after the body of the request before (RFC 9112, 2.2)
            in_.erase(0, 2);
            checked = 0;
        }
        const std::size_t end = in_.find("\r\n\r\n", checked < 3 ? 0 : checked - 3);
        const std::size_t size = end == in_.npos ? in_.size() : end + 4;
        if (auto problem = head_problem(std::string_view(in_).substr(0, size), checked == 0 ? 0 : checked - 1))
            co_return refuse(400, *problem);
        if (size > options.header_limit) co_return refuse(431, "The header of the request is too long.");
        if (end != in_.npos) {
            head_ = in_.substr(0, size);
            in_.erase(0, size);
            co_return true;
        }
        checked = in_.size();
        if (!co_await fill(error)) co_return refuse_read();
    }
}

asio::awaitable<bool> Connection::read_body(Parser& parser, RawRequest& raw) {
    const ServerOptions& options = server_.options;
    const bool upload = to_lower(raw.headers.get("Content-Type")).starts_with("multipart/form-data");
    const std::uint64_t limit = upload ? options.upload_limit : options.body_limit;
    const auto length = parser.content_length();
    if (length && *length > limit) co_return refuse(413, "The request is too large.");
    if (const std::string* expect = raw.headers.find("Expect"); expect != nullptr && !http_1_0_) {
        if (!iequals(*expect, "100-continue")) co_return refuse(417, "This expectation cannot be met.");
        if (in_.empty() && !parser.is_done()) {
            arm(Clock::now() + options.body_grace);
            Error error;
            const asio::const_buffer go_on("HTTP/1.1 100 Continue\r\n\r\n", 25);
            co_await asio::async_write(socket_, go_on, asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return refuse(0, {});
        }
    }
    const Clock::time_point start = Clock::now();
    std::uint64_t received = 0;
    std::string piece(parser.is_done() ? 0 : chunk_bytes, '\0');
    while (!parser.is_done()) {
        parser.get().body().data = piece.data();
        parser.get().body().size = piece.size();
        parser.get().body().more = true;
        Error error;
        const std::size_t used = in_.empty() ? 0 : parser.put(asio::buffer(in_), error);
        const bool starved = in_.empty() || error == http::error::need_more;
        in_.erase(0, used);
        if (error && error != http::error::need_more && error != http::error::need_buffer) {
            co_return refuse(400, "The body of the request is damaged.");
        }
        const std::string_view bytes(piece.data(), piece.size() - parser.get().body().size);
        received += bytes.size();
        if (received > limit) co_return refuse(413, "The request is too large.");
        if (!raw.body_file && raw.body.size() + bytes.size() > options.spool_threshold) {
            raw.body_file = std::make_shared<TempFile>("body");
            raw.body_file->append(raw.body);
            raw.body.clear();
        }
        if (raw.body_file) {
            raw.body_file->append(bytes);
        } else {
            raw.body += bytes;
        }
        if (parser.is_done() || !starved) continue;
        if (in_.size() > options.header_limit + chunk_bytes) co_return refuse(400, "A chunk of the body is damaged.");
        arm(start + transfer_time(received));
        if (!co_await fill(error)) co_return refuse_read();
    }
    if (raw.body_file) raw.body_file->close();
    co_return true;
}

asio::awaitable<Response> Connection::answer(RawRequest& raw) {
    const std::string_view path = std::string_view(target_).substr(0, target_.find('?'));
    // HOST-1: alive means that connections are answered, even while every worker is busy.
    if ((method_ == "GET" || method_ == "HEAD") && (path == "/healthz" || path == "/healthz/")) {
        co_return Response::text("OK");
    }
    const Origin origin = server_.proxies.origin(client_, raw.headers);
    raw.client_address = origin.address;
    raw.secure = origin.secure;
    std::shared_ptr<Job> job;
    try {
        Request request(std::move(raw));
        if (!request.host_ok()) throw HttpError(400, "The Host header is missing or damaged.");
        job = std::make_shared<Job>(socket_.get_executor(), std::move(request));
    } catch (const HttpError& error) {
        Response response = server_.error(error.status(), error.what());
        if (error.status() == 405) response.headers.set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        co_return response;
    }
    const auto work = [job, &server = server_] {
        if (job->taken.exchange(true)) return;  // answered with 503 by now: the client may have sent it again
        try {
            job->response = server.handler(*job->request);
        } catch (const HttpError& error) {
            job->response = server.error(error.status(), error.what());
        } catch (const std::exception& error) {
            spdlog::error("{} {}: {}", to_string(job->request->method()), job->request->target(), error.what());
            job->response = server.error(500, "Something went wrong on our side.");
        } catch (...) {
            spdlog::error("{} {}: an exception of no known type", to_string(job->request->method()),
                          job->request->target());
            job->response = server.error(500, "Something went wrong on our side.");
        }
        job->route = job->request->route();
        job->request.reset();  // its temporary files go here, not on the connection's thread
        asio::post(job->signal.get_executor(), [job] {
            job->done = true;
            job->signal.cancel();
        });
    };
    const auto& aside = server_.options.aside;
    const bool kept = std::find(aside.begin(), aside.end(), path) != aside.end();
    WorkerPool& pool = kept ? *server_.aside : server_.pool;
    if (!pool.submit(work)) co_return server_.error(503, "The server is busy. Please try again in a moment.");
    Error ignored;
    job->signal.expires_after(server_.options.answer_deadline);
    co_await job->signal.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (!job->done) {
        job->taken = true;
        co_return server_.error(503, "The answer took too long. Please try again in a moment.");
    }
    route_ = std::move(job->route);
    co_return std::move(job->response);
}

// False when the client is gone.
asio::awaitable<bool> Connection::send(const Response& response) {
    if (server_.stopping) keep_alive_ = false;
    lingers_ = true;
    HeadOptions options;
    options.keep_alive = keep_alive_;
    options.http_1_0 = http_1_0_;
    const std::string head = response_head(response, options);
    const bool body = method_ != "HEAD" && status_has_body(response.status);
    const std::uint64_t size = body ? response.content_length() : 0;
    arm(Clock::now() + transfer_time(size));
    Error error;
    const std::string_view content = body ? response.content() : std::string_view();
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(head), asio::buffer(content)};
    co_await asio::async_write(socket_, buffers, asio::redirect_error(asio::use_awaitable, error));
    if (body && response.file && !error) {
        std::ifstream file(response.file->path, std::ios::binary);
        file.seekg(static_cast<std::streamoff>(response.file->offset));
        std::string chunk(std::min<std::uint64_t>(chunk_bytes, size), '\0');
        for (std::uint64_t left = size; left > 0 && !error;) {
            file.read(chunk.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(left, chunk.size())));
            const auto count = static_cast<std::size_t>(file.gcount());
            if (count == 0) co_return false;  // it became shorter: only closing tells the client
            left -= count;
            const asio::const_buffer piece(chunk.data(), count);
            co_await asio::async_write(socket_, piece, asio::redirect_error(asio::use_awaitable, error));
        }
    }
    ++server_.requests;
    if (server_.options.access_log && !refused_) {
        const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began_);
        const ServerOptions::Access access{client_, method_, target_, route_, response.status, size, spent};
        server_.options.access_log(access);
    }
    co_return !error;
}

// Closing with unread bytes resets the connection and can destroy our answer on its way, so the rest is read first.
asio::awaitable<void> Connection::close() {
    Error error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    if (!error && !expired_ && lingers_) {
        arm(Clock::now() + linger_time);
        in_.clear();
        for (std::uint64_t dropped = 0; dropped < linger_bytes;) {
            const bool some = co_await fill(error);
            if (!some) break;
            dropped += in_.size();
            in_.clear();
        }
    }
    watching_ = false;
    timer_.cancel();
    socket_.close(error);
}

}  // namespace

Server::Impl::Impl(ServerOptions given)
    : options(std::move(given)), proxies(options.trusted_proxies), pool(options.workers, options.queue) {
    if (!options.aside.empty()) aside.emplace(1U, 16U);
    Error error;
    const auto address = asio::ip::make_address(options.address, error);
    const auto fail = [&](const Error& why) {
        throw std::runtime_error(
            fmt::format("cannot listen on {}:{}: {}", options.address, options.port, why.message()));
    };
    if (error) fail(error);
    const tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol(), error);
    if (error) fail(error);
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    acceptor.bind(endpoint, error);
    if (error) fail(error);
    acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) fail(error);
    port = acceptor.local_endpoint().port();
    const int event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    event_copy = event < 0 ? -1 : ::dup(event);
    if (event_copy < 0) throw std::runtime_error("cannot make an event for stop()");
    stop_event.assign(event);
}

asio::awaitable<void> Server::Impl::accept_all() {
    while (!stopping) {
        Error error;
        Strand strand(io.get_executor());
        tcp::socket socket = co_await acceptor.async_accept(strand, asio::redirect_error(asio::use_awaitable, error));
        if (stopping) co_return;
        if (error) {  // out of file descriptors: wait for some to be closed instead of spinning
            spdlog::warn("accept: {}", error.message());
            pause.expires_after(accept_pause);
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        const std::size_t count = open;
        if (count >= options.max_connections + refused_at_once) continue;  // nothing left to answer with
        const auto connection =
            std::make_shared<Connection>(*this, std::move(socket), count >= options.max_connections);
        {
            const std::scoped_lock lock(mutex);
            connections.emplace(connection.get(), connection);
        }
        ++open;
        connection->start();
    }
}

asio::awaitable<void> Server::Impl::wait_for_stop() {
    Error error;
    std::uint64_t count = 0;
    const asio::mutable_buffer space(&count, sizeof count);
    co_await stop_event.async_read_some(space, asio::redirect_error(asio::use_awaitable, error));
    stopping = true;
    acceptor.close(error);
    pause.cancel();
    drain.expires_after(options.drain_deadline);
    {
        const std::scoped_lock lock(mutex);
        for (const auto& [key, weak] : connections) {
            if (const auto connection = weak.lock()) connection->drain();
        }
    }
    if (open > 0) co_await drain.async_wait(asio::redirect_error(asio::use_awaitable, error));
    finished = true;
    io.stop();
}

void Server::Impl::closed(Connection* connection) {
    {
        const std::scoped_lock lock(mutex);
        if (connections.erase(connection) == 0) return;
    }
    if (--open == 0 && stopping && !finished) asio::post(control, [this] { drain.cancel(); });
}

Server::Server(ServerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Server::~Server() {
    impl_->shut_down();
}

std::uint16_t Server::port() const {
    return impl_->port;
}

void Server::run(Handler handler) {
    if (!handler || impl_->started.exchange(true)) throw std::logic_error("Server::run: once, with a handler");
    impl_->handler = std::move(handler);
    asio::co_spawn(impl_->control, impl_->accept_all(), asio::detached);
    asio::co_spawn(impl_->control, impl_->wait_for_stop(), asio::detached);
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < impl_->options.io_threads; ++i) threads.emplace_back([this] { impl_->io.run(); });
    impl_->io.run();
    for (std::thread& thread : threads) thread.join();
    impl_->shut_down();
}

void Server::stop() noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(impl_->event_copy, &one, sizeof one);
}

Server::Stats Server::stats() const {
    return {impl_->open, impl_->pool.queued(), impl_->pool.running(), impl_->requests};
}

}  // namespace web
