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

TEST_P(Erase, IsOneStatementWhereNothingRefersToTheRows) {
    const Venue v = venue("Caves", "Remich"), w = venue("Rotondes", "Luxembourg");
    std::vector<Booking> bookings(6);
    for (std::size_t i = 0; i < bookings.size(); ++i) {
        bookings[i].venue = i % 2 ? v.id : w.id;
        bookings[i].price = orm::Decimal<10, 3>(std::to_string(i));
    }
    db.insert_many(bookings);
    using B = Booking;
    const auto erased = [&](auto query) {
        std::uint64_t rows = 0;
        orm::expect_queries(1, [&] { rows = db.erase(query); });
        return rows;
    };
    EXPECT_EQ(erased(orm::select<B> | orm::filter(f<&B::price> > 4)), 1U);
    EXPECT_EQ(erased(orm::select<B> | orm::filter(f<&B::venue, &Venue::city> == "Remich") | orm::order_by<&B::price>),
              2U)
        << "over a join";
    if (postgres()) {
        const orm::QueryScope scope;
        db.erase(orm::select<B> | orm::filter(f<&B::venue, &Venue::city> == "nowhere"));
        EXPECT_THAT(scope.statements().at(0).text, testing::HasSubstr("FOR UPDATE OF t0"))
            << "who waits for a row tests its conditions again";
    }
    EXPECT_EQ(erased(orm::select<B> | orm::sort((f<&B::price> * 2).desc()) | orm::limit(1)), 1U);
    const auto dearest = db.aggregate(orm::select<B>, orm::max(f<&B::price>));
    EXPECT_EQ(dearest.value().to_string(), "2.000") << "and 0";
    db.atomic([&](orm::Transaction& tx) {
        EXPECT_EQ(
            tx.erase(orm::select<B> | orm::filter(f<&B::id> == bookings[0].id) | orm::for_update(orm::skip_locked)),
            1U);
    });
    EXPECT_EQ(erased(orm::select<B>), 1U);
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
