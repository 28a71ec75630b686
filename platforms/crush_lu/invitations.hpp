/// Coming to a private event by its code (PRV-2).
///
///     auto done = redeem_invitation(db, me, event, form.code);
///     if (done == RedeemOutcome::redeemed) say(tr("You are invited."));
#pragma once

#include <string_view>

#include "crush_lu/queries.hpp"

namespace crush_lu {

enum class RedeemOutcome {
    redeemed,
    already_invited,  ///< nothing was written
    not_found,        ///< no such private event, or another code: nobody learns which (PRV-1)
    expired,
    full,  ///< max_invited_guests are invited
};
/// Adds `me` to the event's special_users. The code is compared without blanks around it, whatever its case, in a time
/// that does not tell how much of it was right. How often somebody may try is the caller's to limit. Somebody without
/// an account or a profile is no hindrance: that is asked when registering (PRV-3).
RedeemOutcome redeem_invitation(orm::Executor& db, orm::Id<auth::User> me, orm::Id<MeetupEvent> event,
                                std::string_view code, const Clock& clock = {});

}  // namespace crush_lu
