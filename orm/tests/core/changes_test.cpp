/// Upserts of chosen fields and under a condition, changed fields only, rows that a write returns, whole sets of a
/// many-to-many.
#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using S = Session;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Changes : public Shop {
  protected:
    S session(const std::string& data, int day) {
        S s;
        s.session_key = "key";
        s.session_data = data;
        s.expire_date = may(day);
        return s;
    }
    S stored() { return db.get(orm::select<S>); }
    std::vector<orm::Id<User>> invited(const E& e) {
        return db.all(orm::select<User> |
                      orm::filter(orm::exists(orm::reverse<&E::special_users>.where(f<&E::id> == e.id))) |
                      orm::values<&User::id>);
    }
};

TEST_P(Changes, AnUpsertOverwritesTheChosenFields) {
    S s = session("one", 1);
    db.insert(s);
    S next = session("two", 2);
    EXPECT_TRUE(db.upsert(next, orm::on_conflict<&S::session_key>.update<&S::session_data>()));
    EXPECT_EQ(stored().session_data, "two");
    EXPECT_EQ(stored().expire_date, may(1)) << "not chosen";
    EXPECT_TRUE(db.upsert(next, orm::on_conflict<&S::session_key>));
    EXPECT_EQ(stored().expire_date, may(2)) << "all";
}

/// About the stored row, too.
TEST_P(Changes, AnUpsertUnderAConditionWithWholeQueries) {
    S s = session("one", 1);
    db.insert(s);
    S next = session("two", 2);
    const auto own = orm::select<S> | orm::filter(f<&S::session_key> == orm::outer<&S::session_key>);
    const auto sizes = orm::select<S> | orm::grouped_by(orm::length(f<&S::session_data>) + 1);
    const auto known = orm::in(orm::length(f<&S::session_data>) + 1, sizes);
    EXPECT_TRUE(db.upsert(next, orm::on_conflict<&S::session_key>.where(orm::exists(own) && known)));
    EXPECT_EQ(stored().session_data, "two");
    EXPECT_FALSE(db.upsert(s, orm::on_conflict<&S::session_key>.where(!orm::exists(own) && known)));
}

TEST_P(Changes, AnUpsertUnderACondition) {
    const auto if_later = orm::on_conflict<&S::session_key>.where(f<&S::expire_date> < orm::excluded<&S::expire_date>);
    S s = session("first", 5);
    EXPECT_TRUE(db.upsert(s, if_later)) << "inserted";
    S older = session("older", 4);
    EXPECT_FALSE(db.upsert(older, if_later));
    EXPECT_EQ(stored().session_data, "first");
    S newer = session("newer", 6);
    EXPECT_TRUE(db.upsert(newer, if_later));
    EXPECT_EQ(stored().session_data, "newer");
    // A value in the condition is a parameter behind those of the row.
    S other = session("other", 7);
    EXPECT_FALSE(db.upsert(
        other, orm::on_conflict<&S::session_key>.update<&S::session_data>().where(f<&S::session_data> == "it's not")));
    EXPECT_TRUE(db.upsert(
        other, orm::on_conflict<&S::session_key>.update<&S::session_data>().where(f<&S::session_data> == "newer")));
    EXPECT_EQ(stored().session_data, "other");
    EXPECT_EQ(stored().expire_date, may(6));
    // Generated keys: the stored row's key is written back only when the row was written.
    const User ana = user("ana");
    User again;
    again.username = "ana";
    again.email = "new@example.lu";
    EXPECT_FALSE(db.upsert(again, orm::on_conflict<&User::username>.where(!f<&User::is_active>)));
    EXPECT_EQ(again.id.value, 0);
    EXPECT_TRUE(db.upsert(again, orm::on_conflict<&User::username>.where(f<&User::is_active>)));
    EXPECT_EQ(again.id, ana.id);
}

