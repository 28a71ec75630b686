/// Set operations: both sides count wherever the combined query is used; what stands on one side stays there; order and
/// aggregates are those of the whole.
#include "fixture.hpp"

namespace shop {

struct Steps {
    std::int64_t n = 0;

    static consteval auto meta() { return orm::rows<"steps">(); }
};

namespace {

using E = Event;
using orm::outer;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Sets : public Shop {
  protected:
    Sets() {
        remich = venue("Caves", "Remich");
        a = priced("a", 4, "1.00", 30, remich.id);
        b = priced("b", 3, "2.00", 30, remich.id);
        c = priced("c", 2, "3.00", 30, remich.id);
        d = priced("d", 1, "4.00", 30, remich.id);
    }
    static auto of(const std::vector<std::string>& titles) {
        return orm::select<E> | orm::filter(f<&E::title>.in(titles));
    }
    template <class Q>
    std::string titles(const Q& query) {
        std::string all;
        for (const E& e : db.all(query)) all += e.title;
        return all;
    }
    template <class Q>
    std::string sorted(const Q& query) {
        std::string all = titles(query);
        std::sort(all.begin(), all.end());
        return all;
    }
    Venue remich;
    E a, b, c, d;
};

TEST_P(Sets, CountExistsAndNestedQueriesSeeBothSides) {
    const auto both = of({"a"}) | orm::union_with(of({"b", "c"}));
    EXPECT_EQ(db.count(both), 3);
    EXPECT_TRUE(db.exists(of({"x"}) | orm::union_with(of({"b"}))));
    EXPECT_FALSE(db.exists(of({"a"}) | orm::intersect_with(of({"b"}))));
    const auto ids = of({"a"}) | orm::values<&E::id> | orm::union_with(of({"c"}) | orm::values<&E::id>);
    EXPECT_EQ(sorted(orm::select<E> | orm::filter(orm::in(f<&E::id>, ids))), "ac");
    const auto near = [](const std::string& title) {
        return orm::select<E> | orm::filter(f<&E::venue> == outer<&Venue::id> && f<&E::title> == title);
    };
    const auto venues = [&](const std::string& one, const std::string& other) {
        return db.count(orm::select<Venue> | orm::filter(orm::exists(near(one) | orm::union_with(near(other)))));
    };
    EXPECT_EQ(venues("x", "d"), 1);
    EXPECT_EQ(venues("x", "y"), 0);
}

TEST_P(Sets, AreTakenFromLeftToRightAndKeepWhatIsNested) {
    EXPECT_EQ(sorted(of({"a"}) | orm::union_with(of({"b"})) | orm::intersect_with(of({"b"}))), "b")
        << "PostgreSQL takes INTERSECT first where nothing else is said";
    EXPECT_EQ(sorted(orm::select<E> | orm::except_of(of({"a"}) | orm::union_with(of({"b"})))), "cd");
    EXPECT_EQ(sorted(orm::select<E> | orm::except_of(of({"a"})) | orm::except_of(of({"b"})) |
                     orm::union_with(of({"a"}) | orm::intersect_with(of({"a", "b"})))),
              "acd");
}

TEST_P(Sets, SidesKeepTheirLimits) {
    const auto cheapest = of({"b", "c", "d"}) | orm::order_by<&E::fee> | orm::limit(1);
    EXPECT_EQ(sorted(of({"a"}) | orm::union_with(cheapest)), "ab");
    EXPECT_EQ(sorted(cheapest | orm::union_with(of({"d"}))), "bd");
    EXPECT_EQ(sorted(of({"a"}) | orm::union_with(orm::select<E> | orm::limit(1) | orm::offset(1))), "ac")
        << "without an order the model's own";
    const auto venue_of_each = orm::select<E> | orm::order_by<&E::venue, &E::fee> | orm::distinct_on<&E::venue>;
    EXPECT_EQ(sorted(of({"d"}) | orm::union_with(venue_of_each)), "ad");
}

TEST_P(Sets, AreOrderedByTheirOwnColumns) {
    const auto both = of({"a", "b"}) | orm::union_with(of({"c", "d"}));
    EXPECT_EQ(titles(both), "dcba") << "the model's order, by date";
    EXPECT_EQ(titles(both | orm::order_by<&E::title>), "abcd");
    EXPECT_EQ(titles(both | orm::sort(f<&E::fee>.desc()) | orm::limit(2) | orm::offset(1)), "cb");
    EXPECT_EQ(db.first(both).value().title, "d");
    EXPECT_EQ(titles(both | orm::when(true, orm::order_by<orm::desc<&E::title>>) | orm::limit(1)), "d");
    const auto names =
        of({"b"}) | orm::values<&E::title, &E::fee> | orm::union_with(of({"a", "c"}) | orm::values<&E::title, &E::fee>);
    EXPECT_EQ(std::get<0>(db.first(names).value()), "a") << "by all columns, so that it is always the same one";
    EXPECT_EQ(std::get<0>(db.first(names | orm::order_by<orm::desc<&E::fee>>).value()), "c");
    const auto shouted = [&](const auto& query) { return query | orm::annotate(orm::upper(f<&E::title>)); };
    const auto rows = db.all(shouted(of({"b", "d"})) | orm::union_with(shouted(of({"a", "c"}))) |
                             orm::sort(orm::upper(f<&E::title>)));
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(std::get<0>(rows[0]).title, "a") << "by an annotation that both halves yield";
    EXPECT_EQ(std::get<1>(rows[3]), "D");
}

TEST_P(Sets, KeepRelatedRowsAndTakePrefetches) {
    const auto with_venue = [](const auto& query) { return query | orm::related<&E::venue>; };
    const auto rows = db.all(with_venue(of({"a"})) | orm::union_with(with_venue(of({"b"}))) | orm::order_by<&E::title>);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(std::get<0>(rows[1]).title, "b");
    EXPECT_EQ(std::get<1>(rows[1]).value().city, "Remich");
    registration(b, user("ana"), Registration::Status::confirmed);
    const auto people = db.all(of({"a"}) | orm::union_with(of({"b"})) | orm::prefetch(registrations));
    ASSERT_EQ(people.size(), 2U);
    EXPECT_EQ(std::get<1>(people[0]).size(), 1U) << "b comes first by its date";
}

TEST_P(Sets, AggregatesAreOfTheRowsThatAreLeft) {
    const auto sum = orm::sum(f<&E::fee>);
    const auto of_all = [&](const auto& query) { return db.aggregate(query, orm::count(), sum); };
    using Row = std::tuple<std::int64_t, std::optional<orm::Decimal<6, 2>>>;
    const auto row = [](std::int64_t count, std::string_view fees) { return Row(count, orm::Decimal<6, 2>(fees)); };
    EXPECT_EQ(of_all(of({"a"}) | orm::union_with(of({"a", "b"}))), row(2, "3.00"));
    EXPECT_EQ(of_all(of({"a"}) | orm::union_all_with(of({"a", "b"}))), row(3, "4.00"));
    EXPECT_EQ(of_all(orm::select<E> | orm::order_by<&E::fee> | orm::limit(2)), row(2, "3.00"));
    EXPECT_EQ(of_all(orm::select<E> | orm::limit(3) | orm::offset(1)), row(3, "6.00")) << "by date: c, b, a";
    EXPECT_EQ(of_all(orm::select<E> | orm::related<&E::venue> | orm::limit(1)), row(1, "4.00"));
    EXPECT_EQ(of_all(orm::select<E> | orm::order_by<&E::venue, orm::desc<&E::fee>> | orm::distinct_on<&E::venue>),
              row(1, "4.00"));
    EXPECT_EQ(of_all(orm::select<E> | orm::order_by<&E::venue, orm::desc<&E::fee>> | orm::distinct_on<&E::venue> |
                     orm::limit(5) | orm::union_with(of({"a"}))),
              row(2, "5.00"));
    priced("a", 9, "1.00");
    EXPECT_EQ(of_all(orm::select<E> | orm::values<&E::fee> | orm::distinct), row(4, "10.00"));
    EXPECT_EQ(db.aggregate(orm::select<E> | orm::group_by<&E::title>, orm::count()), 4) << "groups";
    EXPECT_EQ(db.aggregate(of({"b", "c"}) | orm::limit(5), orm::count(f<&E::venue, &Venue::city>).distinct()), 1);
    EXPECT_EQ(db.aggregate(orm::select<E> | orm::when(false, orm::limit(1)), orm::count()), 5);
    EXPECT_THROW(of_all(orm::select<E> | orm::values<&E::title> | orm::distinct), orm::UsageError);
}

TEST_P(Sets, CommonTablesAreReadByBothSidesAndMayBeSets) {
    const auto four = orm::cte<Steps>(of({"a"}) | orm::value_of(orm::value(std::int64_t{4})) |
                                      orm::union_with(of({"b"}) | orm::value_of(orm::value(std::int64_t{7}))));
    const auto above = [](std::int64_t n) { return orm::select<Steps> | orm::filter(f<&Steps::n> > n); };
    const auto rows = db.all(above(5) | orm::with(four) | orm::union_all_with(above(1)) | orm::order_by<&Steps::n>);
    std::vector<std::int64_t> found;
    for (const Steps& step : rows) found.push_back(step.n);
    EXPECT_THAT(found, ElementsAre(4, 7, 7));
}

TEST_P(Sets, RecursionsWithAndWithoutRepeatsAreTwoTexts) {
    const auto start = of({"a", "b"}) | orm::value_of(orm::value(std::int64_t{1}));
    const auto step = orm::select<Steps> | orm::filter(f<&Steps::n> < 3) | orm::value_of(f<&Steps::n> + 1);
    const auto count = [&](const auto& steps) { return db.count(orm::select<Steps> | orm::with(steps)); };
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(count(orm::recursive<Steps>(start, step)), 6);
        EXPECT_EQ(count(orm::recursive<Steps>(start, step).without_repeats()), 3);
    }
}

ON_EACH_DATABASE(Sets);

}  // namespace
}  // namespace shop
