#include "crush_lu/letters.hpp"

#include <array>

#include "common/text.hpp"
#include "crush_lu/letter_words.hpp"
#include "crush_lu/queries.hpp"
#include "crush_lu/rules.hpp"

namespace crush_lu {

namespace {

using E = MeetupEvent;
using R = EventRegistration;
using S = ProfileSubmission;
using mail::Letter;
using mail::Recipient;
using orm::f;
using platform::tr;
using Maybe = std::optional<Letter>;

/// "Friday 12 June 2026 at 19:30", in the reader's words and the event's own time.
std::string when(orm::Timestamp moment) {
    constexpr std::array days{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    constexpr std::array months{"January", "February", "March",     "April",   "May",      "June",
                                "July",    "August",   "September", "October", "November", "December"};
    const orm::Date day = local_date(moment);
    const unsigned weekday = std::chrono::weekday(std::chrono::sys_days(day)).c_encoding();
    return tr("{} {} {} {} at {}", tr(days[weekday]), std::to_string(static_cast<unsigned>(day.day())),
              tr(months[static_cast<unsigned>(day.month()) - 1]), std::to_string(static_cast<int>(day.year())),
              clock_time(moment));
}

}  // namespace

std::string hello(const Recipient& to) {
    const std::string_view name = to.user ? trimmed(to.user->first_name) : std::string_view();
    return name.empty() ? std::string(tr("Hello,")) : tr("Hello {},", name);
}

std::string one_line(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 32 || c == 127) c = ' ';
    return text;
}

namespace {

std::string event_path(const E& event) {
    return "/events/" + std::to_string(event.id.value) + "/";
}

struct Seat {
    R registration;
    E event;
};
std::optional<Seat> find_seat(orm::Executor& db, const Recipient& to) {
    auto row = db.first(orm::select<R> | orm::filter(f<&R::id> == orm::Id<R>(to.about)) | orm::related<&R::event>);
    if (!row) return std::nullopt;
    return Seat{std::move(std::get<0>(*row)), std::move(std::get<1>(*row))};
}

void say_when_and_where(Letter& letter, const E& event) {
    letter.say(when(event.event_date) + (event.location.empty() ? "" : ", " + event.location));
}

Maybe welcome(orm::Executor&, const Recipient& to) {
    Letter letter{std::string(tr("Welcome to Crush.lu"))};
    letter.say(hello(to))
        .say(std::string(tr("good that you are here. Tell us a little about yourself: a coach reads every profile, and "
                            "then you can come to our events.")))
        .link(std::string(tr("Complete your profile")), "/create-profile/");
    return letter;
}

Maybe submitted(orm::Executor&, const Recipient& to) {
    Letter letter{std::string(tr("We have received your profile"))};
    letter.say(hello(to))
        .say(std::string(tr("a coach will look at your profile soon. You hear from us as soon as that is done.")))
        .link(std::string(tr("Where your profile stands")), "/dashboard/");
    return letter;
}

Maybe review_assigned(orm::Executor& db, const Recipient& to) {
    const auto row = db.first(orm::select<S> | orm::filter(f<&S::id> == orm::Id<S>(to.about)) |
                              orm::related<&S::profile, &CrushProfile::user>);
    if (!row) return std::nullopt;
    const auto& [submission, profile, member] = *row;
    if (submission.status != S::Status::pending) return std::nullopt;
    Letter letter{std::string(tr("A profile is waiting for your review"))};
    letter.say(hello(to))
        .say(tr("{} has submitted a profile, and you are the coach for it.", display_name(member, profile)))
        .link(std::string(tr("Open the review")), "/coach/review/" + std::to_string(submission.id.value) + "/");
    return letter;
}

Maybe decided(orm::Executor& db, const Recipient& to) {
    const auto submission = db.find(orm::Id<S>(to.about));
    if (!submission) return std::nullopt;
    Letter letter;
    switch (submission->status) {
        case S::Status::approved:
            letter.subject = tr("Your profile is approved");
            letter.say(hello(to))
                .say(std::string(tr("your profile is approved. From now on you can register for our events.")))
                .quote(submission->feedback_to_user)
                .link(std::string(tr("See the events")), "/events/");
            break;
        case S::Status::revision:
            letter.subject = tr("Your profile needs a small change");
            letter.say(hello(to))
                .say(std::string(tr("your coach has read your profile and asks for a change:")))
                .quote(submission->feedback_to_user)
                .link(std::string(tr("Change your profile")), "/create-profile/");
            break;
        case S::Status::rejected:
            letter.subject = tr("About your profile");
            letter.say(hello(to))
                .say(std::string(tr("we have decided not to approve your profile. Your coach writes:")))
                .quote(submission->feedback_to_user);
            break;
        case S::Status::pending:
            return std::nullopt;
    }
    return letter;
}

void say_payment(Letter& letter, const E& event) {
    letter.say(tr("Your seat is held until the fee of {} € is paid.", event.registration_fee.to_string()));
}

Maybe registered(orm::Executor& db, const Recipient& to) {
    const auto seat = find_seat(db, to);
    if (!seat) return std::nullopt;
    const std::string status = to.detail("status"), title = one_line(seat->event.title);
    Letter letter;
    if (status == orm::to_string(R::Status::waitlist)) {
        letter.subject = tr("You are on the waiting list: {}", title);
        letter.say(hello(to)).say(
            tr("all seats are taken at the moment. You are number {} in the waiting list, and we write to you as soon "
               "as you move up.",
               std::to_string(to.number("position"))));
    } else {
        letter.subject = tr("You have a seat: {}", title);
        letter.say(hello(to)).say(std::string(tr("we look forward to seeing you.")));
        if (status == orm::to_string(R::Status::pending)) say_payment(letter, seat->event);
    }
    say_when_and_where(letter, seat->event);
    letter.link(std::string(tr("The event")), event_path(seat->event));
    return letter;
}

Maybe promoted(orm::Executor& db, const Recipient& to) {
    const auto seat = find_seat(db, to);
    if (!seat) return std::nullopt;
    Letter letter{tr("You have moved up: {}", one_line(seat->event.title))};
    letter.say(hello(to)).say(std::string(tr("a seat has become free, and it is yours.")));
    if (to.detail("status") == orm::to_string(R::Status::pending)) say_payment(letter, seat->event);
    say_when_and_where(letter, seat->event);
    letter.say(std::string(tr("If you cannot come any more, please cancel, so that the next one can.")))
        .link(std::string(tr("The event")), event_path(seat->event));
    return letter;
}

Maybe cancelled(orm::Executor& db, const Recipient& to) {
    const auto seat = find_seat(db, to);
    if (!seat) return std::nullopt;
    Letter letter{tr("Cancelled: {}", one_line(seat->event.title))};
    letter.say(hello(to)).say(std::string(tr("your registration is cancelled.")));
    say_when_and_where(letter, seat->event);
    letter.link(std::string(tr("See the events")), "/events/");
    return letter;
}

Maybe event_cancelled(orm::Executor& db, const Recipient& to) {
    const auto event = db.find(orm::Id<E>(to.about));
    if (!event) return std::nullopt;
    Letter letter{tr("The event does not take place: {}", one_line(event->title))};
    letter.say(hello(to)).say(std::string(tr("we are sorry: this event had to be cancelled.")));
    say_when_and_where(letter, *event);
    letter.link(std::string(tr("See the events")), "/events/");
    return letter;
}

/// Whoever has cancelled since, or whose event has, hears nothing.
Maybe reminder(orm::Executor& db, const Recipient& to) {
    const auto seat = find_seat(db, to);
    if (!seat || !holds_seat(seat->registration.status) || seat->event.is_cancelled || !seat->event.is_published ||
        has_started(seat->event, to.now))
        return std::nullopt;
    Letter letter{tr("Coming up: {}", one_line(seat->event.title))};
    letter.say(hello(to)).say(std::string(tr("your event is about to take place:")));
    say_when_and_where(letter, seat->event);
    letter.say(std::string(tr("If you cannot come any more, please cancel, so that the next one can.")))
        .link(std::string(tr("The event")), event_path(seat->event));
    return letter;
}

}  // namespace

void add_letters(mail::Letters& letters, const std::string& site, const std::string& team) {
    letters.sender("crush_lu", {"Crush.lu", "noreply@crush.lu", site, team});
    letters.add("crush_lu.welcome", welcome);
    letters.add("crush_lu.submitted", submitted);
    letters.add("crush_lu.review_assigned", review_assigned);
    letters.add("crush_lu.decided", decided);
    letters.add("crush_lu.registered", registered);
    letters.add("crush_lu.promoted", promoted);
    letters.add("crush_lu.cancelled", cancelled);
    letters.add("crush_lu.event_cancelled", event_cancelled);
    letters.add("crush_lu.reminder", reminder);
    add_people_letters(letters);
}

}  // namespace crush_lu
