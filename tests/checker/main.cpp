// Random services of all platforms by several processes at once, with random kills of them and of their connections;
// then everything that the rules promise must be true, and everything that was acknowledged must be there. See --help.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <thread>

#include "client.hpp"
#include "conflicts.hpp"
#include "crush_lu/reviews.hpp"
#include "test_database.hpp"
#include "verify.hpp"

namespace checker {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* help =
    R"(usage: checker [--database sqlite|postgres] [--seconds N] [--seed N] [--clients N] [--kills-per-second N]

Runs random services of all platforms in several processes for a while (10 seconds), a worker beside them, and kills the
processes (-9) and, on PostgreSQL, their connections at random. Then looks whether every invariant of the rules holds,
whether everything that was acknowledged is there, and whether every job and every letter has its cause, and once. The seed decides what each client does.
PostgreSQL: the server of ENTREPRINDER_TEST_POSTGRES; tests/support/with-postgres starts one.

Exit status: 0 all is well, 1 something is not (one line for each on stderr), 2 wrong usage.
)";

struct Options {
    orm::Dialect database = orm::Dialect::sqlite;
    std::uint64_t seconds = 10, seed = 0, clients = 5, kills = 2;
};

struct WrongUsage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::uint64_t number(const std::string& option, const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        throw WrongUsage(option + " takes a number, not '" + text + "'");
    return value;
}

Options parse(const std::vector<std::string>& words) {
    Options options;
    options.seed = static_cast<std::uint64_t>(std::random_device{}());
    for (std::size_t i = 0; i < words.size(); i += 2) {
        if (i + 1 == words.size()) throw WrongUsage(words[i] + " takes a value, or is unknown; see --help");
        const std::string &option = words[i], &value = words[i + 1];
        if (option == "--database" && (value == "sqlite" || value == "postgres")) {
            options.database = value == "sqlite" ? orm::Dialect::sqlite : orm::Dialect::postgres;
        } else if (option == "--seconds") {
            options.seconds = number(option, value);
        } else if (option == "--seed") {
            options.seed = number(option, value);
        } else if (option == "--clients") {
            options.clients = std::max<std::uint64_t>(1, number(option, value));
        } else if (option == "--kills-per-second") {
            options.kills = number(option, value);
        } else {
            throw WrongUsage("unknown: " + option + " " + value + "; see --help");
        }
    }
    return options;
}

/// A directory for the journals, gone at the end.
struct Folder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("entreprinder_checker_" + std::to_string(getpid()));
    Folder() { std::filesystem::create_directory(path); }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string journal(std::size_t client) const { return path / std::to_string(client); }
    std::filesystem::path post() const { return path / "post"; }
};

/// Ends the connections whose name begins so: one of them, or all, and then waits until they are gone. What they were
/// committing at that moment has happened or not after this.
void terminate(const std::string& url, const std::string& name, std::optional<std::uint64_t> which) {
    orm::Database db(url);
    auto pids = db.raw<std::int32_t>(
        "SELECT pid FROM pg_stat_activity WHERE starts_with(application_name, $1) ORDER BY pid", name);
    if (pids.empty()) return;
    if (which) pids = {pids[*which % pids.size()]};
    for (const std::int32_t pid : pids)
        db.raw<std::tuple<bool>>("SELECT pg_terminate_backend($1, $2)", pid, which ? 0 : 10000);
}

