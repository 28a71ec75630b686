// What runs inside atomic(): statements on one connection, savepoints, hooks.
#include "atomic.hpp"
#include "commit.hpp"
#include "monitor/counting.hpp"
#include "validate.hpp"

namespace orm {

void Transaction::check_open(Location location) const {
    if (open_ && !failed_) return;
    throw_usage(
        open_ ? "a statement failed in this transaction: nothing more runs until it is rolled back; wrap what may "
                "fail in tx.atomic"
              : "this transaction has ended",
        location);
}

void Transaction::on_commit(std::function<void()> hook, Location location) {
    check_open(location);
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

void Transaction::with_connection(bool write, Location location, const std::function<void(Connection&)>& use) {
    check_open(location);
    ask_id_ = ask_id_ || write;
    guarded(location, [&] { use(connection_); });
}

std::uint64_t Transaction::write(const Statement& statement, std::span<const Param> params, const RowSink* sink) {
    if (dialect() == Dialect::sqlite || !id_.empty()) return connection_.run(statement, params, sink);
    const std::uint64_t rows = run_with_id(connection_, statement, params, sink, id_);
    ask_id_ = false;
    return rows;
}

std::uint64_t Transaction::do_run(const Statement& statement, std::span<const Param> params, const RowSink* sink,
                                  bool write, Location location) {
    check_open(location);
    detail::validate(params);
    return guarded(location, [&] {
        monitor::Watch watch(connection_, statement, location, params);
        const std::uint64_t rows =
            write ? this->write(statement, params, sink) : connection_.run(statement, params, sink);
        watch.done(rows);
        return rows;
    });
}

std::int64_t Transaction::do_insert(const Statement& statement, std::span<const Param> params, bool generated,
                                    Location location) {
    check_open(location);
    return guarded(location, [&] {
        monitor::Watch watch(connection_, statement, location, params);
        std::int64_t key = 0;
        if (!generated) {
            key = static_cast<std::int64_t>(write(statement, params, nullptr));
        } else if (dialect() == Dialect::sqlite || !id_.empty()) {
            key = connection_.insert(statement, params);
        } else {
            static const RowPlan plan = detail::raw_plan<std::int64_t>();
            std::vector<std::int64_t> keys;
            const detail::Sink<std::int64_t> sink(keys, plan);
            write(statement, params, &sink.into());
            if (!keys.empty()) key = keys.front();
        }
        watch.done(1);
        return key;
    });
}

void Transaction::refuse_nested(const AtomicOptions& options, Location location) const {
    if (options.durable)
        throw_usage("a durable block stands inside another transaction, so its end would not be its commit", location);
    if (options.isolation != Isolation::standard && options.isolation != options_.isolation)
        throw_usage("the isolation level is chosen by the outermost atomic; this one is inside it", location);
    if (options.joined && options.read_only && !options_.read_only)
        throw_usage("a read_only block inside a transaction that writes needs its savepoint: not joined", location);
}

/// A savepoint that was skipped cannot be rolled back: the block around it is undone as well.
void Transaction::run_joined(const std::function<void(Transaction&)>& body, Location location) {
    try {
        body(*this);
    } catch (...) {
        failed_ = true;
        throw;
    }
    check_open(location);
}

void Transaction::run_atomic(AtomicOptions options, const std::function<void(Transaction&)>& body, Location location) {
    check_open(location);
    refuse_nested(options, location);
    if (options.joined) return run_joined(body, location);
    const bool turns_read_only = options.read_only && !options_.read_only;
    const std::string name = "s" + std::to_string(++depth_);
    const std::size_t hooks = hooks_.size(), names = names_.size();
    const bool read_only_around = options_.read_only;
    // Whatever happens, the block around this one goes on as it was.
    const auto leave = [&] {
        --depth_;
        options_.read_only = read_only_around;
    };
    try {
        located(location, [&] { connection_.script("SAVEPOINT " + name); });
        if (turns_read_only && dialect() == Dialect::postgres) connection_.script("SET TRANSACTION READ ONLY");
        {
            const ReadOnly guard(connection_, turns_read_only);
            options_.read_only = options_.read_only || options.read_only;
            body(*this);
        }
        check_open(location);
        located(location, [&] { connection_.script("RELEASE SAVEPOINT " + name); });
    } catch (...) {
        leave();
        hooks_.resize(hooks);
        failed_ = true;  // unless the savepoint undoes it
        if (connection_.usable() && connection_.in_transaction()) {
            try {
                connection_.script("ROLLBACK TO SAVEPOINT " + name + "; RELEASE SAVEPOINT " + name);
                names_.resize(names);
                failed_ = false;
            } catch (const Error&) {
            }
        }
        throw;
    }
    leave();
}

}  // namespace orm
