#include <algorithm>
#include <random>
#include <thread>
#include <utility>

#include "atomic.hpp"
#include "commit.hpp"
#include "monitor/counting.hpp"
#include "validate.hpp"

namespace orm {

namespace {

PoolOptions pool_options(const DatabaseUrl& url, PoolOptions options) {
    if (url.pool_size) options.size = url.pool_size;
    if (url.pool_timeout.count()) options.timeout = url.pool_timeout;
    return options;
}

/// Where this thread is: a write to SQLite outside its own open transaction would wait for itself.
thread_local std::vector<const Database*> open_here;

struct OpenHere {
    explicit OpenHere(const Database* database) { open_here.push_back(database); }
    ~OpenHere() { open_here.pop_back(); }
    OpenHere(const OpenHere&) = delete;
    OpenHere& operator=(const OpenHere&) = delete;
};

void refuse_self_wait(const Database* database, std::source_location location) {
    if (std::find(open_here.begin(), open_here.end(), database) == open_here.end()) return;
    throw_usage("this thread writes through the Database inside its own open transaction; use the Transaction",
                location);
}

void control(Connection& connection, const char* sqlite_text, const std::string& postgres_text) {
    if (connection.dialect() == Dialect::postgres) return connection.script(postgres_text);
    static std::uint32_t begin_id = Statement::next_id(), commit_id = Statement::next_id(),
                         rollback_id = Statement::next_id(), read_id = Statement::next_id();
    const std::string_view text = sqlite_text;
    const std::uint32_t id = text == "COMMIT"     ? commit_id
                             : text == "ROLLBACK" ? rollback_id
                             : text == "BEGIN"    ? read_id
                                                  : begin_id;
    connection.run(Statement{std::string(text), id, false}, {}, nullptr);
}

std::string begin_text(const AtomicOptions& options) {
    std::string text = "BEGIN";
    switch (options.isolation) {
        case Isolation::standard:
            break;
        case Isolation::read_committed:
            text += " ISOLATION LEVEL READ COMMITTED";
            break;
        case Isolation::repeatable_read:
            text += " ISOLATION LEVEL REPEATABLE READ";
            break;
        case Isolation::serializable:
            text += " ISOLATION LEVEL SERIALIZABLE";
            break;
    }
    if (options.read_only) text += " READ ONLY";
    return options.deferrable ? text + " DEFERRABLE" : text;
}

void commit(Connection& connection, std::string id, bool ask_id) {
    if (id.empty() && ask_id && connection.dialect() == Dialect::postgres) id = transaction_id(connection);
    try {
        control(connection, "COMMIT", "COMMIT");
    } catch (CommitInDoubt& doubt) {
        if (id.empty()) throw ConnectionLost("nothing had been written, and the connection was lost at COMMIT");
        doubt.transaction = id;
        throw;
    }
}

/// Before the next attempt: up to 5 ms, then twice as long each time, up to 1.3 s; random, so that those who collided
/// do not meet again.
void back_off(int attempt) {
    thread_local std::minstd_rand random(std::random_device{}());
    const int limit = 1 << std::min(attempt, 8);
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(1, 5 * limit)(random)));
}

}  // namespace

Database::Database(std::string_view url, DatabaseOptions options)
    : pool_(parse_url(url), pool_options(parse_url(url), options.pool)) {}
Database::~Database() = default;

void Database::check() {
    with_connection(false, Location::current(), [](Connection& connection) {
        if (!connection.ping()) throw ConnectionLost("the database does not answer");
    });
}

void Database::with_connection(bool write, Location location, const std::function<void(Connection&)>& use) {
    located(location, [&] {
        if (write && dialect() == Dialect::sqlite) refuse_self_wait(this, location);
        const Pool::WriteTurn turn = write ? pool_.write_turn() : Pool::WriteTurn{};
        const Lease lease = pool_.acquire(location);
        use(*lease);
    });
}

std::uint64_t Database::do_run(const Statement& statement, std::span<const Param> params, const RowSink* sink,
                               bool write, Location location) {
    detail::validate(params);
    return located(location, [&] {
        if (write && dialect() == Dialect::sqlite) refuse_self_wait(this, location);
        const Pool::WriteTurn turn = write ? pool_.write_turn() : Pool::WriteTurn{};
        const Lease lease = pool_.acquire(location);
        monitor::Watch watch(*lease, statement, location, params);
        const std::uint64_t rows = committed_alone(write, [&] { return lease->run(statement, params, sink); });
        watch.done(rows);
        return rows;
    });
}

std::int64_t Database::do_insert(const Statement& statement, std::span<const Param> params, bool generated,
                                 Location location) {
    return located(location, [&] {
        if (dialect() == Dialect::sqlite) refuse_self_wait(this, location);
        const Pool::WriteTurn turn = pool_.write_turn();
        const Lease lease = pool_.acquire(location);
        monitor::Watch watch(*lease, statement, location, params);
        const std::int64_t key = committed_alone(true, [&] {
            return generated ? lease->insert(statement, params)
                             : static_cast<std::int64_t>(lease->run(statement, params, nullptr));
        });
        watch.done(1);
        return key;
    });
}

void Database::run_atomic(AtomicOptions options, const std::function<void(Transaction&)>& body, Location location) {
    refuse_self_wait(this, location);
    const bool writes = !options.read_only;
    if (options.deferrable && (writes || options.isolation != Isolation::serializable))
        throw_usage("deferrable goes with isolation serializable and read_only", location);
    for (int attempt = 0;; ++attempt) {
        std::vector<std::function<void()>> hooks;
        try {
            located(location, [&] {
                const Pool::WriteTurn turn = writes ? pool_.write_turn() : Pool::WriteTurn{};
                const Lease lease = pool_.acquire(location);
                const OpenHere here(this);
                control(*lease, writes ? "BEGIN IMMEDIATE" : "BEGIN", begin_text(options));
                const ReadOnly guard(*lease, !writes);
                Transaction tx(*lease, url(), options);
                try {
                    body(tx);
                    if (tx.failed_)
                        throw UsageError(
                            "a statement failed in this transaction and its error was swallowed; wrap what may "
                            "fail in tx.atomic");
                    tx.open_ = false;
                    commit(*lease, tx.id_, tx.ask_id_);
                    monitor::count(monitor::Happened::committed);
                } catch (...) {
                    monitor::count(monitor::Happened::rolled_back);
                    tx.open_ = false;
                    // A connection that cannot roll back is broken; the pool closes it.
                    if (lease->usable() && lease->in_transaction()) {
                        try {
                            control(*lease, "ROLLBACK", "ROLLBACK");
                        } catch (const Error&) {
                        }
                    }
                    throw;
                }
                hooks = std::move(tx.hooks_);
            });
        } catch (const SerializationFailure&) {
            monitor::count(monitor::Happened::serialization_failure);
            if (attempt >= options.retries) throw;
            monitor::count(monitor::Happened::retried);
            back_off(attempt);
            continue;
        } catch (const Deadlock&) {
            monitor::count(monitor::Happened::deadlock);
            if (attempt >= options.retries) throw;
            monitor::count(monitor::Happened::retried);
            back_off(attempt);
            continue;
        }
        std::string failure;
        for (const auto& hook : hooks) {
            try {
                hook();
            } catch (const std::exception& e) {
                if (failure.empty()) failure = e.what();
            } catch (...) {
                if (failure.empty()) failure = "unknown exception";
            }
        }
        if (!failure.empty()) throw HookError("the transaction is committed, but an on_commit hook failed: " + failure);
        return;
    }
}

}  // namespace orm
