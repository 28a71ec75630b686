// Threads that run blocking handlers, with a queue of bounded length in front: a full queue is the caller's problem.
//
//   WorkerPool pool(8, 256);
//   if (!pool.submit([job] { job->run(); })) answer_503();
//   pool.shutdown();                                  // drops what waits, joins what runs
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace web {

class WorkerPool {
  public:
    using Task = std::function<void()>;  // must not throw

    WorkerPool(unsigned threads, std::size_t queue);
    ~WorkerPool() { shutdown(); }
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    bool submit(Task task);  // false: queue full, or shut down
    void shutdown();
    std::size_t queued() const;
    std::size_t running() const { return running_; }

  private:
    void work();

    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Task> queue_;
    bool closed_ = false;
    std::atomic<std::size_t> running_ = 0;
    std::vector<std::thread> threads_;
};

}  // namespace web
