#include <fmt/format.h>

#include <array>
#include <numeric>

#include "demo/event_plan.hpp"

namespace cli::demo {
namespace {

using crush_lu::EventRegistration;
using crush_lu::MeetupEvent;
using crush_lu::Venue;
using Status = EventRegistration::Status;

/// Registers people for one event; keeps its seats and waiting line in order.
class Door {
  public:
    Door(World& world, Random& chance, const EventPlan& plan, Batch<EventRegistration>& rows)
        : world_(world), chance_(chance), plan_(plan), rows_(rows) {}

    /// Who may come: approved three weeks before, of the right age, not among the named unless asked for.
    std::vector<UserId> candidates(std::size_t wanted) {
        const auto before = plan_.event.event_date - days(22);
        const auto end = std::partition_point(world_.members.begin(), world_.members.end(),
                                              [&](const Member& m) { return m.approved_at < before; });
        const auto known = static_cast<std::size_t>(end - world_.members.begin());
        std::vector<UserId> chosen;
        if (known == 0) return chosen;
        // From a random place on, with a random stride that meets everybody once.
        std::size_t at = chance_.below(known), stride = chance_.below(known) + 1;
        while (std::gcd(stride, known) != 1) ++stride;
        for (std::size_t i = 0; i < known && chosen.size() < wanted; ++i, at = (at + stride) % known) {
            const Member& member = world_.members[at];
            const int age = age_at(member.birth, plan_.event.event_date);
            if (age < plan_.event.min_age || age > plan_.event.max_age) continue;
            if (member.user.value <= world_.id_of(named_count - 1).value) continue;
            chosen.push_back(member.user);
        }
        return chosen;
    }

    /// In this order: the first hold the seats, the next wait, the last have cancelled.
    std::size_t admit(const std::vector<UserId>& people, std::size_t cancelled) {
        const auto capacity = static_cast<std::size_t>(plan_.event.max_participants);
        const bool past = plan_.event.event_date < world_.now;
        const std::size_t coming = people.size() - cancelled;
        const std::size_t held = std::min(coming, capacity);
        // A missing guest leaves a seat that nobody fills; where people waited, everybody came.
        const bool may_miss = coming < capacity;
        std::vector<UserId> attendees;
        orm::Timestamp time = opening();
        const auto step = (closing() - time) / static_cast<std::int64_t>(people.size() + 1);
        for (std::size_t i = 0; i < people.size(); ++i) {
            time += step;
            EventRegistration row;
            row.event = plan_.event.id;
            row.user = people[i];
            row.created_at = row.queued_at = time;
            const bool free = plan_.event.registration_fee.units == 0;
            if (i >= coming) {
                row.status = Status::cancelled;
            } else if (i >= held) {
                row.status = Status::waitlist;
            } else if (past && !plan_.event.is_cancelled) {
                row.status = may_miss && chance_.one_in(9) ? Status::no_show : Status::attended;
                if (row.status == Status::attended) attendees.push_back(row.user);
                row.payment_confirmed = !free;
            } else {
                row.payment_confirmed = !free && chance_.percent(70);
                row.status = free || row.payment_confirmed ? Status::confirmed : Status::pending;
            }
            if (row.payment_confirmed) row.payment_date = time + minutes(chance_.below(240));
            if (chance_.one_in(7)) row.dietary_restrictions = a_diet(chance_);
            if (chance_.one_in(40)) row.special_requests = "I come with crutches: a chair near the door, please.";
            rows_.add(std::move(row));
        }
        if (attendees.size() >= 2)
            world_.attended.push_back(
                {plan_.event.id, plan_.event.event_date + minutes(plan_.event.duration_minutes), std::move(attendees)});
        return people.size();
    }

  private:
    orm::Timestamp opening() const { return std::min(plan_.event.registration_deadline, world_.now) - days(20); }
    orm::Timestamp closing() const { return std::min(plan_.event.registration_deadline, world_.now) - hours(5); }

