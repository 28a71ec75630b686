/// Which rows a query means: orders that decide about them, distinct_on, conditions that are unknown, keys that come
/// back, and texts that are not kept.
#include "fixture.hpp"

namespace shop {

struct Skill {
    orm::Id<Skill> id;
    orm::Char<50> name;

    static consteval auto meta() { return orm::model<"shop", "skill">(orm::unique<&Skill::name>); }
};

struct Note {
    orm::Id<Note> id;
    orm::Char<50> words;
    orm::Timestamp changed{};

    static consteval auto meta() { return orm::model<"shop", "note">(orm::auto_now<&Note::changed>); }
};

struct TitleOnly {
    orm::Char<200> title;
};

namespace {

using E = Event;
using R = Registration;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class Orders : public Shop {
  protected:
    Orders() : Shop(orm::schema::state_of<Skill, Note>()) {
        remich = venue("Caves", "Remich");
        late = event("late", 9, remich.id);
        early = event("early", 1);
        middle = event("middle", 5, remich.id);
    }
    template <class Q>
    std::vector<std::string> titles(const Q& query) {
        std::vector<std::string> result;
        for (const E& e : db.all(query)) result.push_back(e.title);
        return result;
    }
    /// By the city, those without one at the end: an order with a parameter.
    static auto by_city() { return orm::sort(orm::coalesce(f<&E::venue, &Venue::city>, "zzz").desc(), f<&E::title>); }
    Venue remich;
    E late, early, middle;
};

TEST_P(Orders, GetKeepsTheOrderThatCutsRows) {
    EXPECT_EQ(db.get(orm::select<E> | orm::order_by<orm::desc<&E::title>> | orm::limit(1)).title, "middle");
    EXPECT_EQ(db.get(orm::select<E> | orm::limit(1)).title, "early");
    EXPECT_EQ(db.get(orm::select<E> | orm::offset(2)).title, "late");
    EXPECT_EQ(db.get(orm::select<E> | orm::filter(f<&E::venue> == remich.id) |
                     orm::order_by<&E::venue, orm::desc<&E::title>> | orm::distinct_on<&E::venue>)
                  .title,
              "middle");
}

TEST_P(Orders, OneWithParametersIsLeftOutWhereItMeansNothing) {
    EXPECT_THAT(titles(orm::select<E> | by_city()), ElementsAre("early", "late", "middle"));
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(f<&E::is_published>) | by_city()), 3);
    EXPECT_TRUE(db.exists(orm::select<E> | by_city() | orm::filter(f<&E::title> == "late")));
    EXPECT_EQ(db.get(orm::select<E> | by_city() | orm::filter(f<&E::title> == "late")).id, late.id);
    EXPECT_EQ(db.aggregate(orm::select<E> | by_city(), orm::count()), 3);
    EXPECT_EQ(db.count(orm::select<E> | orm::when(true, by_city())), 3);
    EXPECT_EQ(db.count(orm::select<E> | by_city() | orm::limit(2)), 2);
    EXPECT_TRUE(db.exists(orm::select<E> | by_city() | orm::limit(1) | orm::offset(2)));
    EXPECT_EQ(db.get(orm::select<E> | by_city() | orm::limit(1)).title, "early");
    EXPECT_EQ(db.update(orm::select<E> | by_city(), orm::set<& E::max_participants> = 3), 3U);
    EXPECT_EQ(db.update(orm::select<E> | by_city() | orm::limit(1), orm::set<& E::max_participants> = 4), 1U);
    EXPECT_EQ(db.get(early.id).max_participants, 4);
    const auto key = orm::sort(orm::nullif(f<&Session::session_key>, "x"));
    EXPECT_EQ(db.erase(orm::select<Session> | key), 0U) << "a model without a number for its key";
}

TEST_P(Orders, AnOrderThatIsSwitchedOffLeavesTheModelsOwn) {
    const auto query = [](bool by_title) { return orm::select<E> | orm::when(by_title, orm::order_by<&E::title>); };
    EXPECT_THAT(titles(query(true)), ElementsAre("early", "late", "middle"));
    EXPECT_THAT(titles(query(false)), ElementsAre("early", "middle", "late"));
}

