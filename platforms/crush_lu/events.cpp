#include "crush_lu/events.hpp"

#include <map>
#include <set>

namespace crush_lu {

namespace {

using E = MeetupEvent;
using R = EventRegistration;
using orm::f;

auto card_of(orm::Id<auth::User> user) {
    return orm::related<&E::venue> | with_counts | orm::annotate(own_status(user)) | orm::as<EventCard>;
}

}  // namespace

EventList list_events(orm::Executor& db, const Viewer& viewer, const ListOptions& options, orm::Timestamp now) {
    EventList list;
    const std::int64_t page = std::clamp<std::int64_t>(options.page, 1, 1'000'000);
    list.cards = db.all(orm::select<E> | listed(viewer, now) |
                        orm::when(options.type.has_value(), of_type(options.type.value_or(E::EventType{}))) |
                        orm::when(options.public_only, open_to_all) | card_of(viewer.user) |
                        orm::offset((page - 1) * options.page_size) | orm::limit(options.page_size + 1));
    list.more = static_cast<std::int64_t>(list.cards.size()) > options.page_size;
    if (list.more) list.cards.pop_back();
    return list;
}

Viewer find_viewer(orm::Executor& db, orm::Id<auth::User> user, bool staff) {
    Viewer viewer{user, staff};
    if (user && !staff)
        viewer.coach = db.exists(orm::select<CrushCoach> | active_coaches | orm::filter(f<&CrushCoach::user> == user));
    return viewer;
}

std::optional<EventDetail> event_detail(orm::Executor& db, orm::Id<auth::User> user, orm::Id<E> event,
                                        orm::Timestamp now) {
    EventDetail detail;
    if (user) detail.person = find_person(db, user, event);
    const Viewer viewer = detail.person ? detail.person->viewer() : Viewer{};
    auto card = db.first(orm::select<E> | with_id(event) | visible_to(viewer) | card_of(viewer.user));
    if (!card) return std::nullopt;
    detail.card = std::move(*card);
    const E& row = detail.card.event;
    if (!detail.person) {
        detail.refusal = is_accepting(row, now) ? Refusal::login_required : Refusal::closed;
    } else if (const Person& person = *detail.person; person.registered()) {
        detail.can_cancel = may_cancel(*person.status) && !has_started(row, now);
        if (*person.status == R::Status::waitlist)
            detail.position = waiting_position(db, event, *person.queued_at, *person.registration);
    } else {
        detail.refusal = is_accepting(row, now) ? person.why_not(row) : Refusal::closed;
    }
    return detail;
}

std::optional<OwnRegistration> own_registration(orm::Executor& db, orm::Id<auth::User> user, orm::Id<E> event) {
    auto row = db.first(orm::select<R> | of_user(user) | of_event(event) | orm::related<&R::event, &E::venue>);
    if (!row) return std::nullopt;
    auto& [registration, own_event, venue] = *row;
    return OwnRegistration{std::move(registration), std::move(own_event), std::move(venue), 0};
}

std::vector<OwnRegistration> own_registrations(orm::Executor& db, orm::Id<auth::User> user) {
    std::vector<OwnRegistration> own;
    std::vector<orm::Id<E>> lines;
    for (auto& [registration, event, venue] :
         db.all(orm::select<R> | of_user(user) | orm::related<&R::event, &E::venue> |
                orm::sort(f<&R::event, &E::event_date>.desc(), f<&R::id>.desc()))) {
        if (registration.status == R::Status::waitlist) lines.push_back(event.id);
        own.push_back({std::move(registration), std::move(event), std::move(venue), 0});
    }
    if (lines.empty()) return own;
    std::map<orm::Id<E>, std::int64_t> length;
    std::map<orm::Id<R>, std::int64_t> position;
    for (const auto& [event, registration] :
         db.all(orm::select<R> | orm::filter(f<&R::event>.in(lines) && waiting) | orm::order_by<&R::queued_at, &R::id> |
                orm::values<&R::event, &R::id>))
        position[registration] = ++length[event];
    for (OwnRegistration& one : own)
        if (const auto found = position.find(one.registration.id); found != position.end())
            one.position = found->second;
    return own;
}

std::size_t count_connections(orm::Executor& db, orm::Id<auth::User> user) {
    using C = EventConnection;
    std::set<std::pair<std::int64_t, std::int64_t>> pairs;
    for (const C& c : db.all(orm::select<C> | orm::filter(f<&C::status> == C::Status::connected &&
                                                          (f<&C::from_user> == user || f<&C::to_user> == user))))
        pairs.emplace(c.event.id.value, c.from_user == user ? c.to_user.id.value : c.from_user.id.value);
    return pairs.size();
}

}  // namespace crush_lu
