/// Transactions as the services of the platform run them: the same statements on both sides.
#include "cases/cases.hpp"

namespace bench {

using namespace crush_lu;
using by_hand::columns;
using orm::f;
using E = MeetupEvent;
using R = EventRegistration;
using S = ProfileSubmission;

namespace {

std::string coach_sql(const std::string& where) {
    return "SELECT " + columns(by_hand::coach_columns, "c") + " FROM crush_lu_crushcoach c WHERE " + where;
}
/// Counts a coach's pending reviews; twice, because the optimizers of neither database shares them.
constexpr std::string_view pending_count =
    "(SELECT count(*) FROM crush_lu_profilesubmission s WHERE s.coach_id = c.id AND s.status = 'pending')";
const std::string free_coach =
    coach_sql("c.is_active AND " + std::string(pending_count) + " < c.max_active_reviews ORDER BY " +
              std::string(pending_count) + ", coalesce(c.last_assigned_at, ");

/// Finds the coach with the fewest pending reviews, locks and counts again, assigns.
Contender assign_by_hand(Data& data, std::function<std::string()> look, std::function<void()> reset) {
    const std::string lock = coach_sql("c.id = "),
                      count = "SELECT count(*) FROM crush_lu_profilesubmission WHERE coach_id = ",
                      coach = "UPDATE crush_lu_crushcoach SET last_assigned_at = ",
                      submission = "UPDATE crush_lu_profilesubmission SET coach_id = ";
    if (data.sqlite()) {
        by_hand::Sqlite& d = *data.hand_sqlite;
        const auto prepare = [&d](const std::string& sql) {
            return std::make_shared<by_hand::SqliteStatement>(d, sql);
        };
        auto begin = prepare("BEGIN IMMEDIATE"), commit = prepare("COMMIT"),
             find = prepare(free_coach + "'1970-01-01 00:00:00'), c.id LIMIT 1"), again = prepare(lock + "?1"),
             pending = prepare(count + "?1 AND status = 'pending'"), note = prepare(coach + "?1 WHERE id = ?2"),
             assign = prepare(submission + "?1 WHERE id = ?2");
        const auto read_coach = [](by_hand::SqliteStatement& statement) {
            CrushCoach found;
            if (!statement.next()) by_hand::bad("no coach");
            auto reader = statement.row();
            by_hand::read_row(reader, found);
            statement.done();
            return found;
        };
        return writer(
            "handwritten",
            [=, &data] {
                begin->run();
                const CrushCoach chosen = read_coach(*find);
                const CrushCoach locked = read_coach(again->with(chosen.id.value));
                pending->with(locked.id.value).next();
                std::int64_t reviews = 0;
                pending->row()(reviews);
                pending->done();
                if (reviews >= locked.max_active_reviews) by_hand::bad("full");
                note->with(data.facts.now, locked.id.value).run();
                assign->with(locked.id.value, data.facts.submission.value).run();
                commit->run();
                return locked.id;
            },
            look, reset);
    }
    by_hand::Postgres& d = *data.hand_postgres;
    const auto prepare = [&d](const char* name, const std::string& sql) {
        return std::make_shared<by_hand::PostgresStatement>(d, name, sql);
    };
    auto find = prepare("coach_find", free_coach + "'1970-01-01 00:00:00+00'), c.id LIMIT 1"),
         again = prepare("coach_lock", lock + "$1 FOR NO KEY UPDATE"),
         pending = prepare("coach_count", count + "$1 AND status = 'pending'"),
         note = prepare("coach_note", coach + "$1 WHERE id = $2"),
         assign = prepare("coach_assign", submission + "$1 WHERE id = $2");
    return writer(
        "handwritten",
        [=, &data, &d] {
            d.execute("BEGIN");
            const CrushCoach chosen = by_hand::rows_of<CrushCoach>(find->run()).at(0);
            const CrushCoach locked = by_hand::rows_of<CrushCoach>(again->run(chosen.id.value)).at(0);
            const auto counted = pending->run(locked.id.value);
            std::int64_t reviews = 0;
            by_hand::PostgresReader(counted.get(), 0)(reviews);
            if (reviews >= locked.max_active_reviews) by_hand::bad("full");
            note->run(data.facts.now, locked.id.value);
            assign->run(locked.id.value, data.facts.submission.value);
            d.execute("COMMIT");
            return locked.id;
        },
        look, reset);
}

void coach_assignment(Suite& suite, Data& data) {
    const auto look = [&data] {
        return dump(data.db.all(orm::select<CrushCoach> | orm::order_by<&CrushCoach::id>)) +
               dump(data.db.get(data.facts.submission));
    };
    const auto reset = [] {};  // assigning the same submission again is the same work
    std::vector<Contender> contenders;
    contenders.push_back(writer(
        "ours",
        [&data] {
            return data.db.atomic([&](orm::Transaction& tx) {
                const auto chosen = tx.first(orm::select<CrushCoach> | accepting_reviews | least_busy_first);
                const auto coach = orm::select<CrushCoach> | orm::filter(f<&CrushCoach::id> == chosen->id);
                const auto locked = tx.first(coach | orm::for_no_key_update);
                const std::int64_t reviews =
                    tx.count(orm::select<S> | orm::filter(f<&S::coach> == locked->id && pending_review));
                if (reviews >= locked->max_active_reviews) throw orm::UsageError("full");
                tx.update(coach, orm::set<& CrushCoach::last_assigned_at> = data.facts.now);
                tx.update(orm::select<S> | orm::filter(f<&S::id> == data.facts.submission),
                          orm::set<& S::coach> = locked->id);
                return locked->id;
            });
        },
        look, reset));
    // The first assignment changes who is next; afterwards both sides always find the same.
    for (int i = 0; i < 3; ++i) contenders.front().run(1);
    contenders.push_back(assign_by_hand(data, look, reset));
    suite.measure("coach assignment", data.database, std::move(contenders));
}

/// Who registers next; the table is cleared before the members run out.
struct Applicants {
    const Facts* facts;
    std::size_t next = 0;
    orm::Id<auth::User> operator()() { return facts->users[next++ % facts->users.size()]; }
};

struct Seats {
    std::int64_t held = 0;
    std::int64_t waiting = 0;
};

Contender register_by_hand(Data& data, std::function<std::string()> look, std::function<void()> reset) {
    const std::string lock =
        "SELECT " + columns(by_hand::event_columns, "e") + " FROM crush_lu_meetupevent e WHERE e.id = ";
    // Both counts in one pass over the event's registrations.
    const std::string count =
        "SELECT count(*) FILTER (WHERE status IN ('pending', 'confirmed', 'attended')), count(*) FILTER (WHERE status "
        "= "
        "'waitlist') FROM crush_lu_eventregistration WHERE event_id = ";
    const std::string insert =
        "INSERT INTO crush_lu_eventregistration (event_id, user_id, status, payment_confirmed, payment_date, "
        "dietary_restrictions, special_requests, created_at, queued_at, status_before_check_in) VALUES ";
    const auto make = [](const E& event, const Seats& seats, orm::Id<auth::User> user, orm::Timestamp now) {
        R r;
        r.event = event.id;
        r.user = user;
        r.status = is_full(event, seats.held) ? R::Status::waitlist : seat_status(event);
        r.dietary_restrictions = "vegan";
        r.created_at = r.queued_at = now;
        return r;
    };
    if (data.sqlite()) {
        by_hand::Sqlite& d = *data.hand_sqlite;
        const auto prepare = [&d](const std::string& sql) {
            return std::make_shared<by_hand::SqliteStatement>(d, sql);
        };
        auto begin = prepare("BEGIN IMMEDIATE"), commit = prepare("COMMIT"), event_row = prepare(lock + "?1"),
             counts = prepare(count + "?1"), put = prepare(insert + "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
        return writer(
            "handwritten",
            [=, &data, &d, next = Applicants{&data.facts}]() mutable {
                begin->run();
                E event;
                if (!event_row->with(data.facts.open.value).next()) by_hand::bad("no such event");
                auto reader = event_row->row();
                by_hand::read_row(reader, event);
                event_row->done();
                Seats seats;
                counts->with(event.id.value).next();
                auto numbers = counts->row();
                numbers(seats.held), numbers(seats.waiting);
                counts->done();
                R r = make(event, seats, next(), data.facts.now);
                put->with(r.event.id.value, r.user.id.value, r.status, r.payment_confirmed, r.payment_date,
                          by_hand::checked(r.dietary_restrictions), by_hand::checked(r.special_requests), r.created_at,
                          r.queued_at, r.status_before_check_in)
                    .run();
                r.id.value = sqlite3_last_insert_rowid(d.handle());
                commit->run();
                return r;
            },
            look, reset, 300);
    }
    by_hand::Postgres& d = *data.hand_postgres;
    const auto prepare = [&d](const char* name, const std::string& sql) {
        return std::make_shared<by_hand::PostgresStatement>(d, name, sql);
    };
    auto event_row = prepare("register_lock", lock + "$1 FOR NO KEY UPDATE"),
         counts = prepare("register_count", count + "$1"),
         put = prepare("register", insert + "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id");
    return writer(
        "handwritten",
        [=, &data, &d, next = Applicants{&data.facts}]() mutable {
            d.execute("BEGIN");
            const E event = by_hand::rows_of<E>(event_row->run(data.facts.open.value)).at(0);
            Seats seats;
            const auto counted = counts->run(event.id.value);
            by_hand::PostgresReader numbers(counted.get(), 0);
            numbers(seats.held), numbers(seats.waiting);
            R r = make(event, seats, next(), data.facts.now);
            const auto result =
                put->run(r.event.id.value, static_cast<std::int32_t>(r.user.id.value), r.status, r.payment_confirmed,
                         r.payment_date, by_hand::checked(r.dietary_restrictions), by_hand::checked(r.special_requests),
                         r.created_at, r.queued_at, r.status_before_check_in);
            r.id.value = by_hand::big_endian<std::int64_t>(PQgetvalue(result.get(), 0, 0));
            d.execute("COMMIT");
            return r;
        },
        look, reset, 300);
}

void registering(Suite& suite, Data& data) {
    const auto own = orm::select<R> | orm::filter(f<&R::event> == data.facts.open) | orm::order_by<&R::id>;
    const auto look = [&data, own] {
        auto rows = data.db.all(own);
        for (R& r : rows) r.id = {}, r.user = {};
        return dump(rows);
    };
    const auto reset = [&data] {
        data.db.execute("DELETE FROM crush_lu_eventregistration WHERE event_id = " +
                        std::to_string(data.facts.open.value));
    };
    std::vector<Contender> contenders;
    contenders.push_back(writer(
        "ours",
        [&data, next = Applicants{&data.facts}]() mutable {
            return data.db.atomic([&](orm::Transaction& tx) {
                const auto event = tx.first(orm::select<E> | with_id(data.facts.open) | orm::for_no_key_update);
                const auto seats = tx.get(orm::select<E> | with_id(data.facts.open) |
                                          orm::value_of(held_seats, waiting_people) | orm::as<Seats>);
                R r;
                r.event = event->id;
                r.user = next();
                r.status = is_full(*event, seats.held) ? R::Status::waitlist : seat_status(*event);
                r.dietary_restrictions = "vegan";
                r.created_at = r.queued_at = data.facts.now;
                tx.insert(r);
                return r;
            });
        },
        look, reset, 300));
    contenders.push_back(register_by_hand(data, look, reset));
    suite.measure("registering for an event", data.database, std::move(contenders));
}

}  // namespace

void service_cases(Suite& suite, Data& data) {
    coach_assignment(suite, data);
    registering(suite, data);
}

}  // namespace bench
