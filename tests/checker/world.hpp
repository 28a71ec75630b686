/// Who and what the clients play with, and the time they live in.
///
///     const World world = populate(db, clients);
///     for (const UserId user : world.members_of(client)) ...
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "crush_lu/models.hpp"
#include "orm/migration.hpp"
#include "vinsdelux/models.hpp"

namespace checker {

using UserId = orm::Id<auth::User>;
using EventId = orm::Id<crush_lu::MeetupEvent>;
using PlotId = orm::Id<vinsdelux::VdlPlot>;
using PlanId = orm::Id<vinsdelux::VdlAdoptionPlan>;

/// Runs fast, so that holds of a day end while we look; the same in every process that the first one forked.
class FastClock {
  public:
    orm::Timestamp now() const;
    void stop() { stopped_ = now(); }

  private:
    static constexpr int speed = 4 * 3600;  ///< 24 hours pass in 6 seconds
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::optional<orm::Timestamp> stopped_;
};

struct World {
    std::size_t clients = 0;
    FastClock clock;
    std::vector<UserId> members;     ///< approved, with an entrepreneur's profile
    std::vector<UserId> applicants;  ///< submit their profile
    std::vector<UserId> coaches;
    std::vector<UserId> leavers;  ///< those of the members who may delete their account
    std::vector<EventId> events;
    std::vector<EventId> meetings;                                ///< over, and every member was there
    std::vector<orm::Id<crush_lu::JourneyChallenge>> challenges;  ///< of one journey, which every member may play
    std::vector<PlotId> plots;
    PlanId plan;

    bool may_leave(UserId user) const { return std::ranges::find(leavers, user) != leavers.end(); }
    /// Everybody belongs to one client, so that what was acknowledged to it is what must be there.
    std::vector<UserId> of(std::size_t client, const std::vector<UserId>& people) const;
};

World populate(orm::Database& db, std::size_t clients);

}  // namespace checker
