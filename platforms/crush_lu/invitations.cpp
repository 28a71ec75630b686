#include "crush_lu/invitations.hpp"

#include "common/repeatable.hpp"
#include "crush_lu/plain_text.hpp"
#include "crush_lu/registration.hpp"

namespace crush_lu {

namespace {

using E = MeetupEvent;
using T = InvitationTry;
using orm::f;

/// Looks at every byte, wherever the first wrong one stands.
bool is_code_of(const E& event, std::string_view code) {
    // By ICU, so that case means the same on both databases, whatever the letters, and every blank is one.
    const std::string wanted = normalised(event.invitation_code), given = normalised(code);
    if (wanted.empty() || wanted.size() != given.size()) return false;
    unsigned differences = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        differences |= static_cast<unsigned char>(wanted[i]) ^ static_cast<unsigned char>(given[i]);
    return differences == 0;
}

/// The person's row is locked, so no two tries of theirs count at the same time.
bool has_tried_enough(orm::Transaction& tx, orm::Id<auth::User> me, orm::Timestamp now) {
    return tx.count(orm::select<T> | orm::filter(f<&T::user> == me && f<&T::tried_at> > now - wrong_codes_count_for)) >=
           most_wrong_codes;
}

void write_down(orm::Transaction& tx, orm::Id<auth::User> me, orm::Timestamp now) {
    T wrong;
    wrong.user = me;
    wrong.tried_at = now;
    tx.insert(wrong);
}

}  // namespace

RedeemOutcome redeem_invitation(orm::Executor& db, orm::Id<auth::User> me, orm::Id<E> event_id, std::string_view code,
                                const Clock& clock) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        const auto person =
            tx.first(orm::select<auth::User> | orm::filter(f<&auth::User::id> == me) | orm::for_no_key_update);
        if (!person || !person->is_active) return RedeemOutcome::not_found;
        if (has_tried_enough(tx, me, clock.now())) return RedeemOutcome::too_many;
        const std::optional<E> event = lock_event(tx, event_id);  // so that the last place is given once
        if (!event || !event->is_private_invitation || !event->is_published || !is_code_of(*event, code)) {
            write_down(tx, me, clock.now());
            return RedeemOutcome::not_found;
        }
        const auto invited =
            orm::select<auth::User> | orm::filter(orm::exists(invited_events.where(f<&E::id> == event_id)));
        if (tx.exists(invited | orm::filter(f<&auth::User::id> == me))) return RedeemOutcome::already_invited;
        if (event->invitation_expires_at && clock.now() >= *event->invitation_expires_at) return RedeemOutcome::expired;
        if (tx.count(invited) >= event->max_invited_guests) return RedeemOutcome::full;
        tx.add_related<&E::special_users>(event_id, std::vector{me});
        return RedeemOutcome::redeemed;
    });
}

std::uint64_t sweep_invitation_tries(orm::Executor& db, const Clock& clock) {
    return db.erase(orm::select<T> | orm::filter(f<&T::tried_at> <= clock.now() - wrong_codes_count_for));
}

}  // namespace crush_lu
