/// Texts, the greatest of several values, CASE, frames of windows, where NULLs stand: the same on both databases.
#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using testing::ElementsAre;
using testing::HasSubstr;

/// An event whose title is the text, and one that has no venue.
class Functions : public Shop {
  protected:
    Functions() {
        caves = venue("Caves", "Remich");
        wine = event("Wine", 1, caves.id);
        quiz = event("Quiz", 2);
    }
    template <class X>
    auto of(const std::string& title, X expression) {
        E e = wine;
        e.title = title;
        db.save<&E::title>(e);
        return db.get(orm::select<E> | orm::filter(f<&E::id> == wine.id) | orm::value_of(expression));
    }
    template <class X>
    std::string error_of(X expression) {
        try {
            db.all(orm::select<E> | orm::value_of(expression));
        } catch (const orm::DatabaseError& e) {
            return e.what();
        }
        return {};
    }
    Venue caves;
    E wine, quiz;
};

constexpr auto title = f<&E::title>;
constexpr auto city = f<&E::venue, &Venue::city>;

// Code points of one, two, three and four bytes, and a combining one.
const std::string mixed = "Aé€🍷e\u0301";

TEST_P(Functions, TextsAreCut) {
    EXPECT_EQ(of(mixed, orm::left(title, 2)), "Aé");
    EXPECT_EQ(of(mixed, orm::left(title, 0)), "");
    EXPECT_EQ(of(mixed, orm::left(title, 99)), mixed);
    EXPECT_EQ(of(mixed, orm::left(title, -2)), "Aé€🍷");
    EXPECT_EQ(of(mixed, orm::left(title, -99)), "");
    EXPECT_EQ(of(mixed, orm::right(title, 3)), "🍷e\u0301");
    EXPECT_EQ(of(mixed, orm::right(title, -1)), "é€🍷e\u0301");
    EXPECT_EQ(of(mixed, orm::right(title, -99)), "");
    EXPECT_EQ(of(mixed, orm::substr(title, 3)), "€🍷e\u0301");
    EXPECT_EQ(of(mixed, orm::substr(title, 2, 3)), "é€🍷");
    EXPECT_EQ(of(mixed, orm::substr(title, 0, 2)), "A") << "one position lies before the text";
    EXPECT_EQ(of(mixed, orm::substr(title, -5, 3)), "");
    EXPECT_EQ(of(mixed, orm::substr(title, 7)), "");
    EXPECT_EQ(of("", orm::left(title, 1)), "");
    EXPECT_THAT(error_of(orm::substr(title, 1, -1)), HasSubstr("negative substring length not allowed"));
    EXPECT_EQ(of("Wine", orm::left(title, f<&E::max_participants>)), "Wine") << "a field as count";
}

TEST_P(Functions, TheDatabasesTimeGoesOnWithinATransaction) {
    using namespace std::chrono_literals;
    const orm::Timestamp before = orm::utc_now();
    db.atomic([&](orm::Transaction& tx) {
        const auto one = orm::select<E> | orm::filter(f<&E::id> == wine.id);
        const auto time = [&](std::chrono::microseconds from_it) {
            return tx.get(one | orm::value_of(orm::database_time(from_it)));
        };
        const orm::Timestamp first = time(0us);
        EXPECT_GE(first, before);
        orm::Timestamp next = first;
        for (int i = 0; i < 100'000 && next == first; ++i) next = time(0us);
        EXPECT_GT(next, first);
        EXPECT_GE(time(1h), first + 1h);
        const orm::Timestamp ago = time(-1h);
        EXPECT_LE(ago, orm::utc_now() - 1h);
        EXPECT_EQ(tx.count(one | orm::filter(orm::database_time(1s) > orm::database_time())), 1);
    });
}

TEST_P(Functions, TextsAreFilledTrimmedAndTurned) {
    EXPECT_EQ(of("é7", orm::lpad(title, 5, "0")), "000é7");
    EXPECT_EQ(of("é7", orm::lpad(title, 7, "a€b")), "a€ba€é7");
    EXPECT_EQ(of("é7", orm::rpad(title, 5, "xy")), "é7xyx");
    EXPECT_EQ(of("abc", orm::lpad(title, 2, "0")), "ab");
    EXPECT_EQ(of("abc", orm::rpad(title, 2, "0")), "ab");
    EXPECT_EQ(of("abc", orm::rpad(title, 9, "")), "abc");
    EXPECT_EQ(of("abc", orm::lpad(title, -1, "0")), "");
    EXPECT_EQ(of("é", orm::repeat(title, 3)), "ééé");
    EXPECT_EQ(of("é", orm::repeat(title, -1)), "");
    EXPECT_EQ(of(mixed, orm::reversed(title)), "\u0301e🍷€éA");
    EXPECT_EQ(of("  a b\t ", orm::trim(title)), "a b\t");
    EXPECT_EQ(of("  a ", orm::ltrim(title)), "a ");
    EXPECT_EQ(of("  a ", orm::rtrim(title)), "  a");
    EXPECT_EQ(of("Wine", orm::lower(title)), "wine");
    EXPECT_EQ(of("Wine", orm::upper(title)), "WINE");
    EXPECT_EQ(of(mixed, orm::length(title)), 6);
}

TEST_P(Functions, TextsAreSearchedAndReplaced) {
    EXPECT_EQ(of("a%b%", orm::replace(title, "%", "€")), "a€b€");
    EXPECT_EQ(of("abc", orm::replace(title, "", "x")), "abc");
    EXPECT_EQ(of("a-b", orm::replace(title, "-", "")), "ab");
    EXPECT_EQ(of(mixed, orm::position(title, "🍷")), 4);
    EXPECT_EQ(of(mixed, orm::position(title, "z")), 0);
    EXPECT_EQ(of(mixed, orm::position(title, "")), 1);
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(orm::left(title, 2) == "Qu")), 1);
    EXPECT_EQ(db.count(orm::select<E> | orm::filter(orm::position(orm::lower(title), "i") == 3)), 1);
}

