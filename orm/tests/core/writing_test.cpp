#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using testing::ElementsAre;
using testing::HasSubstr;

class Writing : public Shop {};

TEST_P(Writing, InsertSetsKeyAndAutomaticTimes) {
    const orm::Timestamp before = orm::utc_now();
    User u = user("ana");
    EXPECT_NE(u.id.value, 0);
    EXPECT_GE(u.date_joined, before);
    EXPECT_EQ(db.get(u.id).date_joined, u.date_joined);
    EXPECT_TRUE(db.get(u.id).is_active) << "the member's initialiser is the default";
}

TEST_P(Writing, BulkInsertReturnsKeysInOrder) {
    std::vector<User> users(2'500);
    for (std::size_t i = 0; i < users.size(); ++i) {
        users[i].username = "user" + std::to_string(i);
        users[i].email = users[i].username + "@example.lu";
    }
    orm::expect_queries(postgres() ? 2 : 1, [&] { db.insert_many(users); });
    EXPECT_EQ(db.count(orm::select<User>), 2'500);
    EXPECT_EQ(db.get(users[1234].id).username, "user1234");
    User next = user("next");  // the sequence goes on after a bulk load
    EXPECT_GT(next.id.value, users.back().id.value);
    std::vector<User> none;
    db.insert_many(none);
}

TEST_P(Writing, BulkInsertIsAllOrNothing) {
    std::vector<User> users(3);
    users[0].username = "a";
    users[1].username = "b";
    users[2].username = "a";
    for (User& u : users) u.email = u.username + std::to_string(&u - users.data());
    EXPECT_THROW(db.insert_many(users), orm::UniqueViolation);
    EXPECT_EQ(db.count(orm::select<User>), 0);
    for (const User& u : users) EXPECT_EQ(u.id.value, 0) << "a key of no row: a save() would write somebody else's";
    const User other = user("other");
    users[2].username = "c";
    db.save(users[0]);
    EXPECT_EQ(db.get(other.id).username, "other");
    users.erase(users.begin());
    db.insert_many(users);
    EXPECT_EQ(db.count(orm::select<User>), 4);
    const auto keys = users;
    EXPECT_THROW(db.insert_many(users), orm::UniqueViolation);
    EXPECT_EQ(users[0].id, keys[0].id) << "given keys stay";
}

TEST_P(Writing, UpdateManyTakesEachRowOnce) {
    std::vector<E> events{event("a", 1), event("b", 2), event("c", 3)};
    std::swap(events[0], events[2]);
    events[1].title = "B";
    EXPECT_EQ(db.update_many<&E::title>(events), 3U) << "in any order";
    events[2].id = events[0].id;
    orm::expect_queries(0, [&] {
        try {
            db.update_many<&E::title>(events);
            ADD_FAILURE() << "two values for one row";
        } catch (const orm::UsageError& e) {
            EXPECT_THAT(e.what(), HasSubstr("two Event objects have the key " + std::to_string(events[0].id.value)));
        }
    });
}

TEST_P(Writing, AssignedValuesAreCheckedBeforeTheDatabaseSeesThem) {
    event("a", 1);
    const auto refused = [&](const char* field, auto change) {
        SCOPED_TRACE(field);
        orm::expect_queries(0, [&] {
            try {
                change();
                ADD_FAILURE() << "taken";
            } catch (const orm::ValidationError& e) {
                EXPECT_EQ(e.model, "Event");
                EXPECT_EQ(e.field, field);
            }
        });
    };
    const auto all = orm::select<E>;
    refused("title", [&] { db.update(all, orm::set<& E::title> = std::string(201, 'x')); });
    refused("title", [&] { db.update(all, orm::set<& E::title> = std::string("a\0b", 3)); });
    refused("max_participants", [&] { db.update(all, orm::set<& E::max_participants> = std::int64_t{3'000'000'000}); });
    refused("fee", [&] { db.update(all, orm::set<& E::fee> = 10'000); });
    refused("fee", [&] { db.update_returning(all, orm::set<& E::fee> = -10'000); });
    EXPECT_EQ(db.update(all, orm::set<& E::title> = std::string(200, 'x'), orm::set<& E::fee> = 9'999,
                        orm::set<& E::max_participants> = std::int64_t{2'147'483'647}),
              1U);
}

TEST_P(Writing, SaveWritesAllOrNamedFields) {
    E e = event("Before", 1);
    E stale = e;
    e.title = "After";
    e.max_participants = 5;
    db.save<&E::title>(e);
    EXPECT_EQ(db.get(e.id).title, "After");
    EXPECT_EQ(db.get(e.id).max_participants, 30) << "only the named field";
    stale.max_participants = 7;
    db.save<&E::max_participants>(stale);
    EXPECT_EQ(db.get(e.id).title, "After") << "a stale copy overwrites nothing else";
    db.save(e);
    EXPECT_EQ(db.get(e.id).max_participants, 5);
    E fresh;
    fresh.title = "New";
    fresh.event_date = may(9);
    db.save(fresh);
    EXPECT_NE(fresh.id.value, 0);
    E ghost = fresh;
    ghost.id = orm::Id<E>(999'999);
    EXPECT_THROW(db.save(ghost), orm::DoesNotExist);
}

TEST_P(Writing, UpdateByQueryWithExpressions) {
    event("A", 1);
    event("B", 2);
    EXPECT_EQ(db.update(orm::select<E> | orm::filter(f<&E::title> == "A"),
                        orm::set<& E::max_participants> = f<&E::max_participants> + 5,
                        orm::set<& E::title> = orm::concat(f<&E::title>, "!")),
              1U);
    EXPECT_EQ(db.get(orm::select<E> | orm::filter(f<&E::title> == "A!")).max_participants, 35);
    EXPECT_EQ(db.update(orm::select<E>, orm::set<& E::venue> = std::nullopt), 2U);
}

TEST_P(Writing, UpdateOverAJoinAndALimit) {
    const Venue v = venue("Caves", "Remich");
    event("A", 1, v.id);
    event("B", 2);
    EXPECT_EQ(db.update(orm::select<E> | orm::filter(f<&E::venue, &Venue::city> == "Remich"),
                        orm::set<& E::is_published> = false),
              1U);
    EXPECT_EQ(db.update(orm::select<E> | orm::order_by<&E::event_date> | orm::limit(1), orm::set<& E::title> = "first"),
              1U);
    EXPECT_EQ(db.first(orm::select<E>)->title, "first");
}

TEST_P(Writing, UpsertUpdatesOrIgnores) {
    Session s;
    s.session_key = "key";
    s.session_data = "one";
    s.expire_date = may(1);
    db.upsert<&Session::session_key>(s);
    s.session_data = "two";
    db.upsert<&Session::session_key>(s);
    EXPECT_EQ(db.all(orm::select<Session>).at(0).session_data, "two");
    s.session_data = "three";
    EXPECT_FALSE((db.insert_or_ignore<&Session::session_key>(s)));
    EXPECT_EQ(db.all(orm::select<Session>).at(0).session_data, "two");

    User u = user("ana");
    User again;
    again.username = "ana";
    again.email = "new@example.lu";
    db.upsert<&User::username>(again);
    EXPECT_EQ(again.id, u.id);
    EXPECT_EQ(db.get(u.id).email, "new@example.lu");
    EXPECT_EQ(db.get(u.id).date_joined, u.date_joined) << "auto_now_add stays what it was";
}

TEST_P(Writing, GetOrCreate) {
    const auto by_name = orm::select<Venue> | orm::filter(f<&Venue::name> == "Caves");
    const auto make = [] {
        Venue v;
        v.name = "Caves";
        return v;
    };
    const auto [created, fresh] = db.get_or_create(by_name, make);
    const auto [found, again] = db.get_or_create(by_name, make);
    EXPECT_TRUE(fresh);
    EXPECT_FALSE(again);
    EXPECT_EQ(created.id, found.id);
}

TEST_P(Writing, ConstraintViolationsAreTypedAndNamed) {
    user("ana");
    try {
        user("ana");
        FAIL();
    } catch (const orm::UniqueViolation& e) {
        EXPECT_THAT(e.location.file_name(), HasSubstr("fixture.cpp"));
        EXPECT_THAT(e.sql, HasSubstr("INSERT INTO"));
    }
    const E e = event("A", 1);
    const User ben = user("ben");
    registration(e, ben, R::Status::confirmed);
    try {
        registration(e, ben, R::Status::confirmed);
        FAIL();
    } catch (const orm::UniqueViolation& error) {
        EXPECT_EQ(error.table, "shop_registration");
        EXPECT_EQ(error.model, "Registration");
        EXPECT_THAT(error.fields, ElementsAre("event_id", "user_id"));
    }
    E bad = e;
    bad.max_participants = -1;
    try {
        db.save(bad);
        FAIL();
    } catch (const orm::CheckViolation& error) {
        EXPECT_EQ(error.constraint, "shop_event_capacity");
    }
    R orphan;
    orphan.event = orm::Id<E>(999);
    orphan.user = ben.id;
    EXPECT_THROW(db.insert(orphan), orm::ForeignKeyViolation);
}

TEST_P(Writing, ValuesAreCheckedBeforeTheDatabaseSeesThem) {
    orm::expect_queries(0, [&] {
        User u;
        u.username = std::string(151, 'x');
        try {
            db.insert(u);
            FAIL();
        } catch (const orm::ValidationError& e) {
            EXPECT_EQ(e.model, "User");
            EXPECT_EQ(e.field, "username");
            EXPECT_THAT(e.what(), HasSubstr("151 characters long; at most 150 fit"));
        }
        u.username = std::string("a\0b", 3);
        EXPECT_THROW(db.insert(u), orm::ValidationError);
        u.username = "\xc3\x28";
        EXPECT_THROW(db.insert(u), orm::ValidationError);
        std::vector<User> many{u};
        EXPECT_THROW(db.insert_many(many), orm::ValidationError);
        Profile p;
        p.data = orm::Json("{broken");
        EXPECT_THROW(db.insert(p), orm::ValidationError);
        E e;
        e.event_type = static_cast<E::Type>(9);
        EXPECT_THROW(db.insert(e), orm::ValidationError);
        EXPECT_THROW((orm::Decimal<6, 2>("12345.00")), orm::ValidationError);
    });
    User accents;
    for (int i = 0; i < 150; ++i) accents.username += "é";  // 300 bytes, 150 code points
    db.insert(accents);
    EXPECT_EQ(db.get(accents.id).username, accents.username);
}

TEST_P(Writing, HostileTextArrivesAsItLeftOnEveryPath) {
    const std::string hostile = "quotes ' \" \\ \n\t; DROP TABLE shop_user; -- \xF0\x9F\x8D\xB7 \xD7\xA9\xD7\x9C";
    const E e = event(hostile, 1);
    EXPECT_EQ(db.get(e.id).title, hostile);
    db.update(orm::select<E>, orm::set<& E::title> = hostile + "2");
    EXPECT_EQ(db.get(e.id).title, hostile + "2");
    std::vector<Venue> venues(2);
    venues[0].name = hostile;
    db.insert_many(venues);
    EXPECT_EQ(db.get(venues[0].id).name, hostile);
    const User u = user("u");
    R r = registration(e, u, R::Status::pending);
    r.notes = std::string(1'000'000, 'x') + hostile;
    db.save(r);
    EXPECT_EQ(db.get(r.id).notes, r.notes);
}

ON_EACH_DATABASE(Writing);

}  // namespace
}  // namespace shop
