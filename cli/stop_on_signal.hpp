/// Ctrl-C and `kill` end a long-running command in order.
///
///     const StopOnSignal stop(server);   // SIGINT and SIGTERM call server.stop() while this lives
///     server.run(handler);
#pragma once

#include <atomic>
#include <csignal>

namespace cli {

/// One at a time for each `T`. Its stop() must be safe inside a signal handler, and may be called more than once.
template <class T>
class StopOnSignal {
  public:
    explicit StopOnSignal(T& stopped) {
        running = &stopped;
        struct sigaction action {};
        action.sa_handler = [](int) {
            if (T* object = running.load()) object->stop();
        };
        sigemptyset(&action.sa_mask);
        for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
    }
    ~StopOnSignal() { running = nullptr; }
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;

  private:
    static inline std::atomic<T*> running{nullptr};
};

}  // namespace cli
