/// Reviewing profiles: who reviews a submission, and what is decided. One transaction each; lock order: the profile,
/// then the submission, then the coach.
///
///     auto done = decide(db, {coach_user}, submission, Decision::approve, {}, review_rules(settings), clock);
///     if (done == DecideOutcome::already_decided) ...           // 409: somebody was faster
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/context.hpp"
#include "crush_lu/queries.hpp"
#include "orm/worker.hpp"

namespace crush_lu {

/// Chooses a coach for a new submission of `member` and notes the assignment: `preferred` if there is room (REV-2),
/// else the one with the fewest pending reviews (REV-3); nobody when all are full, and never the member. The limit
/// holds under concurrency: the coach's row is locked until the transaction ends.
std::optional<orm::Id<CrushCoach>> reserve_coach(orm::Transaction& tx, orm::Id<auth::User> member,
                                                 std::optional<orm::Id<CrushCoach>> preferred, orm::Timestamp now);

/// REV-4: gives unassigned submissions, oldest first, to coaches with room; after a raised limit or a (re)activated
/// coach. Returns how many found one.
std::size_t assign_waiting(orm::Executor& db, const Clock& clock = {});

/// The same as what follows a commit that made room or left somebody waiting. That commit stands, so a database that is
/// busy or away by now is no error of its caller: the schedule looks again.
void look_for_coaches(orm::Executor& db, const Clock& clock = {});

/// assign_waiting() every minute: whoever died between a commit and the look after it leaves nobody waiting for ever.
void schedule_assignments(orm::Worker& worker);

/// The part of it that belongs into the transaction which takes the coach away: no longer active, and the pending
/// submissions are nobody's. Call look_for_coaches() after the commit. False when there is no such coach.
bool release_coach(orm::Transaction& tx, orm::Id<CrushCoach> coach);

/// REV-8: pending submissions go to others. False when there is no such coach.
bool deactivate_coach(orm::Executor& db, orm::Id<CrushCoach> coach, const Clock& clock = {});

enum class Decision { approve, reject, revise };
struct DecisionTexts {
    std::string feedback_to_user{};  ///< required unless approved
    std::string coach_notes{};       ///< never reaches the member
};
struct Reviewer {
    orm::Id<auth::User> user;
    bool staff = false;
};
enum class DecideOutcome { decided, not_found, not_assigned, already_decided, feedback_required, screening_required };

/// What this site asks of a review beyond the rules that all have; see review_rules().
struct ReviewRules {
    bool screening_call = false;  ///< REV-7: no approval before a call with the member was recorded
};
inline ReviewRules review_rules(const platform::Settings& settings) {
    return {.screening_call = settings.screening_call};
}

/// REV-5, REV-6, REV-7: what this site asks has no default, so that no caller forgets it. Nobody decides on their own
/// profile, staff neither: not_assigned.
DecideOutcome decide(orm::Executor& db, const Reviewer& reviewer, orm::Id<ProfileSubmission> submission,
                     Decision decision, const DecisionTexts& texts, const ReviewRules& rules, const Clock& clock = {});

enum class ScreeningOutcome { recorded, not_found, not_assigned, already_decided };

/// REV-7: notes that the call took place, now. By whoever may decide, while the submission is pending; again: the later
/// call and its notes are kept. The call is with the member: after a revision the next submission needs no second one.
ScreeningOutcome record_screening(orm::Executor& db, const Reviewer& reviewer, orm::Id<ProfileSubmission> submission,
                                  const std::string& notes, const Clock& clock = {});

}  // namespace crush_lu
