#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using testing::ElementsAre;

class Prefetch : public Shop {
  protected:
    Prefetch() {
        for (int day = 1; day <= 5; ++day) {
            events.push_back(event("Event " + std::to_string(day), day));
            for (int n = 0; n < day - 1; ++n) {
                const User u = user("u" + std::to_string(day) + "_" + std::to_string(n));
                registration(events.back(), u, n == 0 ? R::Status::waitlist : R::Status::confirmed);
            }
        }
    }
    std::vector<E> events;
};

TEST_P(Prefetch, LoadsChildrenWithOneStatementPerLevel) {
    orm::expect_queries(2, [&] {
        const auto rows = db.all(orm::select<E> | orm::prefetch(registrations));
        ASSERT_EQ(rows.size(), 5U);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& [event, children] = rows[i];
            EXPECT_EQ(children.size(), i);
            for (const R& r : children) EXPECT_EQ(r.event, event.id);
        }
    });
}

TEST_P(Prefetch, TakesAQueryOfItsOwn) {
    const auto confirmed = registrations | orm::filter(f<&R::status> == R::Status::confirmed) | orm::related<&R::user> |
                           orm::order_by<orm::desc<&R::id>>;
    orm::expect_queries(2, [&] {
        const auto rows = db.all(orm::select<E> | orm::filter(f<&E::id> == events[3].id) | orm::prefetch(confirmed));
        const auto& children = std::get<1>(rows.at(0));
        ASSERT_EQ(children.size(), 2U);
        EXPECT_EQ(std::get<1>(children[0]).username, "u4_2");
        EXPECT_EQ(std::get<1>(children[1]).username, "u4_1");
    });
}

TEST_P(Prefetch, NestsAndCrossesManyToMany) {
    const User ana = user("ana");
    db.add_related<&E::special_users>(events[0].id, std::vector{ana.id});
    db.add_related<&E::special_users>(events[1].id, std::vector{ana.id});
    constexpr auto invitations = orm::reverse<&E::special_users>;
    orm::expect_queries(3, [&] {
        // users -> the events they are invited to -> those events' registrations
        const auto rows = db.all(orm::select<User> | orm::filter(f<&User::username> == "ana") |
                                 orm::prefetch(invitations | orm::prefetch(registrations)));
        const auto& invited = std::get<1>(rows.at(0));
        ASSERT_EQ(invited.size(), 2U);
        EXPECT_EQ(std::get<0>(invited[0]).title, "Event 1");
        EXPECT_EQ(std::get<1>(invited[1]).size(), 1U);
    });
    const auto rows = db.all(orm::select<E> | orm::prefetch(orm::related_set<&E::special_users>) | orm::limit(2));
    EXPECT_EQ(std::get<1>(rows.at(0)).at(0).username, "ana");
    EXPECT_EQ(std::get<1>(rows.at(1)).at(0).username, "ana");
}

TEST_P(Prefetch, AsksNothingForNoRows) {
    orm::expect_queries(
        1, [&] { db.all(orm::select<E> | orm::filter(f<&E::title> == "none") | orm::prefetch(registrations)); });
}

