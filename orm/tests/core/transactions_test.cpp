#include <thread>

#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using testing::ElementsAre;
using testing::HasSubstr;

class Transactions : public Shop {
  protected:
    std::int64_t venues() { return db.count(orm::select<Venue>); }
    static Venue make(orm::Executor& where, const std::string& name) {
        Venue v;
        v.name = name;
        where.insert(v);
        return v;
    }
};

TEST_P(Transactions, CommitWhenTheCallbackReturns) {
    const auto id = db.atomic([&](orm::Transaction& tx) { return make(tx, "a").id; });
    EXPECT_EQ(db.get(id).name, "a");
}

TEST_P(Transactions, RollBackWhenItThrows) {
    EXPECT_THROW(db.atomic([&](orm::Transaction& tx) {
        make(tx, "a");
        throw std::runtime_error("no");
    }),
                 std::runtime_error);
    EXPECT_EQ(venues(), 0);
}

TEST_P(Transactions, NestAsSavepoints) {
    db.atomic([&](orm::Transaction& tx) {
        make(tx, "kept");
        try {
            tx.atomic([&](orm::Transaction& inner) {
                make(inner, "dropped");
                inner.atomic([&](orm::Transaction& deeper) { make(deeper, "dropped too"); });
                throw std::runtime_error("no");
            });
        } catch (const std::runtime_error&) {
        }
        tx.atomic([&](orm::Transaction& inner) { make(inner, "kept too"); });
    });
    std::vector<std::string> names;
    for (const Venue& v : db.all(orm::select<Venue>)) names.push_back(v.name);
    EXPECT_THAT(names, ElementsAre("kept", "kept too"));
}

TEST_P(Transactions, AFailedStatementFailsTheTransactionUnlessInASavepoint) {
    user("ana");
    const auto fail = [&](orm::Executor& where) {
        User u;
        u.username = "ana";
        where.insert(u);
    };
    db.atomic([&](orm::Transaction& tx) {
        EXPECT_THROW(tx.atomic([&](orm::Transaction& inner) { fail(inner); }), orm::UniqueViolation);
        make(tx, "goes on");
    });
    EXPECT_EQ(venues(), 1);
    // Swallowed without a savepoint: PostgreSQL would refuse to commit; so do we, on both.
    EXPECT_THROW(db.atomic([&](orm::Transaction& tx) {
        make(tx, "lost");
        EXPECT_THROW(fail(tx), orm::UniqueViolation);
    }),
                 orm::UsageError);
    EXPECT_EQ(venues(), 1);
}

TEST_P(Transactions, HooksRunAfterTheOutermostCommitInOrder) {
    std::vector<std::string> ran;
    db.atomic([&](orm::Transaction& tx) {
        tx.on_commit([&] { ran.push_back("first"); });
        try {
            tx.atomic([&](orm::Transaction& inner) {
                inner.on_commit([&] { ran.push_back("dropped"); });
                throw 1;
            });
        } catch (int) {
        }
        tx.atomic([&](orm::Transaction& inner) { inner.on_commit([&] { ran.push_back("second"); }); });
        tx.on_commit([&] { ran.push_back("reads " + std::to_string(venues())); });
        make(tx, "a");
        EXPECT_TRUE(ran.empty());
    });
    EXPECT_THAT(ran, ElementsAre("first", "second", "reads 1"));
    ran.clear();
    EXPECT_THROW(db.atomic([&](orm::Transaction& tx) {
        tx.on_commit([&] { ran.push_back("never"); });
        throw 1;
    }),
                 int);
    EXPECT_TRUE(ran.empty());
}

TEST_P(Transactions, AThrowingHookNeitherUndoesTheCommitNorStopsTheOthers) {
    bool other = false;
    EXPECT_THROW(db.atomic([&](orm::Transaction& tx) {
        make(tx, "a");
        tx.on_commit([] { throw std::runtime_error("mail server down"); });
        tx.on_commit([&] { other = true; });
    }),
                 orm::HookError);
    EXPECT_TRUE(other);
    EXPECT_EQ(venues(), 1);
}

TEST_P(Transactions, ReadOnlyRefusesWrites) {
    EXPECT_THROW(db.atomic({.read_only = true}, [&](orm::Transaction& tx) { make(tx, "a"); }), orm::Error);
    make(db, "b");
    EXPECT_EQ(venues(), 1);
}

TEST_P(Transactions, AreIsolatedUntilTheyCommit) {
    db.atomic([&](orm::Transaction& tx) {
        make(tx, "a");
        EXPECT_EQ(tx.count(orm::select<Venue>), 1);
        EXPECT_EQ(venues(), 0) << "another connection sees nothing yet";
    });
    EXPECT_EQ(venues(), 1);
}

TEST_P(Transactions, LocksNeedATransaction) {
    const auto locked = orm::select<E> | orm::for_update;
    try {
        db.all(locked);
        FAIL();
    } catch (const orm::UsageError& e) {
        EXPECT_THAT(e.what(), HasSubstr("for_update needs a transaction"));
    }
    event("A", 1);
    EXPECT_EQ(db.atomic([&](orm::Transaction& tx) { return tx.all(locked).size(); }), 1U);
}

TEST_P(Transactions, WritingAroundOnesOwnTransactionWouldWaitForItself) {
    // SQLite has one writer: refused at once. PostgreSQL writes on a second connection, independently.
    db.atomic([&](orm::Transaction&) {
        if (postgres())
            make(db, "independent");
        else
            EXPECT_THROW(make(db, "a"), orm::UsageError);
    });
    EXPECT_EQ(venues(), postgres() ? 1 : 0);
}

TEST_P(Transactions, ParallelIncrementsAreNotLost) {
    const E e = event("A", 1);
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 25; ++i)
                db.atomic([&](orm::Transaction& tx) {
                    E row = tx.get(orm::select<E> | orm::filter(f<&E::id> == e.id) | orm::for_update);
                    ++row.max_participants;
                    tx.save<&E::max_participants>(row);
                });
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(db.get(e.id).max_participants, 230);
}

ON_EACH_DATABASE(Transactions);

}  // namespace
}  // namespace shop
