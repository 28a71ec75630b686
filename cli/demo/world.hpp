/// What the parts of the demo data share: sizes, the clock, users by role, and writing in bulk.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "accounts/models.hpp"
#include "crush_lu/models.hpp"
#include "demo/demo.hpp"
#include "demo/people.hpp"
#include "demo/random.hpp"

namespace cli::demo {

using UserId = orm::Id<auth::User>;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

/// How many of each; small scales keep enough for every role and situation.
struct Sizes {
    explicit Sizes(double scale);
    std::size_t users, profiles, coaches, events, upcoming, registrations, connections, messages;
    std::size_t producers, plots, reservations, progress, entrepreneurs, likes, matches;
    std::size_t total() const;
};

/// A Crush.lu member who may register: approved and active.
struct Member {
    UserId user;
    orm::Date birth;
    orm::Timestamp approved_at;
};

/// The people with known log-ins, by their place in World::users.
enum Named : std::size_t {
    staff,
    member,    ///< approved, registered nowhere that is full
    holder,    ///< has a seat in both events that are full
    waiting,   ///< first in the line of the one that has one
    review,    ///< submission pending
    revision,  ///< a coach asked for changes
    coach,
    entrepreneur,
    buyer,
    special,
    named_count
};

struct World {
    World(orm::Transaction& database, const Options& options, const Progress& report);

    orm::Transaction& db;
    Options options;
    Progress report;
    Sizes sizes;
    orm::Timestamp now;    ///< on the hour
    orm::Timestamp today;  ///< its day, 00:00 UTC

    std::vector<auth::User> users;
    std::vector<Person> people;  ///< parallel to users
    // Users by what they are; coaches and members exclude each other (PROF-5).
    std::vector<std::size_t> coach_users, profile_users, other_users;
    std::vector<Member> members;  ///< by approved_at; the first named_members are those above
    struct Attended {
        orm::Id<crush_lu::MeetupEvent> event;
        orm::Timestamp end;
        std::vector<UserId> attendees;
    };
    std::vector<Attended> attended;  ///< ended events with at least two attendees

    UserId id_of(std::size_t user) const { return users[user].id; }
    Random stream(std::string_view name) const { return Random(options.seed, name); }

    /// Writes `rows` in one go and tells about it.
    template <class Model>
    void write(std::string_view what, std::vector<Model>& rows) {
        db.insert_many(rows);
        told(what, rows.size());
    }
    /// Pairs of a many-to-many, in portions.
    template <auto Relation, class A, class B>
    void relate(std::string_view what, const std::vector<std::pair<orm::Id<A>, orm::Id<B>>>& pairs) {
        constexpr std::size_t portion = 500;
        for (std::size_t at = 0; at < pairs.size(); at += portion) {
            const auto first = pairs.begin() + static_cast<std::ptrdiff_t>(at);
            db.add_related_pairs<Relation>(
                std::vector(first, first + static_cast<std::ptrdiff_t>(std::min(portion, pairs.size() - at))));
        }
        told(what, 0);
    }
    void told(std::string_view what, std::size_t rows) {
        written_ += rows;
        if (report) report(what, written_, expected_);
    }

  private:
    std::uint64_t written_ = 0, expected_ = 0;
};

/// Rows that are made one by one and written by the ten thousand, so that memory does not grow with the scale.
template <class Model>
class Batch {
  public:
    Batch(World& world, std::string_view what) : world_(world), what_(what) { rows_.reserve(portion); }
    void add(Model row) {
        rows_.push_back(std::move(row));
        if (rows_.size() == portion) flush();
    }
    void flush() {
        if (!rows_.empty()) world_.write(what_, rows_);
        rows_.clear();
    }

  private:
    static constexpr std::size_t portion = 10'000;
    World& world_;
    std::string_view what_;
    std::vector<Model> rows_;
};

/// Full years at a day.
int age_at(orm::Date birth, orm::Timestamp when);

// The parts, in this order. Each takes what the ones before left in the world.
void make_accounts(World& world);
void make_members(World& world);
void make_events(World& world);
void make_connections(World& world);
void make_journeys(World& world);
void make_vineyards(World& world);
void make_entrepreneurs(World& world);

}  // namespace cli::demo