TEST_P(Orders, FirstAndPagesOfSomeFieldsAreDeterministic) {
    EXPECT_EQ(db.first(orm::select<E> | orm::values<&E::title>), "early");
    EXPECT_EQ(db.first(orm::select<E> | orm::only<TitleOnly>).value().title, "early");
    EXPECT_THAT(db.all(orm::select<E> | orm::values<&E::title> | orm::limit(1) | orm::offset(1)),
                ElementsAre("middle"));
    EXPECT_THAT(db.sql(orm::select<E> | orm::values<&E::title>), Not(HasSubstr("ORDER BY"))) << "all rows: no order";
    event("earlier twin", 1);
    EXPECT_THAT(db.all(orm::select<E> | orm::values<&E::title> | orm::order_by<&E::event_date> | orm::limit(2)),
                ElementsAre("early", "earlier twin"))
        << "ties by the key";
    EXPECT_EQ(db.first(orm::select<E> | orm::value_of(orm::max(f<&E::title>))).value(), "middle");
}

TEST_P(Orders, PagesByOneKey) {
    constexpr auto pages = orm::keyset<&E::id>;
    EXPECT_THAT(titles(orm::select<E> | pages.after(late) | orm::limit(1)), ElementsAre("early"));
    EXPECT_THAT(titles(orm::select<E> | pages.before(middle) | orm::limit(5)), ElementsAre("late", "early"));
}

TEST_P(Orders, GroupsAreSortedByTheirExpression) {
    event("another late", 9);
    const auto day = orm::local_date(f<&E::event_date>, "Europe/Luxembourg");
    const auto days = db.all(orm::select<E> | orm::grouped_by(day) | orm::annotate(orm::count()) |
                             orm::sort(orm::count().desc(), day.desc()));
    ASSERT_EQ(days.size(), 3U);
    EXPECT_EQ(std::get<1>(days[0]), 2);
    EXPECT_GT(std::get<0>(days[1]), std::get<0>(days[2]));
    EXPECT_EQ(db.count(orm::select<E> | orm::grouped_by(day) | orm::sort(day)), 3);
}

TEST_P(Orders, DistinctOnCountsCutsChangesAndErases) {
    const auto newest =
        orm::select<E> | orm::order_by<&E::venue, orm::desc<&E::event_date>> | orm::distinct_on<&E::venue>;
    EXPECT_EQ(db.count(newest), 2);
    EXPECT_TRUE(db.exists(newest));
    EXPECT_EQ(db.all(newest | orm::limit(1) | orm::offset(1)).size(), 1U);
    EXPECT_EQ(db.all(newest | orm::offset(1)).size(), 1U);
    EXPECT_EQ(db.count(orm::select<Venue> | orm::filter(orm::in(f<&Venue::id>, newest | orm::values<&E::venue>))), 1);
    EXPECT_EQ(db.update(newest, orm::set<& E::max_participants> = 7), 2U);
    EXPECT_EQ(db.get(middle.id).max_participants, 30);
    EXPECT_EQ(db.erase(newest), 2U);
    EXPECT_THAT(titles(orm::select<E>), ElementsAre("middle"));
    EXPECT_EQ(db.erase(orm::select<E> | orm::distinct), 1U);
}

TEST_P(Orders, ExcludeKeepsWhatIsUnknown) {
    const auto in_remich = f<&E::venue, &Venue::city> == "Remich";
    EXPECT_THAT(titles(orm::select<E> | orm::exclude(in_remich)), ElementsAre("early"));
    EXPECT_THAT(titles(orm::select<E> | orm::filter(!in_remich)), testing::IsEmpty()) << "! is SQL's NOT";
    const auto no_city = orm::exclude(in_remich || f<&E::title> == "late");
    EXPECT_THAT(titles(orm::select<E> | no_city), ElementsAre("early"));
    EXPECT_THAT(db.sql(orm::select<E> | orm::exclude(f<&E::title> == "late" && f<&E::venue>.is_null())),
                Not(HasSubstr("TRUE")))
        << "what cannot be NULL stays as simple as it was";
    using P = orm::Predicate<E>;
    const auto none = P().none_of({P().add("venue__city", "Remich")});
    EXPECT_THAT(titles(orm::select<E> | orm::filter(none)), ElementsAre("early"));
    const auto title = P().none_of({P().add("title", "late").add("venue__isnull", "false")});
    EXPECT_THAT(titles(orm::select<E> | orm::filter(title)), ElementsAre("early", "middle"));
    EXPECT_THAT(db.sql(orm::select<E> | orm::filter(title)), Not(HasSubstr("TRUE")));
}

