/// What tells rows, values and queries apart: constraints over some rows only, numbers that are equal and not the same,
/// the second of two queries around on one model, rows without some of their fields.
#include <cmath>
#include <limits>

#include "fixture.hpp"

namespace shop {

/// One confirmed hold for each seat; any number of open ones.
struct Hold {
    orm::Id<Hold> id;
    std::int32_t seat = 0;
    bool confirmed = false;
    double weight = 0;
    std::optional<double> share;

    static consteval auto meta() {
        using H = Hold;
        return orm::model<"shop", "hold">(orm::unique<&H::seat>.where(orm::f<&H::confirmed>).named("shop_hold_one"));
    }
};

struct TitleOfEvent {
    orm::Char<200> title;
};

struct Subject {
    orm::Id<Subject> id;
    std::optional<orm::ForeignKey<Subject>> above;
    orm::Char<20> name;

    static consteval auto meta() { return orm::model<"shop", "subject">(); }
};

/// Two relations to subjects, of one name.
struct Twin {
    orm::Id<Twin> id;
    orm::ForeignKey<Subject> first, second;

    static consteval auto meta() { return orm::model<"shop", "twin">(); }
};

namespace {

using E = Event;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Identity : public Shop {
  protected:
    Identity() : Shop(orm::schema::state_of<Hold, Subject>()) {}
    Hold hold(std::int32_t seat, bool confirmed, double weight = 1) {
        Hold h;
        h.seat = seat;
        h.confirmed = confirmed;
        h.weight = weight;
        return h;
    }
    Subject subject(const std::string& name, std::optional<orm::Id<Subject>> above = {}) {
        Subject t;
        t.name = name;
        if (above) t.above = *above;
        db.insert(t);
        return t;
    }
};

TEST_P(Identity, AnUpsertOverAConstraintOfSomeRows) {
    Hold open = hold(1, false), first = hold(1, true, 2), again = hold(1, true, 3), ignored = hold(1, true, 4);
    db.insert(open);
    db.upsert<&Hold::seat>(first);
    db.upsert<&Hold::seat>(again);
    EXPECT_EQ(first.id, again.id);
    EXPECT_NE(open.id, again.id) << "the constraint is not about open ones";
    EXPECT_FALSE(db.insert_or_ignore<&Hold::seat>(ignored));
    EXPECT_TRUE(db.upsert(ignored, orm::on_conflict<&Hold::seat>.update<&Hold::weight>().where(
                                       f<&Hold::weight> < orm::excluded<&Hold::weight>)));
    EXPECT_THAT(db.all(orm::select<Hold> | orm::order_by<&Hold::id> | orm::values<&Hold::weight>), ElementsAre(1, 4));
    std::vector<Hold> more{hold(2, true), hold(2, false), hold(2, false), hold(2, true, 9)};
    EXPECT_EQ(db.upsert_many<&Hold::seat>(more), 4U);
    EXPECT_EQ(more[0].id, more[3].id);
    EXPECT_EQ(db.count(orm::select<Hold>), 5);
}

/// -0.0 == 0.0, and NaN != NaN.
TEST_P(Identity, ChangedNumbersAreThoseWhoseBitsChanged) {
    Hold h = hold(1, false, 0.0);
    h.share = 0.0;
    db.insert(h);
    Hold changed = h;
    changed.weight = -0.0;
    changed.share = -0.0;
    const orm::QueryScope scope;
    EXPECT_TRUE(db.save_changed(changed, h));
    EXPECT_THAT(scope.statements().at(0).text, HasSubstr("\"weight\" = "));
    EXPECT_THAT(scope.statements().at(0).text, HasSubstr("\"share\" = "));
    const Hold stored = db.get(h.id);
    EXPECT_EQ(stored.weight, 0);
    if (postgres()) {  // SQLite keeps -0.0 as 0.0
        EXPECT_TRUE(std::signbit(stored.weight));
        EXPECT_TRUE(std::signbit(*stored.share));
    }
    Hold nowhere = h;
    nowhere.weight = std::numeric_limits<double>::quiet_NaN();
    Hold same = nowhere;
    orm::expect_queries(0, [&] { EXPECT_FALSE(db.save_changed(same, nowhere)); });
}

/// Django's OuterRef(OuterRef(...)): all three queries are of one model.
TEST_P(Identity, TheSecondQueryAroundOnTheSameModel) {
    const Subject top = subject("wine"), other = subject("beer");
    const Subject middle = subject("red", top.id), middle_too = subject("dark", other.id);
    subject("wine", middle.id);
    subject("red", middle_too.id);
    const auto grandchild =
        orm::exists(orm::select<Subject> | orm::filter(f<&Subject::above> == orm::outer<&Subject::id> &&
                                                       f<&Subject::name> == orm::outer_of<2, &Subject::name>));
    const auto child =
        orm::exists(orm::select<Subject> | orm::filter(f<&Subject::above> == orm::outer<&Subject::id> && grandchild));
    EXPECT_THAT(db.all(orm::select<Subject> | orm::filter(child) | orm::values<&Subject::name>), ElementsAre("wine"));
}

TEST_P(Identity, ARelationsNameIsOfOne) {
    orm::register_models<Twin>();
    try {
        orm::Predicate<Subject>().add("twin__isnull", "false");
        ADD_FAILURE();
    } catch (const orm::UsageError& e) {
        EXPECT_THAT(e.what(), HasSubstr("Subject.twin is the name of both Twin.first and Twin.second"));
    }
}

TEST_P(Identity, TruthValuesAloneAreRows) {
    const E hike = event("Hike", 1);
    E wine = event("Wine", 2);
    wine.is_published = !hike.is_published;
    db.save(wine);
    const auto any = orm::select<E> | orm::values<&E::is_published>;
    const auto published = any | orm::order_by<&E::id>;
    EXPECT_EQ(db.all(published), (std::vector<bool>{hike.is_published, wine.is_published}));
    EXPECT_EQ(db.first(published), hike.is_published);
    EXPECT_EQ(db.all(orm::select<E> | orm::value_of(orm::exists(registrations))), (std::vector<bool>{false, false}));
    EXPECT_EQ(db.all(any | orm::union_all_with(any)).size(), 4U);
    EXPECT_EQ(db.raw<bool>("SELECT is_published FROM shop_event").size(), 2U);
    EXPECT_EQ(db.update_returning(orm::select<E> | orm::values<&E::is_published>, orm::set<& E::is_published> = true),
              (std::vector<bool>{true, true}));
}

TEST_P(Identity, RowsWithoutSomeFields) {
    const E hike = event("Hike", 1, venue("Hall", "Remich").id);
    registration(hike, user("ana"), Registration::Status::confirmed);
    const auto short_ones = orm::select<E> | orm::defer<&E::event_date, &E::fee>;
    const orm::QueryScope scope;
    const auto row = db.get(short_ones | orm::filter(f<&E::title> == "Hike"));
    EXPECT_THAT(scope.statements().at(0).text, Not(HasSubstr("\"fee\"")));
    EXPECT_THAT(scope.statements().at(0).text, Not(HasSubstr("\"event_date\"")));
    EXPECT_EQ(row.key(), hike.id);
    EXPECT_EQ(row[f<&E::id>], hike.id);
    EXPECT_EQ(row[f<&E::title>], "Hike");
    EXPECT_EQ(row[f<&E::max_participants>], hike.max_participants);
    EXPECT_EQ(row[f<&E::venue>]->id, hike.venue->id);
    const auto all = db.all(short_ones | orm::prefetch(registrations) | orm::annotate(orm::count(registrations)));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(std::get<0>(all[0])[f<&E::title>], "Hike");
    EXPECT_EQ(std::get<1>(all[0]).size(), 1U);
    EXPECT_EQ(std::get<2>(all[0]), 1);
    // In the model's order, as whole rows.
    E walk = event("Walk", 1);
    walk.event_date = may(1) - std::chrono::hours(1);
    db.save(walk);
    EXPECT_EQ(db.all(orm::select<E> | orm::defer<&E::fee>).at(0)[f<&E::title>], "Walk");
    EXPECT_EQ(db.all(orm::select<E> | orm::only<TitleOfEvent>).at(0).title, "Walk");
    EXPECT_EQ(db.all(orm::select<E> | orm::only<TitleOfEvent> | orm::distinct).size(), 2U);
    db.erase(walk);
    std::size_t streamed = 0;
    db.stream(short_ones, [&](const auto& one) { streamed += one[f<&E::title>].size(); });
    EXPECT_EQ(streamed, 4U);
}

ON_EACH_DATABASE(Identity);

}  // namespace
}  // namespace shop