    World& world_;
    Random& chance_;
    const EventPlan& plan_;
    Batch<EventRegistration>& rows_;
};

/// The people of the events that the known log-ins meet in.
std::vector<UserId> showcase_guests(World& world, Door& door, const EventPlan& plan) {
    const auto capacity = static_cast<std::size_t>(plan.event.max_participants);
    std::vector<UserId> people;
    switch (plan.kind) {
        case EventKind::full_with_line:
            people = door.candidates(capacity + 3);
            people.insert(people.begin() + 3, world.id_of(holder));
            people.insert(people.begin() + static_cast<std::ptrdiff_t>(capacity), world.id_of(waiting));
            break;
        case EventKind::full:
            people = door.candidates(capacity - 1);
            people.push_back(world.id_of(holder));
            break;
        case EventKind::past_showcase:
            people = door.candidates(capacity - 4);
            for (const Named who : {member, holder, waiting}) people.push_back(world.id_of(who));
            break;
        default:
            break;
    }
    return people;
}

using Invitations = std::vector<std::pair<orm::Id<MeetupEvent>, UserId>>;

/// Half of those invited to the event have said yes; the known member has yet to answer.
std::vector<UserId> invited_guests(const World& world, const EventPlan& plan, const Invitations& invitations) {
    std::vector<UserId> people;
    for (const auto& [event, user] : invitations)
        if (event == plan.event.id && user != world.id_of(member) && people.size() < 5) people.push_back(user);
    return people;
}

void write_registrations(World& world, const std::vector<EventPlan>& plans, const Invitations& invitations) {
    Random chance = world.stream("registrations");
    Batch<EventRegistration> rows(world, "registrations");
    std::size_t left = world.sizes.registrations, events_left = plans.size();
    for (const EventPlan& plan : plans) {
        Door door(world, chance, plan, rows);
        std::size_t registered = 0;
        if (plan.kind == EventKind::full_with_line || plan.kind == EventKind::full ||
            plan.kind == EventKind::past_showcase) {
            registered = door.admit(showcase_guests(world, door, plan), 0);
        } else if (plan.kind == EventKind::invitation) {
            registered = door.admit(invited_guests(world, plan, invitations), 0);
        } else if (plan.kind != EventKind::empty && plan.kind != EventKind::draft) {
            // What is left is shared among what is left; some evenings draw many, some few.
            const std::size_t fair = left / events_left;
            std::size_t wanted = std::min(left, fair / 2 + chance.below(fair + 1));
            if (plan.event.event_date > world.now) wanted = wanted * 2 / 3;
            if (events_left == 1) wanted = left;
            const auto people = door.candidates(wanted);
            registered = door.admit(people, people.size() / chance.between<std::size_t>(6, 12));
        }
        left -= std::min(left, registered);
        --events_left;
    }
    rows.flush();
}

}  // namespace

void make_events(World& world) {
    std::vector<Venue> venues = plan_venues();
    world.write("venues", venues);
    std::vector<EventPlan> plans = plan_events(world, venues);

    std::vector<MeetupEvent> events;
    for (EventPlan& plan : plans) events.push_back(plan.event);
    world.write("events", events);
    Invitations invited;
    Random chance = world.stream("invitations");
    for (std::size_t i = 0; i < plans.size(); ++i) {
        plans[i].event.id = events[i].id;
        if (!events[i].is_private_invitation) continue;
        invited.emplace_back(events[i].id, world.id_of(member));
        for (std::size_t n = 0; n < 8; ++n) invited.emplace_back(events[i].id, chance.pick(world.members).user);
    }
    std::sort(invited.begin(), invited.end());
    invited.erase(std::unique(invited.begin(), invited.end()), invited.end());
    world.relate<&MeetupEvent::special_users>("invitations", invited);
    write_registrations(world, plans, invited);
}

}  // namespace cli::demo
