#include "fixture.hpp"

namespace shop {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using E = Event;
using R = Registration;

class Queries : public Shop {
  protected:
    Queries() {
        const Venue remich = venue("Caves St Martin", "Remich");
        const Venue city = venue("Rotondes", "Luxembourg");
        wine = event("Wine tasting at Rémich", 3, remich.id);
        quiz = event("Pub Quiz 100%", 1, city.id);
        hike = event("hike_and_talk", 2);
        db.update(orm::select<E> | orm::filter(f<&E::id> == quiz.id), orm::set<& E::event_type> = E::Type::mixer,
                  orm::set<& E::is_published> = false, orm::set<& E::fee> = orm::Decimal<6, 2>("0.10"));
    }
    template <class Q>
    std::vector<std::string> titles(const Q& query) {
        std::vector<std::string> result;
        for (const E& e : db.all(query)) result.push_back(e.title);
        return result;
    }
    template <class C>
    std::vector<std::string> where(C condition) {
        return titles(orm::select<E> | orm::filter(condition));
    }
    E wine, quiz, hike;
};

/// `|` of two stages that have nothing but library types in theirs, in a namespace of the user's.
TEST_P(Queries, AreMadeOfStagesThatWereJoinedBefore) {
    constexpr auto last_two = orm::order_by<orm::desc<&E::event_date>> | orm::limit(2);
    EXPECT_THAT(titles(orm::select<E> | last_two), ElementsAre(wine.title, hike.title));
    constexpr auto guests = orm::related_set<&E::special_users> | orm::order_by<&User::username> | orm::limit(1);
    const User ben = user("ben"), ana = user("ana");
    db.add_related<&E::special_users>(wine.id, std::vector{ben.id, ana.id});
    const auto rows = db.all(orm::select<E> | orm::filter(f<&E::id> == wine.id) | orm::prefetch(guests));
    ASSERT_EQ(std::get<1>(rows.at(0)).size(), 1U);
    EXPECT_EQ(std::get<1>(rows[0])[0].username, "ana");
}

TEST_P(Queries, ReturnWhatWasStored) {
    const E found = db.get(wine.id);
    EXPECT_EQ(found.title, wine.title);
    EXPECT_EQ(found.event_date, wine.event_date);
    EXPECT_EQ(found.fee, wine.fee);
    EXPECT_EQ(found.venue, wine.venue);
    EXPECT_EQ(found.event_type, E::Type::speed_dating);
    EXPECT_EQ(db.get(hike.id).venue, std::nullopt);
}

TEST_P(Queries, ComeInTheModelsOwnOrderUnlessTheyHaveOne) {
    EXPECT_THAT(titles(orm::select<E>), ElementsAre(quiz.title, hike.title, wine.title));
    EXPECT_THAT(titles(orm::select<E> | orm::order_by<orm::desc<&E::event_date>>),
                ElementsAre(wine.title, hike.title, quiz.title));
    EXPECT_THAT(titles(orm::select<E> | orm::sort(f<&E::fee>, f<&E::id>.desc())),
                ElementsAre(quiz.title, hike.title, wine.title));
}

TEST_P(Queries, CompareWithEveryOperator) {
    EXPECT_THAT(where(f<&E::event_date> == may(2)), ElementsAre(hike.title));
    EXPECT_THAT(where(f<&E::event_date> != may(2)), ElementsAre(quiz.title, wine.title));
    EXPECT_THAT(where(f<&E::event_date> < may(2)), ElementsAre(quiz.title));
    EXPECT_THAT(where(f<&E::event_date> <= may(2)), ElementsAre(quiz.title, hike.title));
    EXPECT_THAT(where(f<&E::event_date> > may(2)), ElementsAre(wine.title));
    EXPECT_THAT(where(f<&E::event_date> >= may(2)), ElementsAre(hike.title, wine.title));
    EXPECT_THAT(where(f<&E::event_date>.between(may(2), may(3))), ElementsAre(hike.title, wine.title));
    EXPECT_THAT(where(f<&E::fee> < orm::Decimal<6, 2>("0.2")), ElementsAre(quiz.title));
    EXPECT_THAT(where(f<&E::fee> > 12), ElementsAre(hike.title, wine.title));
    EXPECT_THAT(where(f<&E::event_type> == E::Type::mixer), ElementsAre(quiz.title));
    EXPECT_THAT(where(f<&E::max_participants> + 1 == 31L && f<&E::event_date> > may(2)), ElementsAre(wine.title));
}

TEST_P(Queries, CombineConditions) {
    EXPECT_THAT(where(f<&E::is_published> && !(f<&E::event_date> == may(3))), ElementsAre(hike.title));
    EXPECT_THAT(where(f<&E::event_date> == may(1) || f<&E::event_date> == may(3)), ElementsAre(quiz.title, wine.title));
    EXPECT_THAT(where((f<&E::event_date> == may(1) || f<&E::event_date> == may(3)) && f<&E::is_published>),
                ElementsAre(wine.title));
    EXPECT_THAT(titles(orm::select<E> | orm::filter(f<&E::event_date> == may(1) || f<&E::event_date> == may(3)) |
                       orm::filter(f<&E::is_published>)),
                ElementsAre(wine.title));
    EXPECT_THAT(titles(orm::select<E> | orm::exclude(f<&E::is_published>)), ElementsAre(quiz.title));
}

TEST_P(Queries, TestForNull) {
    EXPECT_THAT(where(f<&E::venue> == std::nullopt), ElementsAre(hike.title));
    EXPECT_THAT(where(f<&E::venue>.is_not_null()), ElementsAre(quiz.title, wine.title));
    // A value that may be missing chooses its text when the query runs.
    for (const auto& [key, expected] : {std::pair{std::optional<orm::Id<Venue>>{}, hike.title.c_str()},
                                        std::pair{std::optional(wine.venue->id), wine.title.c_str()}})
        EXPECT_THAT(where(f<&E::venue> == key), ElementsAre(std::string(expected)));
}

TEST_P(Queries, TakeRangesAsOneParameter) {
    EXPECT_THAT(where(f<&E::id>.in(std::vector{wine.id, quiz.id})), ElementsAre(quiz.title, wine.title));
    EXPECT_THAT(where(f<&E::id>.in(std::vector<orm::Id<E>>{})), IsEmpty());
    EXPECT_THAT(where(f<&E::id>.not_in(std::vector<orm::Id<E>>{})), testing::SizeIs(3));
    EXPECT_THAT(where(f<&E::event_type>.in({E::Type::mixer, E::Type::activity})), ElementsAre(quiz.title));
    EXPECT_THAT(where(f<&E::title>.in({"hike_and_talk", "'; DROP TABLE shop_event; --"})), ElementsAre(hike.title));
    EXPECT_THAT(where(f<&E::event_date>.not_in({may(1)})), ElementsAre(hike.title, wine.title));
}

TEST_P(Queries, TestTextLiterally) {
    EXPECT_THAT(where(f<&E::title>.contains("tasting")), ElementsAre(wine.title));
    EXPECT_THAT(where(f<&E::title>.contains("TASTING")), IsEmpty());
    EXPECT_THAT(where(f<&E::title>.icontains("TASTING")), ElementsAre(wine.title));
    EXPECT_THAT(where(f<&E::title>.icontains("RÉMICH")), ElementsAre(wine.title));
    EXPECT_THAT(where(f<&E::title>.contains("%")), ElementsAre(quiz.title));
    EXPECT_THAT(where(f<&E::title>.contains("_")), ElementsAre(hike.title));
    EXPECT_THAT(where(f<&E::title>.contains("\\")), IsEmpty());
    EXPECT_THAT(where(f<&E::title>.starts_with("Pub")), ElementsAre(quiz.title));
    EXPECT_THAT(where(f<&E::title>.starts_with("pub")), IsEmpty());
    EXPECT_THAT(where(f<&E::title>.istarts_with("pUB")), ElementsAre(quiz.title));
    EXPECT_THAT(where(f<&E::title>.ends_with("talk")), ElementsAre(hike.title));
    EXPECT_THAT(where(f<&E::title>.ends_with("")), testing::SizeIs(3));
    EXPECT_THAT(where(f<&E::title>.iends_with("rÉMICH")), ElementsAre(wine.title));
    EXPECT_THAT(where(f<&E::title>.iexact("HIKE_AND_TALK")), ElementsAre(hike.title));
    db.update(orm::select<E> | orm::filter(f<&E::id> == hike.id), orm::set<& E::title> = "ΟΔΟΣ, ıssız");
    for (const char* text : {"οδος", "οδοσ", "ISSIZ"})
        EXPECT_THAT(where(f<&E::title>.icontains(text)), testing::SizeIs(1)) << text << ": what upper case makes equal";
}

TEST_P(Queries, TestTextForExpressions) {
    constexpr auto city = f<&E::venue, &Venue::city>;
    EXPECT_THAT(where(f<&E::title>.contains(city)), IsEmpty()) << "case counts, and NULL is in no text";
    db.update(orm::select<Venue>, orm::set<& Venue::city> = orm::replace(f<&Venue::city>, "Remich", "RÉMICH"));
    EXPECT_THAT(where(f<&E::title>.icontains(city)), ElementsAre(wine.title));
    EXPECT_THAT(where(f<&E::title>.iends_with(city)), ElementsAre(wine.title));
    EXPECT_THAT(where(f<&E::title>.ends_with(orm::lower(city))), IsEmpty());
    EXPECT_THAT(where(f<&E::title>.istarts_with(orm::left(f<&E::title>, 4))), testing::SizeIs(3));
    EXPECT_THAT(where(f<&E::title>.starts_with(orm::concat("Pub", " ", orm::right(f<&E::title>, 9)))),
                ElementsAre(quiz.title))
        << "parameters inside, and % is a letter";
    EXPECT_THAT(where(f<&E::title>.iexact(orm::upper(f<&E::title>))), testing::SizeIs(3));
    EXPECT_THAT(where(orm::value("we go hike_and_talk").ends_with(f<&E::title>)), ElementsAre(hike.title));
    EXPECT_THAT(db.all(orm::select<Venue> | orm::value_of(f<&Venue::name>) |
                       orm::filter(orm::exists(orm::reverse<&E::venue>.where(
                           f<&E::title>.contains(orm::substr(orm::outer<&Venue::name>, 1, 1)))))),
                testing::SizeIs(testing::Le(2U)));
}

TEST_P(Queries, FollowForeignKeys) {
    EXPECT_THAT(where(f<&E::venue, &Venue::city> == "Remich"), ElementsAre(wine.title));
    EXPECT_THAT(where(f<&E::venue, &Venue::city> == std::nullopt), ElementsAre(hike.title));
    const User ana = user("ana");
    registration(wine, ana, R::Status::confirmed);
    const auto rows = db.all(orm::select<R> | orm::filter(f<&R::event, &E::venue, &Venue::city> == "Remich"));
    EXPECT_EQ(rows.size(), 1U);
    // The key at the end of a path needs no join for its table.
    EXPECT_THAT(db.sql(orm::select<R> | orm::filter(f<&R::event, &E::id> == wine.id)),
                testing::Not(testing::HasSubstr("JOIN")));
}

TEST_P(Queries, LimitAndOffset) {
    EXPECT_THAT(titles(orm::select<E> | orm::limit(1)), ElementsAre(quiz.title));
    EXPECT_THAT(titles(orm::select<E> | orm::limit(1) | orm::offset(1)), ElementsAre(hike.title));
    EXPECT_THAT(titles(orm::select<E> | orm::offset(2)), ElementsAre(wine.title));
    EXPECT_THAT(titles(orm::select<E> | orm::limit(0)), IsEmpty());
}

TEST_P(Queries, AskForOneRow) {
    EXPECT_EQ(db.first(orm::select<E>)->title, quiz.title);
    EXPECT_FALSE(db.first(orm::select<E> | orm::filter(f<&E::title> == "none")));
    EXPECT_EQ(db.get(orm::select<E> | orm::filter(f<&E::title> == "hike_and_talk")).id, hike.id);
    EXPECT_THROW(db.get(orm::select<E>), orm::MultipleObjectsReturned);
    try {
        db.get(orm::Id<E>(4711));
        FAIL();
    } catch (const orm::DoesNotExist& e) {
        EXPECT_THAT(e.what(), testing::HasSubstr("Event"));
        EXPECT_THAT(e.location.file_name(), testing::HasSubstr("queries_test.cpp"));
    }
    EXPECT_FALSE(db.find(orm::Id<E>(4711)));
}

TEST_P(Queries, AskForOneRowWithoutReadingAll) {
    std::vector<Venue> venues(500);
    for (Venue& v : venues) v.name = "hall";
    db.insert_many(venues);
    const auto rows = [&](const auto& query) {
        const orm::QueryScope scope;
        EXPECT_THROW(db.get(query), orm::MultipleObjectsReturned);
        return scope.statements().at(0).rows;
    };
    EXPECT_EQ(rows(orm::select<Venue>), 2U);
    EXPECT_EQ(rows(orm::select<Venue> | orm::values<&Venue::name>), 2U);
    EXPECT_EQ(rows(orm::select<Venue> | orm::values<&Venue::id> | orm::distinct), 2U);
    EXPECT_EQ(rows(orm::select<Venue> | orm::group_by<&Venue::id> | orm::annotate(orm::count())), 2U);
}

TEST_P(Queries, CountAndExist) {
    EXPECT_EQ(db.count(orm::select<E>), 3);
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(f<&E::is_published>)), 2);
    EXPECT_EQ(db.count(orm::select<E> | orm::limit(2)), 2);
    EXPECT_EQ(db.count(orm::select<E> | orm::values<&E::is_published> | orm::distinct), 2);
    EXPECT_TRUE(db.exists(orm::select<E> | orm::filter(f<&E::is_published>)));
    EXPECT_FALSE(db.exists(orm::select<E> | orm::filter(f<&E::title> == "none")));
}

