/// A child process that is killed with -9 in the middle of something.
///
///     const Killed child([&] { orm::Database own(url); own.atomic([&](auto& tx) { ...; Killed::here(); }); });
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

/// Forks, lets the child run `body` until it calls here(), and kills it there. The child may use nothing of the
/// parent's connections; it opens its own.
class Killed {
  public:
    explicit Killed(const std::function<void()>& body) {
        if (pipe(ready_) != 0) throw std::runtime_error("pipe failed");
        const pid_t child = fork();
        if (child == 0) {
            try {
                body();
            } catch (...) {
            }
            _exit(1);  // here() was never reached: the parent reads nothing
        }
        close(ready_[1]);
        char byte = 0;
        const bool reached = read(ready_[0], &byte, 1) == 1;
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        close(ready_[0]);
        EXPECT_TRUE(reached) << "the child ended before the moment to kill it";
    }
    Killed(const Killed&) = delete;
    Killed& operator=(const Killed&) = delete;

    [[noreturn]] static void here() {
        const char byte = 1;
        if (write(ready_[1], &byte, 1) != 1) _exit(1);
        for (;;) pause();
    }

  private:
    inline static int ready_[2];
};
