#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using testing::ElementsAre;

class Relations : public Shop {
  protected:
    Relations() {
        remich = venue("Caves", "Remich");
        ana = user("ana");
        ben = user("ben");
        full = event("Full", 1, remich.id);
        empty = event("Empty", 2);
        registration(full, ana, R::Status::confirmed);
        registration(full, ben, R::Status::waitlist);
        Profile p;
        p.user = ana.id;
        p.interests = {"hiking", "cooking"};
        db.insert(p);
    }
    Venue remich;
    User ana, ben;
    E full, empty;
};

TEST_P(Relations, SeveralCountsNeverMultiplyEachOther) {
    db.add_related<&E::special_users>(full.id, std::vector{ana.id, ben.id});
    const auto held = orm::count(registrations).where(f<&R::status> == R::Status::confirmed);
    const auto waiting = orm::count(registrations.where(f<&R::status> == R::Status::waitlist));
    const auto rows =
        db.all(orm::select<E> | orm::related<&E::venue> |
               orm::annotate(orm::count(registrations), held, waiting, orm::count(orm::related_set<&E::special_users>),
                             orm::exists(registrations.where(f<&R::user> == ana.id))));
    ASSERT_EQ(rows.size(), 2U);
    const auto& [event, venue, all, confirmed, waitlisted, invited, mine] = rows[0];
    EXPECT_EQ(event.title, "Full");
    EXPECT_EQ(venue->city, "Remich");
    EXPECT_EQ(std::tuple(all, confirmed, waitlisted, invited, mine), std::tuple(2, 1, 1, 2, true));
    EXPECT_EQ(std::get<6>(rows[1]), false);
    EXPECT_FALSE(std::get<1>(rows[1]));
}

TEST_P(Relations, AnnotationsFilterAndSort) {
    const auto held = orm::count(registrations).where(f<&R::status> == R::Status::confirmed);
    const auto open = db.all(orm::select<E> | orm::annotate(held) | orm::filter(held < f<&E::max_participants>) |
                             orm::sort(held.desc()));
    ASSERT_EQ(open.size(), 2U);
    EXPECT_EQ(std::get<0>(open[0]).title, "Full");
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(held == 0)), 1);
}

TEST_P(Relations, LoadRelatedRowsOverSeveralLevels) {
    const auto rows = db.all(orm::select<R> | orm::related<&R::event, &E::venue> | orm::related<&R::user, profile> |
                             orm::order_by<&R::id>);
    ASSERT_EQ(rows.size(), 2U);
    const auto& [registration, event, venue, user, user_profile] = rows[0];
    EXPECT_EQ(registration.user, ana.id);
    EXPECT_EQ(event.title, "Full");
    EXPECT_EQ(venue->name, "Caves");
    EXPECT_EQ(user.username, "ana");
    EXPECT_THAT(user_profile->interests, ElementsAre("hiking", "cooking"));
    EXPECT_FALSE(std::get<4>(rows[1])) << "ben has no profile";
}

TEST_P(Relations, AskThroughAManyToManyInBothDirections) {
    db.add_related<&E::special_users>(full.id, std::vector{ana.id});
    db.add_related<&E::special_users>(full.id, std::vector{ana.id, ben.id});  // again: no error, no double
    constexpr auto invited = orm::related_set<&E::special_users>;
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(orm::exists(invited.where(f<&User::id> == ben.id)))), 1);
    constexpr auto invitations = orm::reverse<&E::special_users>;
    EXPECT_EQ(db.count(orm::select<User> | orm::filter(orm::count(invitations) == 1)), 2);
    db.remove_related<&E::special_users>(full.id, std::vector{ben.id});
    EXPECT_EQ(db.count(orm::select<User> | orm::filter(orm::exists(invitations))), 1);
}

TEST_P(Relations, AManyToManyIsChangedFromEitherSide) {
    const auto events_of = [&](const User& u) {
        return where(orm::exists(orm::related_set<&E::special_users>.where(f<&User::id> == u.id)));
    };
    db.add_related<&E::special_users>(ana.id, std::vector{full.id, empty.id});
    db.add_related_pairs<&E::special_users>(std::vector{std::pair(ben.id, full.id), std::pair(ben.id, full.id)});
    EXPECT_EQ(events_of(ana), "Full Empty");
    EXPECT_EQ(events_of(ben), "Full");
    db.remove_related<&E::special_users>(ana.id, std::vector{empty.id});
    EXPECT_EQ(events_of(ana), "Full");
    db.set_related<&E::special_users>(ana.id, std::vector{empty.id});
    EXPECT_EQ(events_of(ana), "Empty");
    EXPECT_EQ(events_of(ben), "Full") << "another user's are not touched";
    db.clear_related<&E::special_users>(ana.id);
    EXPECT_EQ(events_of(ana), "");
    db.clear_related<&E::special_users>(full.id);
    EXPECT_EQ(events_of(ben), "");
}

