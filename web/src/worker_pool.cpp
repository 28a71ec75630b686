#include "worker_pool.hpp"

#include <algorithm>

namespace web {

WorkerPool::WorkerPool(unsigned threads, std::size_t queue) : limit_(queue) {
    for (unsigned i = 0; i < std::max(threads, 1U); ++i) threads_.emplace_back([this] { work(); });
}

bool WorkerPool::submit(Task task) {
    {
        const std::scoped_lock lock(mutex_);
        // An idle worker takes a task even when nothing may wait.
        const std::size_t idle = threads_.size() - std::min<std::size_t>(threads_.size(), running_);
        if (closed_ || queue_.size() >= limit_ + idle) return false;
        queue_.push_back(std::move(task));
    }
    wake_.notify_one();
    return true;
}

void WorkerPool::shutdown() {
    std::deque<Task> dropped;
    {
        const std::scoped_lock lock(mutex_);
        closed_ = true;
        dropped.swap(queue_);
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

std::size_t WorkerPool::queued() const {
    const std::scoped_lock lock(mutex_);
    return queue_.size();
}

void WorkerPool::work() {
    for (;;) {
        Task task;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return closed_ || !queue_.empty(); });
            if (queue_.empty()) return;
            task = std::move(queue_.front());
            queue_.pop_front();
            ++running_;
        }
        task();
        task = nullptr;
        --running_;
    }
}

}  // namespace web
