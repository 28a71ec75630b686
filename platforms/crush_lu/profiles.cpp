#include "crush_lu/profiles.hpp"

#include <algorithm>

#include "common/repeatable.hpp"
#include "common/text.hpp"
#include "crush_lu/letters.hpp"
#include "crush_lu/people.hpp"
#include "crush_lu/reviews.hpp"

namespace crush_lu {

namespace {

using P = CrushProfile;
using S = ProfileSubmission;
using orm::f;
using platform::tr;
using Outcome = SubmitResult::Outcome;

constexpr std::size_t longest_bio = 500, longest_interests = 300;

std::optional<S> latest_submission(orm::Executor& db, orm::Id<P> profile) {
    return db.first(orm::select<S> | orm::filter(f<&S::profile> == profile) |
                    orm::order_by<orm::desc<&S::created_at>, orm::desc<&S::id>>);
}

ProfileState state_of(const P& profile, const std::optional<S>& submission) {
    using Status = S::Status;
    if (submission && submission->status == Status::pending) return ProfileState::pending;
    if (profile.is_approved) return ProfileState::approved;
    if (submission && submission->status == Status::revision) return ProfileState::revision;
    if (submission && submission->status == Status::rejected) return ProfileState::rejected;
    return ProfileState::draft;
}

/// Reads text fields and notes what does not fit.
class Reader {
  public:
    explicit Reader(platform::Errors& errors) : errors_(errors) {}
    std::string text(std::string field, std::string_view value, std::size_t longest, bool required) {
        const std::string_view shown = trimmed(value);
        try {
            if (orm::count_code_points(shown) > longest)
                errors_.add(field, tr("At most {} characters, please.", std::to_string(longest)));
        } catch (const orm::ValidationError&) {
            errors_.add(field, tr("This contains characters that cannot be stored."));
        }
        if (required && shown.empty()) errors_.add(field, tr("Please fill this in."));
        return std::string(shown);
    }