TEST_P(Functions, NullInNullOut) {
    const auto rows = db.all(orm::select<E> | orm::order_by<&E::id> |
                             orm::value_of(orm::left(city, 3), orm::length(city), orm::position(city, "m"),
                                           orm::lpad(city, 8, "."), orm::reversed(city), orm::replace(city, "R", "r")));
    using Row = std::tuple<std::optional<std::string>, std::optional<std::int64_t>, std::optional<std::int64_t>,
                           std::optional<std::string>, std::optional<std::string>, std::optional<std::string>>;
    EXPECT_THAT(rows, ElementsAre(Row("Rem", 6, 3, "..Remich", "hcimeR", "remich"), Row()));
}

TEST_P(Functions, GreatestAndLeastLeaveOutNulls) {
    const auto of_wine = [&](auto expression) {
        return db.get(orm::select<E> | orm::filter(f<&E::id> == wine.id) | orm::value_of(expression));
    };
    const auto of_quiz = [&](auto expression) {
        return db.get(orm::select<E> | orm::filter(f<&E::id> == quiz.id) | orm::value_of(expression));
    };
    EXPECT_EQ(of_wine(orm::greatest(city, title)), "Wine");
    EXPECT_EQ(of_quiz(orm::greatest(city, title)), "Quiz") << "the city is NULL";
    EXPECT_EQ(of_quiz(orm::least(title, city)), "Quiz");
    const std::optional<std::string> none = of_quiz(orm::greatest(city, f<&E::venue, &Venue::name>));
    EXPECT_EQ(none, std::nullopt) << "all are";
    EXPECT_EQ(of_wine(orm::greatest(f<&E::max_participants>, 7, 31)), 31);
    EXPECT_EQ(of_wine(orm::least(f<&E::max_participants>, 7, 31)), 7);
    EXPECT_EQ(of_wine(orm::greatest(f<&E::fee>, orm::Decimal<6, 2>("100.05"))), (orm::Decimal<6, 2>("100.05")));
    EXPECT_EQ(of_wine(orm::least(f<&E::fee>, orm::Decimal<6, 2>("9.95"))), (orm::Decimal<6, 2>("9.95")));
    EXPECT_EQ(of_wine(orm::least(f<&E::event_date>, may(9))), may(1));
    EXPECT_EQ(of_wine(orm::greatest(f<&E::event_date>, may(9))), may(9));
}

TEST_P(Functions, ACaseHasAnyNumberOfBranches) {
    const auto size = f<&E::max_participants>;
    const auto word = orm::case_(orm::then(size < 10, "small"), orm::then(size < 20, "middling"),
                                 orm::then(size < 40, "large"), orm::then(title == "never", title), "huge");
    EXPECT_EQ(of("Wine", word), "large");
    const std::optional<std::string> without = of("Wine", orm::case_(orm::then(size < 10, "small")));
    EXPECT_EQ(without, std::nullopt);
    const std::optional<std::string> nullable = of("Wine", orm::case_(orm::then(size > 0, city), "x"));
    EXPECT_EQ(nullable, "Remich");
    // As an order: waiting people first.
    const User ana = user("ana"), ben = user("ben"), cara = user("cara");
    registration(wine, ana, R::Status::confirmed);
    registration(wine, ben, R::Status::waitlist);
    registration(wine, cara, R::Status::cancelled);
    const auto place = orm::case_(orm::then(f<&R::status> == R::Status::waitlist, 0),
                                  orm::then(f<&R::status> == R::Status::cancelled, 1), 2);
    EXPECT_THAT(db.all(orm::select<R> | orm::sort(place) | orm::values<&R::user>),
                ElementsAre(ben.id, cara.id, ana.id));
}