TEST_P(Prefetch, ThousandsOfParents) {
    std::vector<Venue> venues(20'000);
    for (std::size_t i = 0; i < venues.size(); ++i) venues[i].name = "v" + std::to_string(i);
    db.insert_many(venues);
    constexpr auto events_of = orm::reverse<&E::venue>;
    orm::expect_queries(2, [&] { EXPECT_EQ(db.all(orm::select<Venue> | orm::prefetch(events_of)).size(), 20'000U); });
}

TEST_P(Prefetch, FindsASingleParentsChildrenByEquality) {
    orm::QueryScope scope;
    db.all(orm::select<E> | orm::filter(f<&E::id> == events[3].id) | orm::prefetch(registrations));
    ASSERT_EQ(scope.statements().size(), 2U);
    EXPECT_THAT(scope.statements()[1].text, testing::HasSubstr(postgres() ? "\"event_id\" = $1" : "\"event_id\" = ?1"));
    EXPECT_EQ(scope.statements()[1].rows, 3U);
}

TEST_P(Prefetch, FetchesSeveralRelationsAndTheirOwn) {
    const User ana = user("ana");
    db.add_related<&E::special_users>(events[1].id, std::vector{ana.id});
    db.add_related<&E::special_users>(events[2].id, std::vector{ana.id});
    constexpr auto invitations = orm::reverse<&E::special_users>;
    constexpr auto guests = orm::related_set<&E::special_users>;
    orm::expect_queries(4, [&] {
        const auto rows =
            db.all(orm::select<E> | orm::prefetch(registrations) | orm::prefetch(guests | orm::prefetch(invitations)));
        ASSERT_EQ(rows.size(), 5U);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& [event, children, invited] = rows[i];
            EXPECT_EQ(children.size(), i);
            ASSERT_EQ(invited.size(), i == 1 || i == 2 ? 1U : 0U);
            if (!invited.empty()) {
                EXPECT_EQ(std::get<1>(invited[0]).size(), 2U);
            }
        }
    });
}

/// On PostgreSQL what was sent in one pipeline ran in one implicit transaction, and only that has one time.
TEST_P(Prefetch, SendsTheRelationsOfALevelTogether) {
    if (!postgres()) return;
    const User ana = user("ana");
    db.add_related<&E::special_users>(events[1].id, std::vector{ana.id});
    constexpr auto started = orm::function<"transaction_timestamp", orm::Timestamp>;
    constexpr auto guests = orm::related_set<&E::special_users>;
    const auto rows = db.all(orm::select<E> | orm::filter(f<&E::id> == events[1].id) |
                             orm::prefetch(registrations | orm::value_of(started())) |
                             orm::prefetch(guests | orm::value_of(started())));
    const auto& [event, first, second] = rows.at(0);
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first, second);
}

TEST_P(Prefetch, OfSeveralRelationsFailsAsOneStatementDoes) {
    constexpr auto wrong = orm::function<"no_such_function", std::int64_t>;
    const auto query =
        orm::select<E> | orm::prefetch(registrations) | orm::prefetch(registrations | orm::value_of(wrong(f<&R::id>)));
    try {
        db.all(query);
        FAIL();
    } catch (const orm::DatabaseError& e) {
        EXPECT_THAT(e.sql, testing::HasSubstr("no_such_function"));
        EXPECT_NE(e.location.line(), 0U);
    }
    EXPECT_EQ(db.count(orm::select<E>), 5);
    db.atomic([&](orm::Transaction& tx) {
        EXPECT_THROW(tx.atomic([&](orm::Transaction& inner) { inner.all(query); }), orm::DatabaseError);
        EXPECT_EQ(tx.count(orm::select<E>), 5);
    });
}

/// Django's prefetch_related("event__registrations") of registrations.
TEST_P(Prefetch, OfTheRowThatAForeignKeyNames) {
    const auto others = registrations | orm::filter(f<&R::status> == R::Status::confirmed) | orm::related<&R::user>;
    orm::expect_queries(2, [&] {
        const auto rows = db.all(orm::select<R> | orm::filter(f<&R::event>.in({events[3].id, events[4].id})) |
                                 orm::prefetch<&R::event>(others));
        ASSERT_EQ(rows.size(), 7U);
        for (const auto& [row, of_its_event] : rows) {
            ASSERT_EQ(of_its_event.size(), row.event == events[3].id ? 2U : 3U) << "each row of an event has them";
            for (const auto& [other, user] : of_its_event) EXPECT_EQ(other.event, row.event);
        }
    });
    // A nullable one, whose rows without it have none; nested, beside another prefetch, and of one row.
    const Venue hall = db.create(Venue{{}, "Neimënster", "Luxembourg"});
    db.update(orm::select<E> | orm::filter(f<&E::id>.in({events[0].id, events[3].id})), orm::set<& E::venue> = hall.id);
    constexpr auto at_the_venue = orm::reverse<&E::venue>;
    const auto both = orm::select<E> | orm::prefetch<&E::venue>(at_the_venue | orm::prefetch(registrations)) |
                      orm::prefetch(registrations);
    orm::expect_queries(4, [&] {
        const auto rows = db.all(both);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& [event, neighbours, own] = rows[i];
            EXPECT_EQ(own.size(), i);
            ASSERT_EQ(neighbours.size(), i == 0 || i == 3 ? 2U : 0U);
            if (i == 3) {
                EXPECT_EQ(std::get<1>(neighbours[1]).size(), 3U);
            }
        }
    });
    EXPECT_EQ(std::get<1>(*db.first(both)).size(), 2U);
    EXPECT_EQ(std::get<1>(db.get(both | orm::filter(f<&E::id> == events[1].id))).size(), 0U);
}

/// Events come by their date, as their model says; a prefetch's own order goes before it.
TEST_P(Prefetch, ChildrenComeInTheirModelsOrder) {
    const Venue hall = venue("Hall", "Remich");
    for (const auto& [title, day] : {std::pair{"third", 23}, {"first", 21}, {"second", 22}}) event(title, day, hall.id);
    constexpr auto held = orm::reverse<&E::venue>;
    const auto titles = [&](const auto& prefetch) {
        std::vector<std::string> all;
        const auto row = db.get(orm::select<Venue> | orm::filter(f<&Venue::id> == hall.id) | prefetch);
        for (const E& e : std::get<1>(row)) all.push_back(e.title);
        return all;
    };
    EXPECT_THAT(titles(orm::prefetch(held)), testing::ElementsAre("first", "second", "third"));
    EXPECT_THAT(titles(orm::prefetch(held | orm::order_by<orm::desc<&E::event_date>>)),
                testing::ElementsAre("third", "second", "first"));
    EXPECT_THAT(titles(orm::prefetch(held | orm::limit(2))), testing::ElementsAre("first", "second"));
}

struct Card {
    orm::Char<200> title;
    orm::Id<E> id;
};

TEST_P(Prefetch, OfSomeFieldsOfAModel) {
    orm::expect_queries(2, [&] {
        const auto rows = db.all(orm::select<E> | orm::only<Card> | orm::prefetch(registrations) |
                                 orm::annotate(orm::count(registrations)));
        ASSERT_EQ(rows.size(), 5U);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& [card, children, count] = rows[i];
            EXPECT_EQ(card.title, "Event " + std::to_string(i + 1));
            EXPECT_EQ(card.id, events[i].id);
            EXPECT_EQ(children.size(), i);
            EXPECT_EQ(count, static_cast<std::int64_t>(i));
        }
    });
}

