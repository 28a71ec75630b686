// The connection is really cut between COMMIT and its answer.
#include "cutting_proxy.hpp"
#include "fixture.hpp"

namespace shop {
namespace {

using orm::CommitOutcome;
using orm::test::CuttingProxy;
using When = CuttingProxy::When;
using testing::HasSubstr;

/// PostgreSQL only: SQLite's COMMIT is a call in this process, which has an answer or ends with it.
class InDoubt : public Shop {
  protected:
    static Venue make(orm::Executor& where, const std::string& name) {
        Venue v;
        v.name = name;
        where.insert(v);
        return v;
    }
    /// What atomic throws when the connection is cut at its COMMIT.
    orm::CommitInDoubt commit_cut(When when) {
        proxy.cut('Q', "COMMIT", when);
        try {
            remote.atomic([&](orm::Transaction& tx) {
                make(tx, "in doubt");
                tx.on_commit([&] { hook = true; });
            });
        } catch (const orm::CommitInDoubt& doubt) {
            return doubt;
        }
        throw std::runtime_error("no doubt");
    }
    std::int64_t venues() { return db.count(orm::select<Venue>); }
    CuttingProxy proxy;
    orm::Database remote{proxy.url(url())};
    bool hook = false;
};

TEST_P(InDoubt, ACommitThatHappenedIsFoundOut) {
    const orm::CommitInDoubt doubt = commit_cut(When::after_the_answer);
    EXPECT_THAT(doubt.what(), HasSubstr("may have happened"));
    EXPECT_EQ(remote.outcome_of(doubt), CommitOutcome::committed);
    EXPECT_EQ(db.outcome_of(doubt), CommitOutcome::committed) << "any connection to that server can tell";
    EXPECT_EQ(venues(), 1);
    EXPECT_FALSE(hook) << "hooks run only after a commit that is known";
}

TEST_P(InDoubt, ACommitThatNeverArrivedIsEndedAndFoundOut) {
    const orm::CommitInDoubt doubt = commit_cut(When::before_it_arrives);
    // The server has not noticed: the transaction is still open there and holds its locks. Asking ends it.
    EXPECT_EQ(db.raw<std::int64_t>("SELECT count(*) FROM pg_stat_activity WHERE backend_xid = $1::text::xid8::xid",
                                   doubt.transaction)
                  .at(0),
              1);
    EXPECT_EQ(remote.outcome_of(doubt), CommitOutcome::rolled_back);
    EXPECT_EQ(venues(), 0);
    EXPECT_FALSE(hook);
}

TEST_P(InDoubt, RepeatingWhatDidNotHappenGivesOneRow) {
    const auto order = [&](orm::Transaction& tx) { make(tx, "order"); };
    for (const When when : {When::before_it_arrives, When::after_the_answer}) {
        proxy.cut('Q', "COMMIT", when);
        orm::Database& shop_db = remote;
        try {
            shop_db.atomic(order);
        } catch (const orm::CommitInDoubt& doubt) {
            if (shop_db.outcome_of(doubt) == orm::CommitOutcome::rolled_back) shop_db.atomic(order);
        }
    }
    EXPECT_EQ(venues(), 2);
}

TEST_P(InDoubt, IsNeverRetried) {
    proxy.cut('Q', "COMMIT", When::after_the_answer);
    int attempts = 0;
    EXPECT_THROW(remote.atomic({.retries = 5},
                               [&](orm::Transaction& tx) {
                                   ++attempts;
                                   make(tx, "once");
                               }),
                 orm::CommitInDoubt);
    EXPECT_EQ(attempts, 1);
    EXPECT_EQ(venues(), 1);
}

TEST_P(InDoubt, AConnectionLostBeforeCommitIsLostAndNothingHappened) {
    EXPECT_THROW(remote.atomic([&](orm::Transaction& tx) {
        make(tx, "lost");
        const auto pid = tx.raw<std::int32_t>("SELECT pg_backend_pid()").at(0);
        db.raw<std::tuple<bool>>("SELECT pg_terminate_backend($1, 10000)", pid);
        make(tx, "never");
    }),
                 orm::ConnectionLost);
    EXPECT_EQ(venues(), 0);
    make(remote, "goes on");
}

TEST_P(InDoubt, WhereNothingWasWrittenThereIsNoDoubt) {
    proxy.cut('Q', "COMMIT", When::after_the_answer);
    EXPECT_THROW(remote.atomic([&](orm::Transaction& tx) { tx.count(orm::select<Venue>); }), orm::ConnectionLost);
    EXPECT_TRUE(proxy.has_cut());
}

TEST_P(InDoubt, AWriteThatCommitsByItselfIsInDoubtToo) {
    make(remote, "prepared");
    proxy.cut('S', "", When::after_the_answer);
    try {
        make(remote, "in doubt");
        FAIL();
    } catch (const orm::CommitInDoubt& doubt) {
        EXPECT_EQ(remote.outcome_of(doubt), CommitOutcome::unknown) << "nobody asked for its id: look at the data";
        EXPECT_THAT(doubt.sql, HasSubstr("INSERT"));
    }
    EXPECT_EQ(venues(), 2);
    proxy.cut('S', "", When::after_the_answer);
    EXPECT_THROW(remote.count(orm::select<Venue>), orm::ConnectionLost) << "a read is only lost";
}

INSTANTIATE_TEST_SUITE_P(, InDoubt, testing::Values(orm::Dialect::postgres), orm::test::dialect_name);

}  // namespace
}  // namespace shop
