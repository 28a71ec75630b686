#include "letters.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <set>

#include "crush_lu/letters.hpp"
#include "crush_lu/queries.hpp"

namespace checker {

using orm::f;
using Job = orm::outbox::StoredJob;
using R = crush_lu::EventRegistration;
using S = crush_lu::ProfileSubmission;
using C = crush_lu::EventConnection;
using M = crush_lu::ConnectionMessage;
using P = crush_lu::JourneyProgress;

namespace {

using Wrong = std::vector<std::string>;

/// Writes down what the transport below it has sent.
class Counted : public mail::Transport {
  public:
    Counted(const std::filesystem::path& folder, const std::filesystem::path& log)
        : inner_(mail::make_transport({.folder = folder})),
          log_(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
        if (log_ < 0) throw std::runtime_error("cannot write " + log.string());
    }
    ~Counted() override { close(log_); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    void send(const mail::Message& message, const std::string& name) override {
        inner_->send(message, name);
        const std::string line = name + "\n";
        if (write(log_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
            throw std::runtime_error("the list of letters cannot be written");
    }

  private:
    std::unique_ptr<mail::Transport> inner_;
    int log_;
};

/// A letter's job, taken apart.
struct Queued {
    std::string letter;  ///< "registered"
    std::string cause;   ///< the key within the letter: "12:99"
    std::int64_t about = 0, to = 0;
};
Queued take_apart(const Job& job) {
    const auto payload = boost::json::parse(job.payload.text).as_object();
    const auto number = [&](const char* name) {
        const auto* found = payload.if_contains(name);
        return found ? found->to_number<std::int64_t>() : 0;
    };
    Queued queued;
    const std::string name(payload.at("template").as_string());
    queued.letter = name.substr(name.find('.') + 1);
    queued.cause = std::string(job.key).substr(std::min(name.size() + 1, std::string(job.key).size()));
    queued.about = number("about");
    queued.to = number("to");
    return queued;
}

std::string text(std::int64_t key) {
    return std::to_string(key);
}
std::string place(const R& row) {
    return text(row.id.value) + ":" + text(row.queued_at.time_since_epoch().count());
}

/// All letters by name, and what is wrong with them.
struct Letters {
    std::map<std::string, std::map<std::string, Queued>> by_cause;  ///< letter → cause → job
    Wrong wrong;

    bool has(const std::string& letter, const std::string& cause) const {
        const auto found = by_cause.find(letter);
        return found != by_cause.end() && found->second.contains(cause);
    }
    void must(bool there, const std::string& letter, const std::string& cause) {
        if (has(letter, cause) == there) return;
        wrong.push_back("letter " + letter + " " + cause + (there ? ": not written" : ": without its cause"));
    }
    const std::map<std::string, Queued>& all(const std::string& letter) { return by_cause[letter]; }
};

/// Each time somebody takes a place there is one letter, each time somebody gives it up another one.
void check_registrations(orm::Executor& tx, Letters& letters) {
    std::map<std::int64_t, std::int64_t> open;  // taken, and not given up
    for (const auto& [cause, job] : letters.all("registered")) ++open[job.about];
    for (const auto& [cause, job] : letters.all("cancelled")) {
        --open[job.about];
        letters.must(true, "registered", cause);
    }
    for (const auto& [cause, job] : letters.all("promoted")) letters.must(true, "registered", cause);
    for (const R& row : tx.all(orm::select<R>)) {
        if (row.status == R::Status::attended) continue;  // they were there before the checker
        const bool active = row.status != R::Status::cancelled;
        letters.must(true, "registered", place(row));
        letters.must(!active, "cancelled", place(row));
        if (open[row.id.value] != (active ? 1 : 0))
            letters.wrong.push_back("registration " + text(row.id.value) + ": " + text(open[row.id.value]) +
                                    " letters more say that a place was taken than that it was given up");
    }
}

void check_reviews(orm::Executor& tx, Letters& letters) {
    std::set<std::string> submissions;
    for (const S& row : tx.all(orm::select<S>)) {
        const std::string cause = text(row.id.value);
        submissions.insert(cause);
        letters.must(true, "submitted", cause);
        letters.must(row.status != S::Status::pending, "decided", cause);
        if (row.coach) letters.must(true, "review_assigned", cause + ":" + text(row.coach->id.value));
    }
    for (const char* letter : {"submitted", "decided"})
        for (const auto& [cause, job] : letters.all(letter))
            if (!submissions.contains(cause)) letters.must(false, letter, cause);
}

/// One request, and one notice for each of the two, per pair and event; whoever deleted the account took the rows
/// along.
void check_connections(orm::Executor& tx, Letters& letters) {
    std::map<std::array<std::int64_t, 3>, std::pair<std::int64_t, bool>> pairs;  // → the older row, connected
    std::set<std::int64_t> rows;
    for (const C& row : tx.all(orm::select<C> | orm::order_by<&C::id>)) {
        const auto [low, high] = std::minmax(row.from_user.id.value, row.to_user.id.value);
        const bool connected = row.status == C::Status::connected;
        rows.insert(row.id.value);
        const auto [found, fresh] = pairs.try_emplace({row.event.id.value, low, high}, row.id.value, connected);
        if (!fresh && (!connected || !found->second.second))
            letters.wrong.push_back("connection " + text(row.id.value) + ": two rows that are not both connected");
        if (connected != row.connected_at.has_value())
            letters.wrong.push_back("connection " + text(row.id.value) +
                                    ": connected without a moment, or the reverse");
    }
    for (const auto& [pair, state] : pairs) {
        letters.must(true, "connection_requested", text(state.first));
        for (const std::int64_t user : {pair[1], pair[2]})
            letters.must(state.second, "connected", text(state.first) + ":" + text(user));
    }
    // Messages: each begin of something to read has its letter, and each letter such a message.
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> unread;  // thread and sender → the oldest
    std::map<std::int64_t, M> messages;
    for (const M& row : tx.all(orm::select<M> | orm::order_by<orm::desc<&M::created_at>, orm::desc<&M::id>>)) {
        messages[row.id.value] = row;
        if (!row.is_read) unread[{row.connection.id.value, row.sender.id.value}] = row.id.value;
    }
    for (const auto& [thread, oldest] : unread) letters.must(true, "messages_waiting", text(oldest));
    for (const auto& [cause, job] : letters.all("messages_waiting")) {
        const auto found = messages.find(std::stoll(cause));
        if (found == messages.end() ? rows.contains(job.about) : found->second.sender == orm::Id<auth::User>(job.to))
            letters.must(false, "messages_waiting", cause);
    }
}

void check_journeys(orm::Executor& tx, Letters& letters) {
    for (const P& row : tx.all(orm::select<P>)) letters.must(row.completed, "journey_completed", text(row.id.value));
}

}  // namespace

Post::Post(const std::filesystem::path& folder) : log_(folder / "sent") {
    std::filesystem::create_directory(folder);
    crush_lu::add_letters(letters_, "https://crush.lu", "team@crush.lu");
    transport_ = std::make_unique<Counted>(folder / "mail", log_);
}
Post::~Post() = default;

std::map<std::int64_t, int> Post::sent() const {
    std::map<std::int64_t, int> times;
    std::ifstream in(log_);
    for (std::string line; std::getline(in, line);) ++times[std::stoll(line)];
    return times;
}

Wrong broken_letters(orm::Executor& tx) {
    Letters letters;
    for (const Job& job : tx.all(orm::select<Job> | orm::filter(f<&Job::kind> == std::string(mail::job_kind)))) {
        Queued queued = take_apart(job);
        const std::string letter = queued.letter, cause = queued.cause;
        if (cause.empty() || !letters.by_cause[letter].emplace(cause, std::move(queued)).second)
            letters.wrong.push_back("letter " + letter + " " + cause + ": twice");
    }
    check_registrations(tx, letters);
    check_reviews(tx, letters);
    check_connections(tx, letters);
    check_journeys(tx, letters);
    return std::move(letters.wrong);
}

Wrong broken_mail(orm::Executor& tx, const Post& post) {
    Wrong wrong;
    std::map<std::int64_t, int> sent = post.sent();
    std::set<std::int64_t> people;
    for (const auto& user : tx.all(orm::select<auth::User> | orm::filter(f<&auth::User::is_active>)))
        people.insert(user.id.value);
    for (const Job& job : tx.all(orm::select<Job> | orm::filter(f<&Job::kind> == std::string(mail::job_kind)))) {
        const Queued queued = take_apart(job);
        const std::string name = "letter " + queued.letter + " " + queued.cause;
        const auto found = sent.find(job.id.value);
        const int times = found == sent.end() ? 0 : found->second;
        if (found != sent.end()) sent.erase(found);
        // A worker that dies between the sending and the record of it leaves the letter to be sent again.
        if (times > job.attempts)
            wrong.push_back(name + ": sent " + text(times) + " times in " + text(job.attempts) + " tries");
        if (job.state != Job::State::done) wrong.push_back(name + ": " + std::string(orm::to_string(job.state)));
        const bool always = queued.letter == "registered" || queued.letter == "cancelled" ||
                            queued.letter == "promoted" || queued.letter == "submitted" || queued.letter == "decided";
        if (always && times == 0 && people.contains(queued.to)) wrong.push_back(name + ": never sent");
    }
    for (const auto& [job, times] : sent)
        wrong.push_back("mail " + text(job) + ": sent, and no such job was committed");
    return wrong;
}

}  // namespace checker
