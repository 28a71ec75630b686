#include "orm/database.hpp"

#include <algorithm>
#include <random>
#include <thread>
#include <utility>

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
    UsageError error(
        std::string("this thread writes through the Database inside its own open transaction; use the Transaction (") +
        location.file_name() + ":" + std::to_string(location.line()) + ")");
    error.location = location;
    throw error;
}

template <class Action>
auto located(std::source_location location, Action action) {
    try {
        return action();
    } catch (IntegrityError& error) {
        if (error.location.line() == 0) error.location = location;
        if (error.model.empty()) error.model = model_of_table(error.table);
        throw;
    } catch (Error& error) {
        if (error.location.line() == 0) error.location = location;
        throw;
    }
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
    return options.read_only ? text + " READ ONLY" : text;
}

/// SQLite has no read-only transactions; while this lives its connection refuses to write.
class ReadOnly {
  public:
    ReadOnly(Connection& connection, bool on)
        : connection_(on && connection.dialect() == Dialect::sqlite ? &connection : nullptr) {
        if (connection_) connection_->script("PRAGMA query_only = 1");
    }
    ~ReadOnly() {
        if (connection_) connection_->script("PRAGMA query_only = 0");
    }
    ReadOnly(const ReadOnly&) = delete;
    ReadOnly& operator=(const ReadOnly&) = delete;

  private:
    Connection* connection_;
};

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
        monitor::Watch watch(statement.text, location, params);
        const std::uint64_t rows = lease->run(statement, params, sink);
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
        monitor::Watch watch(statement.text, location, params);
        const std::int64_t key = generated ? lease->insert(statement, params)
                                           : static_cast<std::int64_t>(lease->run(statement, params, nullptr));
        watch.done(1);
        return key;
    });
}

void Database::do_stream(const Statement& statement, std::span<const Param> params, const RowSink& sink,
                         std::size_t batch, Location location) {
    detail::validate(params);
    located(location, [&] {
        const Lease lease = pool_.acquire(location);
        monitor::Watch watch(statement.text, location, params);
        lease->stream(statement, params, watch.count(sink), batch);
        watch.done(watch.counted());
    });
}

void Database::run_atomic(AtomicOptions options, const std::function<void(Transaction&)>& body, Location location) {
    refuse_self_wait(this, location);
    const bool writes = !options.read_only;
    for (int attempt = 0;; ++attempt) {
        std::vector<std::function<void()>> hooks;
        try {
            located(location, [&] {
                const Pool::WriteTurn turn = writes ? pool_.write_turn() : Pool::WriteTurn{};
                const Lease lease = pool_.acquire(location);
                const OpenHere here(this);
                control(*lease, writes ? "BEGIN IMMEDIATE" : "BEGIN", begin_text(options));
                const ReadOnly guard(*lease, !writes);
                Transaction tx(*lease);
                try {
                    body(tx);
                    if (tx.failed_)
                        throw UsageError(
                            "a statement failed in this transaction and its error was swallowed; wrap what may "
                            "fail in tx.atomic");
                    tx.open_ = false;
                    control(*lease, "COMMIT", "COMMIT");
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

void Transaction::check_open(Location location) const {
    if (open_ && !failed_) return;
    UsageError error(
        std::string(open_ ? "a statement failed in this transaction: nothing more runs until it is rolled back; wrap "
                            "what may fail in tx.atomic ("
                          : "this transaction has ended (") +
        location.file_name() + ":" + std::to_string(location.line()) + ")");
    error.location = location;
    throw error;
}

void Transaction::on_commit(std::function<void()> hook) {
    check_open(Location::current());
    hooks_.push_back(std::move(hook));
}

template <class Action>
auto Transaction::guarded(Location location, Action action) {
    return located(location, [&] {
        try {
            return action();
        } catch (const DatabaseError&) {
            failed_ = true;
            throw;
        }
    });
}

void Transaction::with_connection(bool, Location location, const std::function<void(Connection&)>& use) {
    check_open(location);
    guarded(location, [&] { use(connection_); });
}

std::uint64_t Transaction::do_run(const Statement& statement, std::span<const Param> params, const RowSink* sink, bool,
                                  Location location) {
    check_open(location);
    detail::validate(params);
    return guarded(location, [&] {
        monitor::Watch watch(statement.text, location, params);
        const std::uint64_t rows = connection_.run(statement, params, sink);
        watch.done(rows);
        return rows;
    });
}

std::int64_t Transaction::do_insert(const Statement& statement, std::span<const Param> params, bool generated,
                                    Location location) {
    check_open(location);
    return guarded(location, [&] {
        monitor::Watch watch(statement.text, location, params);
        const std::int64_t key = generated ? connection_.insert(statement, params)
                                           : static_cast<std::int64_t>(connection_.run(statement, params, nullptr));
        watch.done(1);
        return key;
    });
}

void Transaction::do_stream(const Statement& statement, std::span<const Param> params, const RowSink& sink,
                            std::size_t batch, Location location) {
    check_open(location);
    detail::validate(params);
    guarded(location, [&] {
        monitor::Watch watch(statement.text, location, params);
        connection_.stream(statement, params, watch.count(sink), batch);
        watch.done(watch.counted());
    });
}

void Transaction::run_atomic(AtomicOptions, const std::function<void(Transaction&)>& body, Location location) {
    check_open(location);
    const std::string name = "s" + std::to_string(++depth_);
    const std::size_t hooks = hooks_.size();
    connection_.script("SAVEPOINT " + name);
    try {
        body(*this);
        check_open(location);
        connection_.script("RELEASE SAVEPOINT " + name);
    } catch (...) {
        --depth_;
        hooks_.resize(hooks);
        if (connection_.usable() && connection_.in_transaction()) {
            connection_.script("ROLLBACK TO SAVEPOINT " + name + "; RELEASE SAVEPOINT " + name);
            failed_ = false;
        }
        throw;
    }
    --depth_;
}

}  // namespace orm
