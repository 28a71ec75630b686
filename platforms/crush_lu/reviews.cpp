#include "crush_lu/reviews.hpp"

#include "crush_lu/letters.hpp"

namespace crush_lu {

namespace {

using C = CrushCoach;
using P = CrushProfile;
using S = ProfileSubmission;
using orm::f;

auto coach_with_id(orm::Id<C> id) {
    return orm::filter(f<&C::id> == id);
}
auto submission_with_id(orm::Id<S> id) {
    return orm::filter(f<&S::id> == id);
}

/// Locks the coach and counts again: somebody may have taken the last place since we looked.
bool take_place_with(orm::Transaction& tx, orm::Id<C> id, orm::Timestamp now) {
    const std::optional<C> coach = tx.first(orm::select<C> | coach_with_id(id) | orm::for_no_key_update);
    if (!coach) return false;
    const std::int64_t pending = tx.count(orm::select<S> | orm::filter(f<&S::coach> == id && pending_review));
    if (!can_accept_reviews(*coach, pending)) return false;
    tx.update(orm::select<C> | coach_with_id(id), orm::set<& C::last_assigned_at> = now);
    return true;
}

/// The oldest submission that nobody reviews yet; one that another transaction is about to assign is passed over.
std::optional<S> oldest_unassigned(orm::Transaction& tx) {
    return tx.first(orm::select<S> | orm::filter(f<&S::coach> == std::nullopt && pending_review) |
                    orm::order_by<&S::created_at, &S::id> | orm::for_no_key_update(orm::skip_locked));
}

S::Status status_after(Decision decision) {
    switch (decision) {
        case Decision::approve:
            return S::Status::approved;
        case Decision::reject:
            return S::Status::rejected;
        case Decision::revise:
            break;
    }
    return S::Status::revision;
}

void tell_profile(orm::Transaction& tx, orm::Id<P> profile, Decision decision, orm::Timestamp now) {
    const auto row = orm::select<P> | orm::filter(f<&P::id> == profile);
    if (decision == Decision::approve)
        tx.update(row, orm::set<& P::is_approved> = true, orm::set<& P::approved_at> = now);
    else if (decision == Decision::reject)
        tx.update(row, orm::set<& P::is_approved> = false);
}

}  // namespace

std::optional<orm::Id<C>> reserve_coach(orm::Transaction& tx, std::optional<orm::Id<C>> preferred, orm::Timestamp now) {
    if (preferred && take_place_with(tx, *preferred, now)) return preferred;
    while (const std::optional<C> next = tx.first(orm::select<C> | accepting_reviews | least_busy_first))
        if (take_place_with(tx, next->id, now)) return next->id;
    return std::nullopt;
}

std::size_t assign_waiting(orm::Executor& db, const Clock& clock) {
    std::size_t assigned = 0;
    // One transaction each, so that no two coaches are ever locked together.
    const auto assign_one = [&](orm::Transaction& tx) {
        const std::optional<S> submission = oldest_unassigned(tx);
        if (!submission) return false;
        const std::optional<orm::Id<C>> coach = reserve_coach(tx, std::nullopt, clock.now());
        if (!coach) return false;
        tx.update(orm::select<S> | submission_with_id(submission->id), orm::set<& S::coach> = *coach);
        letters::review_assigned(tx, *coach, submission->id);
        return true;
    };
    while (db.atomic(assign_one)) ++assigned;
    return assigned;
}

bool release_coach(orm::Transaction& tx, orm::Id<C> coach) {
    if (!tx.first(orm::select<C> | coach_with_id(coach) | orm::for_no_key_update)) return false;
    tx.update(orm::select<C> | coach_with_id(coach), orm::set<& C::is_active> = false);
    tx.update(orm::select<S> | orm::filter(f<&S::coach> == coach && pending_review),
              orm::set<& S::coach> = std::nullopt);
    return true;
}

bool deactivate_coach(orm::Executor& db, orm::Id<C> coach, const Clock& clock) {
    const bool found = db.atomic([&](orm::Transaction& tx) { return release_coach(tx, coach); });
    if (found) assign_waiting(db, clock);
    return found;
}

DecideOutcome decide(orm::Executor& db, const Reviewer& reviewer, orm::Id<S> id, Decision decision,
                     const DecisionTexts& texts, const Clock& clock) {
    const DecideOutcome outcome = db.atomic([&](orm::Transaction& tx) {
        const auto found = tx.first(orm::select<S> | submission_with_id(id) | orm::related<&S::coach>);
        if (!found) return DecideOutcome::not_found;
        const auto& [submission, coach] = *found;
        const bool assigned = coach && coach->is_active && coach->user == reviewer.user;
        if (!assigned && !reviewer.staff) return DecideOutcome::not_assigned;
        if (decision != Decision::approve && trimmed(texts.feedback_to_user).empty())
            return DecideOutcome::feedback_required;
        const orm::Timestamp now = clock.now();
        tx.first(orm::select<P> | orm::filter(f<&P::id> == submission.profile.id) | orm::for_no_key_update);
        // Whoever changes the row from pending has decided; a second one changes nothing.
        const auto changed = tx.update(orm::select<S> | submission_with_id(id) | orm::filter(pending_review),
                                       orm::set<& S::status> = status_after(decision), orm::set<& S::reviewed_at> = now,
                                       orm::set<& S::feedback_to_user> = texts.feedback_to_user,
                                       orm::set<& S::coach_notes> = texts.coach_notes);
        if (changed == 0) return DecideOutcome::already_decided;
        tell_profile(tx, submission.profile, decision, now);
        letters::profile_decided(tx, submission.profile, id);
        return DecideOutcome::decided;
    });
    if (outcome == DecideOutcome::decided) assign_waiting(db, clock);
    return outcome;
}

}  // namespace crush_lu
