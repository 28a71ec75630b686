#include "server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace orm::test {

namespace {

namespace fs = std::filesystem;
const std::string bin = "/usr/lib/postgresql/15/bin/";

int free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(socket);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

/// PostgreSQL and pgbouncer refuse to run as root.
std::string as_postgres(const std::string& command) {
    return (getuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --init-groups --reset-env " : "") + command;
}

void run(const std::string& folder, const std::string& command) {
    const std::string line = "cd " + folder + " && " + as_postgres(command) + " >" + folder + "/out 2>&1 </dev/null";
    if (std::system(line.c_str()) == 0) return;
    std::ifstream out(folder + "/out");
    throw std::runtime_error(command + ": " + std::string(std::istreambuf_iterator<char>(out), {}));
}

std::string new_folder() {
    std::string pattern = "/tmp/orm-server-XXXXXX";  // a socket's path is short
    if (!mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp failed");
    fs::permissions(pattern, fs::perms::all);
    return pattern;
}

bool answers(int port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const bool connected = connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    close(socket);
    return connected;
}

}  // namespace

Server::Server(const std::string& settings) : folder_(new_folder()), port_(free_port()) {
    run(folder_, bin + "initdb -D " + folder_ + "/data -U postgres -A trust -N --no-instructions -E UTF8 --locale=C");
    std::ofstream(folder_ + "/data/postgresql.conf", std::ios::app) << settings << "\n";
    start();
}

void Server::start() {
    run(folder_, bin + "pg_ctl start -w -s -D " + folder_ + "/data -l " + folder_ + "/log -o \"-p " +
                     std::to_string(port_) + " -k " + folder_ + " -h 127.0.0.1 -F\"");
    runs_ = true;
}

void Server::stop() {
    run(folder_, bin + "pg_ctl stop -w -s -m immediate -D " + folder_ + "/data");
    runs_ = false;
}

Server::~Server() {
    try {
        if (runs_) stop();
    } catch (const std::exception&) {  // the folder goes all the same
    }
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::string Server::url(const std::string& options) const {
    return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/postgres" +
           (options.empty() ? "" : "?" + options);
}

Bouncer::Bouncer(const Server& server) : folder_(new_folder()), port_(free_port()) {
    std::ofstream(folder_ + "/bouncer.ini")
        << "[databases]\n* = host=127.0.0.1 port=" << server.port() << " user=postgres\n[pgbouncer]\n"
        << "listen_addr = 127.0.0.1\nlisten_port = " << port_ << "\nunix_socket_dir =\nauth_type = any\n"
        << "pool_mode = transaction\ndefault_pool_size = 2\npidfile = " << folder_ << "/pid\nlogfile = " << folder_
        << "/log\n";
    run(folder_, "/usr/sbin/pgbouncer -d " + folder_ + "/bouncer.ini");
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10); !answers(port_);) {
        if (std::chrono::steady_clock::now() > end) throw std::runtime_error("pgbouncer does not answer");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

Bouncer::~Bouncer() {
    pid_t pid = 0;
    std::ifstream(folder_ + "/pid") >> pid;
    if (pid > 1) kill(pid, SIGTERM);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::string Bouncer::url() const {
    return "postgresql://app@127.0.0.1:" + std::to_string(port_) + "/postgres?prepare=off&pool_size=8";
}

}  // namespace orm::test