TEST_P(Relations, KeysOfTheOtherSideAreReadOffTheJoinTable) {
    db.add_related<&E::special_users>(full.id, std::vector{ana.id, ben.id});
    const auto guests = orm::related_set<&E::special_users>;
    const auto invited = orm::reverse<&E::special_users>;
    const auto tables = [&](const auto& query) {
        const std::string text = db.sql(query);
        return std::pair(text.find("shop_user\"") != std::string::npos,
                         text.find("special_users") != std::string::npos);
    };
    const auto by_key = orm::select<E> | orm::annotate(orm::count(guests), orm::array_agg(guests, f<&User::id>)) |
                        orm::filter(orm::exists(guests.where(f<&User::id> == ana.id)));
    EXPECT_EQ(tables(by_key), std::pair(false, true));
    const auto rows = db.all(by_key);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(std::get<1>(rows[0]), 2);
    EXPECT_THAT(std::get<2>(rows[0]), testing::UnorderedElementsAre(ana.id, ben.id));
    const auto by_name = orm::select<E> | orm::filter(orm::exists(guests.where(f<&User::username> == "ben")));
    EXPECT_EQ(tables(by_name), std::pair(true, true));
    EXPECT_EQ(db.all(by_name).size(), 1U);
    // A nested query that asks for the guest's name needs the guest.
    const auto by_profile =
        orm::select<E> |
        orm::filter(orm::exists(guests.where(orm::exists(
            orm::select<Profile> | orm::filter(f<&Profile::user, &User::username> == orm::outer<&User::username>)))));
    EXPECT_EQ(db.count(by_profile), 1);
    const auto of_users = orm::select<User> | orm::filter(orm::count(invited.where(f<&E::id> == full.id)) == 1);
    EXPECT_EQ(db.count(of_users), 2);
    EXPECT_EQ(db.sql(of_users).find("shop_event\""), std::string::npos);
    EXPECT_EQ(db.count(orm::select<E> | orm::annotate(orm::max(guests, f<&User::username>))), 2);
    EXPECT_EQ(of(full, orm::max(guests, f<&User::username>)), "ben");
    EXPECT_EQ(of(full, orm::max(guests.where(f<&User::username> < "b"), f<&User::id>)), ana.id);
}

TEST_P(Relations, CountsDoWithoutTheRelatedRows) {
    const auto texts = [](auto count) {
        const orm::QueryScope scope;
        count();
        return scope.statements().at(0).text;
    };
    const auto both = orm::select<R> | orm::related<&R::event, &E::venue> | orm::related<&R::user>;
    EXPECT_EQ(texts([&] { EXPECT_EQ(db.count(both), 2); }).find("JOIN"), std::string::npos);
    EXPECT_EQ(texts([&] { EXPECT_TRUE(db.exists(both)); }).find("JOIN"), std::string::npos);
    const auto filtered = both | orm::filter(f<&R::event, &E::venue, &Venue::city> == "Remich");
    const std::string text = texts([&] { EXPECT_EQ(db.count(filtered), 2); });
    EXPECT_THAT(text, testing::HasSubstr("shop_venue"));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("shop_user\"")));
    EXPECT_EQ(db.count(filtered | orm::limit(1)), 1);
    EXPECT_EQ(db.count(filtered | orm::distinct), 2);
}

TEST_P(Relations, SubqueriesSeeTheRowAroundThem) {
    // Registered later than the event's own first registration: an outer reference.
    const auto newest = orm::max(registrations, f<&R::id>);
    const auto rows = db.all(orm::select<E> | orm::annotate(newest) | orm::order_by<&E::id>);
    EXPECT_TRUE(std::get<1>(rows[0]));
    EXPECT_FALSE(std::get<1>(rows[1])) << "no registration: NULL, not 0";
    const auto same_day = orm::exists(registrations.where(f<&R::created_at> < orm::outer<&E::event_date>));
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(same_day)), 1);
}

ON_EACH_DATABASE(Relations);

}  // namespace
}  // namespace shop