TEST_P(Queries, ChooseStagesAtRunTime) {
    const auto list = [&](bool published, std::optional<E::Type> type) {
        return titles(orm::select<E> | orm::when(published, orm::filter(f<&E::is_published>)) |
                      orm::when(type.has_value(), orm::filter(f<&E::event_type> == type.value_or(E::Type::mixer))));
    };
    EXPECT_THAT(list(false, {}), ElementsAre(quiz.title, hike.title, wine.title));
    EXPECT_THAT(list(true, {}), ElementsAre(hike.title, wine.title));
    EXPECT_THAT(list(false, E::Type::mixer), ElementsAre(quiz.title));
    EXPECT_THAT(list(true, E::Type::mixer), IsEmpty());
}

TEST_P(Queries, YieldFieldsTuplesAndNamedStructs) {
    const auto pairs = db.all(orm::select<E> | orm::values<&E::title, &E::venue> | orm::order_by<&E::event_date>);
    EXPECT_EQ(std::get<0>(pairs.at(1)), hike.title);
    EXPECT_EQ(std::get<1>(pairs.at(1)), std::nullopt);
    struct Card {
        E event;
        std::optional<Venue> venue;
        std::int64_t registered = -1;
    };
    const auto cards =
        db.all(orm::select<E> | orm::related<&E::venue> | orm::annotate(orm::count(registrations)) | orm::as<Card>);
    EXPECT_EQ(cards.at(0).venue->city, "Luxembourg");
    EXPECT_EQ(cards.at(0).registered, 0);
    EXPECT_FALSE(cards.at(1).venue);
}

