/// docs/topics/queries.md, kept true: its later sections. See seed_examples_sql_test.cpp.
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
    pages::expect_sql("queries.md", "Lists, times in a zone, some fields only", sent, postgres());
}

TEST_P(SeedMoreSql, CommonTables) {
    show([&] {
        const auto loads = orm::cte<Load>(orm::select<R> | orm::filter(f<&R::status> == R::Status::confirmed) |
                                          orm::group_by<&R::event> | orm::annotate(orm::count()));
        for (const auto& [event, load] : db.all(orm::select<E> | orm::with(loads) | orm::join<&E::id, &Load::event>))
            print(event.title, load.people);
    });
    show([&] {
        const auto one = orm::select<E> | orm::filter(f<&E::id> == event) | orm::value_of(orm::value(1));
        const auto more = orm::select<Number> | orm::filter(f<&Number::n> < 12) | orm::value_of(f<&Number::n> + 1);
        db.all(orm::select<Number> | orm::with(orm::recursive<Number>(one, more)));
    });
    pages::expect_sql("queries.md", "Common table expressions and joins by fields", sent, postgres());
}

TEST_P(SeedMoreSql, ConditionalWrites) {
    R registration = db.get(orm::select<R>);
    show([&] {
        const auto newer = orm::on_conflict<&R::event, &R::user>.update<&R::status, &R::queued_at>().where(
            f<&R::queued_at> < orm::excluded<&R::queued_at>);
        db.upsert(registration, newer);  // false: the stored one is newer
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
    show([&] { db.set_related<&E::special_users>(event, std::vector{user}); });
    pages::expect_sql("queries.md", "Writing with conditions and results", sent, postgres());
}

ON_EACH_DATABASE(SeedMoreSql);

}  // namespace
}  // namespace crush_lu
