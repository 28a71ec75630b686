#include "smtp_server.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <vector>

extern char** environ;

namespace mail::test {

SmtpServer::SmtpServer(const std::filesystem::path& folder, int port, const std::string& user,
                       const std::string& password) {
    std::vector<std::string> words{SMTP_SERVER, folder.string(), std::to_string(port)};
    if (!user.empty()) words.insert(words.end(), {user, password});
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const int failed = posix_spawn(&process_, SMTP_SERVER, &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    std::string said;
    for (char c = 0; !failed && read(ends[0], &c, 1) == 1 && c != '\n';) said += c;
    close(ends[0]);
    if (said.empty()) {
        if (!failed) stop();
        throw std::runtime_error("the SMTP server does not start (python3-aiosmtpd, openssl)");
    }
    port_ = std::stoi(said);
}

void SmtpServer::stop() {
    if (process_ <= 0) return;
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
    process_ = 0;
}

}  // namespace mail::test
