// What members do with each other, with their journey and with their account.
#include "client.hpp"
#include "crush_lu/connections.hpp"
#include "crush_lu/journeys.hpp"
#include "crush_lu/messages.hpp"
#include "deletion/deletion.hpp"

namespace checker {

using orm::f;

void Client::meet() {
    const UserId me = one_of(members_), other = one_of(world_.members);
    const EventId meeting = one_of(world_.meetings);
    using Connection = crush_lu::EventConnection;
    const std::size_t dice = below(100);
    if (dice < 60) {
        attempt("ask", me, text(meeting) + "," + text(other), true, [&] {
            using Outcome = crush_lu::ConnectOutcome;
            const auto outcome = crush_lu::request_connection(db_, me, meeting, other).outcome;
            return outcome == Outcome::requested || outcome == Outcome::connected ? "asked" : "refused";
        });
        return;
    }
    const auto received = db_.all(orm::select<Connection> | orm::filter(f<&Connection::to_user> == me) |
                                  orm::order_by<orm::desc<&Connection::id>> | orm::limit(5));
    if (received.empty()) return;
    const auto id = one_of(received).id;
    using Outcome = crush_lu::ConnectOutcome;
    if (dice < 90)
        attempt("accept", me, text(id), true, [&] {
            return crush_lu::accept_connection(db_, me, id).outcome == Outcome::connected ? "connected" : "refused";
        });
    else
        attempt("decline", me, text(id), true, [&] {
            return crush_lu::decline_connection(db_, me, id).outcome == Outcome::declined ? "declined" : "refused";
        });
}

void Client::write() {
    const UserId me = one_of(members_);
    using Connection = crush_lu::EventConnection;
    const auto pairs = db_.all(orm::select<Connection> |
                               orm::filter(f<&Connection::status> == Connection::Status::connected &&
                                           (f<&Connection::from_user> == me || f<&Connection::to_user> == me)) |
                               orm::order_by<orm::desc<&Connection::id>> | orm::limit(5));
    if (pairs.empty()) return;
    const Connection& pair = one_of(pairs);
    const auto id = pair.id;
    if (below(100) < 70) {
        const std::string key = name_ + "m" + std::to_string(++written_);
        const UserId other = pair.from_user == me ? pair.to_user.id : pair.from_user.id;
        attempt("message", me, key + "," + text(other), true, [&] {
            const auto outcome = crush_lu::post_message(db_, me, id, {"hello", key}, {}, {.per_hour = 1'000'000});
            return outcome.outcome == crush_lu::MessageOutcome::sent ? "sent" : "refused";
        });
    } else {
        attempt("read", me, text(id), true, [&] { return crush_lu::open_thread(db_, me, id) ? "read" : "refused"; });
    }
}

void Client::play() {
    const UserId me = one_of(members_);
    const auto challenge = one_of(world_.challenges);
    const std::string guess = below(100) < 70 ? "Bridge" : "boat";
    attempt("answer", me, text(challenge), true, [&] {
        using Outcome = crush_lu::AnswerOutcome;
        const auto outcome = crush_lu::submit_answer(db_, me, challenge, guess).outcome;
        return outcome == Outcome::right || outcome == Outcome::already_completed ? "solved" : "refused";
    });
}

/// Somebody else may play on; two transactions, so an error says nothing.
void Client::leave() {
    const UserId me = one_of(members_);
    if (!world_.may_leave(me) || below(100) < 70) return;
    attempt("delete", me, "", false, [&] {
        deletion::delete_account(db_, me, world_.clock.now());
        return "gone";
    });
}

}  // namespace checker
