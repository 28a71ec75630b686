/// What the databases' grammars leave open is decided here: which rows a cut leaves, which of several values a subquery
/// has, how much a predicate or an optional stage may ask for.
#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using testing::ElementsAre;
using testing::SizeIs;

class Grammar : public Shop {
  protected:
    Grammar() {
        remich = venue("Caves", "Remich");
        for (int day : {3, 1, 2}) events.push_back(event(std::string(1, static_cast<char>('a' + day)), day, remich.id));
    }
    Venue remich;
    std::vector<E> events;  ///< "d" on the 3rd, "b" on the 1st, "c" on the 2nd
};

TEST_P(Grammar, ASubqueryIsTheValueOfItsFirstRow) {
    const auto of_venue = orm::select<E> | orm::filter(f<&E::venue> == orm::outer<&Venue::id>);
    const auto first = orm::subquery(of_venue | orm::values<&E::title>);
    EXPECT_THAT(db.all(orm::select<Venue> | orm::value_of(first)), ElementsAre("b")) << "the model's order: by date";
    const auto last = orm::subquery(of_venue | orm::order_by<orm::desc<&E::title>> | orm::values<&E::title>);
    EXPECT_THAT(db.all(orm::select<Venue> | orm::value_of(last)), ElementsAre("d"));
    const auto count = orm::subquery(of_venue | orm::value_of(orm::count()));
    EXPECT_THAT(db.all(orm::select<Venue> | orm::value_of(count)), ElementsAre(3));
}

TEST_P(Grammar, WhatALimitLeavesIsAlwaysTheSame) {
    // Three groups and three distinct rows that are equal in the order given: what comes first is what comes first by
    // the values themselves.
    const auto groups = orm::select<E> | orm::group_by<&E::title> | orm::annotate(orm::count()) |
                        orm::sort(orm::count().desc()) | orm::limit(2);
    const auto rows = db.all(groups);
    ASSERT_THAT(rows, SizeIs(2));
    EXPECT_EQ(std::get<0>(rows[0]), "b");
    EXPECT_EQ(std::get<0>(rows[1]), "c");
    const auto distinct = orm::select<E> | orm::values<&E::fee, &E::title> | orm::distinct | orm::order_by<&E::fee> |
                          orm::limit(1) | orm::offset(2);
    EXPECT_EQ(std::get<1>(db.get(distinct)), "d");
    // Within: the two newest, not any two.
    const auto newest = orm::select<E> | orm::order_by<orm::desc<&E::fee>> | orm::limit(2) | orm::values<&E::id>;
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(orm::in(f<&E::id>, newest))), 2);
    EXPECT_THAT(db.all(orm::select<E> | orm::filter(orm::in(f<&E::id>, newest)) | orm::order_by<&E::id> |
                       orm::values<&E::title>),
                ElementsAre("d", "b"))
        << "equal fees: by the key";
    // The first of each, where several are equal in the order.
    const auto first_of_each = orm::select<E> | orm::order_by<&E::venue> | orm::distinct_on<&E::venue>;
    EXPECT_THAT(db.all(first_of_each | orm::values<&E::title>), ElementsAre("d")) << "the one with the lowest key";
}

TEST_P(Grammar, AGroupThatIsTooMuchLeavesAPredicateAsItWas) {
    using P = orm::Predicate<E>;
    P p;
    for (int i = 0; i < 50; ++i) p.add("max_participants__gte", "0");
    EXPECT_THROW(p.any_of({P().add("title", "b")}), orm::ValidationError);
    EXPECT_THROW(p.none_of({P().add("title", "b")}), orm::ValidationError);
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(p)), 3) << "a form that goes on after the error asks for the fifty";
    P half;
    for (int i = 0; i < 25; ++i) half.add("max_participants__gte", "0");
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(P().any_of({half, half}))), 3);
    EXPECT_THROW(P().any_of({half, half, P().add("title", "b")}), orm::ValidationError);
}

TEST_P(Grammar, MoreOptionalStagesThanAShapeTellsApart) {
    // 70 optional conditions make more forms than 64 bits can tell apart; each must still get its own text.
    const auto wide = [&]<std::size_t... Index>(bool first, std::index_sequence<Index...>) {
        return db.count(
            ((orm::select<E> | orm::when(first, orm::filter(f<&E::title> == "b"))) | ... |
             orm::when(Index % 2 == 0, orm::filter(f<&E::max_participants> >= static_cast<int>(Index % 2)))));
    };
    EXPECT_EQ(wide(false, std::make_index_sequence<70>{}), 3);
    EXPECT_EQ(wide(true, std::make_index_sequence<70>{}), 1) << "the first of seventy decides, too";
    EXPECT_EQ(wide(false, std::make_index_sequence<70>{}), 3);
}

TEST_P(Grammar, SeveralStagesAreOptionalTogether) {
    const auto page = orm::filter(f<&E::title> != "b") | orm::order_by<orm::desc<&E::title>>;
    EXPECT_THAT(db.all(orm::select<E> | orm::when(true, page) | orm::values<&E::title>), ElementsAre("d", "c"));
    EXPECT_THAT(db.all(orm::select<E> | orm::when(false, page)), SizeIs(3));
    const auto day = orm::local_date(f<&E::event_date>, "Europe/Luxembourg");
    const auto days = orm::select<E> | orm::grouped_by(day) | orm::annotate(orm::count());
    EXPECT_THAT(db.all(days | orm::when(true, orm::sort(day.desc()))), SizeIs(3)) << "the zone is one parameter";
    EXPECT_THAT(db.all(days | orm::when(false, orm::sort(day.desc()))), SizeIs(3));
}

TEST_P(Grammar, ALockOfChildrenNeedsATransaction) {
    const auto locking = orm::select<E> | orm::prefetch(registrations | orm::for_update);
    EXPECT_THROW(db.all(locking), orm::UsageError);
    db.atomic([&](auto& tx) { EXPECT_THAT(tx.all(locking), SizeIs(3)); });
}

TEST_P(Grammar, GroupedByItsKeyARowKeepsItsFields) {
    const auto rows = db.all(orm::select<E> | orm::group_by<&E::id> | orm::annotate(f<&E::title>, orm::count()) |
                             orm::sort(f<&E::title>));
    ASSERT_THAT(rows, SizeIs(3));
    EXPECT_EQ(std::get<1>(rows[0]), "b");
}

ON_EACH_DATABASE(Grammar);

}  // namespace
}  // namespace shop
