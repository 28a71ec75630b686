/// Like, pass, match (SWP rules); no HTTP in here.
///
///     auto card = matching::next_card(db, me);
///     auto answer = matching::like(db, me, other);            // answer.matched: both like each other
#pragma once

#include <optional>
#include <vector>

#include "entreprinder/services.hpp"
#include "matching/models.hpp"

namespace matching {

/// SWP-4: who may see the deck and act on it.
enum class Gate { open, unverified_email, no_profile };
Gate gate(orm::Executor& db, orm::Id<auth::User> me);

/// The next card, in a stable order of its own for each user (SWP-1); nothing when the deck is empty.
std::optional<entreprinder::Card> next_card(orm::Executor& db, orm::Id<auth::User> me);

struct SwipeResult {
    enum class Outcome { done, refused } outcome = Outcome::done;  ///< refused: oneself, or nobody to be seen
    bool matched = false;
};
/// Idempotent. Replaces a pass. Two opposite likes make exactly one match, in whatever order or overlap (SWP-3).
SwipeResult like(orm::Executor& db, orm::Id<auth::User> me, orm::Id<auth::User> other);
/// Idempotent. Withdraws a like, unless the two have matched.
SwipeResult pass(orm::Executor& db, orm::Id<auth::User> me, orm::Id<auth::User> other);

struct MatchedPerson {
    entreprinder::Card card;
    orm::Timestamp since;
};
/// Newest first, at most `most`; people who left or hid themselves are not shown.
std::vector<MatchedPerson> matches(orm::Executor& db, orm::Id<auth::User> me, std::int64_t most = 100);

}  // namespace matching
