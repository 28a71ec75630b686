#include "orm/pool.hpp"

#include <time.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

#include "monitor/counting.hpp"
#include "orm/errors.hpp"

namespace orm {
namespace {

using Clock = std::chrono::steady_clock;

/// The steady clock as of the last tick, a few milliseconds ago: a tenth of the price, and nobody needs to know more
/// exactly since when a connection is held or idle.
Clock::time_point roughly_now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return Clock::time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

std::string seconds_text(std::chrono::nanoseconds span) {
    const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(span).count() / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

/// `events.cpp:12 list_events`
std::string place(const std::source_location& location) {
    const std::string_view path = location.file_name();
    const auto slash = path.rfind('/');
    std::string result(slash == path.npos ? path : path.substr(slash + 1));
    result += ":" + std::to_string(location.line());
    if (*location.function_name()) (result += " ") += location.function_name();
    return result;
}

struct Holder {
    std::source_location location;
    Clock::time_point since;
    bool holds = false;
    std::uint64_t prepared = 0;  ///< Connection::prepared() when it was lent
};

std::string list_of(std::vector<Holder> holders, Clock::time_point now) {
    std::erase_if(holders, [](const Holder& holder) { return !holder.holds; });
    std::stable_sort(holders.begin(), holders.end(),
                     [](const Holder& a, const Holder& b) { return a.since < b.since; });
    constexpr std::size_t most = 16;
    std::string result;
    std::size_t count = 0;
    for (const Holder& holder : holders) {
        if (count++ == most) return result + ", and " + std::to_string(holders.size() - most) + " more";
        if (!result.empty()) result += ", ";
        result += place(holder.location) + " (" + seconds_text(now - holder.since) + ")";
    }
    return result;
}

/// Somebody in a queue. What he waits for is handed to him, so that nobody overtakes.
struct Waiter {
    std::condition_variable ready;
    bool granted = false;
};

/// Waits in `queue` until granted or the deadline; false: not granted, and no longer in the queue.
bool wait_turn(std::unique_lock<std::mutex>& lock, std::deque<Waiter*>& queue, Waiter& self,
               Clock::time_point deadline) {
    queue.push_back(&self);
    if (self.ready.wait_until(lock, deadline, [&] { return self.granted; })) return true;
    std::erase(queue, &self);
    return false;
}

void grant_next(std::deque<Waiter*>& queue) {
    Waiter* next = queue.front();
    queue.pop_front();
    next->granted = true;
    next->ready.notify_one();  // under the lock: the waiter lives on its thread's stack
}

PoolOptions settled(const DatabaseUrl& url, PoolOptions options) {
    if (url.pool_size != 0) options.size = url.pool_size;
    if (url.dialect == Dialect::sqlite && url.path == ":memory:") options.size = 1;
    if (options.size == 0) options.size = 1;
    return options;
}

}  // namespace

struct Pool::Impl {
    struct Idle {
        std::unique_ptr<Connection> connection;
        Clock::time_point since;
    };

    explicit Impl(PoolOptions given) : options(given) {}

    /// A place in the pool came free: it goes to the first in the queue, or nobody has it.
    void free_place() {
        if (waiters.empty()) {
            --taken;
        } else {
            grant_next(waiters);
        }
    }

    const PoolOptions options;
    mutable std::mutex mutex;
    std::deque<Waiter*> waiters;
    std::vector<Idle> idle;       ///< the last given back is the first taken: its caches are warm
    std::vector<Holder> holders;  ///< by ticket; a place for each, so that borrowing allocates nothing
    std::vector<std::size_t> free_tickets;
    Clock::time_point suspect{};  ///< what lay idle then may be as dead as the connection that was found broken
    std::size_t taken = 0;        ///< places in use or being filled; taken + idle <= size once nobody waits
    PoolStatistics numbers;

