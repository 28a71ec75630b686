/// Common table expressions, joins by fields, aggregates that keep values, times in a zone, some fields only.
#include "fixture.hpp"

namespace shop {

struct Topic {
    orm::Id<Topic> id;
    orm::Char<50> name;
    std::optional<orm::ForeignKey<Topic>> parent;

    static consteval auto meta() { return orm::model<"shop", "topic">(orm::ordering<&Topic::name>); }
};

/// The topics below one, and how far.
struct Chain {
    orm::Id<Topic> topic;
    std::int64_t depth = 0;

    static consteval auto meta() { return orm::rows<"chain">(); }
};

/// How busy each event is.
struct Load {
    orm::Id<Event> event;
    std::int64_t people = 0;

    static consteval auto meta() { return orm::rows<"load">(); }
};

struct OneKey {
    orm::Id<Event> id;
};
struct KeyRows {
    orm::Id<Event> event;

    static consteval auto meta() { return orm::rows<"key_rows">(); }
};
struct EventCard {
    orm::Id<Event> id;
    orm::Char<200> title;
    std::optional<orm::ForeignKey<Venue, orm::on_delete::set_null>> venue;
};

namespace {

using E = Event;
using R = Registration;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr std::string_view zone = "Europe/Luxembourg";

class Expressions : public Shop {
  protected:
    Expressions() : Shop(orm::schema::state_of<Topic>()) {
        wine = event("Wine", 1);
        quiz = event("Quiz", 2);
        hike = event("Hike", 3);
        ana = user("ana");
        ben = user("ben");
        note(wine, ana, "b", R::Status::confirmed);
        note(wine, ben, "a", R::Status::waitlist);
        note(quiz, ana, "b", R::Status::confirmed);
        note(quiz, ben, "b", R::Status::cancelled);
    }
    void note(const E& e, const User& u, const std::string& text, R::Status status) {
        R r = registration(e, u, status);
        r.notes = text;
        db.save(r);
    }
    Topic topic(const std::string& name, const Topic* parent = nullptr) {
        Topic t;
        t.name = name;
        if (parent) t.parent = parent->id;
        db.insert(t);
        return t;
    }
    template <class X>
    auto value_at(orm::Timestamp time, X expression) {
        E e = wine;
        e.event_date = time;
        db.save(e);
        return db.get(orm::select<E> | orm::filter(f<&E::id> == wine.id) | orm::value_of(expression));
    }
    E wine, quiz, hike;
    User ana, ben;
};

TEST_P(Expressions, ARecursionWalksATree) {
    const Topic root = topic("root"), wines = topic("wines", &root), red = topic("red", &wines), other = topic("other");
    static_cast<void>(other);
    const auto start =
        orm::select<Topic> | orm::filter(f<&Topic::id> == root.id) | orm::value_of(f<&Topic::id>, orm::value(0));
    const auto step = orm::select<Topic> | orm::join<&Topic::parent, &Chain::topic> |
                      orm::value_of(f<&Topic::id>, orm::joined<&Chain::depth> + 1);
    const auto below = orm::with(orm::recursive<Chain>(start, step));

    std::vector<std::pair<std::int64_t, std::int64_t>> found;
    for (const Chain& c : db.all(orm::select<Chain> | below | orm::order_by<&Chain::depth>))
        found.emplace_back(c.topic.value, c.depth);
    EXPECT_THAT(found, ElementsAre(Pair(root.id.value, 0), Pair(wines.id.value, 1), Pair(red.id.value, 2)));

    // The rows in a condition, in a join, and in a count.
    const auto names = [&](const auto& query) {
        std::vector<std::string> result;
        for (const Topic& t : db.all(query)) result.push_back(t.name);
        return result;
    };
    const auto deep = orm::select<Chain> | orm::filter(f<&Chain::depth> >= 1) | orm::values<&Chain::topic>;
    EXPECT_THAT(names(orm::select<Topic> | below | orm::filter(orm::in(f<&Topic::id>, deep))),
                ElementsAre("red", "wines"));
    const auto joined = orm::select<Topic> | below | orm::join<&Topic::id, &Chain::topic> |
                        orm::filter(orm::joined<&Chain::depth> < 2) | orm::sort(orm::joined<&Chain::depth>.desc());
    const auto rows = db.all(joined);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(std::get<0>(rows[0]).name, "wines");
    EXPECT_EQ(std::get<1>(rows[0]).depth, 1);
    EXPECT_EQ(db.count(orm::select<Chain> | below), 3);
    EXPECT_TRUE(db.exists(orm::select<Chain> | below | orm::filter(f<&Chain::depth> == 2)));
    EXPECT_EQ(db.update(orm::select<Topic> | below | orm::filter(orm::in(f<&Topic::id>, deep)),
                        orm::set<& Topic::name> = orm::concat(f<&Topic::name>, "!")),
              2U);
    EXPECT_THAT(names(orm::select<Topic>), ElementsAre("other", "red!", "root", "wines!"));
}

TEST_P(Expressions, ARecursionWithoutRepeatsEndsOnACircle) {
    Topic a = topic("a");
    const Topic b = topic("b", &a);
    a.parent = b.id;
    db.save(a);
    const auto start =
        orm::select<Topic> | orm::filter(f<&Topic::id> == a.id) | orm::value_of(f<&Topic::id>, orm::value(0));
    const auto step =
        orm::select<Topic> | orm::join<&Topic::parent, &Chain::topic> | orm::value_of(f<&Topic::id>, orm::value(0));
    EXPECT_EQ(db.count(orm::select<Chain> | orm::with(orm::recursive<Chain>(start, step).without_repeats())), 2);
}

TEST_P(Expressions, ACommonTableOfGroupsIsJoined) {
    const auto loads = orm::cte<Load>(orm::select<R> | orm::filter(f<&R::status> != R::Status::cancelled) |
                                      orm::group_by<&R::event> | orm::annotate(orm::count()));
    std::vector<std::pair<std::string, std::int64_t>> found;
    for (const auto& [event, load] : db.all(orm::select<E> | orm::with(loads) | orm::join<&E::id, &Load::event>))
        found.emplace_back(event.title, load.people);
    EXPECT_THAT(found, ElementsAre(Pair("Wine", 2), Pair("Quiz", 1)));
    const auto all = db.all(orm::select<E> | orm::with(loads) | orm::left_join<&E::id, &Load::event> |
                            orm::sort(orm::coalesce(orm::maybe_joined<&Load::people>, 0), f<&E::id>));
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(std::get<0>(all[0]).title, "Hike");
    EXPECT_FALSE(std::get<1>(all[0]));
    EXPECT_EQ(std::get<1>(all[2])->people, 2);
}

TEST_P(Expressions, TextsAndArraysOfRelatedRows) {
    const auto notes =
        orm::string_agg(registrations, f<&R::notes>, ", ").order_by(f<&R::notes>.desc(), f<&R::id>.asc());
    const auto people = orm::array_agg(registrations, f<&R::user>).order_by(f<&R::user>.desc());
    const auto rows = db.all(orm::select<E> | orm::annotate(notes, people, notes.where(f<&R::user> == ben.id)));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(std::get<1>(rows[0]), "b, a");
    EXPECT_THAT(std::get<2>(rows[0]), ElementsAre(ben.id, ana.id));
    EXPECT_EQ(std::get<3>(rows[0]), "a");
    EXPECT_EQ(std::get<1>(rows[2]), std::nullopt) << "no row";
    EXPECT_THAT(std::get<2>(rows[2]), IsEmpty());
}

TEST_P(Expressions, TextsAndArraysOfGroups) {
    const auto each = orm::string_agg(f<&R::notes>, "/").order_by(f<&R::notes>.asc());
    const auto [all, once, confirmed, statuses, days] =
        db.aggregate(orm::select<R>, each, each.distinct(), each.where(f<&R::status> == R::Status::confirmed),
                     orm::array_agg(f<&R::status>).order_by(f<&R::id>.asc()),
                     orm::array_agg(f<&R::event, &E::event_date>).distinct());
    EXPECT_EQ(all, "a/b/b/b");
    EXPECT_EQ(once, "a/b");
    EXPECT_EQ(confirmed, "b/b");
    using Status = R::Status;
    EXPECT_THAT(statuses, ElementsAre(Status::confirmed, Status::waitlist, Status::confirmed, Status::cancelled));
    EXPECT_THAT(days, ElementsAre(may(1), may(2)));
    const auto of_events = orm::array_agg(f<&E::venue>);
    EXPECT_THAT(db.aggregate(orm::select<E>, of_events), IsEmpty()) << "NULLs are left out";
    event("At Remich", 4, venue("Caves", "Remich").id);
    EXPECT_THAT(db.aggregate(orm::select<E>, of_events), testing::SizeIs(1));
}

TEST_P(Expressions, DifferentValuesOfRelatedRowsAreCounted) {
    const auto texts = orm::count(registrations, f<&R::notes>);
    const auto rows = db.all(orm::select<E> | orm::annotate(texts, texts.distinct()) | orm::order_by<&E::id>);
    EXPECT_EQ(std::get<1>(rows[1]), 2);
    EXPECT_EQ(std::get<2>(rows[1]), 1);
    EXPECT_EQ(db.aggregate(orm::select<R>, orm::count(f<&R::notes>).distinct()), 2);
}

TEST_P(Expressions, TimesInAZone) {
    const auto at = [](const char* text) { return orm::parse_timestamp(text); };
    const auto date = f<&E::event_date>;
    // Clocks go forward at 01:00 UTC on 2030-03-31, and back at 01:00 UTC on 2030-10-27.
    struct Case {
        const char *time, *year, *month, *week, *day, *hour;
    };
    for (const Case& c : {Case{"2030-03-31 22:30:15.5", "2029-12-31 23:00:00", "2030-03-31 22:00:00",
                               "2030-03-31 22:00:00", "2030-03-31 22:00:00", "2030-03-31 22:00:00"},
                          {"2030-10-27 01:30:00", "2029-12-31 23:00:00", "2030-09-30 22:00:00", "2030-10-20 22:00:00",
                           "2030-10-26 22:00:00", "2030-10-27 01:00:00"},
                          {"1969-12-31 23:15:00", "1969-12-31 23:00:00", "1969-12-31 23:00:00", "1969-12-28 23:00:00",
                           "1969-12-31 23:00:00", "1969-12-31 23:00:00"}}) {
        SCOPED_TRACE(c.time);
        const orm::Timestamp time = at(c.time);
        using enum orm::Unit;
        EXPECT_EQ(value_at(time, orm::date_trunc<year>(date, zone)), at(c.year));
        EXPECT_EQ(value_at(time, orm::date_trunc<month>(date, zone)), at(c.month));
        EXPECT_EQ(value_at(time, orm::date_trunc<week>(date, zone)), at(c.week));
        EXPECT_EQ(value_at(time, orm::date_trunc<day>(date, zone)), at(c.day));
        EXPECT_EQ(value_at(time, orm::date_trunc<hour>(date, zone)), at(c.hour));
    }
    const orm::Timestamp late = at("2027-01-03 23:59:59.999999");  // Monday in Luxembourg, Sunday in London
    using enum orm::Part;
    EXPECT_EQ(value_at(late, orm::date_part<isodow>(date, zone)), 1);
    EXPECT_EQ(value_at(late, orm::date_part<isodow>(date, "Europe/London")), 7);
    EXPECT_EQ(value_at(late, orm::date_part<week>(date, zone)), 1);
    EXPECT_EQ(value_at(late, orm::date_part<week>(date, "Europe/London")), 53);
    EXPECT_EQ(value_at(late, orm::date_part<isoyear>(date, "Europe/London")), 2026);
    EXPECT_EQ(value_at(late, orm::date_part<hour>(date, zone)), 0);
    EXPECT_EQ(value_at(late, orm::date_part<second>(date, zone)), 59);
    EXPECT_EQ(value_at(late, orm::date_part<doy>(date, zone)), 4);
    EXPECT_EQ(value_at(late, orm::date_part<quarter>(date, "Asia/Kathmandu")), 1);
    EXPECT_EQ(value_at(late, orm::date_part<minute>(date, "Asia/Kathmandu")), 44);
    EXPECT_EQ(value_at(late, orm::local_date(date, zone)), std::chrono::year(2027) / 1 / 4);
    EXPECT_EQ(value_at(late, orm::local_date(date, "America/New_York")), std::chrono::year(2027) / 1 / 3);
    try {
        value_at(late, orm::local_date(date, "Europe/Remich"));
        ADD_FAILURE() << "an unknown zone";
    } catch (const orm::Error& e) {
        EXPECT_THAT(e.what(), HasSubstr("time zone \"Europe/Remich\" not recognized"));
    }
    Profile p;
    p.user = ana.id;
    p.date_of_birth = std::chrono::year(1) / 2 / 28;
    db.insert(p);
    const auto born = db.get(orm::select<Profile> | orm::value_of(orm::date_part<year>(f<&Profile::date_of_birth>),
                                                                  orm::date_part<day>(f<&Profile::date_of_birth>)));
    EXPECT_EQ(born, std::tuple(std::optional<std::int64_t>(1), std::optional<std::int64_t>(28)));
}

TEST_P(Expressions, GroupsByTheDayInAZone) {
    E late = event("Late", 2);
    late.event_date = orm::parse_timestamp("2030-05-01 22:30:00");  // already the 2nd in Luxembourg
    db.save(late);
    const auto day = orm::local_date(f<&E::event_date>, zone);
    const auto rows = db.all(orm::select<E> | orm::grouped_by(day) | orm::annotate(orm::count()));
    EXPECT_THAT(rows, UnorderedElementsAre(std::tuple(std::chrono::year(2030) / 5 / 1, 1),
                                           std::tuple(std::chrono::year(2030) / 5 / 2, 2),
                                           std::tuple(std::chrono::year(2030) / 5 / 3, 1)));
}

TEST_P(Expressions, OnlyTheFieldsOfAStruct) {
    const orm::QueryScope scope;
    const std::vector<EventCard> cards = db.all(orm::select<E> | orm::only<EventCard> | orm::order_by<&E::title>);
    ASSERT_EQ(cards.size(), 3U);
    EXPECT_EQ(cards[0].title, "Hike");
    EXPECT_EQ(cards[0].id, hike.id);
    EXPECT_FALSE(cards[0].venue);
    const auto keys = orm::select<E> | orm::filter(f<&E::id> == hike.id) | orm::only<OneKey>;
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(orm::in(f<&E::id>, keys))), 1) << "a row of one value is a value";
    EXPECT_EQ(db.all(orm::select<KeyRows> | orm::with(orm::cte<KeyRows>(keys | orm::order_by<&E::id> | orm::limit(1))))
                  .at(0)
                  .event,
              hike.id);
    EXPECT_THAT(scope.statements().at(0).text,
                testing::StartsWith("SELECT t0.\"id\", t0.\"title\", t0.\"venue_id\" FROM"));
}

TEST_P(Expressions, RelatedRowsCanBeLocked) {
    db.atomic([&](orm::Transaction& tx) {
        const auto mine = orm::select<R> | orm::filter(f<&R::user> == ana.id && f<&R::event> == wine.id);
        const orm::QueryScope scope;
        EXPECT_EQ(tx.get(mine | orm::for_update(orm::of<orm::self, &R::event>)).user, ana.id);
        EXPECT_EQ(tx.get(mine | orm::for_no_key_update(orm::of<&R::event>)(orm::nowait)).user, ana.id);
        if (postgres()) {
            EXPECT_THAT(scope.statements().at(0).text, testing::EndsWith("FOR UPDATE OF t0, t1"));
            EXPECT_THAT(scope.statements().at(1).text, testing::EndsWith("FOR NO KEY UPDATE OF t1 NOWAIT"));
        }
    });
}

ON_EACH_DATABASE(Expressions);

}  // namespace
}  // namespace shop
