/// A text is rendered once per query type and prepared once per connection.
#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using testing::HasSubstr;

class Texts : public Shop {
  protected:
    Texts() : single(url("pool_size=1")) {}
    std::uint64_t prepared() {
        std::uint64_t count = 0;
        single.with_connection(false, std::source_location::current(),
                               [&](orm::Connection& c) { count = c.prepared(); });
        return count;
    }
    orm::Database single;
};

TEST_P(Texts, AreRenderedOncePerTypeAndPreparedOncePerConnection) {
    const auto by_title = [&](std::string_view title) {
        return single.count(orm::select<E> | orm::filter(f<&E::title> == title && f<&E::max_participants> < 7));
    };
    by_title("warm up");
    const auto renders = orm::counters().renders;
    const auto prepares = prepared();
    for (int i = 0; i < 100; ++i) by_title("title " + std::to_string(i));
    EXPECT_EQ(orm::counters().renders, renders);
    EXPECT_EQ(prepared(), prepares);
    single.count(orm::select<E> | orm::filter(f<&E::title> == "x" && f<&E::max_participants> > 7));  // another type
    EXPECT_EQ(orm::counters().renders, renders + 1);
    EXPECT_EQ(prepared(), prepares + 1);
}

TEST_P(Texts, OptionalPartsHaveOneTextEach) {
    const auto list = [&](bool published, std::optional<orm::Id<Venue>> venue) {
        single.all(orm::select<E> | orm::when(published, orm::filter(f<&E::is_published>)) |
                   orm::filter(f<&E::venue> == venue));
    };
    const auto renders = orm::counters().renders;
    for (int round = 0; round < 3; ++round)
        for (const bool published : {false, true}) {
            list(published, std::nullopt);
            list(published, orm::Id<Venue>(1));
        }
    EXPECT_EQ(orm::counters().renders, renders + 4);
}

TEST_P(Texts, RangesOfAnySizeShareOneText) {
    const auto list = [&](std::size_t n) {
        single.all(orm::select<E> | orm::filter(f<&E::id>.in(std::vector<orm::Id<E>>(n))));
    };
    list(1);
    const auto renders = orm::counters().renders;
    for (const std::size_t n : {0UL, 2UL, 1000UL, 100'000UL}) list(n);
    EXPECT_EQ(orm::counters().renders, renders);
}

TEST_P(Texts, ReadAsExpected) {
    const std::string sql = single.sql(orm::select<R> | orm::related<&R::user> |
                                       orm::filter(f<&R::status> == R::Status::confirmed) | orm::limit(3));
    EXPECT_EQ(sql,
              "SELECT t0.\"id\", t0.\"event_id\", t0.\"user_id\", t0.\"status\", t0.\"notes\", t0.\"created_at\", "
              "t1.\"id\", t1.\"username\", t1.\"email\", t1.\"is_active\", t1.\"date_joined\" FROM "
              "\"shop_registration\" AS t0 JOIN \"shop_user\" AS t1 ON t1.\"id\" = t0.\"user_id\" WHERE "
              "t0.\"status\" = 'confirmed' ORDER BY t0.\"id\" LIMIT 3");
}

TEST_P(Texts, ExpectQueriesListsWhatRan) {
    try {
        orm::expect_queries(0, [&] { single.count(orm::select<E>); });
        FAIL();
    } catch (const orm::UsageError& e) {
        EXPECT_THAT(e.what(), HasSubstr("texts_test.cpp"));
        EXPECT_THAT(e.what(), HasSubstr("SELECT count(*)"));
    }
}

ON_EACH_DATABASE(Texts);

}  // namespace
}  // namespace shop