TEST_P(Functions, FramesOfWindows) {
    for (const auto& [name, day] : {std::pair{"C", 3}, {"D", 3}, {"E", 4}}) event(name, day);  // days 1 2 3 3 4
    const auto over = [](auto function) {
        return orm::over(function, orm::partition_by(), f<&E::event_date>.asc(), f<&E::id>.asc());
    };
    const auto by_day = [](auto function) { return orm::over(function, orm::partition_by(), f<&E::event_date>.asc()); };
    const auto all = [&](auto window) {
        return db.all(orm::select<E> | orm::value_of(window) | orm::order_by<&E::event_date, &E::id>);
    };
    const auto rows = orm::count();
    EXPECT_THAT(all(over(rows)), ElementsAre(1, 2, 3, 4, 5)) << "up to the current row";
    EXPECT_THAT(all(over(rows).rows(orm::preceding<1>, orm::current_row)), ElementsAre(1, 2, 2, 2, 2));
    EXPECT_THAT(all(over(rows).rows(orm::preceding<2>, orm::preceding<1>)), ElementsAre(0, 1, 2, 2, 2));
    EXPECT_THAT(all(over(rows).rows(orm::current_row, orm::unbounded_following)), ElementsAre(5, 4, 3, 2, 1));
    EXPECT_THAT(all(over(rows).rows(orm::following<1>, orm::following<3>)), ElementsAre(3, 3, 2, 1, 0));
    EXPECT_THAT(all(by_day(rows).range(orm::unbounded_preceding, orm::current_row)), ElementsAre(1, 2, 4, 4, 5));
    EXPECT_THAT(all(by_day(rows).groups(orm::preceding<1>, orm::current_row)), ElementsAre(1, 2, 3, 3, 3));
    EXPECT_THAT(all(over(orm::first_value(title)).rows(orm::preceding<1>, orm::current_row)),
                ElementsAre("Wine", "Wine", "Quiz", "C", "D"));
    EXPECT_THAT(all(over(orm::last_value(title)).rows(orm::current_row, orm::unbounded_following)),
                ElementsAre("E", "E", "E", "E", "E"));
    EXPECT_THAT(all(over(orm::nth_value(title, 2))), ElementsAre(std::nullopt, "Quiz", "Quiz", "Quiz", "Quiz"));
    EXPECT_THAT(all(over(orm::ntile(2))), ElementsAre(1, 1, 1, 2, 2));
    EXPECT_THAT(all(by_day(orm::rank())), ElementsAre(1, 2, 3, 3, 5));
    EXPECT_THAT(all(by_day(orm::dense_rank())), ElementsAre(1, 2, 3, 3, 4));
    EXPECT_THAT(all(by_day(orm::percent_rank())), ElementsAre(0.0, 0.25, 0.5, 0.5, 1.0));
    EXPECT_THAT(all(by_day(orm::cume_dist())), ElementsAre(0.2, 0.4, 0.8, 0.8, 1.0));
    EXPECT_THAT(all(over(orm::lead(title, 2))), ElementsAre("C", "D", "E", std::nullopt, std::nullopt));
    EXPECT_THAT(all(over(orm::sum(f<&E::max_participants>)).rows(orm::preceding<1>, orm::following<1>)),
                ElementsAre(60, 90, 90, 90, 60));
}

TEST_P(Functions, NullsStandWhereTheyAreAskedFor) {
    const auto titles = [&](auto order) { return db.all(orm::select<E> | orm::sort(order) | orm::values<&E::title>); };
    EXPECT_THAT(titles(city.asc().nulls_first()), ElementsAre("Quiz", "Wine"));
    EXPECT_THAT(titles(city.asc().nulls_last()), ElementsAre("Wine", "Quiz"));
    EXPECT_THAT(titles(city.desc().nulls_first()), ElementsAre("Quiz", "Wine"));
    EXPECT_THAT(titles(city.desc().nulls_last()), ElementsAre("Wine", "Quiz"));
}

TEST_P(Functions, AnUpdateTakesItsValuesFromAnotherTable) {
    const User ana = user("ana"), ben = user("ben");
    registration(wine, ana, R::Status::confirmed);
    registration(wine, ben, R::Status::confirmed);
    const auto people =
        orm::subquery(orm::select<R> | orm::filter(f<&R::event> == orm::outer<&E::id>) | orm::value_of(orm::count()));
    db.update(orm::select<E>, orm::set<& E::max_participants> = orm::cast<std::int32_t>(orm::coalesce(people, 0)));
    EXPECT_EQ(db.get(wine.id).max_participants, 2);
    EXPECT_EQ(db.get(quiz.id).max_participants, 0);
    db.update(orm::select<E>, orm::set<& E::title> = orm::concat(orm::upper(orm::left(f<&E::title>, 1)), "…"));
    EXPECT_EQ(db.get(quiz.id).title, "Q…");
}

ON_EACH_DATABASE(Functions);

}  // namespace
}  // namespace shop
