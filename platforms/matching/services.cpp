#include "matching/services.hpp"

#include <map>

#include "accounts/queries.hpp"
#include "accounts/services.hpp"
#include "common/repeatable.hpp"
#include "matching/queries.hpp"

namespace matching {

using auth::User;
using orm::f;
using UserId = orm::Id<User>;

namespace {

// Both users' rows, the smaller id first: likes, passes and matches of one pair come one after the other, and two pairs
// never wait for each other in a circle. On SQLite the write transaction itself is that lock.
bool lock_pair(orm::Transaction& tx, UserId me, UserId other) {
    const auto both = tx.all(orm::select<User> | orm::filter(f<&User::id>.in({me, other})) | orm::order_by<&User::id> |
                             orm::for_no_key_update);
    for (const User& user : both)
        if (!user.is_active) return false;
    return both.size() == 2;
}

bool may_be_swiped(orm::Transaction& tx, UserId other) {
    return tx.exists(orm::select<User> | auth::with_id(other) | entreprinder::with_profile | entreprinder::complete);
}

}  // namespace

Gate gate(orm::Executor& db, UserId me) {
    if (!auth::has_verified_email(db, me)) return Gate::unverified_email;
    if (!db.exists(orm::select<entreprinder::EntrepreneurProfile> | entreprinder::profile_of(me)))
        return Gate::no_profile;
    return Gate::open;
}

std::optional<entreprinder::Card> next_card(orm::Executor& db, UserId me) {
    // Everybody starts behind their own number and goes round: stable for each, different for all.
    const auto deck = orm::select<User> | in_deck_of(me);
    auto next = db.first(deck | orm::filter(f<&User::id> > me) | orm::order_by<&User::id>);
    if (!next) next = db.first(deck | orm::order_by<&User::id>);
    if (!next) return std::nullopt;
    auto cards = entreprinder::cards_of(db, {std::move(*next)});
    if (cards.empty()) return std::nullopt;
    return std::move(cards.front());
}

SwipeResult like(orm::Executor& db, UserId me, UserId other) {
    if (me == other) return {SwipeResult::Outcome::refused, false};
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> SwipeResult {
        if (!lock_pair(tx, me, other) || !may_be_swiped(tx, other)) return {SwipeResult::Outcome::refused, false};
        Like like;
        like.from_user = me;
        like.to_user = other;
        tx.insert_or_ignore<&Like::from_user, &Like::to_user>(like);
        tx.erase(orm::select<Dislike> | dislike_between(me, other));
        if (!tx.exists(orm::select<Like> | like_between(other, me))) return {};
        Match match = make_match(me, other);
        tx.insert_or_ignore<&Match::user1, &Match::user2>(match);
        return {SwipeResult::Outcome::done, true};
    });
}

SwipeResult pass(orm::Executor& db, UserId me, UserId other) {
    if (me == other) return {SwipeResult::Outcome::refused, false};
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> SwipeResult {
        if (!lock_pair(tx, me, other) || !may_be_swiped(tx, other)) return {SwipeResult::Outcome::refused, false};
        if (tx.exists(orm::select<Match> | match_between(me, other))) return {SwipeResult::Outcome::done, true};
        tx.erase(orm::select<Like> | like_between(me, other));
        Dislike dislike;
        dislike.from_user = me;
        dislike.to_user = other;
        tx.insert_or_ignore<&Dislike::from_user, &Dislike::to_user>(dislike);
        return {};
    });
}

std::vector<MatchedPerson> matches(orm::Executor& db, UserId me, std::int64_t most) {
    const auto rows = db.all(orm::select<Match> | matches_of(me) |
                             orm::order_by<orm::desc<&Match::created_at>, orm::desc<&Match::id>> | orm::limit(most));
    std::map<UserId, orm::Timestamp> since;
    std::vector<UserId> others;
    for (const Match& match : rows) {
        const UserId other = match.user1 == me ? match.user2.id : match.user1.id;
        since[other] = match.created_at;
        others.push_back(other);
    }
    if (others.empty()) return {};
    std::map<UserId, User> users;
    for (User& user : db.all(orm::select<User> | auth::active | orm::filter(f<&User::id>.in(others))))
        users.try_emplace(user.id, std::move(user));
    std::vector<User> ordered;
    for (const UserId other : others)
        if (const auto found = users.find(other); found != users.end()) ordered.push_back(std::move(found->second));
    std::vector<MatchedPerson> people;
    for (auto& card : entreprinder::cards_of(db, std::move(ordered))) {
        const orm::Timestamp when = since[card.user.id];
        people.push_back({std::move(card), when});
    }
    return people;
}

}  // namespace matching
