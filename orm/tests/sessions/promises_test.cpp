// The promises of docs/topics/transactions.md, each under an attempt to break it.
#include <thread>

#include "fixture.hpp"
#include "killed.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using testing::ElementsAre;
using testing::HasSubstr;

class Promises : public Shop {
  protected:
    static void make(orm::Executor& where, const std::string& name) {
        Venue v;
        v.name = name;
        where.insert(v);
    }
    std::vector<std::string> names() {
        std::vector<std::string> result;
        for (const Venue& v : db.all(orm::select<Venue>)) result.push_back(v.name);
        return result;
    }
};

TEST_P(Promises, NestingHasNoBottomAndEachLevelRollsBackAlone) {
    const std::function<void(orm::Transaction&, int)> descend = [&](orm::Transaction& tx, int level) {
        if (level == 40) return;
        make(tx, "kept " + std::string(1, static_cast<char>('A' + level)));
        try {
            tx.atomic([&](orm::Transaction& inner) {
                make(inner, "dropped");
                throw level;
            });
        } catch (int thrown) {
            EXPECT_EQ(thrown, level);
        }
        tx.atomic([&](orm::Transaction& inner) { descend(inner, level + 1); });
    };
    db.atomic([&](orm::Transaction& tx) { descend(tx, 0); });
    EXPECT_EQ(names().size(), 40U);
    EXPECT_THAT(names(), testing::Each(HasSubstr("kept")));
}

TEST_P(Promises, AJoinedBlockHasNoSavepointAndTakesTheOuterOneWithIt) {
    db.atomic([&](orm::Transaction& tx) { tx.atomic({.joined = true}, [&](auto& inner) { make(inner, "a"); }); });
    EXPECT_THAT(names(), ElementsAre("a"));
    bool hook = false;
    EXPECT_THROW(db.atomic([&](orm::Transaction& tx) {
        try {
            tx.atomic({.joined = true}, [&](orm::Transaction& inner) {
                make(inner, "b");
                inner.on_commit([&] { hook = true; });
                throw 1;
            });
        } catch (int) {  // swallowed: still nothing of it may be committed
        }
    }),
                 orm::UsageError);
    EXPECT_THAT(names(), ElementsAre("a"));
    EXPECT_FALSE(hook);
    // A savepoint around it undoes it.
    db.atomic([&](orm::Transaction& tx) {
        EXPECT_THROW(tx.atomic([&](orm::Transaction& inner) {
            inner.atomic({.joined = true}, [&](orm::Transaction& joined) {
                make(joined, "c");
                throw 1;
            });
        }),
                     int);
        make(tx, "d");
    });
    EXPECT_THAT(names(), ElementsAre("a", "d"));
}

TEST_P(Promises, DurableMeansCommittedAndIsRefusedInside) {
    db.atomic({.durable = true}, [&](orm::Transaction& tx) { make(tx, "a"); });
    const int line = __LINE__ + 3;
    db.atomic([&](orm::Transaction& tx) {
        try {
            tx.atomic({.durable = true}, [&](orm::Transaction& inner) { make(inner, "b"); });
            ADD_FAILURE() << "not refused";
        } catch (const orm::UsageError& e) {
            EXPECT_THAT(e.what(), HasSubstr("durable"));
            EXPECT_EQ(static_cast<int>(e.location.line()), line);
        }
        make(tx, "c");
    });
    EXPECT_THAT(names(), ElementsAre("a", "c"));
}

TEST_P(Promises, TheOutermostBlockChoosesTheIsolation) {
    db.atomic({.isolation = orm::Isolation::serializable}, [&](orm::Transaction& tx) {
        EXPECT_THROW(tx.atomic({.isolation = orm::Isolation::read_committed}, [](auto&) {}), orm::UsageError);
        tx.atomic({.isolation = orm::Isolation::serializable}, [&](auto& inner) { make(inner, "a"); });
    });
    EXPECT_THAT(names(), ElementsAre("a"));
    EXPECT_THROW(db.atomic({.deferrable = true}, [](auto&) {}), orm::UsageError);
    const auto count = db.atomic({.isolation = orm::Isolation::serializable, .read_only = true, .deferrable = true},
                                 [&](orm::Transaction& tx) { return tx.count(orm::select<Venue>); });
    EXPECT_EQ(count, 1);
    if (!postgres()) return;
    const auto level = [&](orm::AtomicOptions options) {
        return db.atomic(options, [&](orm::Transaction& tx) {
            return tx
                .raw<std::string>(
                    "SELECT current_setting('transaction_isolation') || ' ' || "
                    "current_setting('transaction_read_only') || ' ' || "
                    "current_setting('transaction_deferrable')")
                .at(0);
        });
    };
    EXPECT_EQ(level({}), "read committed off off");
    EXPECT_EQ(level({.isolation = orm::Isolation::repeatable_read}), "repeatable read off off");
    EXPECT_EQ(level({.isolation = orm::Isolation::serializable, .read_only = true, .deferrable = true}),
              "serializable on on");
}

