#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;

class Erase : public Shop {};

TEST_P(Erase, FollowsTheDeclaredRules) {
    const Venue v = venue("Caves", "Remich");
    const E e = event("A", 1, v.id);
    const User ana = user("ana");
    registration(e, ana, R::Status::confirmed);
    db.add_related<&E::special_users>(e.id, std::vector{ana.id});
    db.erase(v);
    EXPECT_EQ(db.get(e.id).venue, std::nullopt) << "set_null";
    EXPECT_EQ(db.erase(orm::select<User> | orm::filter(f<&User::username> == "ana")), 1U);
    EXPECT_EQ(db.count(orm::select<R>), 0) << "cascade";
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(orm::exists(orm::related_set<&E::special_users>))), 0)
        << "join table";
    EXPECT_EQ(db.count(orm::select<E>), 1);
}

TEST_P(Erase, RefusesWhatIsProtected) {
    const Venue v = venue("Caves", "Remich");
    Booking b;
    b.venue = v.id;
    db.insert(b);
    const E e = event("A", 1, v.id);
    try {
        db.erase(v);
        FAIL();
    } catch (const orm::ProtectedError& error) {
        EXPECT_EQ(error.model, "Booking");
    }
    EXPECT_TRUE(db.find(v.id));
    EXPECT_TRUE(db.get(e.id).venue) << "nothing of the refused deletion happened";
}

TEST_P(Erase, TextKeys) {
    Session s;
    s.session_key = "k";
    s.expire_date = may(1);
    db.insert(s);
    EXPECT_EQ(db.erase(orm::select<Session> | orm::filter(f<&Session::expire_date> < may(1))), 0U);
    EXPECT_EQ(db.erase(orm::select<Session> | orm::filter(f<&Session::expire_date> <= may(1))), 1U);
}

ON_EACH_DATABASE(Erase);

}  // namespace
}  // namespace shop
