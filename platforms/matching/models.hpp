/// Matching: who likes whom, who passed on whom, and who found each other.
///
///     tx.insert_or_ignore<&Like::from_user, &Like::to_user>(like);
///     Match match = make_match(a, b);                       // the smaller user first (SWP-3)
#pragma once

#include <algorithm>

#include "accounts/models.hpp"

namespace matching {

/// Stored once per pair, the smaller user id first; the database checks it.
struct Match {
    orm::Id<Match> id;
    orm::ForeignKey<auth::User> user1;
    orm::ForeignKey<auth::User> user2;
    orm::Timestamp created_at{};

    static consteval auto meta() {
        using M = Match;
        return orm::model<"matching", "match">(
            orm::ordering<orm::desc<&M::created_at>>, orm::unique<&M::user1, &M::user2>,
            orm::auto_now_add<&M::created_at>,
            orm::check("matching_match_ordered", orm::f<&M::user1> < orm::f<&M::user2>),
            orm::related_name<&M::user1>("matches_as_user1"), orm::related_name<&M::user2>("matches_as_user2"));
    }
};

struct Like {
    orm::Id<Like> id;
    orm::ForeignKey<auth::User> from_user;
    orm::ForeignKey<auth::User> to_user;
    orm::Timestamp created_at{};

    static consteval auto meta() {
        using L = Like;
        return orm::model<"matching", "like">(
            orm::unique<&L::from_user, &L::to_user>, orm::index<&L::to_user, &L::from_user>,
            orm::auto_now_add<&L::created_at>,
            orm::check("matching_like_not_self", orm::f<&L::from_user> != orm::f<&L::to_user>),
            orm::related_name<&L::from_user>("likes_given"), orm::related_name<&L::to_user>("likes_received"));
    }
};

/// The memory of a pass: without it the deck would offer the same profiles for ever.
struct Dislike {
    orm::Id<Dislike> id;
    orm::ForeignKey<auth::User> from_user;
    orm::ForeignKey<auth::User> to_user;
    orm::Timestamp created_at{};

    static consteval auto meta() {
        using D = Dislike;
        return orm::model<"matching", "dislike">(
            orm::unique<&D::from_user, &D::to_user>, orm::auto_now_add<&D::created_at>,
            orm::check("matching_dislike_not_self", orm::f<&D::from_user> != orm::f<&D::to_user>),
            orm::related_name<&D::from_user>("dislikes_given"), orm::related_name<&D::to_user>("dislikes_received"));
    }
};

inline constexpr auto matches_as_user1 = orm::reverse<&Match::user1>;
inline constexpr auto matches_as_user2 = orm::reverse<&Match::user2>;
inline constexpr auto likes_given = orm::reverse<&Like::from_user>;
inline constexpr auto likes_received = orm::reverse<&Like::to_user>;
inline constexpr auto dislikes_given = orm::reverse<&Dislike::from_user>;
inline constexpr auto dislikes_received = orm::reverse<&Dislike::to_user>;

/// The row of this pair, whoever comes first.
inline Match make_match(orm::Id<auth::User> one, orm::Id<auth::User> other) {
    Match match;
    match.user1 = std::min(one, other);
    match.user2 = std::max(one, other);
    return match;
}

orm::schema::State state();
void register_models();

}  // namespace matching
