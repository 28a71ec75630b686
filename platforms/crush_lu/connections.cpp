#include "crush_lu/connections.hpp"

#include <map>

#include "common/repeatable.hpp"
#include "crush_lu/letters.hpp"

namespace crush_lu {

namespace {

using C = EventConnection;
using E = MeetupEvent;
using M = ConnectionMessage;
using R = EventRegistration;
using UserId = orm::Id<auth::User>;
using CStatus = C::Status;
using orm::f;

ConnectResult refuse(ConnectOutcome why) {
    return {.outcome = why};
}

bool acceptable(const std::string& note) {
    try {
        return orm::count_code_points(note) <= longest_note;
    } catch (const orm::ValidationError&) {
        return false;
    }
}

bool attended(orm::Transaction& tx, UserId user, orm::Id<E> event) {
    return tx.exists(orm::select<R> | of_event(event) | of_user(user) |
                     orm::filter(f<&R::status> == R::Status::attended));
}

std::optional<C> find_row(orm::Transaction& tx, orm::Id<E> event, UserId from, UserId to) {
    return tx.first(orm::select<C> |
                    orm::filter(f<&C::event> == event && f<&C::from_user> == from && f<&C::to_user> == to));
}

/// `older`: the row that waited for an answer, and owns the thread from now on.
void connect(orm::Transaction& tx, const C& older, orm::Timestamp at) {
    tx.update(orm::select<C> | orm::filter(f<&C::id> == older.id), orm::set<& C::status> = CStatus::connected,
              orm::set<& C::connected_at> = at);
    letters::connected(tx, older);
}

/// CON-1, with both people locked; nothing when `me` may ask `other`.
std::optional<ConnectOutcome> why_not(orm::Transaction& tx, UserId me, UserId other, orm::Id<E> event_id,
                                      const ConnectionSettings& settings, orm::Timestamp now) {
    const std::vector<Member> both = lock_people(tx, {me, other});
    const auto reachable = [&](UserId who) {
        return std::ranges::any_of(both, [&](const Member& m) { return m.user.id == who && may_meet(m); });
    };
    const std::optional<E> event = tx.find(event_id);
    if (!event) return ConnectOutcome::not_found;
    if (!reachable(me) || !attended(tx, me, event_id)) return ConnectOutcome::not_allowed;
    if (event->is_cancelled || now < ends_at(*event)) return ConnectOutcome::not_allowed;
    if (settings.closes_after && now > ends_at(*event) + *settings.closes_after) return ConnectOutcome::closed;
    if (!reachable(other) || !attended(tx, other, event_id)) return ConnectOutcome::not_found;
    return std::nullopt;
}

/// The row to be answered, with both people locked; nothing when it is none of this person's business.
std::optional<C> lock_received(orm::Transaction& tx, UserId me, orm::Id<C> id) {
    const std::optional<C> seen = tx.find(id);
    if (!seen || seen->to_user != me) return std::nullopt;
    if (!all_may_meet(lock_people(tx, {seen->from_user.id, me}), 2)) return std::nullopt;
    return tx.find(id);
}

}  // namespace

ConnectResult request_connection(orm::Executor& db, UserId me, orm::Id<E> event, UserId other, const std::string& note,
                                 const Clock& clock, const ConnectionSettings& settings) {
    if (me == other) return refuse(ConnectOutcome::not_allowed);
    if (!acceptable(note)) return refuse(ConnectOutcome::invalid_note);
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> ConnectResult {
        const orm::Timestamp before = clock.now();
        if (const auto reason = why_not(tx, me, other, event, settings, before)) return refuse(*reason);
        const orm::Timestamp now = std::max(before, clock.now());  // after the wait for the locks
        std::optional<C> mine = find_row(tx, event, me, other);
        const std::optional<C> theirs = find_row(tx, event, other, me);
        if (mine && mine->status == CStatus::connected) return {ConnectOutcome::connected, mine->id};
        if (theirs && theirs->status == CStatus::connected) return {ConnectOutcome::connected, theirs->id};
        // A request of one's own that was declined looks like one that waits, and stays as it is.
        if (mine) return {ConnectOutcome::requested, mine->id};
        C row;
        row.event = event;
        row.from_user = me;
        row.to_user = other;
        row.note = note;
        row.status = theirs ? CStatus::connected : CStatus::pending;
        row.created_at = now;
        if (theirs) row.connected_at = now;
        tx.insert(row);
        if (!theirs) {
            letters::connection_requested(tx, row);
            return {ConnectOutcome::requested, row.id, true};
        }
        connect(tx, *theirs, now);  // it waited, or `me` had declined it and thinks better of it (CON-3)
        return {ConnectOutcome::connected, row.id, true};
    });
}

