#include "crush_lu/messages.hpp"

#include "common/repeatable.hpp"
#include "crush_lu/letters.hpp"
#include "crush_lu/plain_text.hpp"

namespace crush_lu {

namespace {

using C = EventConnection;
using M = ConnectionMessage;
using UserId = orm::Id<auth::User>;
using orm::f;

/// The thread's own row and the other person, both people locked; nothing when `me` may not know of it.
struct Owner {
    C connection;
    Member other;
};
std::optional<Owner> lock_thread(orm::Transaction& tx, UserId me, orm::Id<C> id) {
    const std::optional<C> seen = tx.find(id);
    if (!seen || (seen->from_user != me && seen->to_user != me)) return std::nullopt;
    const UserId one = seen->from_user.id, two = seen->to_user.id;
    std::vector<Member> both = lock_people(tx, {one, two});
    if (!all_may_meet(both, 2)) return std::nullopt;
    std::optional<C> oldest = tx.first(
        orm::select<C> |
        orm::filter(f<&C::event> == seen->event && f<&C::from_user>.in({one, two}) && f<&C::to_user>.in({one, two})) |
        orm::order_by<&C::id>);
    if (!oldest || oldest->status != C::Status::connected) return std::nullopt;
    return Owner{std::move(*oldest), std::move(both[both[0].user.id == me ? 1 : 0])};
}

bool acceptable(std::string_view content, const std::string& key) {
    try {
        return !is_blank(content) && orm::count_code_points(content) <= longest_message &&
               orm::count_code_points(key) <= longest_message_key;
    } catch (const orm::ValidationError&) {
        return false;
    }
}

}  // namespace

MessageResult post_message(orm::Executor& db, UserId me, orm::Id<C> id, const MessageText& text, const Clock& clock,
                           const MessageSettings& settings) {
    const std::string_view content = trimmed(text.content);
    if (!acceptable(content, text.key)) return {MessageOutcome::invalid};
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> MessageResult {
        const std::optional<Owner> thread = lock_thread(tx, me, id);
        if (!thread) return {MessageOutcome::not_found};
        const auto mine = orm::select<M> | orm::filter(f<&M::sender> == me);
        if (!text.key.empty())
            if (const std::optional<M> before = tx.first(mine | orm::filter(f<&M::client_key> == text.key)))
                return before->connection == thread->connection.id
                           ? MessageResult{MessageOutcome::sent_before, before->id}
                           : MessageResult{MessageOutcome::invalid};
        const orm::Timestamp now = clock.now();
        if (tx.count(mine | orm::filter(f < &M::created_at >> now - std::chrono::hours(1))) >= settings.per_hour)
            return {MessageOutcome::too_many};
        M message;
        message.connection = thread->connection.id;
        message.sender = me;
        message.content = std::string(content);
        message.client_key = text.key;
        message.created_at = now;
        tx.insert(message);
        const auto unread = mine | orm::filter(f<&M::connection> == thread->connection.id && !f<&M::is_read>) |
                            orm::order_by<&M::created_at, &M::id> | orm::values<&M::id>;
        letters::messages_waiting(tx, thread->other.user.id, thread->connection.id, tx.first(unread).value(), now);
        return {MessageOutcome::sent, message.id};
    });
}

std::optional<Thread> open_thread(orm::Executor& db, UserId me, orm::Id<C> id) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> std::optional<Thread> {
        const std::optional<Owner> owner = lock_thread(tx, me, id);
        if (!owner) return std::nullopt;
        const auto all = orm::select<M> | orm::filter(f<&M::connection> == owner->connection.id);
        Thread thread{owner->connection.id, owner->other.user.id, display_name(owner->other),
                      tx.all(all | orm::order_by<&M::created_at, &M::id>)};
        tx.update(all | orm::filter(f<&M::sender> != me && !f<&M::is_read>), orm::set<& M::is_read> = true);
        return thread;
    });
}

std::int64_t unread_messages(orm::Executor& db, UserId me) {
    return db.count(orm::select<M> |
                    orm::filter(!f<&M::is_read> && f<&M::sender> != me &&
                                f<&M::connection, &C::status> == C::Status::connected &&
                                (f<&M::connection, &C::from_user> == me || f<&M::connection, &C::to_user> == me)));
}

}  // namespace crush_lu
