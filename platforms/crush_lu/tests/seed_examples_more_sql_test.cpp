/// docs/topics/queries*.md, kept true: further sections. See seed_examples_sql_test.cpp.
#include <set>

#include "seed_examples_sql.hpp"

namespace crush_lu {

struct Load {
    orm::Id<MeetupEvent> event;
    std::int64_t people = 0;

    static consteval auto meta() { return orm::rows<"load">(); }
};
struct Number {
    std::int64_t n = 0;

    static consteval auto meta() { return orm::rows<"numbers">(); }
};
struct Card {
    orm::Id<MeetupEvent> id;
    orm::Char<200> title;
};

namespace {

class SeedMoreSql : public SeedSql {};

TEST_P(SeedMoreSql, Writing) {
    const UserId other = account("Olga");
    show([&] {
        Venue venue;
        venue.name = "Rotondes";
        db.insert(venue);  // venue.id is set now
        venue.city = "Luxembourg";
        db.save<&Venue::city>(venue);  // without <...>: all fields
    });
    show([&] {
        db.update(orm::select<E> | orm::filter(f<&E::venue, &Venue::city> == "Remich"),
                  orm::set<& E::max_participants> = f<&E::max_participants> + 5);
    });
    show([&] {
        const auto city = orm::subquery(orm::select<Venue> | orm::filter(f<&Venue::id> == orm::outer<&E::venue>) |
                                        orm::values<&Venue::city>);
        db.update(orm::select<E>, orm::set<& E::location> = orm::coalesce(city, ""));
    });
    show([&] {
        std::vector<Venue> venues(2);
        venues[0].name = "Neimënster";
        venues[1].name = "Kulturfabrik";
        db.insert_many(venues);  // each has its key now
        venues[0].city = "Luxembourg";
        venues[1].city = "Esch";
        db.update_many<&Venue::city>(venues);
    });
    show([&] {
        const auto named = orm::select<Venue> | orm::filter(f<&Venue::name> == "Philharmonie");
        const auto [hall, created] = db.get_or_create(named, [] {
            Venue made;
            made.name = "Philharmonie";
            return made;
        });
        print(hall.id, created);
    });
    show([&] {
        R registration;
        registration.event = event;
        registration.user = user;
        db.insert_or_ignore<&R::event, &R::user>(registration);  // false: it is there already
    });
    show([&] {
        db.add_related<&E::special_users>(event, std::vector{user, other});
        db.remove_related<&E::special_users>(event, std::vector{other});
    });
    show([&] { db.erase(orm::select<Venue> | orm::filter(f<&Venue::city> == "Remich")); });
    E wrong = db.get(event);
    wrong.event_type = static_cast<E::EventType>(17);  // none of the choices
    EXPECT_THROW(db.save<&E::event_type>(wrong), orm::ValidationError);
    wrong.registration_fee.units = 1'000'000;  // 10000.00 has seven digits
    EXPECT_THROW(db.save<&E::registration_fee>(wrong), orm::ValidationError);
    using Fee = orm::Decimal<6, 2>;
    EXPECT_THROW(Fee("9.995"), orm::ValidationError);  // nothing is rounded

    show([&] {
        std::vector<R> rows(2);
        for (R& row : rows) row.event = event;
        rows[0].user = user;
        rows[1].user = other;
        db.upsert_many<&R::event, &R::user>(rows);
    });
    show([&] {
        db.add_related<&E::special_users>(user, std::vector{event});
        db.set_related<&E::special_users>(event, std::vector{user, other});
        db.clear_related<&E::special_users>(event);
    });
    pages::expect_sql("queries-writing.md", "Writing", sent, postgres());
}

TEST_P(SeedMoreSql, ListsAndTimes) {
    show([&] {
        const auto names = orm::string_agg(registrations, f<&R::user, &auth::User::first_name>, ", ");
        const auto people = orm::array_agg(registrations, f<&R::user>).where(f<&R::status> == R::Status::confirmed);
        db.all(orm::select<E> | orm::value_of(f<&E::title>, names.order_by(f<&R::id>.asc()), people));
    });
    show([&] {
        const auto day = orm::local_date(f<&E::event_date>, "Europe/Luxembourg");
        db.all(orm::select<E> | orm::grouped_by(day) | orm::annotate(orm::count()));
    });
    show([&] {
        const auto month = orm::date_trunc<orm::Unit::month>(f<&E::event_date>, "Europe/Luxembourg");
        const auto hour = orm::date_part<orm::Part::hour>(f<&E::event_date>, "Europe/Luxembourg");
        db.all(orm::select<E> | orm::filter(hour >= 18) | orm::value_of(month));
    });
    show([&] { db.all(orm::select<E> | orm::only<Card>); });
    std::set<std::string> specializations;
    show([&] {
        for (const auto& coach : db.all(orm::select<CrushCoach> | orm::defer<&CrushCoach::bio>))
            specializations.insert(coach[f<&CrushCoach::specialization>]);
    });
    show([&] {
        const auto cities = orm::string_agg(f<&E::venue, &Venue::city>, ", ").distinct();
        const auto dates =
            orm::array_agg(f<&E::event_date>).order_by(f<&E::event_date>.desc()).where(f<&E::is_published>);
        db.all(orm::select<E> | orm::group_by<&E::event_type> | orm::annotate(cities, dates));
    });
    pages::expect_sql("queries.md", "Lists, times in a zone, some fields only", sent, postgres());
}

TEST_P(SeedMoreSql, CommonTables) {
    show([&] {
        const auto loads = orm::cte<Load>(orm::select<R> | orm::filter(f<&R::status> == R::Status::confirmed) |
                                          orm::group_by<&R::event> | orm::annotate(orm::count()));
        for (const auto& [event, load] : db.all(orm::select<E> | orm::with(loads) | orm::join<&E::id, &Load::event>))
            print(event.title, load.people);

        db.all(orm::select<E> | orm::with(loads) | orm::left_join<&E::id, &Load::event> |
               orm::sort(orm::coalesce(orm::maybe_joined<&Load::people>, 0).desc()));
    });
    show([&] {
        const auto one = orm::select<E> | orm::filter(f<&E::id> == event) | orm::value_of(orm::value(1));
        const auto more = orm::select<Number> | orm::filter(f<&Number::n> < 12) | orm::value_of(f<&Number::n> + 1);
        db.all(orm::select<Number> | orm::with(orm::recursive<Number>(one, more)));
    });
    pages::expect_sql("queries-subqueries.md", "Common table expressions and joins by fields", sent, postgres());
}

TEST_P(SeedMoreSql, ConditionalWrites) {
    const UserId other = account("Olga");
    R registration = db.get(orm::select<R>);
    show([&] {
        const auto newer = orm::on_conflict<&R::event, &R::user>.update<&R::status, &R::queued_at>().where(
            f<&R::queued_at> < orm::excluded<&R::queued_at>);
        db.upsert(registration, newer);  // false: the stored one is newer
    });
    show([&] {
        std::vector<R> registrations(2);
        for (R& row : registrations) row.event = event;
        registrations[0].user = user;
        registrations[1].user = other;
        db.insert_many_or_ignore<&R::event, &R::user>(registrations);  // 1: the other is there already
    });
    show([&] {
        const auto titles = orm::select<E> | orm::filter(f<&E::id> == event) | orm::values<&E::title>;
        db.update_returning(titles, orm::set<& E::is_published> = true);
    });
    show([&] {
        const E loaded = db.get(event);
        E edited = loaded;
        edited.title = "Wine & words";
        db.save_changed(edited, loaded);
    });
    show([&] {
        const auto named = orm::select<Venue> | orm::filter(f<&Venue::name> == "Caves");
        const auto [caves, created] = db.update_or_create(
            named, [](Venue& row) { row.capacity = 80; },
            [] {
                return Venue{{}, "Caves", "", "Remich", 0};
            });
        print(caves.id, created);
    });
    show([&] {
        for (const Venue& gone : db.erase_returning(orm::select<Venue> | orm::filter(f < &Venue::capacity >> 50)))
            print(gone.name);
    });
    show([&] { db.set_related<&E::special_users>(event, std::vector{user}); });
    pages::expect_sql("queries-writing.md", "Writing with conditions and results", sent, postgres());
}

ON_EACH_DATABASE(SeedMoreSql);

}  // namespace
}  // namespace crush_lu