TEST_P(Queries, GroupAndAggregate) {
    const auto groups = db.all(orm::select<E> | orm::group_by<&E::is_published> |
                               orm::annotate(orm::count(), orm::sum(f<&E::fee>), orm::max(f<&E::event_date>)) |
                               orm::sort(f<&E::is_published>));
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(std::get<1>(groups[1]), 2);
    EXPECT_EQ(std::get<2>(groups[1])->to_string(), "25.00");
    EXPECT_EQ(std::get<3>(groups[1]), may(3));
    const auto many = db.all(orm::select<E> | orm::group_by<&E::is_published> | orm::annotate(orm::count()) |
                             orm::having(orm::count() > 1));
    EXPECT_EQ(many.size(), 1U);
    const auto [rows, cheapest] = db.aggregate(orm::select<E>, orm::count(), orm::min(f<&E::fee>));
    EXPECT_EQ(rows, 3);
    EXPECT_EQ(cheapest->to_string(), "0.10");
    const auto [none, nothing] =
        db.aggregate(orm::select<E> | orm::filter(f<&E::title> == "none"), orm::count(), orm::min(f<&E::fee>));
    EXPECT_EQ(none, 0);
    EXPECT_FALSE(nothing);
}

TEST_P(Queries, UseFunctions) {
    EXPECT_THAT(where(orm::lower(f<&E::title>) == "pub quiz 100%"), ElementsAre(quiz.title));
    EXPECT_THAT(where(orm::length(f<&E::title>) == 22), ElementsAre(wine.title));
    const auto named = db.all(orm::select<E> |
                              orm::value_of(orm::concat(f<&E::title>, " @ ", f<&E::venue, &Venue::city>),
                                            orm::coalesce(f<&E::venue, &Venue::city>, "nowhere"),
                                            orm::case_(orm::then(f<&E::is_published>, "yes"), "no")) |
                              orm::sort(f<&E::event_date>));
    EXPECT_EQ(std::get<0>(named.at(1)), "hike_and_talk @ ");
    EXPECT_EQ(std::get<1>(named.at(1)), "nowhere");
    EXPECT_EQ(std::get<2>(named.at(0)), "no");
}