TEST_P(Orders, UpsertsBringTheKeyEvenWithNothingElseToWrite) {
    Skill first, again;
    first.name = again.name = "wine";
    db.upsert<&Skill::name>(first);
    db.upsert<&Skill::name>(again);
    EXPECT_EQ(again.id, first.id);
    std::vector<Skill> many(2);
    many[0].name = "wine";
    many[1].name = "bread";
    EXPECT_EQ((db.upsert_many<&Skill::name>(many)), 2U);
    EXPECT_EQ(many[0].id, first.id);
    Skill ignored;
    ignored.name = "bread";
    EXPECT_FALSE((db.insert_or_ignore<&Skill::name>(ignored)));
    EXPECT_EQ(db.count(orm::select<Skill>), 2);
}

TEST_P(Orders, BulkUpdatesWriteAutomaticTimes) {
    std::vector<Note> notes(2);
    db.insert_many(notes);
    const orm::Timestamp old = may(1) - std::chrono::years(20);
    db.update(orm::select<Note>, orm::set<& Note::changed> = old);
    notes = db.all(orm::select<Note> | orm::order_by<&Note::id>);
    notes[0].words = "new";
    db.update_many<&Note::words>(notes);
    const Note stored = db.get(notes[0].id);
    EXPECT_EQ(stored.words, "new");
    EXPECT_GT(stored.changed, old);
    EXPECT_EQ(stored.changed, notes[0].changed);
}

TEST_P(Orders, UpdatesTakeValuesOfOtherRowsFromSubqueriesOnly) {
    const R r = registration(middle, user("ana"), R::Status::confirmed);
    const auto title = orm::subquery(orm::select<E> | orm::filter(f<&E::id> == orm::outer<&R::event>) |
                                     orm::value_of(orm::concat(f<&E::title>, "!")));
    EXPECT_EQ(db.update(orm::select<R>, orm::set<& R::notes> = orm::coalesce(title, "")), 1U);
    EXPECT_EQ(db.get(r.id).notes, "middle!");
    EXPECT_EQ(db.update(orm::select<E> | orm::order_by<&E::title> | orm::limit(1), orm::set<& E::max_participants> = 1),
              1U);
    EXPECT_EQ(db.get(early.id).max_participants, 1);
}

TEST_P(Orders, SearchFormsCannotMakeAProcessKeepEverMoreTexts) {
    using P = orm::Predicate<E>;
    orm::Database single(url("pool_size=1"));
    const auto ask = [&](unsigned shape) {
        P p;
        for (unsigned bit = 0; bit < 12; ++bit)
            p.add(shape >> bit & 1U ? "title__contains" : "max_participants__gte", shape >> bit & 1U ? "a" : "1");
        return single.count(orm::select<E> | orm::filter(p));
    };
    const auto prepared = [&] {
        std::uint64_t count = 0;
        single.with_connection(false, std::source_location::current(),
                               [&](orm::Connection& connection) { count = connection.prepared(); });
        return count;
    };
    const auto prepared_by = [&](unsigned shape) {
        const std::uint64_t before = prepared();
        EXPECT_EQ(ask(shape), shape == 0 ? 3 : 2) << "late and early have an a; shape " << shape;
        return prepared() - before;
    };
    prepared_by(0);
    prepared_by(0);
    EXPECT_EQ(prepared_by(0), 0U) << "kept";
    for (unsigned shape = 1; shape < 700; ++shape) ask(shape);
    const std::uint64_t by_the_last = prepared_by(699);
    // PostgreSQL runs a text that is not kept without preparing it.
    EXPECT_EQ(by_the_last, postgres() ? 0U : 1U) << "prepared, run and forgotten";
    EXPECT_EQ(prepared_by(699), by_the_last);
    EXPECT_EQ(prepared_by(0), 0U) << "what was kept stays";
}

ON_EACH_DATABASE(Orders);

}  // namespace
}  // namespace shop
