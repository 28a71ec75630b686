// Helpers of these tests: requests without a server, a session store in memory, a server on a free port, a raw client.
//
//   web::Request request = make_request("POST", "/login/", {{"Host", "crush.lu"}}, "a=1");
//   RunningServer server(handler);
//   Client client(server.port());
//   client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
//   Answer answer = client.read();                        // one answer, by its Content-Length
#pragma once
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "web/request.hpp"
#include "web/response.hpp"
#include "web/server.hpp"
#include "web/session.hpp"

inline web::Request make_request(std::string method, std::string target, web::Headers headers = {},
                                 std::string body = {}, bool secure = false) {
    web::RawRequest raw;
    raw.method = std::move(method);
    raw.target = std::move(target);
    raw.headers = std::move(headers);
    if (!raw.headers.has("Host")) raw.headers.add("Host", "crush.lu");
    if (!body.empty() && !raw.headers.has("Content-Type")) {
        raw.headers.add("Content-Type", "application/x-www-form-urlencoded");
    }
    raw.body = std::move(body);
    raw.secure = secure;
    return web::Request(std::move(raw));
}

// Value of a cookie the answer sets; empty when it sets none of that name.
inline std::string cookie_of(const web::Response& response, const std::string& name) {
    for (const auto& [key, value] : response.headers) {
        if (web::iequals(key, "Set-Cookie") && value.starts_with(name + "=")) {
            return value.substr(name.size() + 1, value.find(';') - name.size() - 1);
        }
    }
    return {};
}

inline int status_of(const std::function<void()>& call) {  // of the HttpError thrown; 0 when none was
    try {
        call();
    } catch (const web::HttpError& error) {
        return error.status();
    }
    return 0;
}

class MemoryStore : public web::SessionStore {
  public:
    std::optional<boost::json::object> load(const std::string& key) override {
        const std::scoped_lock lock(mutex_);
        ++loads;
        const auto found = rows.find(key);
        return found == rows.end() ? std::nullopt : std::optional(found->second);
    }
    bool save(const std::string& key, const boost::json::object& data, Time, bool create) override {
        const std::scoped_lock lock(mutex_);
        if (rows.contains(key) == create) return false;
        ++saves;
        rows[key] = data;
        return true;
    }
    void destroy(const std::string& key) override {
        const std::scoped_lock lock(mutex_);
        rows.erase(key);
    }
    std::map<std::string, boost::json::object> rows;
    int loads = 0, saves = 0;

  private:
    std::mutex mutex_;
};

class RunningServer {
  public:
    explicit RunningServer(web::Handler handler, web::ServerOptions options = {})
        : server_(std::move(options)), thread_([this, handler = std::move(handler)] { server_.run(handler); }) {}
    ~RunningServer() { stop(); }
    void stop() {
        server_.stop();
        if (thread_.joinable()) thread_.join();
    }
    web::Server& get() { return server_; }
    std::uint16_t port() const { return server_.port(); }

  private:
    web::Server server_;
    std::thread thread_;
};

struct Answer {
    int status = 0;  // 0: closed without an answer
    std::string head, body;
    bool has(std::string_view text) const { return head.find(text) != head.npos; }
};

class Client {
  public:
    explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        ::sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const ::timeval patience{60, 0};  // a hanging test fails instead
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        connected_ = ::connect(fd_, reinterpret_cast<::sockaddr*>(&address), sizeof address) == 0;
    }
    Client(Client&& other) noexcept : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_) {}
    ~Client() { close(); }
    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    bool connected() const { return connected_; }
    bool send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ::ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }
    // More bytes into the buffer; false at the end of the stream.
    bool more() {
        char space[16 * 1024];
        const ::ssize_t count = ::recv(fd_, space, sizeof space, 0);
        if (count <= 0) return false;
        in_.append(space, static_cast<std::size_t>(count));
        return true;
    }
    Answer read(bool head_request = false) {
        std::size_t end = in_.find("\r\n\r\n");
        for (; end == in_.npos; end = in_.find("\r\n\r\n")) {
            if (!more()) return {};
        }
        Answer answer{std::stoi(in_.substr(9, 3)), in_.substr(0, end + 2), {}};
        in_.erase(0, end + 4);
        const std::size_t at = answer.head.find("Content-Length: ");
        const std::size_t length = at == answer.head.npos || head_request ? 0 : std::stoul(answer.head.substr(at + 16));
        while (in_.size() < length && more()) {
        }
        answer.body = in_.substr(0, length);
        in_.erase(0, length);
        return answer;
    }
    bool at_end() { return in_.empty() && !more(); }

  private:
    int fd_;
    bool connected_ = false;
    std::string in_;
};