TEST_P(Changes, ManyUpsertsInOneCall) {
    const User ana = user("ana");
    const auto named = [](const std::string& name, const std::string& email) {
        User u;
        u.username = name;
        u.email = email;
        return u;
    };
    std::vector<User> people{named("ana", "ana@new.lu"), named("ben", "ben@new.lu")};
    EXPECT_EQ((db.upsert_many<&User::username>(people)), 2U);
    EXPECT_EQ(people[0].id, ana.id);
    EXPECT_EQ(db.get(ana.id).email, "ana@new.lu");
    EXPECT_EQ(db.get(people[1].id).username, "ben");

    // The same key twice: the later row wins, as if each came alone.
    std::vector<User> twice{named("cara", "first@new.lu"), named("cara", "second@new.lu")};
    EXPECT_EQ((db.upsert_many<&User::username>(twice)), 2U);
    EXPECT_EQ(twice[0].id, twice[1].id);
    EXPECT_EQ(db.get(twice[0].id).email, "second@new.lu");

    // Ignored rows keep no key.
    std::vector<User> some{named("ben", "other@new.lu"), named("dora", "dora@new.lu")};
    EXPECT_EQ((db.insert_many_or_ignore<&User::username>(some)), 1U);
    EXPECT_EQ(some[0].id.value, 0);
    EXPECT_EQ(db.get(some[1].id).username, "dora");
    EXPECT_EQ(db.get(people[1].id).email, "ben@new.lu");

    // Chosen fields, under a condition with a parameter.
    const auto active = orm::on_conflict<&User::username>.update<&User::email>().where(f<&User::email> != "ben@new.lu");
    std::vector<User> more{named("ana", "ana@x.lu"), named("ben", "ben@x.lu"), named("emil", "emil@x.lu")};
    EXPECT_EQ(db.upsert_many(more, active), 2U);
    EXPECT_EQ(db.get(ana.id).email, "ana@x.lu");
    EXPECT_EQ(db.get(people[1].id).email, "ben@new.lu");
    EXPECT_EQ(more[1].id.value, 0);

    // All or none: the second row's email is taken.
    std::vector<User> bad{named("fred", "fred@x.lu"), named("gus", "ANA@x.lu")};
    EXPECT_THROW((db.upsert_many<&User::username>(bad)), orm::UniqueViolation);
    EXPECT_EQ(db.count(orm::select<User> | orm::filter(f<&User::username> == "fred")), 0);
    std::vector<User> wrong{named("fred", "fred@x.lu"), named(std::string(151, 'x'), "")};
    orm::expect_queries(0, [&] { EXPECT_THROW((db.upsert_many<&User::username>(wrong)), orm::ValidationError); });
    std::vector<User> none;
    EXPECT_EQ((db.upsert_many<&User::username>(none)), 0U);
}