    std::mutex write_mutex;
    std::deque<Waiter*> writers;
    bool writing = false;
    Clock::time_point writing_since;
};

Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      connection_(std::move(other.connection_)),
      ticket_(std::exchange(other.ticket_, 0)) {}

Lease& Lease::operator=(Lease&& other) noexcept {
    if (this == &other) return *this;
    release();
    pool_ = std::exchange(other.pool_, nullptr);
    connection_ = std::move(other.connection_);
    ticket_ = std::exchange(other.ticket_, 0);
    return *this;
}

void Lease::release() noexcept {
    if (connection_ && pool_) pool_->give_back(std::move(connection_), ticket_);
    connection_.reset();
    pool_ = nullptr;
}

Pool::Pool(DatabaseUrl url, PoolOptions options)
    : url_(std::move(url)), impl_(std::make_unique<Impl>(settled(url_, options))) {}

Pool::~Pool() = default;

Lease Pool::acquire(std::source_location location) {
    Impl& impl = *impl_;
    std::unique_lock lock(impl.mutex);
    if (impl.waiters.empty() && impl.taken < impl.options.size) {
        ++impl.taken;
    } else {
        const auto start = Clock::now();
        Waiter self;
        const bool granted = wait_turn(lock, impl.waiters, self, start + impl.options.timeout);
        const std::chrono::nanoseconds waited = Clock::now() - start;
        monitor::add_wait(waited);
        impl.numbers.total_wait += waited;
        impl.numbers.longest_wait = std::max(impl.numbers.longest_wait, waited);
        if (!granted) {
            ++impl.numbers.timeouts;
            throw PoolTimeout("no connection to '" + url_.display + "' came free within " +
                              seconds_text(impl.options.timeout) + "; all " + std::to_string(impl.options.size) +
                              " are held by: " + list_of(impl.holders, Clock::now()));
        }
    }
    // This thread owns one place now. Connections are checked and opened without the lock.
    std::unique_ptr<Connection> connection;
    Clock::time_point now = roughly_now();
    while (!connection && !impl.idle.empty()) {
        Impl::Idle candidate = std::move(impl.idle.back());
        impl.idle.pop_back();
        const bool must_ping =
            candidate.since <= impl.suspect || now - candidate.since >= impl.options.check_after_idle;
        if (!must_ping && candidate.connection->usable()) {
            connection = std::move(candidate.connection);
            break;
        }
        lock.unlock();
        if (candidate.connection->usable() && candidate.connection->ping())
            connection = std::move(candidate.connection);
        else
            candidate.connection.reset();
        lock.lock();
        now = roughly_now();
        if (!connection) {
            impl.suspect = now;
            ++impl.numbers.closed_broken;
        }
    }
    if (!connection) {
        lock.unlock();
        try {
            const auto start = Clock::now();
            connection = connect(url_);
            monitor::add_wait(Clock::now() - start);
        } catch (...) {
            lock.lock();
            impl.free_place();
            throw;
        }
        lock.lock();
        now = roughly_now();
        ++impl.numbers.opened;
    }
    ++impl.numbers.acquired;
    if (impl.free_tickets.empty()) {
        impl.free_tickets.push_back(impl.holders.size());
        impl.holders.emplace_back();
    }
    const std::size_t ticket = impl.free_tickets.back();
    impl.free_tickets.pop_back();
    impl.holders[ticket] = {location, now, true, connection->prepared()};
    return Lease(this, std::move(connection), ticket);
}

void Pool::give_back(std::unique_ptr<Connection> connection, std::size_t ticket) noexcept {
    Impl& impl = *impl_;
    bool fit = connection->usable();
    if (fit && connection->in_transaction()) {
        try {
            connection->script("ROLLBACK");
            fit = connection->usable() && !connection->in_transaction();
        } catch (...) {
            fit = false;
        }
    }
    // An in-memory database lives as long as its only connection.
    if (!fit && url_.dialect == Dialect::sqlite && url_.path == ":memory:") fit = connection->usable();
    const std::uint64_t prepared = connection->prepared();
    if (!fit) connection.reset();
    const std::lock_guard lock(impl.mutex);
    if (const std::uint64_t more = prepared - impl.holders[ticket].prepared; more != 0)
        monitor::count(monitor::Happened::prepared, more);
    impl.holders[ticket].holds = false;
    impl.free_tickets.push_back(ticket);  // no allocation: it had this place before
    if (fit) {
        impl.idle.push_back({std::move(connection), roughly_now()});
    } else {
        impl.suspect = roughly_now();
        ++impl.numbers.closed_broken;
    }
    impl.free_place();
}

Pool::WriteTurn Pool::write_turn() {
    if (url_.dialect != Dialect::sqlite) return {};
    Impl& impl = *impl_;
    std::unique_lock lock(impl.write_mutex);
    if (impl.writing) {
        Waiter self;
        const auto start = Clock::now();
        if (!wait_turn(lock, impl.writers, self, Clock::now() + url_.lock_timeout))
            throw LockTimeout("another write transaction on '" + url_.display + "' did not end within " +
                              seconds_text(url_.lock_timeout) + "; it began " +
                              seconds_text(Clock::now() - impl.writing_since) + " ago");
        monitor::add_wait(Clock::now() - start);
    }
    impl.writing = true;
    impl.writing_since = roughly_now();
    return WriteTurn(this);
}

Pool::WriteTurn::~WriteTurn() {
    if (!pool_) return;
    Impl& impl = *pool_->impl_;
    const std::lock_guard lock(impl.write_mutex);
    if (impl.writers.empty()) {
        impl.writing = false;
    } else {
        grant_next(impl.writers);
    }
}

PoolStatistics Pool::statistics() const {
    const std::lock_guard lock(impl_->mutex);
    PoolStatistics result = impl_->numbers;
    result.size = impl_->options.size;
    result.idle = impl_->idle.size();
    result.in_use = impl_->taken;
    result.waiting = impl_->waiters.size();
    return result;
}

}  // namespace orm
