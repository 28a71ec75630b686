/// Coming to a private event by its code (PRV-2).
///
///     auto done = redeem_invitation(db, me, event, form.code);
///     if (done == RedeemOutcome::redeemed) say(tr("You are invited."));
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "crush_lu/queries.hpp"

namespace crush_lu {

enum class RedeemOutcome {
    redeemed,
    already_invited,  ///< nothing was written
    not_found,        ///< no such private event, or another code: nobody learns which (PRV-1)
    expired,
    full,      ///< max_invited_guests are invited
    too_many,  ///< most_wrong_codes within wrong_codes_count_for: not looked at, even if it is right
};

/// How many not_found somebody may get, whatever the events, before too_many is all they get until the first of them is
/// so long ago. Tries that were not looked at do not count.
inline constexpr std::int64_t most_wrong_codes = 10;
inline constexpr std::chrono::hours wrong_codes_count_for{1};

/// Adds `me` to the event's special_users. The code is compared without blanks around it, whatever its case, in a time
/// that does not tell how much of it was right. A wrong one is written down, so inside another transaction that one
/// must commit. Somebody without a profile is no hindrance: that is asked when registering (PRV-3).
RedeemOutcome redeem_invitation(orm::Executor& db, orm::Id<auth::User> me, orm::Id<MeetupEvent> event,
                                std::string_view code, const Clock& clock = {});

/// Removes what no longer counts. Returns how many.
std::uint64_t sweep_invitation_tries(orm::Executor& db, const Clock& clock = {});

}  // namespace crush_lu
