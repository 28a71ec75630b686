// Letters about other people. What they show of somebody is the display name (PROF-4), and that only when both may see
// each other: a request does not name who asks, since that stands in the received list alone (CON-5).
#include "common/text.hpp"
#include "crush_lu/letter_words.hpp"
#include "crush_lu/people.hpp"

namespace crush_lu {

namespace {

using C = EventConnection;
using M = ConnectionMessage;
using P = JourneyProgress;
using mail::Letter;
using mail::Recipient;
using orm::f;
using platform::tr;
using Maybe = std::optional<Letter>;

/// A connection as one of the two sees it.
struct Side {
    C connection;
    MeetupEvent event;
    Member other;
};
/// Nothing when the row is gone, or when one of the two may not be met any more (PROF-7).
std::optional<Side> find_side(orm::Executor& db, const Recipient& to) {
    const auto row =
        db.first(orm::select<C> | orm::filter(f<&C::id> == orm::Id<C>(to.about)) | orm::related<&C::event>);
    if (!row || !to.user) return std::nullopt;
    const auto& [connection, event] = *row;
    std::vector<Member> both = db.all(
        orm::select<auth::User> | orm::filter(f<&auth::User::id>.in({connection.from_user.id, connection.to_user.id})) |
        orm::related<crushprofile> | orm::order_by<&auth::User::id> | orm::as<Member>);
    if (!all_may_meet(both, 2)) return std::nullopt;
    const std::size_t other = both[0].user.id == to.user->id ? 1 : 0;
    return Side{connection, event, std::move(both[other])};
}

std::string thread_path(const C& connection) {
    return "/connections/" + std::to_string(connection.id.value) + "/";
}

/// Answered meanwhile, whatever the answer was: nothing to say any more.
Maybe connection_requested(orm::Executor& db, const Recipient& to) {
    const auto side = find_side(db, to);
    if (!side || side->connection.status != C::Status::pending) return std::nullopt;
    Letter letter{std::string(tr("Somebody would like to stay in touch"))};
    letter.say(hello(to))
        .say(tr("somebody who was at “{}”, as you were, would like to stay in touch with you.",
                one_line(side->event.title)))
        .link(std::string(tr("See who it is, and answer")), "/connections/");
    return letter;
}

Maybe connected(orm::Executor& db, const Recipient& to) {
    const auto side = find_side(db, to);
    if (!side || side->connection.status != C::Status::connected) return std::nullopt;
    const std::string name = display_name(side->other);
    Letter letter{tr("You and {} are in touch", one_line(name))};
    letter.say(hello(to))
        .say(tr("{} and you would both like to stay in touch after “{}”. Now you can write to each other.", name,
                one_line(side->event.title)))
        .link(std::string(tr("Write the first message")), thread_path(side->connection));
    return letter;
}

/// One letter for all that is unread when it is written; none when everything was read meanwhile.
Maybe messages_waiting(orm::Executor& db, const Recipient& to) {
    const auto side = find_side(db, to);
    if (!side || side->connection.status != C::Status::connected) return std::nullopt;
    const std::int64_t unread =
        db.count(orm::select<M> | orm::filter(f<&M::connection> == side->connection.id &&
                                              f<&M::sender> == side->other.user.id && !f<&M::is_read>));
    if (unread == 0) return std::nullopt;
    const std::string name = display_name(side->other);
    Letter letter{tr("{} has written to you", one_line(name))};
    letter.say(hello(to))
        .say(unread == 1 ? tr("a message from {} is waiting for you.", name)
                         : tr("{} messages from {} are waiting for you.", std::to_string(unread), name))
        .link(std::string(tr("Read and answer")), thread_path(side->connection));
    return letter;
}

Maybe journey_completed(orm::Executor& db, const Recipient& to) {
    const auto row = db.first(orm::select<P> | orm::filter(f<&P::id> == orm::Id<P>(to.about)) |
                              orm::related<&P::journey> | orm::related<&P::user, crushprofile>);
    if (!row) return std::nullopt;
    const auto& [progress, journey, player, profile] = *row;
    const std::string name = display_name(Member{player, profile});
    Letter letter{tr("{} has completed a journey", one_line(name))};
    letter.say(std::string(tr("Hello,")))
        .say(tr("{} has solved every chapter of “{}”.", name, one_line(journey.name)))
        .link(std::string(tr("The player's progress")),
              "/coach/journeys/progress/" + std::to_string(progress.id.value) + "/");
    return letter;
}

}  // namespace

void add_people_letters(mail::Letters& letters) {
    letters.add("crush_lu.connection_requested", connection_requested);
    letters.add("crush_lu.connected", connected);
    letters.add("crush_lu.messages_waiting", messages_waiting);
    letters.add("crush_lu.journey_completed", journey_completed);
}

}  // namespace crush_lu
