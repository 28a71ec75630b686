/// Choices and pages' lengths stand in the text, so that PostgreSQL settles on one plan for all runs.
#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class Literals : public Shop {
  protected:
    Literals() : single(url("pool_size=1")) {}
    orm::Database single;
};

TEST_P(Literals, ChoicesAndSmallLimitsStandInTheText) {
    const auto query = [](R::Status status, std::int64_t limit) {
        return orm::select<R> | orm::filter(f<&R::status> != status) | orm::limit(limit) | orm::offset(7);
    };
    EXPECT_THAT(db.sql(query(R::Status::waitlist, 100)),
                HasSubstr("<> 'waitlist' ORDER BY t0.\"id\" LIMIT 100 OFFSET "));
    EXPECT_THAT(db.sql(query(R::Status::pending, 0)), HasSubstr("<> 'pending' ORDER BY t0.\"id\" LIMIT 0 OFFSET "));
    const std::string many = db.sql(query(R::Status::pending, 101));
    EXPECT_THAT(many, HasSubstr(postgres() ? "<> 'pending' ORDER BY t0.\"id\" LIMIT $1 OFFSET $2"
                                           : "<> 'pending' ORDER BY t0.\"id\" LIMIT ?1 OFFSET ?2"));
    EXPECT_EQ(many, db.sql(query(R::Status::pending, 1'000'000)));
}

TEST_P(Literals, ASetOfChoicesHasOneTextInAnyOrder) {
    using enum R::Status;
    const auto text = [&](std::vector<R::Status> statuses) {
        return db.sql(orm::select<R> | orm::filter(f<&R::status>.in(statuses)));
    };
    EXPECT_THAT(text({waitlist, pending, waitlist}), HasSubstr("IN ('pending', 'waitlist')"));
    EXPECT_EQ(text({waitlist, pending, waitlist}), text({pending, waitlist}));
    EXPECT_THAT(db.sql(orm::select<R> | orm::filter(f<&R::status>.not_in({cancelled}))),
                HasSubstr("NOT IN ('cancelled')"));
    registration(event("Hike", 1), user("ana"), waitlist);
    const auto found = [&](std::vector<R::Status> statuses) {
        return db.count(orm::select<R> | orm::filter(f<&R::status>.in(statuses)));
    };
    EXPECT_EQ(found({}), 0);
    EXPECT_EQ(found({pending, waitlist}), 1);
    EXPECT_EQ(found({pending, cancelled}), 0);
    EXPECT_EQ(found({pending, confirmed, waitlist, cancelled}), 1);
}

TEST_P(Literals, AValueThatIsNoChoiceIsRefused) {
    const auto wrong = static_cast<R::Status>(9);
    EXPECT_THROW(db.count(orm::select<R> | orm::filter(f<&R::status> == wrong)), orm::ValidationError);
    EXPECT_THROW(db.count(orm::select<R> | orm::filter(f<&R::status>.in({wrong, R::Status::pending}))),
                 orm::ValidationError);
}

TEST_P(Literals, NoCallerMakesEverMoreTexts) {
    for (int day = 1; day <= 9; ++day) event("Day " + std::to_string(day), day);
    const auto renders = orm::counters().renders;
    for (int round = 0; round < 2; ++round)
        for (std::int64_t limit = 0; limit <= 100; ++limit)
            for (const E::Type type : {E::Type::speed_dating, E::Type::mixer, E::Type::activity}) {
                const auto rows = db.all(orm::select<E> | orm::filter(f<&E::event_type> == type) | orm::limit(limit));
                ASSERT_EQ(rows.size(),
                          type == E::Type{} ? std::min<std::size_t>(9, static_cast<std::size_t>(limit)) : 0);
            }
    EXPECT_LE(orm::counters().renders - renders, 130U);
}

TEST_P(Literals, ManyChoicesInOneQueryStayApart) {
    // Twenty comparisons and a limit need more bits than a shape has: the limit is a parameter.
    std::vector<E> events;
    for (int day = 1; day <= 3; ++day) events.push_back(event("Day " + std::to_string(day), day));
    const User ana = user("ana");
    for (std::size_t i = 0; i < 3; ++i) registration(events[i], ana, static_cast<R::Status>(i));
    const auto four = [](const std::vector<R::Status>& s) {
        const auto is = f<&R::status>;
        return is == s[0] || is == s[1] || is == s[2] || is == s[3];
    };
    const auto count = [&](const std::vector<R::Status>& s) {
        return db.count(orm::select<R> | orm::filter(four(s) || four(s)) | orm::filter(four(s) || four(s)) |
                        orm::filter(four(s)) | orm::limit(3));
    };
    using enum R::Status;
    EXPECT_EQ(count({pending, pending, pending, pending}), 1);
    EXPECT_EQ(count({confirmed, waitlist, confirmed, waitlist}), 2);
    EXPECT_EQ(count({cancelled, cancelled, cancelled, cancelled}), 0);
    EXPECT_EQ(count({pending, confirmed, waitlist, cancelled}), 3);
}

/// The page of events with counts: as a prepared statement with parameters for the choice and the limit, PostgreSQL
/// would plan it anew for each run.
TEST_P(Literals, PostgresSettlesOnOnePlan) {
    if (!postgres()) return;
    std::vector<E> events(2'000);
    for (std::size_t i = 0; i < events.size(); ++i) {
        events[i].title = "Event";
        events[i].event_date = may(1) + std::chrono::hours(i);
        events[i].is_published = true;
    }
    single.insert_many(events);
    const User ana = user("ana");
    std::vector<R> all(events.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].event = events[i].id;
        all[i].user = ana.id;
        all[i].status = i % 50 == 0 ? R::Status::waitlist : R::Status::confirmed;
    }
    single.insert_many(all);
    single.execute("ANALYZE");
    const auto page = orm::select<E> | orm::filter(f<&E::is_published> && f<&E::event_date> >= may(3)) |
                      orm::annotate(orm::count(registrations).where(f<&R::status> == R::Status::waitlist)) |
                      orm::limit(25);
    for (int i = 0; i < 12; ++i) ASSERT_THAT(single.all(page), SizeIs(25));
    const auto plans = single.raw<std::tuple<std::int64_t, std::int64_t>>(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%LIMIT 25'");
    ASSERT_THAT(plans, SizeIs(1));
    EXPECT_EQ(plans[0], std::tuple(7, 5));
}

ON_EACH_DATABASE(Literals);

}  // namespace
}  // namespace shop
