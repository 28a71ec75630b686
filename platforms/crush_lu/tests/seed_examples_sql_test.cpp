/// docs/topics/queries.md and its queries-*.md, kept true: each C++ example of those pages runs here, on both
/// databases, and the SQL beside it is what the data layer sent. An example that is changed here and not there, or the
/// other way round, fails.
#include "seed_examples_sql.hpp"

namespace crush_lu {

struct Listed {
    orm::Char<200> title;
    std::int64_t people = 0;
};

namespace {

TEST_P(SeedSql, Reading) {
    show([&] { db.all(orm::select<E>); });
    show([&] { db.get(event); });
    show([&] { db.find(event); });
    show([&] { db.first(orm::select<E> | orm::filter(f<&E::is_published>)); });
    show([&] { db.count(orm::select<E> | orm::filter(f<&E::is_published>)); });
    show([&] { db.exists(orm::select<E> | orm::filter(f<&E::is_published>)); });
    show([&] { db.all(orm::select<E> | orm::values<&E::title, &E::event_date>); });
    pages::expect_sql("queries.md", "Reading", sent, postgres());
}

TEST_P(SeedSql, Conditions) {
    const auto titles = orm::values<&E::title>;
    show([&] { db.all(orm::select<E> | orm::filter(f<&E::is_published> && f<&E::event_date> >= orm::now) | titles); });
    show([&] {
        db.all(orm::select<E> | orm::filter(f<&E::max_participants> > f<&E::min_age> * 2 || !f<&E::is_cancelled>) |
               titles);
    });
    show([&] {
        using enum E::EventType;
        db.all(orm::select<E> | orm::filter(f<&E::event_type>.in({mixer, themed})) | titles);
    });
    show([&] { db.all(orm::select<E> | orm::filter(f<&E::title>.icontains("WINE")) | titles); });
    show([&] { db.all(orm::select<E> | orm::filter(f<&E::title>.starts_with("Wine")) | titles); });
    show([&] { db.all(orm::select<E> | orm::filter(f<&E::title>.icontains(f<&E::venue, &Venue::city>)) | titles); });
    show([&] { db.all(orm::select<E> | orm::filter(f<&E::venue>.is_null()) | titles); });
    show([&] { db.all(orm::select<E> | orm::filter(f<&E::venue, &Venue::city> == "Remich") | titles); });
    show([&] { db.all(orm::select<E> | orm::exclude(f<&E::is_cancelled>) | orm::distinct | titles); });
    show([&] {
        const auto seats = f<&E::max_participants>.between(10, 20);
        db.all(orm::select<E> | orm::filter(seats && f<&E::location>.not_in({"", "online"})) | titles);
    });
    pages::expect_sql("queries.md", "Conditions", sent, postgres());
}

TEST_P(SeedSql, Relations) {
    change<&E::venue>(meetup({}), venue.id);  // children of a single one would be found by `=`
    db.create(Venue{{}, "Rotondes", "", "Luxembourg", 100});
    show([&] {
        const auto confirmed = orm::count(registrations).where(f<&R::status> == R::Status::confirmed);
        const auto mine = orm::exists(registrations.where(f<&R::user> == user));
        const auto cards = orm::select<E> | orm::filter(f<&E::is_published> && f<&E::event_date> >= orm::now) |
                           orm::related<&E::venue> | orm::annotate(confirmed, mine) | orm::order_by<&E::event_date> |
                           orm::limit(50);
        for (const auto& [event, venue, count, registered] : db.all(cards))
            print(event.title, venue, count, registered);
    });
    show([&] { db.all(orm::select<R> | orm::related<&R::event, &E::venue> | orm::related<&R::user, crushprofile>); });
    show([&] {
        const auto people =
            registrations | orm::filter(f<&R::status> == R::Status::confirmed) | orm::related<&R::user, crushprofile>;
        for (const auto& [event, registered] : db.all(orm::select<E> | orm::prefetch(people)))
            for (const auto& [registration, user, profile] : registered)
                print(event.title, user.first_name, profile.has_value());
    });
    show([&] {
        db.all(orm::select<E> |
               orm::prefetch(registrations | orm::order_by<orm::desc<&R::id>> | orm::limit(2) | orm::values<&R::user>));
    });
    show([&] {
        const auto attendees = registrations | orm::related<&R::user>;
        const auto events = venue_events | orm::prefetch(attendees) | orm::prefetch(special_users);
        for (const auto& [venue, held] : db.all(orm::select<Venue> | orm::prefetch(events)))
            for (const auto& [event, registered, invited] : held) print(venue.name, event.title, registered, invited);
    });
    show([&] {
        const auto companions = registrations | orm::values<&R::user>;
        const auto mine = orm::select<R> | orm::filter(f<&R::user> == user) | orm::prefetch<&R::event>(companions);
        for (const auto& [registration, people] : db.all(mine)) print(registration.status, people.size());
    });
    show([&] { db.all(orm::select<E> | orm::filter(orm::exists(special_users.where(f<&auth::User::id> == user)))); });
    show([&] {
        db.all(orm::select<Venue> |
               orm::value_of(f<&Venue::name>, orm::sum(venue_events, f<&E::max_participants>),
                             orm::avg(venue_events, f<&E::min_age>), orm::min(venue_events, f<&E::event_date>),
                             orm::max(venue_events.where(f<&E::is_published>), f<&E::registration_fee>)));
    });
    show([&] {
        const auto listed = orm::value_of(f<&E::title>, orm::count(registrations)) | orm::as<Listed>;
        for (const Listed& event : db.all(orm::select<E> | listed)) print(event.title, event.people);
    });
    pages::expect_sql("queries-relations.md", "Relations", sent, postgres());
}

TEST_P(SeedSql, Vocabulary) {
    show([&] { db.all(orm::select<E> | upcoming(now) | published | with_counts); });
    show([&] { db.all(orm::select<E> | available_for_registration(now)); });
    show([&] { db.first(orm::select<CrushCoach> | accepting_reviews | least_busy_first); });
    pages::expect_sql("queries.md", "A vocabulary of your own", sent, postgres());
}

TEST_P(SeedSql, OrderAndPages) {
    const E last = db.get(event);
    show([&] {
        db.all(orm::select<E> | orm::order_by<orm::desc<&E::event_date>, &E::id> | orm::limit(20) | orm::offset(40));
    });
    show([&] { db.all(orm::select<E> | orm::sort(orm::count(registrations).desc(), f<&E::title>)); });
    show([&] {
        using U = auth::User;
        db.all(orm::select<U> | orm::sort(f<&U::last_login>.desc().nulls_last(), f<&U::id>));
        db.all(orm::select<U> | orm::sort(f<&U::last_login>.asc().nulls_first()));
    });
    show([&] {
        constexpr auto pages = orm::keyset<&E::event_date>;
        db.all(orm::select<E> | pages.first | orm::limit(20));
        db.all(orm::select<E> | pages.after(last) | orm::limit(20));  // here the same as orm::after(last)
    });
    show([&] {
        constexpr auto by_venue = orm::keyset<&E::venue>;
        db.all(orm::select<E> | by_venue.after(last) | orm::limit(20));
        db.all(orm::select<E> | by_venue.after(std::nullopt, last.id) | orm::limit(20));
    });
    show([&] {
        const auto people = orm::count(registrations);
        const auto busiest = orm::keyset_by(people.desc(), f<&E::title>);
        for (const auto& [event, n] :
             db.all(orm::select<E> | orm::annotate(people) | busiest.after(last, 3) | orm::limit(20)))
            print(event.title, n);
    });
    pages::expect_sql("queries.md", "Order and pages", sent, postgres());
}

TEST_P(SeedSql, Groups) {
    show([&] {
        for (const auto& [status, people] :
             db.all(orm::select<R> | orm::group_by<&R::status> | orm::annotate(orm::count())))
            print(status, people);
    });
    show([&] {
        db.all(orm::select<R> | orm::group_by<&R::event> | orm::annotate(orm::count()) |
               orm::having(orm::count() > 10));
    });
    show([&] {
        const auto [events, dearest] = db.aggregate(orm::select<E>, orm::count(), orm::max(f<&E::registration_fee>));
        print(events, dearest);  // dearest is empty when there is no event
    });
    show([&] {
        const auto confirmed = orm::count().where(f<&R::status> == R::Status::confirmed);
        const auto [rows, seats, people] =
            db.aggregate(orm::select<R>, orm::count(), confirmed, orm::count(f<&R::user>).distinct());
        print(rows, seats, people);
    });
    show([&] {
        db.all(orm::select<R> | orm::order_by<&R::event, orm::desc<&R::created_at>> | orm::distinct_on<&R::event> |
               orm::values<&R::event, &R::user>);
    });
    pages::expect_sql("queries-expressions.md", "Groups and aggregates", sent, postgres());
}

TEST_P(SeedSql, Functions) {
    show([&] {
        db.all(orm::select<E> |
               orm::value_of(orm::lower(f<&E::title>), orm::concat(f<&E::title>, " in ", f<&E::location>),
                             orm::coalesce(f<&E::venue, &Venue::city>, "nowhere"),
                             orm::case_(orm::then(f<&E::registration_fee> == 0, "free"), "paid")));
    });
    show([&] {
        using U = auth::User;
        db.all(orm::select<U> | orm::value_of(orm::left(f<&U::last_name>, 1), orm::replace(f<&U::first_name>, " ", "-"),
                                              orm::lpad(orm::cast<std::string>(f<&U::id>), 6, "0"),
                                              orm::position(f<&U::email>, "@"),
                                              orm::greatest(f<&U::last_login>, f<&U::date_joined>)));
    });
    show([&] {
        constexpr auto round = orm::function<"round", orm::Decimal<6, 0>>;  // any function of the database
        db.all(orm::select<E> | orm::value_of(round(f<&E::registration_fee>)));
    });
    show([&] {
        db.all(orm::select<E> | orm::value_of(orm::nullif(f<&E::location>, ""),
                                              orm::least(f<&E::registration_deadline>, f<&E::event_date>),
                                              orm::substr(f<&E::title>, 1, 20), orm::rpad(f<&E::title>, 30, "."),
                                              orm::reversed(f<&E::title>), orm::value("listed"), orm::value(1)));
    });
    pages::expect_sql("queries-expressions.md", "Functions", sent, postgres());
}

TEST_P(SeedSql, TimesAndDurations) {
    using namespace std::chrono_literals;
    show([&] {
        db.all(orm::select<E> | orm::filter(f<&E::registration_deadline> > orm::now - 1h) |
               orm::value_of(f<&E::event_date> - std::chrono::days(1)));
    });
    show([&] {
        const auto notice = f<&E::event_date> - f<&E::registration_deadline>;
        db.all(orm::select<E> | orm::filter(notice < 24h) | orm::value_of(f<&E::title>, notice));
    });
    show([&] { db.update(orm::select<E>, orm::set<& E::event_date> = f<&E::event_date> + std::chrono::weeks(1)); });
    show([&] {
        const auto born = f<&P::date_of_birth>;
        db.all(orm::select<P> | orm::value_of(born + std::chrono::days(1), orm::date_trunc<orm::Unit::month>(born)));
    });
    pages::expect_sql("queries-expressions.md", "Times and durations", sent, postgres());
}

TEST_P(SeedSql, Subqueries) {
    show([&] {
        const auto own = orm::select<R> | orm::filter(f<&R::event> == orm::outer<&E::id> && f<&R::user> == user);
        db.all(orm::select<E> | orm::annotate(orm::exists(own)));
    });
    show([&] {
        const auto in_remich = orm::select<Venue> | orm::filter(f<&Venue::city> == "Remich") | orm::values<&Venue::id>;
        db.all(orm::select<E> | orm::filter(orm::in(f<&E::venue>, in_remich)));
    });
    show([&] {
        const auto latest = orm::select<R> | orm::filter(f<&R::event> == orm::outer<&E::id>) |
                            orm::order_by<orm::desc<&R::created_at>> | orm::values<&R::user>;
        db.all(orm::select<E> | orm::value_of(f<&E::title>, orm::subquery(latest)));
    });
    show([&] {
        const auto titles = orm::values<&E::title>;
        const auto early = orm::select<E> | orm::filter(f<&E::event_date> < now) | titles;
        const auto dear = orm::select<E> | orm::filter(f<&E::registration_fee> > 20) | titles;
        db.all(early | orm::union_with(dear));

        db.all(early | orm::intersect_with(dear));
        db.all(early | orm::except_of(dear) | orm::order_by<&E::title> | orm::limit(10));
    });
    show([&] {
        const auto place = orm::over(orm::rank(), orm::partition_by(f<&R::event>), f<&R::queued_at>.asc());
        db.all(orm::select<R> | orm::value_of(f<&R::user>, place));
    });
    show([&] {
        const auto seats = orm::over(orm::sum(f<&E::max_participants>), orm::partition_by(), f<&E::event_date>.asc());
        db.all(orm::select<E> | orm::value_of(f<&E::title>, seats.rows(orm::preceding<6>, orm::current_row)));
    });
    show([&] {
        const auto naming = orm::select<R> | orm::filter(f<&R::event> == orm::outer<&E::id> &&
                                                         f<&R::special_requests>.icontains(orm::outer<&Venue::name>));
        const auto held = orm::select<E> | orm::filter(f<&E::venue> == orm::outer<&Venue::id> && orm::exists(naming));
        db.all(orm::select<Venue> | orm::filter(orm::exists(held)));
    });
    show([&] {
        const auto cities = orm::select<Venue> | orm::values<&Venue::city>;
        db.all(cities | orm::union_all_with(cities) | orm::order_by<&Venue::city>);
    });
    show([&] {
        const auto line = orm::partition_by(f<&R::event>);
        const auto order = f<&R::queued_at>.asc();
        const auto who = f<&R::user>;
        db.all(orm::select<R> |
               orm::value_of(orm::over(orm::row_number(), line, order), orm::over(orm::dense_rank(), line, order),
                             orm::over(orm::lag(who), line, order), orm::over(orm::lead(who, 2), line, order),
                             orm::over(orm::first_value(who), line, order),
                             orm::over(orm::nth_value(who, 3), line, order)));
        db.all(orm::select<R> |
               orm::value_of(orm::over(orm::ntile(4), line, order), orm::over(orm::percent_rank(), line, order)));
    });
    show([&] {
        const auto fees =
            orm::over(orm::avg(f<&E::registration_fee>), orm::partition_by(f<&E::event_type>), f<&E::min_age>.asc());
        db.all(orm::select<E> | orm::value_of(fees.groups(orm::preceding<1>, orm::following<1>),
                                              fees.range(orm::current_row, orm::unbounded_following)));
    });
    pages::expect_sql("queries-subqueries.md", "Subqueries, sets, windows", sent, postgres());
}

TEST_P(SeedSql, AtRunTime) {
    std::optional<E::EventType> type;
    show([&] {
        const auto of_type = orm::filter(f<&E::event_type> == type.value_or(E::EventType::mixer));
        db.all(orm::select<E> | orm::when(type.has_value(), of_type));
    });
    const bool only_open = true;
    show([&] { db.all(orm::select<E> | orm::when(only_open, published | upcoming(now) | orm::limit(10))); });
    show([&] {
        orm::Predicate<E> wanted;
        wanted.add("title__icontains", "wine").add("event_date__gte", "2026-06-01").add("venue__city", "Remich");
        db.all(orm::select<E> | orm::filter(wanted));
    });
    show([&] {
        orm::Predicate<E> wanted, mixer, cheap, cancelled;
        mixer.add("event_type", "mixer");
        cheap.add("registration_fee__lte", "10.50");
        cancelled.add("is_cancelled", "true");
        wanted.any_of({mixer, cheap}).none_of({cancelled});
        db.all(orm::select<E> | orm::filter(wanted));
    });
    show([&] {
        orm::Predicate<E> visited;
        visited.add("registrations__user__last_name__istartswith", "w").add("special_users__isnull", "true");
        db.all(orm::select<E> | orm::filter(visited));
    });
    show([&] {
        orm::Predicate<P> likes;
        likes.add("interests__contains", "hiking,cooking");
        db.all(orm::select<P> | orm::filter(likes) | orm::Order<P>("-user__last_login,location") | orm::limit(20));
    });
    pages::expect_sql("queries.md", "Conditions made at run time", sent, postgres());
}

TEST_P(SeedSql, JsonAndSearch) {
    show([&] {
        db.count(orm::select<J> | orm::filter(orm::json_contains(f<&J::completed_challenges>, orm::Json("[7]"))));
    });
    show([&] {
        db.update(orm::select<J>,
                  orm::set<& J::completed_challenges> = orm::json_append(f<&J::completed_challenges>, orm::Json("8")));
    });
    show([&] {
        const auto options = f<&JourneyChallenge::options>;
        db.count(orm::select<JourneyChallenge> | orm::filter(orm::json_text(options, {"labels", "0"}) == "Yes"));
        db.count(orm::select<JourneyChallenge> | orm::filter(orm::json_get(options, {"labels"}) == orm::Json("[]")));
        db.all(orm::select<JourneyChallenge> | orm::value_of(orm::json_get(options, {"labels", "-1"})));
    });
    show([&] {
        db.count(orm::select<J> | orm::filter(orm::json_get(f<&J::completed_challenges>, {"0"}) > orm::Json("5")));
    });
    show([&] {
        const auto texts = orm::search_in(f<&E::title>, f<&E::description>);
        db.count(orm::select<E> | orm::filter(texts.matches("speed dating")));
    });
    show([&] {
        const auto texts = orm::search_in<"AB">(f<&E::title>, f<&E::description>);
        const auto rank = texts.rank("social");
        db.all(orm::select<E> | orm::filter(texts.matches("social")) | orm::annotate(rank) | orm::sort(rank.desc()));
    });
    pages::expect_sql("queries-containers.md", "JSON and full-text search", sent, postgres());
}

TEST_P(SeedSql, Arrays) {
    show([&] { db.count(orm::select<P> | orm::filter(orm::array_contains(f<&P::interests>, {"hiking"}))); });
    show([&] { db.count(orm::select<P> | orm::filter(orm::array_overlaps(f<&P::interests>, {"hiking", "cooking"}))); });
    show([&] {
        db.count(orm::select<P> | orm::filter(orm::array_contained_by(f<&P::interests>, {"hiking", "cooking"})));
    });
    show([&] { db.count(orm::select<P> | orm::filter(orm::array_length(f<&P::interests>) >= 3)); });
    pages::expect_sql("queries-containers.md", "Arrays", sent, postgres());
}

/// Every rule of the page's section of this name that has another form.
TEST_P(SeedSql, Stages) {
    show([&] {
        const auto newest =
            orm::select<E> | orm::order_by<orm::desc<&E::event_date>> | orm::limit(5) | orm::values<&E::id>;
        db.all(orm::select<E> | orm::filter(orm::in(f<&E::id>, newest)) | orm::order_by<&E::title>);
    });
    show([&] {
        db.all(orm::select<R> | orm::group_by<&R::event> | orm::annotate(orm::count(), orm::max(f<&R::created_at>)) |
               orm::sort(orm::count().desc()) | orm::limit(3));
    });
    show([&] {
        db.all(orm::select<E> | orm::distinct | orm::values<&E::location, &E::event_type> |
               orm::order_by<&E::location> | orm::limit(3));
    });
    show([&] {
        db.atomic([&](orm::Transaction& tx) {
            const auto rooms = orm::select<E> | orm::filter(f<&E::venue> == venue.id) | orm::distinct;
            tx.all(orm::select<E> | orm::filter(orm::in(f<&E::id>, rooms | orm::values<&E::id>)) | orm::for_update);
            tx.all(orm::select<R> | orm::related<&R::event> | orm::for_update(orm::of<&R::event>)(orm::skip_locked));
        });
    });
    pages::expect_sql("queries.md", "What may follow what", sent, postgres());
}

TEST_P(SeedSql, Looking) {
    show([&] {
        db.raw<std::tuple<std::int64_t, std::string>>("SELECT id, title FROM crush_lu_meetupevent WHERE id = $1",
                                                      event.value);
    });
    db.stream(orm::select<E>, [](E&& row) { return row.id.value < 1'000'000; });
    const auto query = orm::select<E> | published;
    const std::string text = db.sql(query);
    const orm::Explanation plan = db.explain(query, true);
    EXPECT_FALSE(text.empty() || plan.text.empty());
    pages::expect_sql("queries.md", "By hand, and looking at it", sent, postgres());
}

ON_EACH_DATABASE(SeedSql);

TEST(SeedPages, ExamplesOfTheQueriesPagesAreThoseAbove) {
    for (const auto* page : {"queries.md", "queries-relations.md", "queries-expressions.md", "queries-subqueries.md",
                             "queries-containers.md", "queries-writing.md"})
        pages::expect_examples(page, {"platforms/crush_lu/tests/seed_examples_sql_test.cpp",
                                      "platforms/crush_lu/tests/seed_examples_more_sql_test.cpp",
                                      "platforms/crush_lu/queries.hpp", "orm/tests/core/expressions_test.cpp"});
}

}  // namespace
}  // namespace crush_lu