TEST_P(Prefetch, StreamsABatchAtATime) {
    const auto query = orm::select<E> | orm::prefetch(registrations | orm::related<&R::user>);
    const auto titles = [&](orm::Executor& any, std::size_t batch, std::size_t wanted) {
        std::vector<std::string> seen;
        any.stream(
            query,
            [&](auto&& row) {
                auto& [event, children] = row;
                EXPECT_EQ(children.size(), seen.size());
                for (const auto& [r, user] : children) EXPECT_EQ(r.event, event.id);
                seen.push_back(event.title);
                return seen.size() < wanted;
            },
            batch);
        return seen;
    };
    // Rows, and for each full or last batch its children; the children of no batch after the one that ended it.
    for (const auto& [batch, wanted, statements] : {std::tuple{1U, 9U, 6U},
                                                    {2U, 9U, 4U},
                                                    {5U, 9U, 2U},
                                                    {1000U, 9U, 2U},
                                                    {0U, 9U, 6U},
                                                    {2U, 3U, 3U},
                                                    {2U, 2U, 2U}})
        orm::expect_queries(statements, [&, b = batch, w = wanted] {
            EXPECT_EQ(titles(db, b, w).size(), std::min<std::size_t>(w, 5));
        });
    orm::Database single(url("pool_size=1"));
    EXPECT_THAT(titles(single, 2, 9), ElementsAre("Event 1", "Event 2", "Event 3", "Event 4", "Event 5"))
        << "on the connection that the rows come from";
    EXPECT_EQ(titles(single, 2, 1).size(), 1U);
    EXPECT_THROW(single.stream(
                     query, [](auto&&) { throw std::runtime_error("stop"); }, 2),
                 std::runtime_error);
    EXPECT_EQ(single.count(orm::select<E>), 5);
    single.atomic([&](orm::Transaction& tx) {
        tx.update(orm::select<E>, orm::set<& E::is_published> = true);
        EXPECT_EQ(titles(tx, 2, 9).size(), 5U);
    });
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(f<&E::is_published>)), 5);
}

ON_EACH_DATABASE(Prefetch);

}  // namespace
}  // namespace shop
