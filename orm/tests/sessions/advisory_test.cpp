#include "orm/advisory.hpp"

#include "fixture.hpp"
#include "killed.hpp"

namespace shop {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

class Advisory : public Shop {
  protected:
    orm::Database other{url()};
    bool free(const std::string& name) { return orm::AdvisoryLock::try_lock(other, name).has_value(); }
    template <class Body>
    void times_out(Body body, const std::string& name) {
        try {
            body();
            ADD_FAILURE() << "somebody else has it";
        } catch (const orm::LockTimeout& e) {
            EXPECT_THAT(e.what(), HasSubstr("'" + name + "'"));
            EXPECT_THAT(e.location.file_name(), HasSubstr("advisory_test.cpp"));
        }
    }
};

TEST_P(Advisory, OneHolderPerNameUntilTheScopeEnds) {
    {
        orm::AdvisoryLock lock(db, "import");
        EXPECT_TRUE(lock.held());
        EXPECT_FALSE(free("import"));
        EXPECT_TRUE(free("export"));
        EXPECT_FALSE(orm::AdvisoryLock::try_lock(db, "import")) << "not even the same program twice";
        orm::AdvisoryLock moved = std::move(lock);
        EXPECT_FALSE(free("import"));
    }
    EXPECT_TRUE(free("import"));
    orm::AdvisoryLock lock(db, "import");
    lock.release();
    EXPECT_FALSE(lock.held());
    EXPECT_TRUE(free("import"));
}

TEST_P(Advisory, WaitingHasADeadlineAndAnErrorThatNamesTheLock) {
    const orm::AdvisoryLock lock(db, "it's \"import\"");
    times_out([&] { orm::AdvisoryLock(other, "it's \"import\"", 20ms); }, "it's \"import\"");
    times_out([&] { orm::AdvisoryLock(other, "it's \"import\"", 0ms); }, "it's \"import\"");
    orm::Database impatient(url("lock_timeout=20"));
    times_out([&] { orm::AdvisoryLock(impatient, "it's \"import\""); }, "it's \"import\"");
}

TEST_P(Advisory, InATransactionItEndsWithIt) {
    db.atomic([&](orm::Transaction& tx) {
        orm::advisory_lock(tx, "import");
        orm::advisory_lock(tx, "import", 20ms);  // twice is harmless
        EXPECT_TRUE(orm::try_advisory_lock(tx, "import"));
        EXPECT_FALSE(free("import"));
    });
    EXPECT_TRUE(free("import"));
    EXPECT_THROW(db.atomic([&](orm::Transaction& tx) {
        orm::advisory_lock(tx, "import");
        throw 1;
    }),
                 int);
    EXPECT_TRUE(free("import"));
}

TEST_P(Advisory, ASavepointRolledBackGivesItBack) {
    db.atomic([&](orm::Transaction& tx) {
        EXPECT_THROW(tx.atomic([&](orm::Transaction& inner) {
            orm::advisory_lock(inner, "import");
            EXPECT_FALSE(free("import"));
            throw 1;
        }),
                     int);
        EXPECT_TRUE(free("import"));
        tx.atomic([&](orm::Transaction& inner) { orm::advisory_lock(inner, "import"); });
        EXPECT_FALSE(free("import")) << "a savepoint that returns keeps it";
    });
}

TEST_P(Advisory, ATransactionGoesOnAfterATimeout) {
    const orm::AdvisoryLock lock(other, "import");
    db.atomic([&](orm::Transaction& tx) {
        EXPECT_FALSE(orm::try_advisory_lock(tx, "import"));
        times_out([&] { orm::advisory_lock(tx, "import", 20ms); }, "import");
        orm::advisory_lock(tx, "export", 1s);
        if (postgres()) {
            EXPECT_EQ(tx.raw<std::string>("SELECT current_setting('lock_timeout')").at(0), "5s")
                << "the deadline was for that lock only";
        }
        Venue v;
        v.name = "goes on";
        tx.insert(v);
    });
    EXPECT_EQ(db.count(orm::select<Venue>), 1);
}

TEST_P(Advisory, ItEndsWithAProcessThatIsKilled) {
    const Killed child([&] {
        orm::Database own(url());
        const orm::AdvisoryLock lock(own, "import");
        Killed::here();
    });
    // PostgreSQL notices a moment later: waiting for it is what a deadline is for.
    const orm::AdvisoryLock lock(db, "import", 10s);
    EXPECT_TRUE(lock.held());
}

TEST_P(Advisory, ALockWhoseConnectionTheServerEndedIsNoLongerHeld) {
    if (!postgres()) return;  // SQLite has no server that could
    const orm::AdvisoryLock lock(db, "import");
    EXPECT_TRUE(lock.held());
    const auto key = orm::advisory_key("import");
    db.raw<std::tuple<bool>>(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory' AND granted AND "
        "(classid::bigint << 32) + objid::bigint = $1",
        key);
    EXPECT_FALSE(lock.held());
    EXPECT_TRUE(free("import"));
}

TEST_P(Advisory, WhereItCannotWorkItSaysSo) {
    if (postgres()) {
        orm::Database proxied(url("prepare=off"));
        EXPECT_THROW(orm::AdvisoryLock(proxied, "import"), orm::UnsupportedFeature);
        proxied.atomic([&](orm::Transaction& tx) { orm::advisory_lock(tx, "import"); });
    } else {
        orm::Database memory("sqlite::memory:");
        EXPECT_THROW(orm::AdvisoryLock(memory, "import"), orm::UnsupportedFeature);
    }
}

TEST_P(Advisory, ReadAsTheDocumentationSays) {
    int reports = 0, imports = 0;
    const auto report = [&] { ++reports; };
    const auto import = [&](orm::Executor&) { ++imports; };
    if (const auto turn = orm::AdvisoryLock::try_lock(db, "nightly report")) report();
    {
        const orm::AdvisoryLock turn(db, "import", 30s);  // waits, at most so long
        import(db);
    }
    db.atomic([&](orm::Transaction& tx) {
        orm::advisory_lock(tx, "import", 30s);  // until this transaction ends
        import(tx);
    });
    EXPECT_EQ(reports + imports, 3);
}

TEST(AdvisoryKey, IsTheSameInEveryProgram) {
    EXPECT_EQ(orm::advisory_key("import"), -2791398027664323193);
    EXPECT_NE(orm::advisory_key("import"), orm::advisory_key("imports"));
}

ON_EACH_DATABASE(Advisory);

}  // namespace
}  // namespace shop