TEST_P(Promises, AReadOnlySavepointRefusesWritesAndTheTransactionWritesOn) {
    db.atomic([&](orm::Transaction& tx) {
        EXPECT_THROW(tx.atomic({.read_only = true}, [&](auto& inner) { make(inner, "a"); }), orm::Error);
        tx.atomic({.read_only = true}, [&](orm::Transaction& inner) {
            EXPECT_EQ(inner.count(orm::select<Venue>), 0);
            // Deeper savepoints are as read-only as the one around them, and do not open it on their way out.
            inner.atomic([&](orm::Transaction& deeper) { EXPECT_EQ(deeper.count(orm::select<Venue>), 0); });
            inner.atomic({.read_only = true}, [](orm::Transaction&) {});
            EXPECT_THROW(inner.atomic([&](auto& deeper) { make(deeper, "b"); }), orm::Error);
        });
        make(tx, "c");
    });
    EXPECT_THAT(names(), ElementsAre("c"));
}

TEST_P(Promises, ASnapshotStaysWhatItWas) {
    orm::Database other(url());
    make(db, "a");
    db.atomic({.isolation = orm::Isolation::repeatable_read, .read_only = true}, [&](orm::Transaction& tx) {
        EXPECT_EQ(tx.count(orm::select<Venue>), 1);
        make(other, "b");
        EXPECT_EQ(tx.count(orm::select<Venue>), 1);
    });
    EXPECT_THAT(names(), ElementsAre("a", "b"));
}

TEST_P(Promises, RetriesAreBoundedAndDropTheHooksOfTheAttemptThatFailed) {
    int attempts = 0, hooks = 0;
    const auto until = [&](int success, int retries) {
        attempts = hooks = 0;
        db.atomic({.retries = retries}, [&](orm::Transaction& tx) {
            make(tx, "attempt");
            tx.on_commit([&] { ++hooks; });
            if (++attempts < success) throw orm::SerializationFailure("somebody else was faster");
        });
    };
    until(3, 3);
    EXPECT_EQ(attempts, 3);
    EXPECT_EQ(hooks, 1);
    EXPECT_EQ(names().size(), 1U);
    EXPECT_THROW(until(9, 2), orm::SerializationFailure);
    EXPECT_EQ(attempts, 3) << "two retries";
    EXPECT_EQ(hooks, 0);
    EXPECT_THROW(until(9, 0), orm::SerializationFailure);
    EXPECT_EQ(attempts, 1) << "nobody said that the callback may run twice";
    EXPECT_EQ(names().size(), 1U);
    int others = 0;
    EXPECT_THROW(db.atomic({.retries = 5},
                           [&](orm::Transaction&) {
                               ++others;
                               throw orm::ConnectionLost("gone");
                           }),
                 orm::ConnectionLost);
    EXPECT_EQ(others, 1) << "only what cannot have happened is repeated";
}

TEST_P(Promises, ALostUpdateIsASerializationFailureThatARetryMends) {
    if (!postgres()) return;  // one writer at a time there: the race cannot begin
    const E e = event("A", 1);
    orm::Database other(url());
    int attempts = 0;
    const auto add_ten = [&](int retries) {
        attempts = 0;
        db.atomic({.isolation = orm::Isolation::repeatable_read, .retries = retries}, [&](orm::Transaction& tx) {
            E row = tx.get(orm::select<E> | orm::filter(f<&E::id> == e.id));
            if (++attempts == 1)
                other.update(orm::select<E> | orm::filter(f<&E::id> == e.id),
                             orm::set<& E::max_participants> = f<&E::max_participants> + 1);
            row.max_participants += 10;
            tx.save<&E::max_participants>(row);
        });
    };
    EXPECT_THROW(add_ten(0), orm::SerializationFailure);
    EXPECT_EQ(db.get(e.id).max_participants, 31);
    add_ten(3);
    EXPECT_EQ(attempts, 2);
    EXPECT_EQ(db.get(e.id).max_participants, 42);
}

