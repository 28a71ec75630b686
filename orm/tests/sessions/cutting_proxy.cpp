#include "cutting_proxy.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace orm::test {
namespace {

bool send_all(int to, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = send(to, data, size, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

/// The length of the first message in `bytes`, 0 when it is not whole. The first one of a connection has no type.
std::size_t message_length(const std::string& bytes, bool first) {
    const std::size_t header = first ? 4 : 5;
    if (bytes.size() < header) return 0;
    std::size_t length = 0;
    for (std::size_t i = header - 4; i < header; ++i) length = length << 8 | static_cast<unsigned char>(bytes[i]);
    length += header - 4;
    return bytes.size() < length ? 0 : length;
}

int connect_to(const std::string& host, const std::string& port) {
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), port.c_str(), nullptr, &found) != 0) return -1;
    const int server = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected = connect(server, found->ai_addr, found->ai_addrlen) == 0;
    freeaddrinfo(found);
    if (connected) return server;
    close(server);
    return -1;
}

}  // namespace

CuttingProxy::CuttingProxy() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 16) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("the proxy cannot listen");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] {
        for (;;) {
            const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0) return;
            const std::lock_guard lock(mutex_);
            open_.push_back(client);
            threads_.emplace_back([this, client] { serve(client); });
        }
    });
}

CuttingProxy::~CuttingProxy() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    {
        const std::lock_guard lock(mutex_);
        for (const int descriptor : open_) shutdown(descriptor, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    for (const int descriptor : open_) close(descriptor);
}

std::string CuttingProxy::url(const std::string& server) {
    const auto at = server.find('@');
    const auto slash = server.find('/', at);
    const auto colon = server.rfind(':', slash);
    if (at == server.npos || slash == server.npos || colon < at)
        throw std::runtime_error("the proxy needs a URL with user@host:port");
    server_host_ = server.substr(at + 1, colon - at - 1);
    server_port_ = server.substr(colon + 1, slash - colon - 1);
    return server.substr(0, at + 1) + "127.0.0.1:" + std::to_string(port_) + server.substr(slash) +
           (server.find('?') == server.npos ? "?" : "&") + "sslmode=disable&gssencmode=disable";
}

void CuttingProxy::cut(char type, std::string text, When when) {
    const std::lock_guard lock(mutex_);
    plan_ = {type, std::move(text), when};
    armed_ = true;
    cut_ = false;
}

bool CuttingProxy::has_cut() {
    const std::lock_guard lock(mutex_);
    return cut_;
}

bool CuttingProxy::matches(char type, const std::string& body, When& when) {
    const std::lock_guard lock(mutex_);
    if (!armed_ || type != plan_.type || body.find(plan_.text) == body.npos) return false;
    armed_ = false;
    cut_ = true;
    when = plan_.when;
    return true;
}

void CuttingProxy::serve(int client) {
    const int server = connect_to(server_host_, server_port_);
    if (server < 0) {
        shutdown(client, SHUT_RDWR);
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        open_.push_back(server);
    }
    std::string pending;
    bool first = true;
    char bytes[65536];
    pollfd ends[2]{{client, POLLIN, 0}, {server, POLLIN, 0}};
    while (poll(ends, 2, -1) > 0) {
        if (ends[1].revents) {
            const ssize_t got = recv(server, bytes, sizeof bytes, 0);
            if (got <= 0 || !send_all(client, bytes, static_cast<std::size_t>(got))) break;
        }
        if (!ends[0].revents) continue;
        const ssize_t got = recv(client, bytes, sizeof bytes, 0);
        if (got <= 0) break;
        pending.append(bytes, static_cast<std::size_t>(got));
        while (const std::size_t length = message_length(pending, first)) {
            const std::string message = pending.substr(0, length);
            pending.erase(0, length);
            When when{};
            if (!first && matches(message[0], message, when)) {
                if (when == When::before_it_arrives) {
                    shutdown(client, SHUT_RDWR);
                    return;  // the server's socket stays open, as with a network that went away
                }
                send_all(server, message.data(), message.size());
                [[maybe_unused]] const ssize_t answer = recv(server, bytes, sizeof bytes, 0);  // it is done
                shutdown(client, SHUT_RDWR);
                shutdown(server, SHUT_RDWR);
                return;
            }
            first = false;
            if (!send_all(server, message.data(), message.size())) break;
        }
    }
    shutdown(client, SHUT_RDWR);
    shutdown(server, SHUT_RDWR);
}

}  // namespace orm::test
