#include <cmath>
#include <numeric>

#include "demo/world.hpp"

namespace cli::demo {
namespace {

using crush_lu::ConnectionMessage;
using crush_lu::EventConnection;
using Status = EventConnection::Status;

/// A connected pair, and the row that owns its thread (CON-6).
struct Thread {
    std::size_t row;
    UserId one, other;
    orm::Timestamp since;
};

EventConnection request(const World::Attended& event, UserId from, UserId to, orm::Timestamp when) {
    EventConnection row;
    row.event = event.event;
    row.from_user = from;
    row.to_user = to;
    row.created_at = when;
    return row;
}

/// Some time after `start`, mostly soon, and before the demo's now.
orm::Timestamp soon_after(const World& world, Random& chance, orm::Timestamp start, std::int64_t most_minutes) {
    const auto room = std::chrono::duration_cast<minutes>(world.now - start).count();
    return start + minutes(chance.below(static_cast<std::size_t>(std::clamp<std::int64_t>(room, 1, most_minutes))));
}

/// Who asks whom: no pair twice at one event but as mutual interest (CON-3).
class Requests {
  public:
    Requests(World& world, Random& chance) : world_(world), chance_(chance) {}

    void make(const World::Attended& event, std::size_t count) {
        const std::size_t people = event.attendees.size(), pairs = people * (people - 1) / 2;
        std::size_t at = chance_.below(pairs), stride = chance_.below(pairs) | 1;
        while (std::gcd(stride, pairs) != 1) ++stride;
        for (std::size_t made = 0, n = 0; made < count && n < pairs; ++n, at = (at + stride) % pairs) {
            // The pair number `at` of the triangle below the diagonal.
            auto high = static_cast<std::size_t>((1.0 + std::sqrt(1.0 + 8.0 * static_cast<double>(at))) / 2.0);
            while (high * (high - 1) / 2 > at) --high;
            while (high * (high + 1) / 2 <= at) ++high;
            const std::size_t low = at - high * (high - 1) / 2;
            made += ask(event, event.attendees[high], event.attendees[low], count - made);
        }
    }
    std::vector<EventConnection> rows;
    std::vector<Thread> threads;

  private:
    std::size_t ask(const World::Attended& event, UserId one, UserId other, std::size_t room) {
        if (chance_.one_in(2)) std::swap(one, other);
        const orm::Timestamp asked = soon_after(world_, chance_, event.end + hours(2), 3 * 1'440);
        EventConnection row = request(event, one, other, asked);
        if (chance_.one_in(2)) row.note = an_opening(chance_);
        const std::size_t fate = chance_.below(100);
        const orm::Timestamp answered = soon_after(world_, chance_, asked, 5 * 1'440);
        const std::size_t place = rows.size();
        if (fate < 25 && room >= 2) {
            EventConnection back = request(event, other, one, answered);
            row.status = back.status = Status::connected;
            row.connected_at = back.connected_at = answered;
            rows.push_back(std::move(row));
            rows.push_back(std::move(back));
            threads.push_back({place, one, other, answered});
            return 2;
        }
        if (fate < 50) {
            row.status = Status::connected;
            row.connected_at = answered;
            threads.push_back({place, one, other, answered});
        } else {
            row.status = fate < 65 ? Status::declined : Status::pending;
        }
        rows.push_back(std::move(row));
        return 1;
    }

    World& world_;
    Random& chance_;
};

void write_messages(World& world, Random& chance, const std::vector<EventConnection>& rows,
                    const std::vector<Thread>& threads) {
    Batch<ConnectionMessage> messages(world, "messages");
    std::size_t left = world.sizes.messages, threads_left = threads.size();
    for (const Thread& thread : threads) {
        const std::size_t fair = left / threads_left;
        const std::size_t count = threads_left == 1 ? left : std::min(left, fair / 4 + chance.below(fair * 3 / 2 + 1));
        const std::size_t unread = chance.one_in(6) ? 1 + chance.below(2) : 0;
        const auto room = std::chrono::duration_cast<minutes>(world.now - thread.since).count();
        const auto gap = std::clamp<std::int64_t>(room / static_cast<std::int64_t>(count + 1), 1, 1'440);
        orm::Timestamp time = thread.since;
        bool first_speaks = chance.one_in(2);
        for (std::size_t i = 0; i < count; ++i) {
            time += minutes(1 + chance.below(static_cast<std::size_t>(gap)));
            ConnectionMessage message;
            message.connection = rows[thread.row].id;
            message.sender = first_speaks ? thread.one : thread.other;
            message.content = i == 0 ? an_opening(chance) : a_reply(chance);
            message.is_read = i + unread < count;
            message.created_at = std::min(time, world.now);
            messages.add(std::move(message));
            // Whoever has just been read may go on, but mostly the other one answers; the unread end is one person's.
            if (i + 1 + unread < count && !chance.one_in(5)) first_speaks = !first_speaks;
        }
        left -= count;
        --threads_left;
    }
    messages.flush();
}

}  // namespace

void make_connections(World& world) {
    Random chance = world.stream("connections");
    Requests requests(world, chance);
    std::size_t left = world.sizes.connections, events_left = world.attended.size();
    for (const World::Attended& event : world.attended) {
        const std::size_t fair = left / events_left, before = requests.rows.size();
        requests.make(event, events_left == 1 ? left : std::min(left, fair / 2 + chance.below(fair + 1)));
        left -= requests.rows.size() - before;
        --events_left;
    }
    world.write("connections", requests.rows);
    if (!requests.threads.empty()) write_messages(world, chance, requests.rows, requests.threads);
}

}  // namespace cli::demo
