// Runs the lock scripts (*.txt): every order, on its database. Waiting is seen in pg_blocking_pids(), never guessed
// from time.
#include <algorithm>
#include <functional>

#include "fixture.hpp"
#include "session.hpp"

namespace lock_script {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// How long a step may take that nobody blocks, and how long until one that is blocked is seen to be.
constexpr auto patience = 20s;
constexpr std::size_t most_interleavings = 300;

std::vector<std::filesystem::path> files() {
    std::vector<std::filesystem::path> result;
    for (const auto& entry : std::filesystem::directory_iterator(LOCK_SCRIPTS_DIR))
        if (entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt")
            result.push_back(entry.path());
    std::sort(result.begin(), result.end());
    return result;
}

/// Steps through one order after the other with the same sessions.
class Runner {
  public:
    Runner(orm::Database& db, const Script& script, const std::string& url) : db_(db), script_(script) {
        for (const auto& [name, steps] : script.sessions)
            sessions_.emplace(std::piecewise_construct, std::forward_as_tuple(name), std::forward_as_tuple(url, data_));
    }

    void run(const Order& order, orm::Id<shop::User> user) {
        if (!order.every) {
            reset(user);
            for (const Line& line : order.lines) follow(line);
            for (auto& [name, session] : sessions_)
                EXPECT_FALSE(session.busy()) << at(order.number) << "session " << name << " is left waiting";
            check(order);
            return;
        }
        std::vector<std::vector<std::string>> all;
        std::map<std::string, std::size_t> left;
        for (const auto& [name, steps] : script_.sessions) left[name] = steps.size();
        interleave(left, {}, all);
        ASSERT_LE(all.size(), most_interleavings) << "too many orders: shorter sessions say as much";
        for (const auto& turns : all) {
            std::string text;
            for (const std::string& turn : turns) text += turn;
            SCOPED_TRACE("turns " + text);
            reset(user);
            interleaved(turns);
            check(order);
            if (testing::Test::HasFailure()) return;
        }
    }

  private:
    std::string at(int line) const { return script_.name + ".txt:" + std::to_string(line) + ": "; }

    void reset(orm::Id<shop::User> user) {
        db_.erase(orm::select<shop::Registration>);
        db_.erase(orm::select<shop::Event>);
        std::vector<shop::Event> events(static_cast<std::size_t>(script_.rows));
        for (shop::Event& event : events) {
            event.title = "row";
            event.max_participants = 10;
        }
        db_.insert_many(events);
        data_.user = user;
        data_.rows.clear();
        for (const shop::Event& event : events) data_.rows.push_back(event.id);
    }

    std::vector<std::int32_t> blockers(const Session& session) {
        if (db_.dialect() == orm::Dialect::sqlite) return {};  // busy at once instead of waiting
        return db_.raw<std::int32_t>("SELECT unnest(pg_blocking_pids($1))", session.pid());
    }
    std::string name_of_pid(std::int32_t pid) const {
        for (const auto& [name, session] : sessions_)
            if (session.pid() == pid) return name;
        return "process " + std::to_string(pid);
    }

    void follow(const Line& line) {
        Session& session = sessions_.at(line.session);
        const std::string where = at(line.number) + line.session + "." + line.step;
        if (!line.begun) {
            ASSERT_FALSE(session.busy()) << where << ": the step before has not ended";
            session.start(script_.step(line.session, line.step));
        }
        if (!line.waits_for.empty()) return see_waiting(session, line, where);
        const auto result = session.result(patience);
        if (!result) {
            std::string who;
            for (const std::int32_t pid : blockers(session)) who += " " + name_of_pid(pid);
            FAIL() << where << " does not end; it waits for:" << who;
        }
        EXPECT_EQ(*result, line.result) << where;
    }

    void see_waiting(Session& session, const Line& line, const std::string& where) {
        const auto end = Clock::now() + patience;
        while (Clock::now() < end) {
            const auto by = blockers(session);
            const bool all = std::all_of(line.waits_for.begin(), line.waits_for.end(), [&](const std::string& name) {
                return std::find(by.begin(), by.end(), sessions_.at(name).pid()) != by.end();
            });
            if (all) return;
            if (const auto result = session.result(2ms))
                FAIL() << where << " was to wait for " << line.waits_for.front() << ", and ended: " << *result;
        }
        FAIL() << where << " neither waits nor ends";
    }

    // --- every order

    static void interleave(std::map<std::string, std::size_t>& left, std::vector<std::string> turns,
                           std::vector<std::vector<std::string>>& all) {
        bool last = true;
        for (auto& [name, count] : left) {
            if (count == 0) continue;
            last = false;
            --count;
            turns.push_back(name);
            interleave(left, turns, all);
            turns.pop_back();
            ++count;
        }
        if (last) all.push_back(turns);
    }

    /// A session whose turn comes while it waits takes it later.
    void interleaved(const std::vector<std::string>& turns) {
        std::map<std::string, std::size_t> at_step;
        const auto step = [&](const std::string& name) {
            Session& session = sessions_.at(name);
            if (!settled(session) || at_step[name] == script_.sessions.at(name).size()) return;
            const Step& next = script_.sessions.at(name)[at_step[name]];
            session.start(next);
            ++at_step[name];
            if (!settled(session)) return;
            const std::string result = session.result(0ms).value_or("");
            if (next.action == "begin" && result == "LockTimeout") --at_step[name];  // SQLite: somebody writes
        };
        for (const std::string& turn : turns) step(turn);
        const auto unfinished = [&] {
            for (auto& [name, session] : sessions_)
                if (session.busy() || at_step[name] < script_.sessions.at(name).size()) return true;
            return false;
        };
        const auto end = Clock::now() + patience;
        while (unfinished()) {
            ASSERT_LT(Clock::now(), end) << "the sessions do not come to an end";
            for (auto& [name, session] : sessions_) step(name);
        }
        for (auto& [name, session] : sessions_) {
            const std::string result = session.result(0ms).value_or("nothing");
            EXPECT_TRUE(result == "ok") << "session " << name << " ended with " << result;
        }
    }

    /// True when the session's step has ended, false when somebody blocks it.
    bool settled(Session& session) {
        const auto end = Clock::now() + patience;
        while (session.busy() && Clock::now() < end) {
            if (session.result(2ms)) return true;
            if (!blockers(session).empty()) return false;
        }
        return !session.busy();
    }

    void check(const Order& order) {
        for (const Then& then : order.then) {
            std::string found;
            if (then.what == "total") {
                const auto sum = db_.raw<std::int64_t>("SELECT coalesce(sum(max_participants), 0) FROM shop_event");
                found = std::to_string(sum.at(0));
            } else if (then.what == "children") {
                found = std::to_string(db_.count(orm::select<shop::Registration>));
            } else {
                found = std::to_string(db_.get(data_.row(then.what)).max_participants);
            }
            EXPECT_EQ(found, then.value) << at(then.number) << then.what;
        }
    }

    orm::Database& db_;
    const Script& script_;
    Data data_;
    std::map<std::string, Session> sessions_;
};

class Scripts : public shop::Shop {};

TEST_P(Scripts, DoWhatTheySay) {
    const std::string database = postgres() ? "postgres" : "sqlite";
    const auto user_id = user("ana").id;
    std::size_t ran = 0;
    for (const auto& file : files()) {
        const Script script = read(file);
        SCOPED_TRACE(script.name);
        Runner runner(db, script, url(postgres() ? "pool_size=1&lock_timeout=30000" : "pool_size=1&lock_timeout=0"));
        for (const Order& order : script.orders) {
            if (order.database != database) continue;
            SCOPED_TRACE("line " + std::to_string(order.number));
            runner.run(order, user_id);
            ++ran;
            if (HasFatalFailure()) break;  // its sessions are somewhere in between
        }
    }
    EXPECT_GE(ran, 8U);
}

TEST(ScriptFormat, NamesFileAndLineOfAMistake) {
    const auto file = std::filesystem::temp_directory_path() / ("lock_script_" + std::to_string(getpid()) + ".txt");
    const auto message = [&](const std::string& text) -> std::string {
        {
            std::FILE* out = std::fopen(file.c_str(), "w");
            std::fputs(text.c_str(), out);
            std::fclose(out);
        }
        try {
            read(file);
        } catch (const std::runtime_error& e) {
            return e.what();
        }
        return "no mistake";
    };
    using testing::HasSubstr;
    const std::string good = "rows 1\nsession a\n  begin\n  commit\norder on postgres\n";
    EXPECT_EQ(message(good + "  a.begin\n"), "no mistake");
    EXPECT_THAT(message(good + "  a.begun\n"), HasSubstr(".txt:6: session a has no step begun"));
    EXPECT_THAT(message(good + "  b.begin\n"), HasSubstr(":6: no session b"));
    EXPECT_THAT(message(good + "  a.begin waits for c\n"), HasSubstr(":6: no session c"));
    EXPECT_THAT(message(good + "  a.begin end\n"), HasSubstr(":6: expected ends"));
    EXPECT_THAT(message("order on oracle\n"), HasSubstr(":1: no database oracle"));
    EXPECT_THAT(message("rows 1\n"), HasSubstr("no order"));
    EXPECT_THAT(message("  begin\n"), HasSubstr(":1: indented"));
    std::filesystem::remove(file);
}

ON_EACH_DATABASE(Scripts);

}  // namespace
}  // namespace lock_script
