#include "verify.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "crush_lu/registration.hpp"
#include "crush_lu/reviews.hpp"
#include "matching/models.hpp"
#include "orm/outbox.hpp"

namespace checker {

using orm::f;
using R = crush_lu::EventRegistration;
using S = crush_lu::ProfileSubmission;
using C = crush_lu::CrushCoach;
using P = crush_lu::CrushProfile;
using Plot = vinsdelux::VdlPlot;
using Hold = vinsdelux::VdlPlotReservation;
using matching::Like;
using matching::Match;

namespace {

using Wrong = std::vector<std::string>;
using Pair = std::pair<std::int64_t, std::int64_t>;

std::string text(auto id) {
    return std::to_string(id.value);
}

/// REG-3: no seat over the capacity, and none free while somebody waits who may take it.
void check_seats(orm::Executor& tx, orm::Timestamp now, Wrong& wrong) {
    for (const auto& event : tx.all(orm::select<crush_lu::MeetupEvent>)) {
        const auto held = tx.count(orm::select<R> | crush_lu::of_event(event.id) | orm::filter(crush_lu::seat_held));
        if (held > event.max_participants)
            wrong.push_back("event " + text(event.id) + ": " + std::to_string(held) + " seats held of " +
                            std::to_string(event.max_participants));
        if (held >= event.max_participants || crush_lu::has_started(event, now)) continue;
        for (const auto& [registration, user, profile] :
             tx.all(orm::select<R> | crush_lu::waiting_line(event.id) | orm::related<&R::user, crush_lu::crushprofile>))
            if (!crush_lu::why_not_admitted(event, user, profile ? &*profile : nullptr, false))
                wrong.push_back("event " + text(event.id) + ": user " + text(user.id) + " waits while " +
                                std::to_string(event.max_participants - held) + " seats are free");
    }
}

/// SWP-3: two opposite likes are one match, and a match is two opposite likes; the smaller user first.
void check_matches(orm::Executor& tx, Wrong& wrong) {
    std::set<Pair> likes, matches;
    for (const Like& like : tx.all(orm::select<Like>)) likes.insert({like.from_user.id.value, like.to_user.id.value});
    for (const Match& match : tx.all(orm::select<Match>)) {
        const Pair pair{match.user1.id.value, match.user2.id.value};
        const std::string name = "match " + std::to_string(pair.first) + "-" + std::to_string(pair.second);
        if (pair.first >= pair.second) wrong.push_back(name + ": not ordered");
        if (!matches.insert(pair).second) wrong.push_back(name + ": twice");
        if (!likes.contains(pair) || !likes.contains({pair.second, pair.first}))
            wrong.push_back(name + ": without two likes");
    }
    for (const auto& [from, to] : likes)
        if (from < to && likes.contains({to, from}) && !matches.contains({from, to}))
            wrong.push_back("users " + std::to_string(from) + " and " + std::to_string(to) +
                            " like each other and have no match");
}

/// PLOT-3, PLOT-6: one holder, and a status that says so.
void check_plots(orm::Executor& tx, orm::Timestamp now, Wrong& wrong) {
    std::map<std::int64_t, std::vector<Hold>> holds;
    for (Hold& hold : tx.all(orm::select<Hold>)) holds[hold.plot.id.value].push_back(hold);
    for (const Plot& plot : tx.all(orm::select<Plot>)) {
        const auto& rows = holds[plot.id.value];
        std::size_t confirmed = 0, live = 0;
        for (const Hold& hold : rows) {
            confirmed += hold.is_confirmed;
            live += !vinsdelux::is_expired(hold, now);
        }
        const std::string name = "plot " + text(plot.id) + ": ";
        if (live > 1) wrong.push_back(name + std::to_string(live) + " holders");
        const bool adopted = plot.status == Plot::PlotStatus::adopted;
        if (adopted != (confirmed == 1) || (adopted && rows.size() != 1))
            wrong.push_back(name + "adopted, and " + std::to_string(confirmed) + " of its " +
                            std::to_string(rows.size()) + " reservations are confirmed");
        if (plot.status == Plot::PlotStatus::reserved && rows.empty()) wrong.push_back(name + "reserved by nobody");
        if (plot.status == Plot::PlotStatus::available && live > 0) wrong.push_back(name + "available, and held");
    }
}

/// REV-1, REV-3: one pending review per profile, no coach over the limit, and approved means that somebody approved.
void check_reviews(orm::Executor& tx, Wrong& wrong) {
    std::map<std::int64_t, std::int64_t> pending;
    std::set<std::int64_t> approved, reviewed;
    std::map<std::int64_t, std::int64_t> of_coach;
    for (const S& submission : tx.all(orm::select<S>)) {
        reviewed.insert(submission.profile.id.value);
        if (submission.status == S::Status::approved) approved.insert(submission.profile.id.value);
        if (submission.status != S::Status::pending) continue;
        if (++pending[submission.profile.id.value] > 1)
            wrong.push_back("profile " + text(submission.profile.id) + ": two pending reviews");
        if (submission.coach) ++of_coach[submission.coach->id.value];
    }
    for (const C& coach : tx.all(orm::select<C>))
        if (of_coach[coach.id.value] > coach.max_active_reviews)
            wrong.push_back("coach " + text(coach.id) + ": " + std::to_string(of_coach[coach.id.value]) + " reviews");
    for (const P& profile : tx.all(orm::select<P>))
        if (reviewed.contains(profile.id.value) && profile.is_approved != approved.contains(profile.id.value))
            wrong.push_back("profile " + text(profile.id) + ": approved without a review that says so, or the reverse");
}

/// No job without its cause, no cause without its job, none twice, and none that ran twice.
void check_jobs(orm::Executor& tx, Wrong& wrong) {
    using Job = orm::outbox::StoredJob;
    std::map<std::int64_t, const auth::User*> joined;
    const auto users =
        tx.all(orm::select<auth::User> | orm::filter(f<&auth::User::first_name> == "" && f<&auth::User::is_active>));
    for (const auth::User& user : users) joined[user.id.value] = &user;
    std::map<std::int64_t, int> effects;
    for (const auto& address : tx.all(orm::select<auth::EmailAddress>)) ++effects[address.user.id.value];
    std::set<std::string> keys;
    std::size_t jobs = 0;
    for (const Job& job : tx.all(orm::select<Job>)) {
        if (!job.key.empty() && !keys.insert(job.key).second) wrong.push_back("job " + job.key + ": twice");
        if (std::string(job.kind) != "checker.joined") continue;
        ++jobs;
        const std::int64_t user = std::stoll(job.payload.text);
        if (!joined.contains(user)) {
            wrong.push_back("job " + job.key + ": without its cause");
            continue;
        }
        const int ran = effects[user], expected = job.state == Job::State::done ? 1 : 0;
        if (ran != expected)
            wrong.push_back("job " + job.key + ": " + std::string(orm::to_string(job.state)) + ", ran " +
                            std::to_string(ran) + " times");
    }
    if (jobs != joined.size())
        wrong.push_back(std::to_string(joined.size()) + " people joined, and there are " + std::to_string(jobs) +
                        " jobs");
}

/// JRN-3, JRN-5, JRN-6: a chapter is complete with its last answer and unlocks then; the lists say what the rows say.
void check_journeys(orm::Executor& tx, Wrong& wrong) {
    using namespace crush_lu;
    using Keys = std::set<std::int64_t>;
    std::map<std::int64_t, Keys> solved, done, unlocked;  // by progress
    std::map<std::int64_t, Keys> needed;                  // challenges by chapter
    std::map<std::int64_t, std::int64_t> chapter_of;      // a reward's
    for (const auto& row : tx.all(orm::select<JourneyChallenge>)) needed[row.chapter.id.value].insert(row.id.value);
    for (const auto& row : tx.all(orm::select<JourneyReward>)) chapter_of[row.id.value] = row.chapter.id.value;
    for (const auto& row : tx.all(orm::select<JourneyAnswer>))
        if (row.completed_at) solved[row.progress.id.value].insert(row.challenge.id.value);
    for (const auto& row : tx.all(orm::select<JourneyChapterCompletion>))
        done[row.progress.id.value].insert(row.chapter.id.value);
    for (const auto& row : tx.all(orm::select<JourneyUnlock>))
        unlocked[row.progress.id.value].insert(chapter_of[row.reward.id.value]);
    for (const auto& row : tx.all(orm::select<JourneyProgress>)) {
        const std::int64_t key = row.id.value;
        const auto say = [&](const char* what) {
            wrong.push_back("journey of user " + text(row.user.id) + ": " + what);
        };
        for (const auto& [chapter, challenges] : needed)
            if (std::ranges::includes(solved[key], challenges) != done[key].contains(chapter))
                say("a chapter is complete without its answers, or the reverse");
        if (row.completed != (done[key].size() == needed.size())) say("completed without its chapters, or the reverse");
        if (unlocked[key] != done[key]) say("rewards without their chapters, or the reverse");
        std::string list;
        for (const std::int64_t id : solved[key]) list += (list.empty() ? "" : ",") + std::to_string(id);
        std::string stored = row.completed_challenges.text;
        std::erase(stored, ' ');
        if (stored != "[" + list + "]") say("its list lacks an answer, or has one too many");
    }
}

}  // namespace

Wrong broken_rules(orm::Database& db, const World& world) {
    const orm::AtomicOptions snapshot{.isolation = orm::Isolation::repeatable_read, .read_only = true};
    return db.atomic(snapshot, [&](orm::Transaction& tx) {
        Wrong wrong;
        tx.count(orm::select<auth::User>);  // the snapshot is taken here, and no hold of it expires before
        const orm::Timestamp now = world.clock.now();
        check_seats(tx, now, wrong);
        check_matches(tx, wrong);
        check_plots(tx, now, wrong);
        check_reviews(tx, wrong);
        check_jobs(tx, wrong);
        check_journeys(tx, wrong);
        for (std::string& line : broken_letters(tx)) wrong.push_back(std::move(line));
        return wrong;
    });
}

Wrong broken_at_rest(orm::Database& db, const World& world, const Post& post) {
    Wrong wrong = broken_rules(db, world);
    const auto unassigned =
        db.count(orm::select<S> | orm::filter(crush_lu::pending_review && f<&S::coach> == std::nullopt));
    const auto room = db.count(orm::select<C> | crush_lu::accepting_reviews);
    if (unassigned > 0 && room > 0)
        wrong.push_back(std::to_string(unassigned) + " submissions wait while " + std::to_string(room) +
                        " coaches have room");
    using Job = orm::outbox::StoredJob;
    const auto open = db.count(orm::select<Job> |
                               orm::filter(f<&Job::kind> == "checker.joined" && f<&Job::state> != Job::State::done));
    if (open > 0) wrong.push_back(std::to_string(open) + " jobs are not done");
    for (std::string& line : broken_mail(db, post)) wrong.push_back(std::move(line));
    return wrong;
}

}  // namespace checker
