#include "session.hpp"

namespace lock_script {
namespace {

using E = shop::Event;
using R = shop::Registration;
using orm::f;

struct Rollback {};
struct Stop {};

auto row(orm::Id<E> id) {
    return orm::select<E> | orm::filter(f<&E::id> == id);
}

template <class Lock>
std::string lock_with(orm::Transaction& tx, orm::Id<E> id, Lock lock, const std::string& how) {
    const auto size = how == "nowait"        ? tx.all(row(id) | lock(orm::nowait)).size()
                      : how == "skip_locked" ? tx.all(row(id) | lock(orm::skip_locked)).size()
                                             : tx.all(row(id) | lock).size();
    return how == "skip_locked" ? std::to_string(size) + (size == 1 ? " row" : " rows") : "ok";
}

/// What works with a transaction and without one; nothing when the action is unknown.
std::optional<std::string> act(orm::Executor& db, const Step& step, const Data& data) {
    const auto id = [&] { return data.row(step.words.at(0)); };
    if (step.action == "read") return std::to_string(db.get(id()).max_participants);
    if (step.action == "total") {
        const auto sum = db.raw<std::int64_t>("SELECT coalesce(sum(max_participants), 0) FROM shop_event");
        return std::to_string(sum.at(0));
    }
    if (step.action == "add") {
        const auto more = static_cast<std::int32_t>(std::stoi(step.words.at(1)));
        db.update(row(id()), orm::set<& E::max_participants> = f<&E::max_participants> + more);
        return "ok";
    }
    if (step.action == "new_row") {
        E event;
        event.title = "new";
        event.max_participants = static_cast<std::int32_t>(std::stoi(step.words.at(0)));
        db.insert(event);
        return "ok";
    }
    if (step.action == "child") {
        R child;
        child.event = id();
        child.user = data.user;
        db.insert(child);
        return "ok";
    }
    if (step.action == "delete") {
        db.erase(row(id()));
        return "ok";
    }
    return std::nullopt;
}

std::string act_inside(orm::Transaction& tx, const Step& step, const Data& data) {
    if (auto done = act(tx, step, data)) return *done;
    const std::string how = step.words.size() > 1 ? step.words[1] : "";
    const auto id = [&] { return data.row(step.words.at(0)); };
    if (step.action == "for_update") return lock_with(tx, id(), orm::for_update, how);
    if (step.action == "for_no_key_update") return lock_with(tx, id(), orm::for_no_key_update, how);
    if (step.action == "for_share") return lock_with(tx, id(), orm::for_share, how);
    if (step.action == "for_key_share") return lock_with(tx, id(), orm::for_key_share, how);
    if (step.action == "advisory") {
        orm::advisory_lock(tx, step.words.at(0));
        return "ok";
    }
    if (step.action == "try_advisory") return orm::try_advisory_lock(tx, step.words.at(0)) ? "taken" : "busy";
    if (step.action == "patient") {  // lets another session be the one that notices a deadlock
        tx.execute("SET LOCAL deadlock_timeout TO '1min'");
        return "ok";
    }
    throw std::runtime_error("no action " + step.action + " in a transaction");
}

orm::AtomicOptions options_of(const Step& step) {
    orm::AtomicOptions options;
    for (std::size_t i = 0; i < step.words.size(); ++i) {
        const std::string& word = step.words[i];
        if (word == "repeatable_read") {
            options.isolation = orm::Isolation::repeatable_read;
        } else if (word == "serializable") {
            options.isolation = orm::Isolation::serializable;
        } else if (word == "read_only") {
            options.read_only = true;
        } else if (word == "retries") {
            options.retries = std::stoi(step.words.at(++i));
        } else {
            throw std::runtime_error("begin does not know " + word);
        }
    }
    return options;
}

}  // namespace

std::string name_of(const orm::Error& error) {
    if (dynamic_cast<const orm::LockTimeout*>(&error)) return "LockTimeout";
    if (dynamic_cast<const orm::Deadlock*>(&error)) return "Deadlock";
    if (dynamic_cast<const orm::SerializationFailure*>(&error)) return "SerializationFailure";
    if (dynamic_cast<const orm::DoesNotExist*>(&error)) return "DoesNotExist";
    if (dynamic_cast<const orm::IntegrityError*>(&error)) return "IntegrityError";
    return error.what();
}

Session::Session(const std::string& url, const Data& data) : data_(data), db_(url) {
    if (db_.dialect() == orm::Dialect::postgres) pid_ = db_.raw<std::int32_t>("SELECT pg_backend_pid()").at(0);
    thread_ = std::thread([this] { run(); });
}

Session::~Session() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
        changed_.notify_all();
    }
    thread_.join();
}

void Session::start(const Step& step) {
    const std::lock_guard lock(mutex_);
    step_ = step;
    result_.reset();
    changed_.notify_all();
}

bool Session::busy() const {
    const std::lock_guard lock(mutex_);
    return step_ && !result_;
}

std::optional<std::string> Session::result(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, most, [&] { return result_.has_value(); });
    return result_;
}

Step Session::next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stop_ || (step_ && !result_); });
    if (stop_) throw Stop{};
    return *step_;
}

void Session::answer(std::string result) {
    const std::lock_guard lock(mutex_);
    result_ = std::move(result);
    changed_.notify_all();
}

void Session::run() {
    for (;;) {
        try {
            const Step step = next();
            if (step.action == "begin")
                begin(step);
            else
                answer(outside(step));
        } catch (const Stop&) {
            return;
        } catch (const orm::Error& error) {
            answer(name_of(error));
        } catch (const std::exception& error) {
            answer(error.what());
        }
    }
}

std::string Session::outside(const Step& step) {
    if (auto done = act(db_, step, data_)) return *done;
    throw std::runtime_error("no action " + step.action + " outside a transaction");
}

void Session::begin(const Step& step) {
    done_.clear();
    const orm::AtomicOptions options = options_of(step);
    try {
        db_.atomic(options, [&](orm::Transaction& tx) { in_transaction(tx, options.retries > 0); });
        answer("ok");
    } catch (const Rollback&) {
        answer("ok");
    }
}

/// Begins by what this transaction had done before, when it is a repetition; then goes on as told.
void Session::in_transaction(orm::Transaction& tx, bool repeatable) {
    for (const Step& step : done_) act_inside(tx, step, data_);
    for (;;) {
        const Step step = next();
        if (step.action == "begin") {  // is done
            answer("ok");
            continue;
        }
        if (step.action == "commit") return;
        if (step.action == "rollback") throw Rollback{};
        try {
            std::string result = act_inside(tx, step, data_);
            done_.push_back(step);
            answer(std::move(result));
        } catch (const orm::Error& error) {
            const std::string name = name_of(error);
            if (repeatable && (name == "Deadlock" || name == "SerializationFailure")) throw;
            answer(name);
        }
    }
}

}  // namespace lock_script