TEST_P(Queries, StreamInConstantMemory) {
    std::vector<std::string> seen;
    db.stream(
        orm::select<E>, [&](E&& e) { seen.push_back(e.title); }, 2);
    EXPECT_THAT(seen, ElementsAre(quiz.title, hike.title, wine.title));
    seen.clear();
    db.stream(orm::select<E>, [&](E&& e) {
        seen.push_back(e.title);
        return false;
    });
    EXPECT_THAT(seen, ElementsAre(quiz.title));
    EXPECT_EQ(db.count(orm::select<E>), 3);
}

TEST_P(Queries, RunRawSqlWithTypedRows) {
    const auto rows = db.raw<std::tuple<std::int64_t, std::string, std::optional<std::int64_t>>>(
        "SELECT id, title || '$1', venue_id FROM shop_event WHERE id = $1", hike.id.value);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(std::get<1>(rows[0]), "hike_and_talk$1");
    EXPECT_EQ(std::get<2>(rows[0]), std::nullopt);
}

TEST_P(Queries, RefuseHostileText) {
    EXPECT_THROW(where(f<&E::title> == std::string_view("a\0b", 3)), orm::ValidationError);
    EXPECT_THROW(where(f<&E::title> == "\xff"), orm::ValidationError);
    EXPECT_THAT(where(f<&E::title> == "' OR 1=1 --"), IsEmpty());
}

TEST_P(Queries, VocabularyIsPlainStages) {
    constexpr auto published = orm::filter(f<&E::is_published>);
    constexpr auto latest = orm::order_by<orm::desc<&E::event_date>>;
    constexpr auto newest_published = published | latest;
    EXPECT_THAT(titles(orm::select<E> | newest_published), ElementsAre(wine.title, hike.title));
    EXPECT_THAT(titles(orm::select<E> | newest_published | orm::limit(1)), ElementsAre(wine.title));
}

ON_EACH_DATABASE(Queries);

}  // namespace
}  // namespace shop
