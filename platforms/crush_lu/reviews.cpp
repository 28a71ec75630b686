#include "crush_lu/reviews.hpp"

#include "common/repeatable.hpp"
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
bool take_place_with(orm::Transaction& tx, orm::Id<C> id, orm::Id<auth::User> member, orm::Timestamp now) {
    const std::optional<C> coach = tx.first(orm::select<C> | coach_with_id(id) | orm::for_no_key_update);
    if (!coach || coach->user == member) return false;
    const std::int64_t pending = tx.count(orm::select<S> | orm::filter(f<&S::coach> == id && pending_review));
    if (!can_accept_reviews(*coach, pending)) return false;
    tx.update(orm::select<C> | coach_with_id(id), orm::set<& C::last_assigned_at> = now);
    return true;
}

/// The oldest submission that nobody reviews yet. One that another transaction is looking at is waited for: it may have
/// looked before the room was made that we know of, and go without a coach.
std::optional<S> oldest_unassigned(orm::Transaction& tx, const std::vector<orm::Id<S>>& but) {
    return tx.first(orm::select<S> | orm::filter(f<&S::coach> == std::nullopt && pending_review) |
                    orm::when(!but.empty(), orm::filter(f<&S::id>.not_in(but))) |
                    orm::order_by<&S::created_at, &S::id> | orm::for_no_key_update);
}

/// What one transaction of assign_waiting() did; nothing: it is at its end.
struct Step {
    bool assigned = false;
    std::optional<orm::Id<S>> passed_over{};  ///< the member is the only coach who has room
};

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

/// A submission whose profile is locked, and who may decide on it.
struct Reviewed {
    S submission;
    orm::Id<C> coach{};       ///< none: staff alone
    bool may_decide = false;  ///< the assigned, active coach or staff, and not about themselves
};
std::optional<Reviewed> lock_for_review(orm::Transaction& tx, const Reviewer& reviewer, orm::Id<S> id) {
    const auto profile = tx.first(orm::select<S> | submission_with_id(id) | orm::values<&S::profile>);
    if (!profile) return std::nullopt;
    // Who reviews it is asked after the wait: the coach may have left meanwhile.
    const auto member = tx.first(orm::select<P> | orm::filter(f<&P::id> == profile->id) | orm::for_no_key_update);
    auto found = tx.first(orm::select<S> | submission_with_id(id) | orm::related<&S::coach>);
    if (!member || !found) return std::nullopt;
    auto& [submission, coach] = *found;
    const bool assigned = coach && coach->is_active && coach->user == reviewer.user;
    const bool may = (assigned || reviewer.staff) && member->user != reviewer.user;
    return Reviewed{std::move(submission), coach ? coach->id : orm::Id<C>{}, may};
}

/// The submission while it waits for a decision of this reviewer: a second one finds nothing to change, nor does a
/// coach from whom it was taken since.
auto open_for(const Reviewer& reviewer, const Reviewed& reviewed) {
    return orm::select<S> | submission_with_id(reviewed.submission.id) | orm::filter(pending_review) |
           orm::when(!reviewer.staff, orm::filter(f<&S::coach> == reviewed.coach));
}
bool is_pending(orm::Transaction& tx, orm::Id<S> id) {
    return tx.exists(orm::select<S> | submission_with_id(id) | orm::filter(pending_review));
}

bool was_screened(orm::Transaction& tx, orm::Id<P> profile) {
    return tx.exists(orm::select<S> | orm::filter(f<&S::profile> == profile && f<&S::screening_call_completed>));
}

void tell_profile(orm::Transaction& tx, orm::Id<P> profile, Decision decision, orm::Timestamp now) {
    const auto row = orm::select<P> | orm::filter(f<&P::id> == profile);
    if (decision == Decision::approve)
        tx.update(row, orm::set<& P::is_approved> = true, orm::set<& P::approved_at> = now);
    else if (decision == Decision::reject)
        tx.update(row, orm::set<& P::is_approved> = false);
}

}  // namespace

std::optional<orm::Id<C>> reserve_coach(orm::Transaction& tx, orm::Id<auth::User> member,
                                        std::optional<orm::Id<C>> preferred, orm::Timestamp now) {
    if (preferred && take_place_with(tx, *preferred, member, now)) return preferred;
    const auto others = orm::select<C> | accepting_reviews | orm::filter(f<&C::user> != member) | least_busy_first;
    while (const std::optional<C> next = tx.first(others))
        if (take_place_with(tx, next->id, member, now)) return next->id;
    return std::nullopt;
}