  private:
    platform::Errors& errors_;
};

bool is_phone(std::string_view text) {
    const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
    return digits >= 6 && text.find_first_not_of("0123456789 +-()./") == std::string_view::npos;
}

std::optional<orm::Date> read_birth_date(const ProfileForm& form, orm::Date today, platform::Errors& errors) {
    std::optional<orm::Date> born;
    try {
        born = orm::parse_date(trimmed(form.date_of_birth));
    } catch (const orm::Error&) {
        errors.add("date_of_birth", tr("Enter your date of birth."));
        return std::nullopt;
    }
    const int years = age_on(*born, today);
    if (years < 18) errors.add("date_of_birth", tr("Crush.lu is for adults: you need to be 18."));
    if (years > 99) errors.add("date_of_birth", tr("Please check the year of your birth."));
    return born;
}

/// The form's values over `profile`.
platform::Errors read(const ProfileForm& form, orm::Date today, P& profile) {
    platform::Errors errors;
    Reader reader(errors);
    profile.date_of_birth = read_birth_date(form, today, errors);
    profile.gender = reader.text("gender", form.gender, 20, true);
    if (std::ranges::none_of(genders, [&](const auto& one) { return one.first == profile.gender; }))
        errors.add("gender", tr("Please choose one."));
    profile.phone = reader.text("phone", form.phone, 20, true);
    if (!is_phone(profile.phone)) errors.add("phone", tr("Enter a phone number, such as +352 621 123 456."));
    profile.location = reader.text("location", form.location, 100, true);
    profile.looking_for = orm::parse_enum<P::LookingFor>(form.looking_for);
    if (!profile.looking_for) errors.add("looking_for", tr("Please choose one."));
    profile.bio = reader.text("bio", form.bio, longest_bio, false);
    reader.text("interests", form.interests, longest_interests, false);
    profile.interests.clear();
    if (!errors.has("interests"))
        for (const std::string& tag : parse_interests(form.interests))
            profile.interests.emplace_back(reader.text("interests", tag, 50, false));
    profile.show_full_name = form.show_full_name;
    profile.show_exact_age = form.show_exact_age;
    profile.blur_photos = form.blur_photos;
    return errors;
}

std::optional<Outcome> why_not_submit(ProfileState state) {
    switch (state) {
        case ProfileState::pending:
            return Outcome::already_pending;
        case ProfileState::approved:
            return Outcome::already_approved;
        case ProfileState::rejected:
            return Outcome::rejected;
        case ProfileState::none:
        case ProfileState::draft:
        case ProfileState::revision:
            break;
    }
    return std::nullopt;
}

/// The member's row, made when it is missing, locked: two submits of one member go one after the other.
P lock_profile(orm::Transaction& tx, orm::Id<auth::User> user) {
    tx.get_or_create(orm::select<P> | profile_of(user), [&] {
        P fresh;
        fresh.user = user;
        return fresh;
    });
    return tx.get(orm::select<P> | profile_of(user) | orm::for_no_key_update);
}

}  // namespace

OwnProfile own_profile(orm::Executor& db, orm::Id<auth::User> user) {
    OwnProfile own;
    own.profile = db.first(orm::select<P> | profile_of(user));
    if (!own.profile) return own;
    own.submission = latest_submission(db, own.profile->id);
    if (own.submission) {
        own.submission->coach_notes.clear();
        own.submission->screening_notes.clear();
    }
    own.state = state_of(*own.profile, own.submission);
    return own;
}

ProfileForm form_of(const P& profile) {
    ProfileForm form;
    if (profile.date_of_birth) form.date_of_birth = orm::to_string(*profile.date_of_birth);
    form.gender = profile.gender;
    form.phone = profile.phone;
    form.location = profile.location;
    if (profile.looking_for) form.looking_for = orm::to_string(*profile.looking_for);
    form.bio = profile.bio;
    for (const auto& tag : profile.interests) form.interests += (form.interests.empty() ? "" : ", ") + tag;
    form.show_full_name = profile.show_full_name;
    form.show_exact_age = profile.show_exact_age;
    form.blur_photos = profile.blur_photos;
    return form;
}

std::vector<std::string> parse_interests(std::string_view text) {
    std::vector<std::string> tags;
    while (!text.empty() && tags.size() < 20) {
        const std::size_t comma = text.find(',');
        std::string tag(trimmed(text.substr(0, comma)));
        for (char& c : tag)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (!tag.empty() && std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return tags;
}

SubmitResult submit_profile(orm::Executor& db, orm::Id<auth::User> user, const ProfileForm& form, const Clock& clock) {
    SubmitResult result = db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> SubmitResult {
        if (tx.exists(orm::select<CrushCoach> | active_coaches | orm::filter(f<&CrushCoach::user> == user)))
            return {Outcome::coach};
        P profile;
        const orm::Timestamp now = clock.now();
        platform::Errors errors = read(form, local_date(now), profile);
        if (!errors.empty()) return {Outcome::invalid, std::move(errors)};

        // The person before the profile: an account that is being deleted submits nothing meanwhile.
        if (lock_people(tx, {user}).empty()) return {Outcome::invalid};
        const P stored = lock_profile(tx, user);
        const std::optional<S> before = latest_submission(tx, stored.id);
        if (const std::optional<Outcome> reason = why_not_submit(state_of(stored, before))) return {*reason};
        profile.id = stored.id;
        profile.completion_status = P::Completion::submitted;
        tx.save<&P::date_of_birth, &P::gender, &P::phone, &P::location, &P::looking_for, &P::bio, &P::interests,
                &P::show_full_name, &P::show_exact_age, &P::blur_photos, &P::completion_status>(profile);

        S submission;
        submission.profile = stored.id;
        submission.created_at = now;
        std::optional<orm::Id<CrushCoach>> preferred;
        if (before && before->coach) preferred = before->coach->id;
        if (const auto coach = reserve_coach(tx, user, preferred, now)) submission.coach = *coach;
        tx.insert(submission);
        letters::profile_submitted(tx, user, submission.id);
        if (submission.coach) letters::review_assigned(tx, submission.coach->id, submission.id);
        return {.outcome = Outcome::submitted, .assigned = submission.coach.has_value()};
    });
    // Who made room in the meantime could not see this submission yet (REV-4).
    if (result.outcome == Outcome::submitted && !result.assigned) look_for_coaches(db, clock);
    return result;
}

}  // namespace crush_lu