TEST_P(Changes, MoreUpsertsThanAreSentAtOnce) {
    std::vector<Session> sessions(1'203);
    for (std::size_t i = 0; i < sessions.size(); ++i) sessions[i] = session("first", 1);
    for (std::size_t i = 0; i < sessions.size(); ++i) sessions[i].session_key = "key" + std::to_string(i % 1'200);
    EXPECT_EQ((db.upsert_many<&S::session_key>(sessions)), 1'203U);
    EXPECT_EQ(db.count(orm::select<S>), 1'200);
    EXPECT_EQ((db.insert_many_or_ignore<&S::session_key>(sessions)), 0U);
}

TEST_P(Changes, OnlyChangedFieldsAreSaved) {
    const E loaded = event("Before", 1);
    E mine = loaded;
    orm::expect_queries(0, [&] { EXPECT_FALSE(db.save_changed(mine, loaded)); });
    mine.title = "After";
    mine.venue = venue("Caves", "Remich").id;
    db.update(orm::select<E>, orm::set<& E::max_participants> = 7);  // somebody else's
    const orm::QueryScope scope;
    EXPECT_TRUE(db.save_changed(mine, loaded));
    EXPECT_THAT(scope.statements().at(0).text, HasSubstr("SET \"title\" = "));
    EXPECT_THAT(scope.statements().at(0).text, testing::Not(HasSubstr("fee")));
    EXPECT_EQ(db.get(loaded.id).title, "After");
    EXPECT_TRUE(db.get(loaded.id).venue);
    EXPECT_EQ(db.get(loaded.id).max_participants, 7);
    E other = loaded;
    other.id = orm::Id<E>(loaded.id.value + 1);
    EXPECT_THROW(db.save_changed(other, loaded), orm::UsageError);
}

TEST_P(Changes, AWriteReturnsItsRows) {
    event("A", 1);
    const E b = event("B", 2);
    const std::vector<E> changed = db.update_returning(orm::select<E> | orm::filter(f<&E::title> == "B"),
                                                       orm::set<& E::max_participants> = f<&E::max_participants> + 5);
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed[0].id, b.id);
    EXPECT_EQ(changed[0].max_participants, 35);
    EXPECT_EQ(changed[0].event_date, may(2));
    EXPECT_THAT(db.update_returning(orm::select<E> | orm::values<&E::title>, orm::set<& E::is_published> = false),
                UnorderedElementsAre("A", "B"));
    const auto people = orm::select<E> | orm::value_of(f<&E::title>, orm::count(registrations));
    EXPECT_THAT(db.update_returning(people, orm::set<& E::is_published> = true),
                UnorderedElementsAre(std::tuple("A", 0), std::tuple("B", 0)));
    const auto over_relation = orm::select<E> | orm::value_of(f<&E::venue, &Venue::city>);
    EXPECT_THROW(db.update_returning(over_relation, orm::set<& E::is_published> = true), orm::UsageError);
    registration(b, user("ana"), R::Status::confirmed);
    const std::vector<E> gone = db.erase_returning(orm::select<E> | orm::filter(f<&E::title> == "B"));
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone[0].title, "B");
    EXPECT_EQ(db.count(orm::select<R>), 0) << "the rules of deletion hold";
}

TEST_P(Changes, UpdateOrCreate) {
    const auto caves = orm::select<Venue> | orm::filter(f<&Venue::name> == "Caves");
    const auto in = [](const char* city) { return [city](Venue& v) { v.city = city; }; };
    const auto make = [] {
        Venue v;
        v.name = "Caves";
        return v;
    };
    const auto [created, fresh] = db.update_or_create(caves, in("Remich"), make);
    const auto [changed, again] = db.update_or_create(caves, in("Schengen"), make);
    EXPECT_TRUE(fresh);
    EXPECT_FALSE(again);
    EXPECT_EQ(created.id, changed.id);
    EXPECT_EQ(created.city, "Remich");
    EXPECT_EQ(db.get(caves).city, "Schengen");
}

TEST_P(Changes, AManyToManyIsSetAndCleared) {
    const E e = event("A", 1), other = event("B", 2);
    const User ana = user("ana"), ben = user("ben"), cara = user("cara");
    db.add_related<&E::special_users>(other.id, std::vector{ana.id});
    db.set_related<&E::special_users>(e.id, std::vector{ana.id, ben.id});
    EXPECT_THAT(invited(e), UnorderedElementsAre(ana.id, ben.id));
    db.set_related<&E::special_users>(e.id, std::vector{ben.id, cara.id});
    EXPECT_THAT(invited(e), UnorderedElementsAre(ben.id, cara.id));
    EXPECT_THROW(db.set_related<&E::special_users>(e.id, std::vector{ana.id, orm::Id<User>(999)}),
                 orm::ForeignKeyViolation);
    EXPECT_THAT(invited(e), UnorderedElementsAre(ben.id, cara.id)) << "all or nothing";
    db.clear_related<&E::special_users>(e.id);
    EXPECT_THAT(invited(e), IsEmpty());
    EXPECT_THAT(invited(other), ElementsAre(ana.id)) << "another event's are left alone";
}

ON_EACH_DATABASE(Changes);

}  // namespace
}  // namespace shop
