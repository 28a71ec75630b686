/// The databases that are measured: one SQLite file, one PostgreSQL database, with the same rows.
#pragma once

#include <string>
#include <vector>

#include "by_hand/postgres.hpp"
#include "by_hand/sqlite.hpp"
#include "crush_lu/queries.hpp"
#include "orm/orm.hpp"

namespace bench {

/// Keys and times that the cases ask for.
struct Facts {
    orm::Timestamp now;                               ///< 40 listed events lie after it
    std::vector<orm::Id<auth::User>> users;           ///< all, 2,000
    orm::Id<auth::User> viewer;                       ///< registered for some of the listed events
    orm::Id<crush_lu::MeetupEvent> meeting;           ///< has 30 registrations
    orm::Timestamp meeting_date;                      ///< no other event starts then
    orm::Id<crush_lu::MeetupEvent> open;              ///< takes registrations; nobody has registered
    orm::Id<crush_lu::JourneyConfiguration> journey;  ///< 8 chapters of 4 challenges and 2 rewards
    orm::Id<crush_lu::ProfileSubmission> submission;  ///< waits for a coach
    std::int64_t last_registration = 0;
};

/// A database filled and analysed; everything is gone when it ends.
class Data {
  public:
    Data(std::string database, std::string url, bool small);
    ~Data();
    Data(const Data&) = delete;
    Data& operator=(const Data&) = delete;

    bool sqlite() const { return database == "sqlite"; }
    const std::string database;  ///< "sqlite" or "postgresql"
    const std::string url;
    std::string path;  ///< SQLite
    orm::Database db;
    Facts facts;
    std::optional<by_hand::Sqlite> hand_sqlite;
    std::optional<by_hand::Postgres> hand_postgres;

  private:
    void fill(bool small);
};

/// URLs of a fresh file and a fresh database on the server of ENTREPRINDER_TEST_POSTGRES.
std::string new_sqlite_url();
std::string new_postgres_url();

}  // namespace bench