ConnectResult accept_connection(orm::Executor& db, UserId me, orm::Id<C> id, const Clock& clock) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> ConnectResult {
        const std::optional<C> row = lock_received(tx, me, id);
        if (!row) return refuse(ConnectOutcome::not_found);
        if (row->status == CStatus::connected) return {ConnectOutcome::connected, id};
        if (row->status != CStatus::pending) return {ConnectOutcome::answered, id};
        connect(tx, *row, clock.now());
        return {ConnectOutcome::connected, id, true};
    });
}

ConnectResult decline_connection(orm::Executor& db, UserId me, orm::Id<C> id) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> ConnectResult {
        const std::optional<C> row = lock_received(tx, me, id);
        if (!row) return refuse(ConnectOutcome::not_found);
        if (row->status == CStatus::declined) return {ConnectOutcome::declined, id};
        if (row->status != CStatus::pending) return {ConnectOutcome::answered, id};
        tx.update(orm::select<C> | orm::filter(f<&C::id> == id), orm::set<& C::status> = CStatus::declined);
        return {ConnectOutcome::declined, id, true};
    });
}

namespace {

/// A row with its event, and the other person.
struct Row {
    C connection;
    E event;
    auth::User other;
    std::optional<CrushProfile> profile;
    std::int64_t unread = 0;
};

ConnectionView view_of(const Row& row) {
    const C& c = row.connection;
    return {.connection = c.id,
            .event = row.event.id,
            .event_title = row.event.title,
            .other = row.other.id,
            .name = display_name(Member{row.other, row.profile}),
            .note = c.note,
            .connected_at = c.connected_at,
            .unread = row.unread};
}

/// Every connected pair once, by its older row.
class Pairs {
  public:
    explicit Pairs(std::vector<ConnectionView>& views) : views_(views) {}
    void add(ConnectionView view) {
        const auto [found, fresh] = at_.try_emplace({view.event.value, view.other.value}, views_.size());
        if (fresh) return views_.push_back(std::move(view));
        ConnectionView& kept = views_[found->second];
        const std::int64_t unread = kept.unread + view.unread;
        if (view.connection < kept.connection) kept = std::move(view);
        kept.unread = unread;
    }

  private:
    std::vector<ConnectionView>& views_;
    std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> at_;
};

}  // namespace

ConnectionLists list_connections(orm::Executor& db, UserId me) {
    const auto unread = orm::count(messages.where(f<&M::sender> != me && !f<&M::is_read>));
    ConnectionLists lists;
    Pairs pairs(lists.connected);
    const auto received =
        db.all(orm::select<C> | orm::filter(f<&C::to_user> == me) | orm::filter(f<&C::status> != CStatus::declined) |
               orm::related<&C::event> | orm::related<&C::from_user, crushprofile> | orm::annotate(unread) |
               orm::order_by<orm::desc<&C::id>> | orm::as<Row>);
    const auto sent = db.all(orm::select<C> | orm::filter(f<&C::from_user> == me) | orm::related<&C::event> |
                             orm::related<&C::to_user, crushprofile> | orm::annotate(unread) |
                             orm::order_by<orm::desc<&C::id>> | orm::as<Row>);
    for (const Row& row : received) {
        if (!may_meet({row.other, row.profile})) continue;
        if (row.connection.status == CStatus::connected)
            pairs.add(view_of(row));
        else
            lists.received.push_back(view_of(row));
    }
    for (const Row& row : sent) {
        if (!may_meet({row.other, row.profile})) continue;
        if (row.connection.status == CStatus::connected)
            pairs.add(view_of(row));
        else
            lists.sent.push_back(view_of(row));
    }
    std::ranges::sort(lists.connected, [](const ConnectionView& a, const ConnectionView& b) {
        return std::pair(a.connected_at, a.connection) > std::pair(b.connected_at, b.connection);
    });
    return lists;
}

}  // namespace crush_lu
