/// Running queries: a Database (each call on a pooled connection) and a Transaction (all calls on one).
///
///     orm::Database db("postgresql://app@localhost/entreprinder");
///     auto events = db.all(orm::select<E> | published | orm::limit(20));
///     db.atomic([&](orm::Transaction& tx) {
///         auto event = tx.get(orm::select<E> | orm::filter(f<&E::id> == id) | orm::for_update);
///         tx.on_commit([] { ... });                       // runs only after a durable commit
///     });
///
/// A Database may be used by many threads at once; a Transaction belongs to the thread that runs its callback.
#pragma once

#include "orm/executor.hpp"

namespace orm {

namespace detail {
/// For advisory.hpp.
bool lock_name(Transaction& tx, std::string_view name, bool once, std::optional<std::chrono::milliseconds> deadline,
               std::source_location location);
}  // namespace detail

struct DatabaseOptions {
    PoolOptions pool;  ///< the URL's pool_size and pool_timeout win
};

/// What became of a transaction whose commit was in doubt.
enum class CommitOutcome : std::uint8_t {
    committed,
    rolled_back,
    unknown,  ///< the server cannot tell: look at the data
};

class Database : public Executor {
  public:
    /// Throws ConfigurationError for a wrong URL. Connections are opened when they are needed; see check().
    explicit Database(std::string_view url, DatabaseOptions options = {});
    ~Database() override;

    Dialect dialect() const override { return pool_.url().dialect; }
    /// Opens a connection and asks it; throws what is wrong.
    void check();
    /// Asks the server on another connection, and waits there until the transaction has ended; one whose COMMIT never
    /// arrived is ended by this. Throws ConnectionLost, or LockTimeout when it has not ended within `deadline`.
    /// Unknown: a write outside atomic, or so long ago that the server forgot. SQLite's commits are never in doubt.
    CommitOutcome outcome_of(const CommitInDoubt& doubt, std::chrono::milliseconds deadline = std::chrono::seconds(10));
    Pool& pool() { return pool_; }
    const DatabaseUrl& url() const { return pool_.url(); }

    void with_connection(bool write, Location location, const std::function<void(Connection&)>& use) override;

  protected:
    void run_atomic(AtomicOptions options, const std::function<void(Transaction&)>& body, Location location) override;
    bool in_transaction() const override { return false; }
    std::uint64_t do_run(const Statement& statement, std::span<const Param> params, const RowSink* sink, bool write,
                         Location location) override;
    std::int64_t do_insert(const Statement& statement, std::span<const Param> params, bool generated,
                           Location location) override;

  private:
    Pool pool_;
};

struct Job;

/// What happens inside atomic(). Rolled back unless the callback returns; reads never change its state.
class Transaction : public Executor {
  public:
    Dialect dialect() const override { return connection_.dialect(); }

    /// Runs after the outermost commit, in the order of registration; dropped when this block, or one around it, rolls
    /// back. A hook that throws neither undoes the commit nor stops the others: the first exception is rethrown as
    /// HookError at the end.
    void on_commit(std::function<void()> hook, Location location = Location::current());
    /// Writes `job` to the outbox as part of this transaction (orm/outbox.hpp). False when a job with its key is there
    /// already.
    bool enqueue(const Job& job, Location location = Location::current());

    void with_connection(bool write, Location location, const std::function<void(Connection&)>& use) override;
    /// The driver's connection, for SQL that goes around the data layer.
    Connection& connection() {
        ask_id_ = true;
        return connection_;
    }

  protected:
    void run_atomic(AtomicOptions options, const std::function<void(Transaction&)>& body, Location location) override;
    bool in_transaction() const override { return true; }
    std::uint64_t do_run(const Statement& statement, std::span<const Param> params, const RowSink* sink, bool write,
                         Location location) override;
    std::int64_t do_insert(const Statement& statement, std::span<const Param> params, bool generated,
                           Location location) override;

  private:
    friend class Database;
    friend bool detail::lock_name(Transaction&, std::string_view, bool, std::optional<std::chrono::milliseconds>,
                                  Location);
    Transaction(Connection& connection, const DatabaseUrl& url, const AtomicOptions& options)
        : connection_(connection), url_(url), options_(options) {}
    void refuse_nested(const AtomicOptions& options, Location location) const;
    void run_joined(const std::function<void(Transaction&)>& body, Location location);
    void check_open(Location location) const;
    template <class Action>
    auto guarded(Location location, Action action);
    std::uint64_t write(const Statement& statement, std::span<const Param> params, const RowSink* sink);
    Connection& connection_;
    const DatabaseUrl& url_;
    AtomicOptions options_;  ///< of this block: read_only changes with savepoints
    std::vector<std::function<void()>> hooks_;
    std::vector<std::pair<std::int64_t, std::shared_ptr<void>>> names_;  ///< locked by name (advisory.hpp)
    int depth_ = 0;
    bool open_ = true;
    /// PostgreSQL's id of this transaction, with which a lost COMMIT is found out. It comes with the answer to a write:
    /// empty until then. `ask_id_`: something may have been written since that did not ask.
    std::string id_;
    bool ask_id_ = false;
    bool failed_ = false;  ///< PostgreSQL refuses everything until the rollback
};

/// A hook of on_commit threw; the transaction is committed.
class HookError : public Error {
    using Error::Error;
};

}  // namespace orm
