#include "client.hpp"

#include "crush_lu/attendance.hpp"
#include "crush_lu/profiles.hpp"
#include "crush_lu/registration.hpp"
#include "crush_lu/reviews.hpp"
#include "matching/services.hpp"
#include "vinsdelux/reservations.hpp"

namespace checker {

using namespace std::chrono_literals;
using orm::f;

namespace {

const crush_lu::ProfileForm form{.date_of_birth = "1995-05-01",
                                 .gender = "female",
                                 .phone = "+352 621 123 456",
                                 .location = "Esch-sur-Alzette",
                                 .looking_for = "both",
                                 .bio = "Hikes, and cooks badly.",
                                 .interests = "Hiking, jazz"};

}  // namespace

Client::Client(const std::string& url, const World& world, std::size_t number, std::uint64_t seed, int generation,
               const std::string& journal, Post& post)
    : db_(url),
      worker_(db_, hasty()),
      world_(world),
      journal_(journal, generation),
      name_("c" + std::to_string(number) + "g" + std::to_string(generation)),
      members_(world.of(number, world.members)),
      applicants_(world.of(number, world.applicants)) {
    std::seed_seq mixed{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                        static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(generation)};
    random_.seed(mixed);
    handle_jobs(worker_, post);
}

orm::WorkerOptions hasty() {
    orm::WorkerOptions options;
    options.lease = 2s;
    options.poll = 20ms;
    options.first_pause = 50ms;
    options.longest_pause = 500ms;
    options.max_attempts = 1000;
    return options;
}

void handle_jobs(orm::Worker& worker, Post& post) {
    post.deliver(worker);
    worker.on("checker.joined", [](orm::RunningJob& job) {
        job.db().atomic([&](orm::Transaction& tx) {
            auth::EmailAddress address;  // another one each time: no constraint hides a second run
            address.user = UserId(std::stoll(job.payload().text));
            address.email = "job" + text(job.id()) + "." + std::to_string(job.attempt()) + "@example.lu";
            tx.insert(address);
            job.finish(tx);
        });
    });
}

void Client::step() {
    const std::size_t dice = below(100);
    try {
        if (dice < 25) return take_part();
        if (dice < 37) return swipe();
        if (dice < 52) return plots();
        if (dice < 62) return review();
        if (dice < 74) return meet();
        if (dice < 82) return write();
        if (dice < 91) return play();
        if (dice < 92) return leave();
        jobs();
    } catch (const orm::ConnectionLost&) {  // while looking for something to do
    } catch (const orm::LockTimeout&) {
    }
}

void Client::take_part() {
    const UserId me = one_of(members_);
    const EventId event = below(2) ? world_.events.front() : one_of(world_.events);  // a crowd at one of them
    const crush_lu::Clock clock(world_.clock.now());
    const std::size_t dice = below(100);
    if (dice < 55) {
        attempt("register", me, text(event), true, [&] {
            const auto result = crush_lu::register_for_event(db_, me, event, {}, clock);
            return result.refusal ? "refused" : "in";
        });
    } else if (dice < 85) {
        attempt("cancel", me, text(event), true, [&] {
            using Outcome = crush_lu::CancelResult::Outcome;
            const auto outcome = crush_lu::cancel_registration(db_, me, event, clock).outcome;
            return outcome == Outcome::cancelled || outcome == Outcome::already_cancelled ? "out" : "refused";
        });
    } else if (dice < 94) {
        door(me, event, dice < 91);
    } else if (dice < 98) {
        attempt("leave", me, "", true, [&] {
            crush_lu::release_registrations(db_, me, clock);
            return "out";
        });
    } else {  // only ever larger, so that more people than seats is always wrong
        attempt("enlarge", {}, text(event), true, [&] {
            const auto row = db_.get(event);
            if (row.max_participants < 12) crush_lu::set_capacity(db_, event, 12, clock);
            return "done";
        });
    }
}

/// At the door an hour before the event, which in the world's time is years away.
void Client::door(UserId me, EventId event, bool in) {
    using R = crush_lu::EventRegistration;
    const auto ticket = db_.first(orm::select<R> | crush_lu::of_event(event) | crush_lu::of_user(me));
    if (!ticket) return;
    const UserId coach = one_of(world_.coaches);
    const crush_lu::Clock clock(db_.get(event).event_date - 1h);
    using Outcome = crush_lu::CheckInOutcome;
    if (in)
        attempt("check in", me, text(event), true, [&] {
            return crush_lu::check_in(db_, coach, ticket->id, {}, clock) == Outcome::checked_in ? "there" : "refused";
        });
    else
        attempt("undo", me, text(event), true, [&] {
            return crush_lu::undo_check_in(db_, coach, ticket->id, clock) == Outcome::undone ? "undone" : "refused";
        });
}

void Client::swipe() {
    const UserId me = one_of(members_), other = one_of(world_.members);
    const auto outcome = [](const matching::SwipeResult& result) {
        return result.outcome == matching::SwipeResult::Outcome::done ? "done" : "refused";
    };
    if (below(100) < 65)
        attempt("like", me, text(other), true, [&] { return outcome(matching::like(db_, me, other)); });
    else
        attempt("pass", me, text(other), true, [&] { return outcome(matching::pass(db_, me, other)); });
}

void Client::plots() {
    const UserId me = one_of(members_);
    const std::size_t dice = below(100);
    const orm::Timestamp now = world_.clock.now();
    if (dice < 45) {
        vinsdelux::Selection selection;
        selection.plan = world_.plan;
        std::string target = std::to_string((now + vinsdelux::hold_time).time_since_epoch().count());
        for (std::size_t i = 0, n = 1 + below(3); i < n; ++i) {
            selection.plots.push_back(one_of(world_.plots));
            target += "," + text(selection.plots.back());
        }
        attempt("reserve", me, target, true, [&] {
            return vinsdelux::reserve(db_, me, selection, now).refusal == vinsdelux::Refusal::none ? "held" : "refused";
        });
        return;
    }
    if (dice < 85) {
        const auto holds = db_.all(orm::select<vinsdelux::VdlPlotReservation> |
                                   orm::filter(f<&vinsdelux::VdlPlotReservation::user> == me));
        const PlotId plot = holds.empty() ? one_of(world_.plots) : one_of(holds).plot.id;
        if (dice < 78)
            attempt("release", me, text(plot), true, [&] {
                return vinsdelux::release(db_, me, plot, now) == vinsdelux::Refusal::none ? "free" : "refused";
            });
        else
            attempt("confirm", me, text(plot), true, [&] {
                return vinsdelux::confirm(db_, me, plot, std::nullopt, now) == vinsdelux::Refusal::none ? "adopted"
                                                                                                        : "refused";
            });
        return;
    }
    attempt("sweep", {}, "", true, [&] {
        vinsdelux::sweep_holds(db_, now, 20);
        return "done";
    });
}

void Client::review() {
    using Submission = crush_lu::ProfileSubmission;
    const crush_lu::Clock clock(world_.clock.now());
    if (below(100) < 45) {
        const UserId me = one_of(applicants_);
        attempt("submit", me, "", true, [&] {
            return crush_lu::submit_profile(db_, me, form, clock).outcome == crush_lu::SubmitResult::Outcome::submitted
                       ? "submitted"
                       : "refused";
        });
        return;
    }
    const auto pending = db_.all(orm::select<Submission> | orm::filter(crush_lu::pending_review) | orm::limit(10));
    if (pending.empty()) return;
    const auto id = one_of(pending).id;
    const std::size_t dice = below(100);
    using crush_lu::Decision;
    const Decision decision = dice < 80 ? Decision::revise : dice < 90 ? Decision::approve : Decision::reject;
    const std::string verdict = dice < 80 ? "revision" : dice < 90 ? "approved" : "rejected";
    attempt("decide", {}, text(id), false, [&]() -> std::string {
        const auto outcome = crush_lu::decide(db_, {one_of(world_.coaches), true}, id, decision,
                                              {.feedback_to_user = "Write more."}, {}, clock);
        return outcome == crush_lu::DecideOutcome::decided ? verdict : "refused";
    });
}

void Client::jobs() {
    if (below(100) < 70) {
        const std::string username = name_ + "n" + std::to_string(++joined_);
        attempt("join", {}, username, true, [&] {
            db_.atomic([&](orm::Transaction& tx) {
                auth::User user;
                user.username = username;
                user.email = username + "@example.lu";
                tx.insert(user);
                orm::Job job{.kind = "checker.joined", .key = "joined " + username};
                job.payload = orm::Json(text(user.id));
                tx.enqueue(job);
            });
            return "in";
        });
        return;
    }
    attempt("work", {}, "", false, [&] {
        worker_.run_due();
        return "done";
    });
}

}  // namespace checker
