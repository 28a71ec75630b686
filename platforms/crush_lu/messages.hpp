/// The thread of a connected pair (CON-6, MSG-1 … MSG-3): writing, reading, what is unread. Both people are locked
/// first, as in connections.hpp.
///
///     auto sent = post_message(db, me, connection, {"See you at the river?", form.key});
///     if (sent.outcome == MessageOutcome::too_many) return too_many_requests();
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crush_lu/people.hpp"

namespace crush_lu {

inline constexpr std::size_t longest_message = 500;  ///< code points, after trimming
inline constexpr std::size_t longest_message_key = 64;

struct MessageSettings {
    std::int64_t per_hour = 20;  ///< of one person, to all others together
};

enum class MessageOutcome {
    sent,
    sent_before,  ///< the same key again: the message is there, nothing was written
    not_found,    ///< no such connection, not one's own, not connected, or somebody is hidden
    invalid,      ///< blank, too long, no text; or the key is too long or belongs to a message of another thread
    too_many,
};
struct MessageResult {
    MessageOutcome outcome{};
    orm::Id<ConnectionMessage> message{};
};

struct MessageText {
    std::string content{};
    std::string key{};  ///< chosen by the client, so that a repeated request is one message; empty: none
};
/// MSG-1, MSG-3. `connection` may be either row of the pair.
MessageResult post_message(orm::Executor& db, orm::Id<auth::User> me, orm::Id<EventConnection> connection,
                           const MessageText& text, const Clock& clock = {}, const MessageSettings& settings = {});

struct Thread {
    orm::Id<EventConnection> connection;  ///< the row that owns it
    orm::Id<auth::User> other;
    std::string name;  ///< PROF-4
    std::vector<ConnectionMessage> messages;
};
/// MSG-2: what was written, oldest first; marks the other one's messages as read with one statement. The messages show
/// what was unread before. Nothing when there is no thread for `me`.
std::optional<Thread> open_thread(orm::Executor& db, orm::Id<auth::User> me, orm::Id<EventConnection> connection);

/// MSG-2: the badge: messages to me, unread, in connected threads.
std::int64_t unread_messages(orm::Executor& db, orm::Id<auth::User> me);

}  // namespace crush_lu
