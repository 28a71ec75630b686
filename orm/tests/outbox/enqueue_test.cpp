#include <thread>

#include "fixture.hpp"
#include "orm/migration_make.hpp"

namespace orm::outbox {
namespace {

using testing::SizeIs;

class Enqueue : public Outbox {};

TEST_P(Enqueue, WritesAJobWithItsCause) {
    const Timestamp later = parse_timestamp("2031-01-02 03:04:05");
    EXPECT_TRUE(enqueue({.kind = "test.mail", .payload = Json(R"({"to": 7})"), .key = "welcome:7", .run_at = later}));
    const auto all = jobs();
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all[0].kind, "test.mail");
    EXPECT_EQ(all[0].payload.text, R"({"to": 7})");
    EXPECT_EQ(all[0].key, "welcome:7");
    EXPECT_EQ(all[0].run_at, later);
    EXPECT_EQ(all[0].state, StoredJob::State::queued);
    EXPECT_EQ(all[0].attempts, 0);
}

TEST_P(Enqueue, ARollbackLeavesNothing) {
    EXPECT_THROW(db.atomic([&](Transaction& tx) {
        tx.enqueue({.kind = "test.mail", .key = "k"});
        throw std::runtime_error("no");
    }),
                 std::runtime_error);
    db.atomic([&](Transaction& tx) {
        try {
            tx.atomic([&](Transaction& inner) {
                inner.enqueue({.kind = "test.mail", .key = "k"});
                throw std::runtime_error("no");
            });
        } catch (const std::runtime_error&) {
        }
    });
    EXPECT_THAT(jobs(), SizeIs(0));
    EXPECT_TRUE(enqueue({.kind = "test.mail", .key = "k"}));  // the key is free again
}

TEST_P(Enqueue, AKeyIsTakenOnceAndWithoutKeyEveryJobCounts) {
    EXPECT_TRUE(enqueue({.kind = "test.mail", .key = "k"}));
    EXPECT_FALSE(enqueue({.kind = "test.other", .key = "k"}));
    EXPECT_TRUE(enqueue({.kind = "test.mail"}));
    EXPECT_TRUE(enqueue({.kind = "test.mail"}));
    EXPECT_THAT(jobs(), SizeIs(3));
}

TEST_P(Enqueue, OneOfManyAtOnceGetsTheKey) {
    std::atomic<int> taken = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] { taken += enqueue({.kind = "test.mail", .key = "k"}) ? 1 : 0; });
    }
    EXPECT_EQ(taken, 1);
    EXPECT_THAT(jobs(), SizeIs(1));
}

TEST_P(Enqueue, RefusesAJobThatNobodyCouldRun) {
    EXPECT_THROW(enqueue({.kind = ""}), UsageError);
    EXPECT_THROW(enqueue({.kind = "test.mail", .key = std::string(201, 'k')}), ValidationError);
    EXPECT_THAT(jobs(), SizeIs(0));
}

ON_EACH_DATABASE(Enqueue);

TEST(OutboxSchema, TheMigrationsDescribeTheModel) {
    migrations::Registry registry;
    registry.add(::outbox::migrations::all());
    migrations::MakeOptions options;
    options.dry_run = true;
    migrations::StatedAnswers nobody;
    for (const auto& file : migrations::make_migrations(state(), registry, options, nobody)) ADD_FAILURE() << file.text;
}

}  // namespace
}  // namespace orm::outbox