std::size_t assign_waiting(orm::Executor& db, const Clock& clock) {
    std::size_t assigned = 0;
    std::vector<orm::Id<S>> passed_over;
    // One transaction each, so that no two coaches are ever locked together.
    const auto assign_one = [&](orm::Transaction& tx) -> Step {
        const std::optional<S> submission = oldest_unassigned(tx, passed_over);
        if (!submission) return {};
        const orm::Id<auth::User> member = tx.get(submission->profile.id).user.id;
        const std::optional<orm::Id<C>> coach = reserve_coach(tx, member, std::nullopt, clock.now());
        if (!coach) {
            const bool only_coach = tx.exists(orm::select<C> | accepting_reviews | orm::filter(f<&C::user> == member));
            return only_coach ? Step{.passed_over = submission->id} : Step{};
        }
        tx.update(orm::select<S> | submission_with_id(submission->id), orm::set<& S::coach> = *coach);
        letters::review_assigned(tx, *coach, submission->id);
        return {.assigned = true};
    };
    for (;;) {
        const Step step = db.atomic(platform::repeatable, assign_one);
        if (step.assigned)
            ++assigned;
        else if (step.passed_over)
            passed_over.push_back(*step.passed_over);
        else
            return assigned;
    }
}

void look_for_coaches(orm::Executor& db, const Clock& clock) {
    try {
        assign_waiting(db, clock);
    } catch (const orm::DatabaseError&) {  // busy or away: the schedule looks again
    }
}

void schedule_assignments(orm::Worker& worker) {
    worker.schedule("crush_lu.assign_waiting", std::chrono::minutes(1),
                    [](orm::RunningJob& job) { assign_waiting(job.db(), job.now()); });
}

bool release_coach(orm::Transaction& tx, orm::Id<C> coach) {
    if (!tx.first(orm::select<C> | coach_with_id(coach) | orm::for_no_key_update)) return false;
    tx.update(orm::select<C> | coach_with_id(coach), orm::set<& C::is_active> = false);
    tx.update(orm::select<S> | orm::filter(f<&S::coach> == coach && pending_review),
              orm::set<& S::coach> = std::nullopt);
    return true;
}

bool deactivate_coach(orm::Executor& db, orm::Id<C> coach, const Clock& clock) {
    const bool found = db.atomic(platform::repeatable, [&](orm::Transaction& tx) { return release_coach(tx, coach); });
    if (found) look_for_coaches(db, clock);
    return found;
}

DecideOutcome decide(orm::Executor& db, const Reviewer& reviewer, orm::Id<S> id, Decision decision,
                     const DecisionTexts& texts, const ReviewRules& rules, const Clock& clock) {
    const DecideOutcome outcome = db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        const auto reviewed = lock_for_review(tx, reviewer, id);
        if (!reviewed) return DecideOutcome::not_found;
        if (!reviewed->may_decide) return DecideOutcome::not_assigned;
        if (decision != Decision::approve && trimmed(texts.feedback_to_user).empty())
            return DecideOutcome::feedback_required;
        const orm::Id<P> profile = reviewed->submission.profile;
        if (decision == Decision::approve && rules.screening_call && !was_screened(tx, profile))
            return is_pending(tx, id) ? DecideOutcome::screening_required : DecideOutcome::already_decided;
        const orm::Timestamp now = clock.now();
        const auto changed =
            tx.update(open_for(reviewer, *reviewed), orm::set<& S::status> = status_after(decision),
                      orm::set<& S::reviewed_at> = now, orm::set<& S::feedback_to_user> = texts.feedback_to_user,
                      orm::set<& S::coach_notes> = texts.coach_notes);
        if (changed == 0) return is_pending(tx, id) ? DecideOutcome::not_assigned : DecideOutcome::already_decided;
        tell_profile(tx, profile, decision, now);
        letters::profile_decided(tx, profile, id);
        return DecideOutcome::decided;
    });
    if (outcome == DecideOutcome::decided) look_for_coaches(db, clock);
    return outcome;
}

ScreeningOutcome record_screening(orm::Executor& db, const Reviewer& reviewer, orm::Id<S> id, const std::string& notes,
                                  const Clock& clock) {
    return db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        const auto reviewed = lock_for_review(tx, reviewer, id);
        if (!reviewed) return ScreeningOutcome::not_found;
        if (!reviewed->may_decide) return ScreeningOutcome::not_assigned;
        const auto changed =
            tx.update(open_for(reviewer, *reviewed), orm::set<& S::screening_call_completed> = true,
                      orm::set<& S::screening_call_date> = clock.now(), orm::set<& S::screening_notes> = notes);
        if (changed == 0)
            return is_pending(tx, id) ? ScreeningOutcome::not_assigned : ScreeningOutcome::already_decided;
        return ScreeningOutcome::recorded;
    });
}

}  // namespace crush_lu
