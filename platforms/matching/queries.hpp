/// The vocabulary of the deck. Queries start from the user whose card is shown.
///
///     db.first(orm::select<auth::User> | in_deck_of(me) | orm::order_by<&auth::User::id>);
#pragma once

#include "entreprinder/queries.hpp"
#include "matching/models.hpp"

namespace matching {

/// Complete, active people other than oneself whom one neither liked nor passed nor matched (SWP-1). Two anti-joins on
/// unique indexes; a match always comes with a like, so the third is there for matches made by staff.
inline auto in_deck_of(orm::Id<auth::User> me) {
    return entreprinder::with_profile | entreprinder::complete | entreprinder::others_than(me) |
           entreprinder::not_liked_by(me) |
           orm::filter(!orm::exists(dislikes_received.where(orm::f<&Dislike::from_user> == me)) &&
                       !orm::exists(matches_as_user1.where(orm::f<&Match::user2> == me)) &&
                       !orm::exists(matches_as_user2.where(orm::f<&Match::user1> == me))) |
           orm::named<"deck">;
}

inline auto matches_of(orm::Id<auth::User> me) {
    return orm::filter(orm::f<&Match::user1> == me || orm::f<&Match::user2> == me);
}
inline auto like_between(orm::Id<auth::User> from, orm::Id<auth::User> to) {
    return orm::filter(orm::f<&Like::from_user> == from && orm::f<&Like::to_user> == to);
}
inline auto dislike_between(orm::Id<auth::User> from, orm::Id<auth::User> to) {
    return orm::filter(orm::f<&Dislike::from_user> == from && orm::f<&Dislike::to_user> == to);
}
inline auto match_between(orm::Id<auth::User> one, orm::Id<auth::User> other) {
    const Match pair = make_match(one, other);
    return orm::filter(orm::f<&Match::user1> == pair.user1.id && orm::f<&Match::user2> == pair.user2.id);
}

}  // namespace matching
