/// The cases, by what they do. Each adds its rows for the database that it is given.
#pragma once

#include "data.hpp"
#include "harness.hpp"

namespace bench {

void read_cases(Suite& suite, Data& data);   ///< point read, 10,000 rows
void page_cases(Suite& suite, Data& data);   ///< event list, registrations with user and profile, journey
void write_cases(Suite& suite, Data& data);  ///< insert, bulk insert, bulk update
/// Containment, ranked search, different values for many rows.
void feature_cases(Suite& suite, Data& data);
void service_cases(Suite& suite, Data& data);  ///< coach assignment, registering for an event

/// The hand-written sides of read_cases, for the instruction counts too.
Contender point_read_by_hand(Data& data);
Contender rows_by_hand(Data& data);

/// Contenders of the packaged libraries, where they were there when this was built: what their names are, and one each
/// for the point read, the 10,000 rows and the insert.
struct Peer {
    Contender point_read, rows, insert;
};
std::vector<Peer> peers(Suite& suite, Data& data);
/// Why which of them is not there.
std::vector<std::string> missing_peers();

/// User keys in an order that no cache foresees; the same for every contender.
class Keys {
  public:
    explicit Keys(const Facts& facts) : users_(&facts.users) {}
    orm::Id<auth::User> next() {
        state_ = state_ * 1'664'525 + 1'013'904'223;
        return (*users_)[(state_ >> 16) % users_->size()];
    }

  private:
    const std::vector<orm::Id<auth::User>>* users_;
    std::uint32_t state_ = 1;
};

/// What an insert leaves, and taking it away again.
std::string last_venue(Data& data);
void drop_venues(Data& data);
crush_lu::Venue new_venue();

}  // namespace bench
