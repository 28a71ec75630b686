#include "serving.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace cli_tests {
namespace {

using Clock = std::chrono::steady_clock;

std::string contents(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The environment without what would change the settings, and with the pages' styles.
std::vector<std::string> environment() {
    std::vector<std::string> result;
    for (char** entry = environ; *entry; ++entry) {
        const std::string text = *entry;
        if (!text.starts_with("DATABASE_URL=") && !text.starts_with("MAIL_") && !text.starts_with("DB") &&
            !text.starts_with("ENTREPRINDER_"))
            result.push_back(text);
    }
    result.push_back(std::string("ENTREPRINDER_ASSETS=") + ENTREPRINDER_SOURCE + "/platforms");
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

std::string Answer::header(const std::string& name) const {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == head.npos) return {};
    const auto from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
}

Serving::Serving(const std::string& url, const std::string& config) {
    std::string pattern = (std::filesystem::temp_directory_path() / "entreprinder-serving-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::ofstream(folder_ + "/config.toml") << config;
    // The kernel ends it with us, even if we are killed.
    std::vector<std::string> arguments = {
        "setpriv", "--pdeathsig", "TERM",     ENTREPRINDER_BINARY,     "serve", "--database", url,
        "--port",  "0",           "--config", folder_ + "/config.toml"};
    std::vector<std::string> variables = environment();
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addchdir_np(&files, folder_.c_str());
    for (const auto& [number, name] : {std::pair(1, "/out"), std::pair(2, "/err")})
        posix_spawn_file_actions_addopen(&files, number, (folder_ + name).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int code =
        posix_spawnp(&pid_, "setpriv", &files, nullptr, pointers(arguments).data(), pointers(variables).data());
    posix_spawn_file_actions_destroy(&files);
    if (code != 0) throw std::runtime_error("cannot run setpriv (Debian: util-linux)");
    wait_for_port();
}

void Serving::wait_for_port() {
    const std::regex address("http://crush\\.localhost:(\\d+)/");
    for (const auto end = Clock::now() + std::chrono::seconds(60); Clock::now() < end;) {
        std::smatch found;
        const std::string out = contents(folder_ + "/out");
        if (out.find("Ctrl-C") != out.npos && std::regex_search(out, found, address)) {
            port_ = static_cast<std::uint16_t>(std::stoi(found[1]));
            return;
        }
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    throw std::runtime_error("serve printed no address: " + log());
}

Serving::~Serving() {
    if (pid_ > 0) {
        kill(pid_, SIGTERM);
        int status = 0;
        for (const auto end = Clock::now() + std::chrono::seconds(20); waitpid(pid_, &status, WNOHANG) == 0;) {
            if (Clock::now() > end) kill(pid_, SIGKILL);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string Serving::log() const {
    return contents(folder_ + "/err");
}

Answer Serving::get(const std::string& target, const std::string& host, const std::string& headers) const {
    const auto start = Clock::now();
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{20, 0};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    std::string text;
    if (connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
        const std::string request =
            "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "Connection: close\r\n\r\n";
        char space[64 * 1024];
        ssize_t count = send(socket, request.data(), request.size(), MSG_NOSIGNAL);
        while (count > 0) {
            count = recv(socket, space, sizeof space, 0);
            if (count > 0) text.append(space, static_cast<std::size_t>(count));
        }
    }
    close(socket);
    Answer answer;
    answer.took = Clock::now() - start;
    const auto end = text.find("\r\n\r\n");
    if (end == text.npos) return answer;
    answer.head = text.substr(0, end + 2);
    answer.body = text.substr(end + 4);
    answer.status = std::stoi(text.substr(9, 3));
    return answer;
}

}  // namespace cli_tests
