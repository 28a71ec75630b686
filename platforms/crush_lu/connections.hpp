/// Staying in touch after an event: asking, accepting, declining (CON-1 … CON-6). One transaction each; both people are
/// locked first, the smaller key first, so whatever two people ask of each other at once happens one after the other.
///
///     auto asked = request_connection(db, me, event, other, "The one with the green scarf");
///     if (asked.outcome == ConnectOutcome::connected) celebrate();     // the other one had asked, too
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "crush_lu/people.hpp"

namespace crush_lu {

inline constexpr std::size_t longest_note = 300;  ///< code points

enum class ConnectOutcome {
    requested,     ///< pending, or asked before: the row that exists is the answer (CON-2)
    connected,     ///< both directions, or the recipient said yes; also when it was so before
    declined,      ///< of decline_connection()
    not_allowed,   ///< oneself, not attended, hidden, or the event is not over: something about the one who asks
    not_found,     ///< something about the other one, whatever it is (CON-1), or a row that is none of one's business
    closed,        ///< the time for asking is over
    answered,      ///< not pending any more: an accepted request cannot be declined, nor a declined one accepted
    invalid_note,  ///< too long, or no text
};

struct ConnectResult {
    ConnectOutcome outcome{};
    orm::Id<EventConnection> connection{};  ///< one's own row, or the one that was answered
    bool changed = false;                   ///< false: nothing was written
};

struct ConnectionSettings {
    std::optional<std::chrono::hours> closes_after{};  ///< the end of the event; nothing: never
};

/// CON-1 … CON-3. A request that meets one in the other direction connects both, with one `connected_at`.
ConnectResult request_connection(orm::Executor& db, orm::Id<auth::User> me, orm::Id<MeetupEvent> event,
                                 orm::Id<auth::User> other, const std::string& note = {}, const Clock& clock = {},
                                 const ConnectionSettings& settings = {});

/// CON-4: only for the recipient, only while pending; saying the same thing twice is harmless.
ConnectResult accept_connection(orm::Executor& db, orm::Id<auth::User> me, orm::Id<EventConnection> connection,
                                const Clock& clock = {});
ConnectResult decline_connection(orm::Executor& db, orm::Id<auth::User> me, orm::Id<EventConnection> connection);

/// What the lists show of one connection. Nobody learns that a request was declined (CON-4).
struct ConnectionView {
    orm::Id<EventConnection> connection;  ///< of a connected pair the older row, which owns the thread (CON-6)
    orm::Id<MeetupEvent> event;
    std::string event_title;
    orm::Id<auth::User> other;
    std::string name;  ///< PROF-4
    std::string note;
    std::optional<orm::Timestamp> connected_at;
    std::int64_t unread = 0;
};
struct ConnectionLists {
    std::vector<ConnectionView> received;   ///< to be answered
    std::vector<ConnectionView> connected;  ///< newest first
    std::vector<ConnectionView> sent;       ///< pending, and declined without saying so
};
/// CON-5: two statements, however many rows. People who left or hid themselves are not shown (PROF-7).
ConnectionLists list_connections(orm::Executor& db, orm::Id<auth::User> me);

}  // namespace crush_lu