/// The clients' processes, and after them the worker's.
class Crowd {
  public:
    Crowd(const Options& options, const World& world, const orm::test::TestDatabase& database, const Folder& folder,
          Post& post, Conflicts& conflicts)
        : options_(options),
          world_(world),
          database_(database),
          folder_(folder),
          post_(post),
          conflicts_(conflicts),
          processes_(options.clients + 1) {
        for (std::size_t i = 0; i < processes_.size(); ++i) start(i);
    }
    ~Crowd() {
        for (const Process& process : processes_)
            if (process.pid > 0) kill(process.pid, SIGKILL);
    }
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    void kill_one(std::size_t which) {
        if (processes_[which].pid <= 0) return;
        kill(processes_[which].pid, SIGKILL);
        end_of(which);
        if (postgres())
            terminate(database_.url(), name(which), std::nullopt);  // the server may still be at work for it
        start(which);
    }
    void cut_one(std::uint64_t which) { terminate(database_.url(), name_, which); }
    /// What processes died of that nobody killed.
    const std::vector<std::string>& accidents() const { return accidents_; }
    void look_for_accidents() {
        for (std::size_t i = 0; i < processes_.size(); ++i) {
            int status = 0;
            if (processes_[i].pid <= 0 || waitpid(processes_[i].pid, &status, WNOHANG) == 0) continue;
            accidents_.push_back("client " + std::to_string(i) + " ended by itself; its error is above");
            processes_[i].pid = 0;
        }
    }
    void stop() {
        for (std::size_t i = 0; i < processes_.size(); ++i) {
            if (processes_[i].pid <= 0) continue;
            kill(processes_[i].pid, SIGKILL);
            end_of(i);
        }
        if (postgres()) terminate(database_.url(), name_, std::nullopt);
    }

  private:
    bool postgres() const { return options_.database == orm::Dialect::postgres; }
    std::string name(std::size_t which) const { return name_ + std::to_string(which) + "."; }
    std::string url(std::size_t which) const {
        return database_.url(postgres() ? "application_name=" + name(which) : "");
    }
    struct Process {
        pid_t pid = 0;
        int generation = 0;
    };
    void end_of(std::size_t which) {
        int status = 0;
        waitpid(processes_[which].pid, &status, 0);
        if (!WIFSIGNALED(status)) accidents_.push_back("client " + std::to_string(which) + " ended by itself");
        processes_[which].pid = 0;
    }
    [[noreturn]] void work(const std::string& url) {
        orm::Database db(url);
        orm::Totals seen = orm::totals();  // those before the fork are others'
        orm::WorkerOptions options = hasty();
        options.report = [&](const orm::JobReport&) { conflicts_.add(seen); };
        orm::Worker worker(db, options);
        handle_jobs(worker, post_);
        worker.run();
        throw std::logic_error("the worker ended");
    }
    void start(std::size_t which) {
        Process& process = processes_[which];
        ++process.generation;
        process.pid = fork();
        if (process.pid != 0) return;
        try {
            if (which == options_.clients) work(url(which));
            Client client(url(which), world_, which, options_.seed, process.generation, folder_.journal(which), post_);
            for (orm::Totals seen = orm::totals();; conflicts_.add(seen)) client.step();
        } catch (const orm::Error& error) {
            std::cerr << "client " << which << ": " << error.what() << " [" << error.sql << "]" << std::endl;
        } catch (const std::exception& error) {
            std::cerr << "client " << which << ": " << error.what() << std::endl;
        }
        _exit(1);
    }

    const Options& options_;
    const World& world_;
    const orm::test::TestDatabase& database_;
    const Folder& folder_;
    Post& post_;
    Conflicts& conflicts_;
    const std::string name_ = "checker" + std::to_string(getpid()) + "-";
    std::vector<Process> processes_;
    std::vector<std::string> accidents_;
};

int report(const Options& options, const std::vector<std::string>& wrong) {
    std::size_t shown = 0;
    for (const std::string& line : wrong)
        if (++shown <= 20) std::cerr << "checker: " << line << '\n';
    if (wrong.empty()) return 0;
    std::cerr << "checker: " << wrong.size() << " in all; seed " << options.seed << '\n';
    return 1;
}