TEST_P(Promises, HooksSeeTheirConnectionFreeAndEachRunsOnceInOrder) {
    orm::Database one(url("pool_size=1"));
    std::string order;
    one.atomic([&](orm::Transaction& tx) {
        for (char c = 'a'; c < 'f'; ++c)
            tx.on_commit([&, c] {
                one.count(orm::select<Venue>);  // the only connection is back
                order += c;
            });
    });
    EXPECT_EQ(order, "abcde");
}

TEST_P(Promises, AFailedTransactionHasNoAfter) {
    bool ran = false;
    EXPECT_THROW(db.atomic([&](orm::Transaction& tx) {
        EXPECT_THROW(tx.execute("no such statement"), orm::DatabaseError);
        try {
            tx.on_commit([&] { ran = true; });
            ADD_FAILURE() << "not refused";
        } catch (const orm::UsageError& e) {
            EXPECT_THAT(e.location.file_name(), HasSubstr("promises_test.cpp"));
        }
    }),
                 orm::UsageError);
    EXPECT_FALSE(ran);
}

TEST_P(Promises, KilledBeforeItsCommitNothingHappened) {
    const Killed child([&] {
        orm::Database own(url());
        own.atomic([&](orm::Transaction& tx) {
            make(tx, "lost");
            Killed::here();
        });
    });
    EXPECT_EQ(names().size(), 0U);
    make(db, "goes on");
    EXPECT_THAT(names(), ElementsAre("goes on"));
}

TEST_P(Promises, KilledAfterItsCommitEverythingHappened) {
    const Killed child([&] {
        orm::Database own(url());
        own.atomic([&](orm::Transaction& tx) { make(tx, "kept"); });
        Killed::here();
    });
    EXPECT_THAT(names(), ElementsAre("kept"));
}

TEST_P(Promises, LocksSayWhatTheyLock) {
    const auto text = [&](const auto& query) { return db.sql(query); };
    const auto q = orm::select<R> | orm::related<&R::event>;
    const std::string plain = text(q);
    const auto expect = [&](const std::string& locked, const std::string& clause) {
        EXPECT_EQ(locked, postgres() ? plain + clause : plain);  // SQLite locks the whole database
    };
    expect(text(q | orm::for_update), " FOR UPDATE OF t0");
    expect(text(q | orm::for_no_key_update), " FOR NO KEY UPDATE OF t0");
    expect(text(q | orm::for_share), " FOR SHARE OF t0");
    expect(text(q | orm::for_key_share), " FOR KEY SHARE OF t0");
    expect(text(q | orm::for_key_share(orm::nowait)), " FOR KEY SHARE OF t0 NOWAIT");
    expect(text(q | orm::for_update(orm::of<&R::event>)), " FOR UPDATE OF t1");
    expect(text(q | orm::for_update(orm::of<orm::self, &R::event>)(orm::nowait)), " FOR UPDATE OF t0, t1 NOWAIT");
    expect(text(q | orm::for_share(orm::skip_locked)(orm::of<orm::self>)), " FOR SHARE OF t0 SKIP LOCKED");
}

TEST_P(Promises, OfLocksTheNamedRowsOnly) {
    if (!postgres()) return;  // no row locks
    const User ana = user("ana");
    const E e = event("A", 1);
    const R r = registration(e, ana, R::Status::pending);
    orm::Database other(url());
    const auto free = [&](const auto& query) {
        return other.atomic([&](orm::Transaction& tx) { return tx.all(query).size(); }) == 1;
    };
    const auto registration_row = orm::select<R> | orm::for_update(orm::skip_locked);
    const auto event_row = orm::select<E> | orm::for_update(orm::skip_locked);
    db.atomic([&](orm::Transaction& tx) {
        tx.all(orm::select<R> | orm::for_update(orm::of<&R::event>));
        EXPECT_TRUE(free(registration_row));
        EXPECT_FALSE(free(event_row));
        tx.all(orm::select<R> | orm::for_update(orm::of<orm::self, &R::event>));
        EXPECT_FALSE(free(registration_row));
    });
    EXPECT_TRUE(free(registration_row));
}

ON_EACH_DATABASE(Promises);

}  // namespace
}  // namespace shop
