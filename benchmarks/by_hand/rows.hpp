/// The columns of the models in the order of their SELECT lists, once for both databases: `read` is a reader of either.
#pragma once

#include "by_hand/text.hpp"

namespace bench::by_hand {

/// `%` stands for the table's alias.
inline constexpr std::string_view user_columns =
    "%.id, %.password, %.last_login, %.is_superuser, %.username, %.first_name, %.last_name, %.email, %.is_staff, "
    "%.is_active, %.date_joined";
inline constexpr std::string_view venue_columns = "%.id, %.name, %.address, %.city, %.capacity";
inline constexpr std::string_view event_columns =
    "%.id, %.title, %.description, %.event_type, %.event_date, %.duration_minutes, %.location, %.address, %.venue_id, "
    "%.max_participants, %.min_age, %.max_age, %.registration_fee, %.registration_deadline, %.is_published, "
    "%.is_cancelled, %.is_private_invitation, %.invitation_code, %.invitation_expires_at, %.max_invited_guests";
inline constexpr std::string_view registration_columns =
    "%.id, %.event_id, %.user_id, %.status, %.payment_confirmed, %.payment_date, %.dietary_restrictions, "
    "%.special_requests, %.created_at, %.queued_at, %.status_before_check_in";
inline constexpr std::string_view profile_columns =
    "%.id, %.user_id, %.date_of_birth, %.gender, %.location, %.bio, %.phone, %.looking_for, %.interests, %.photo_1, "
    "%.photo_2, %.photo_3, %.show_full_name, %.show_exact_age, %.blur_photos, %.completion_status, %.is_approved, "
    "%.is_active, %.approved_at";
inline constexpr std::string_view coach_columns =
    "%.id, %.user_id, %.specialization, %.bio, %.max_active_reviews, %.is_active, %.last_assigned_at";
inline constexpr std::string_view chapter_columns = "%.id, %.journey_id, %.chapter_number, %.title, %.description";
inline constexpr std::string_view challenge_columns =
    "%.id, %.chapter_id, %.challenge_type, %.question, %.correct_answer, %.options, %.hint, %.\"order\"";
inline constexpr std::string_view reward_columns = "%.id, %.chapter_id, %.reward_type, %.title, %.content, %.photo";

inline std::string columns(std::string_view list, std::string_view alias) {
    std::string result;
    for (const char c : list) c == '%' ? result += alias : result += c;
    return result;
}

template <class Reader>
void read_row(Reader& read, auth::User& u) {
    read(u.id.value), read(u.password), read(u.last_login), read(u.is_superuser), read(u.username), read(u.first_name),
        read(u.last_name), read(u.email), read(u.is_staff), read(u.is_active), read(u.date_joined);
}
template <class Reader>
void read_row(Reader& read, crush_lu::Venue& v) {
    read(v.id.value), read(v.name), read(v.address), read(v.city), read(v.capacity);
}
template <class Reader>
void read_row(Reader& read, crush_lu::MeetupEvent& e) {
    read(e.id.value), read(e.title), read(e.description), read(e.event_type), read(e.event_date),
        read(e.duration_minutes), read(e.location), read(e.address), read(e.venue), read(e.max_participants),
        read(e.min_age), read(e.max_age), read(e.registration_fee), read(e.registration_deadline), read(e.is_published),
        read(e.is_cancelled), read(e.is_private_invitation), read(e.invitation_code), read(e.invitation_expires_at),
        read(e.max_invited_guests);
}
template <class Reader>
void read_row(Reader& read, crush_lu::EventRegistration& r) {
    read(r.id.value), read(r.event.id.value), read(r.user.id.value), read(r.status), read(r.payment_confirmed),
        read(r.payment_date), read(r.dietary_restrictions), read(r.special_requests), read(r.created_at),
        read(r.queued_at), read(r.status_before_check_in);
}
template <class Reader>
void read_row(Reader& read, crush_lu::CrushProfile& p) {
    read(p.id.value), read(p.user.id.value), read(p.date_of_birth), read(p.gender), read(p.location), read(p.bio),
        read(p.phone), read(p.looking_for), read(p.interests), read(p.photo_1), read(p.photo_2), read(p.photo_3),
        read(p.show_full_name), read(p.show_exact_age), read(p.blur_photos), read(p.completion_status),
        read(p.is_approved), read(p.is_active), read(p.approved_at);
}
template <class Reader>
void read_row(Reader& read, crush_lu::CrushCoach& c) {
    read(c.id.value), read(c.user.id.value), read(c.specialization), read(c.bio), read(c.max_active_reviews),
        read(c.is_active), read(c.last_assigned_at);
}
template <class Reader>
void read_row(Reader& read, crush_lu::JourneyChapter& c) {
    read(c.id.value), read(c.journey.id.value), read(c.chapter_number), read(c.title), read(c.description);
}
template <class Reader>
void read_row(Reader& read, crush_lu::JourneyChallenge& c) {
    read(c.id.value), read(c.chapter.id.value), read(c.challenge_type), read(c.question), read(c.correct_answer),
        read(c.options), read(c.hint), read(c.order);
}
template <class Reader>
void read_row(Reader& read, crush_lu::JourneyReward& r) {
    read(r.id.value), read(r.chapter.id.value), read(r.reward_type), read(r.title), read(r.content), read(r.photo);
}

}  // namespace bench::by_hand