int run(const Options& options) {
    std::cout << "checker: --database " << (options.database == orm::Dialect::sqlite ? "sqlite" : "postgres")
              << " --seconds " << options.seconds << " --clients " << options.clients << " --kills-per-second "
              << options.kills << " --seed " << options.seed << std::endl;
    const Folder folder;
    const orm::test::TestDatabase database(options.database);
    const bool postgres = options.database == orm::Dialect::postgres;
    World world;
    {
        orm::Database db(database.url());  // closed before anybody forks
        world = populate(db, options.clients);
    }
    std::vector<std::string> wrong;
    Post post(folder.post());
    Conflicts conflicts;
    Crowd crowd(options, world, database, folder, post, conflicts);
    std::mt19937_64 random(options.seed);
    std::uint64_t processes = 0, connections = 0, looks = 0;
    {
        // Opened and closed between two forks, so that no child inherits a connection.
        const auto end = Clock::now() + std::chrono::seconds(options.seconds);
        const auto pause = options.kills ? std::max(1ms, 1000ms / static_cast<int>(options.kills)) : 1000ms;
        while (Clock::now() < end && wrong.empty() && crowd.accidents().empty()) {
            // Until the next kill it looks at the rules again and again: a wrong moment may mend itself.
            const auto kill_at =
                Clock::now() + std::chrono::milliseconds(std::uniform_int_distribution<std::chrono::milliseconds::rep>(
                                   1, 2 * pause.count())(random));
            do {
                orm::Database db(database.url());
                wrong = broken_rules(db, world);
                ++looks;
            } while (wrong.empty() && Clock::now() < kill_at);
            const std::uint64_t which = random();
            crowd.look_for_accidents();
            if (options.kills && (!postgres || which % 3 == 0)) {
                crowd.kill_one(static_cast<std::size_t>(which / 3 % (options.clients + 1)));
                ++processes;
            } else if (options.kills) {
                crowd.cut_one(which);
                ++connections;
            }
        }
    }
    crowd.stop();
    wrong.insert(wrong.end(), crowd.accidents().begin(), crowd.accidents().end());
    world.clock.stop();

    orm::Database db(database.url());
    orm::WorkerOptions later;
    later.now = [] { return orm::utc_now() + 1h; };  // pauses after failures are over
    using Job = orm::outbox::StoredJob;              // and so are the leases of the dead
    db.update(orm::select<Job>, orm::set<& Job::leased_until> = std::nullopt);
    orm::Worker worker(db, later);
    handle_jobs(worker, post);
    crush_lu::schedule_assignments(worker);  // who was killed between a commit and the look after it
    const std::size_t jobs = worker.run_due();
    for (std::string& line : broken_at_rest(db, world, post)) wrong.push_back(std::move(line));
    std::vector<std::vector<Entry>> journals;
    std::size_t operations = 0, acknowledged = 0, checked = 0;
    for (std::size_t i = 0; i < options.clients; ++i) {
        journals.push_back(read_journal(folder.journal(i)));
        operations += journals.back().size();
        acknowledged +=
            static_cast<std::size_t>(std::count_if(journals.back().begin(), journals.back().end(),
                                                   [](const Entry& entry) { return entry.outcome.has_value(); }));
    }
    for (std::string& line : lost_writes(db, world, journals, checked)) wrong.push_back(std::move(line));
    if (operations < 10 * options.clients)
        wrong.push_back("only " + std::to_string(operations) + " operations: no test");
    std::cout << "checker: " << operations << " operations, " << acknowledged << " acknowledged, " << processes
              << " processes and " << connections << " connections killed, " << conflicts.deadlocks() << " deadlocks, "
              << conflicts.retries() << " transactions repeated, " << looks + 1 << " looks at all rules, " << checked
              << " acknowledged facts found, " << jobs << " jobs left for the end, " << post.sent().size()
              << " letters sent" << std::endl;
    return report(options, wrong);
}

}  // namespace
}  // namespace checker

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (std::find(words.begin(), words.end(), "--help") != words.end()) {
        std::cout << checker::help;
        return 0;
    }
    try {
        return checker::run(checker::parse(words));
    } catch (const checker::WrongUsage& error) {
        std::cerr << "checker: " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "checker: " << error.what() << '\n';
        return 1;
    }
}
