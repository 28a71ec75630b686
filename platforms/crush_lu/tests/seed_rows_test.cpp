/// Random rows of every model of the product, written on every path and read back equal. ORM_TEST_SEED repeats a run.
/// orm/tests/core/property_test.cpp does the same with every kind of field.
#include "accounts/language.hpp"
#include "crush_lu/models.hpp"
#include "entreprinder/models.hpp"
#include "every_path.hpp"
#include "matching/models.hpp"
#include "orm/migration.hpp"
#include "test_database.hpp"
#include "vinsdelux/models.hpp"

// What the models' checks and unique fields ask of random rows; `n` is another number for each of them.
namespace auth {
static void obey(User& user, int n) {
    user.username = std::to_string(n) + "-ש";
    user.email = std::to_string(n) + "@example.lu";
}
static void obey(EmailAddress& address, int n) {
    address.email = std::to_string(n) + "@example.lu";
}
static void obey(Session& session, int n) {
    session.session_key = std::to_string(n) + "-🍷";
}
}  // namespace auth

namespace entreprinder {
static void obey(Industry& industry, int n) {
    industry.name = std::to_string(n);
}
static void obey(Skill& skill, int n) {
    skill.name = std::to_string(n);
}
}  // namespace entreprinder

namespace matching {
static void obey(Match& match, int) {
    if (match.user2.id < match.user1.id) std::swap(match.user1, match.user2);
}
}  // namespace matching

namespace vinsdelux {
static void obey(VdlCoffret& coffret, int) {
    coffret.bottles &= 0xFFFF;
}
static void obey(VdlAdoptionPlan& plan, int) {
    plan.price.units = std::abs(plan.price.units);
    plan.duration_months &= 0xFFFF;
}
static void obey(VdlPlot& plot, int) {
    plot.size_hectares.units = std::abs(plot.size_hectares.units);
}
}  // namespace vinsdelux

namespace crush_lu {

static void obey(Venue& venue, int) {
    venue.capacity &= 0xFFFF;
}
static void obey(CrushCoach& coach, int) {
    coach.max_active_reviews &= 0xFFFF;
}
static void obey(MeetupEvent& event, int n) {
    event.invitation_code = std::to_string(n);
    event.min_age = 18 + (event.min_age & 15);
    event.max_age = event.min_age + (event.max_age & 63);
    event.max_participants = 1 + (event.max_participants & 0xFFFF);
    event.registration_fee.units = std::abs(event.registration_fee.units);
    event.duration_minutes = 1 + (event.duration_minutes & 0xFFF);
    event.registration_deadline = std::min(event.registration_deadline, event.event_date);
}

static void obey(JourneyChapter& chapter, int n) {
    chapter.chapter_number = n;
}

namespace {

class SeedRows : public orm::test::DatabaseTest {
  protected:
    SeedRows() : db(url()) {}
    template <class... Models>
    void tables() {
        db.with_connection(true, std::source_location::current(), [](orm::Connection& connection) {
            orm::migrations::create_all(connection, orm::schema::state_of<Models...>());
        });
    }
    /// Of each model in turn; a later one may name an earlier one.
    template <class... Models>
    void every_path() {
        (orm::test::EveryPath<Models>(db, random, 5).template run<&Models::id>(), ...);
    }
    /// Rows that foreign keys name: more than a model's rows draw, so that no pair comes twice.
    template <class... Models>
    void parents() {
        const auto make = [&]<class M>(M) {
            std::vector<M> rows;
            for (int i = 0; i < 120; ++i) rows.push_back(random.row<M>());
            db.insert_many(rows);
            random.know(rows);
        };
        (make(Models{}), ...);
    }
    orm::Database db;
    const std::uint64_t seed = orm::test::seed();
    const testing::ScopedTrace trace{__FILE__, __LINE__, "ORM_TEST_SEED=" + std::to_string(seed)};
    orm::test::Random random{seed};
};

TEST_P(SeedRows, AccountsAndTheHub) {
    using auth::User;
    using namespace entreprinder;
    using namespace matching;
    tables<User, auth::Session, auth::EmailAddress, auth::Preference, Industry, Skill, EntrepreneurProfile, Match, Like,
           Dislike>();
    parents<User, User, User, User>();
    every_path<User, auth::EmailAddress, auth::Preference, Industry, Skill, EntrepreneurProfile, Match, Like,
               Dislike>();
    orm::test::EveryPath<auth::Session>(db, random, 5).run<&auth::Session::session_key>();
}

TEST_P(SeedRows, Vineyards) {
    using auth::User;
    using namespace vinsdelux;
    tables<User, VdlProducer, VdlCoffret, VdlAdoptionPlan, VdlPlot, VdlPlotReservation>();
    parents<User, VdlProducer, VdlCoffret, VdlAdoptionPlan, VdlPlot>();
    every_path<VdlProducer, VdlCoffret, VdlAdoptionPlan, VdlPlot, VdlPlotReservation>();
}

TEST_P(SeedRows, PeopleAndEvents) {
    using auth::User;
    tables<User, CrushProfile, CrushCoach, ProfileSubmission, Venue, MeetupEvent, EventRegistration, EventConnection,
           ConnectionMessage, InvitationTry>();
    parents<User, User, User, User, User, User, User, User, CrushProfile, CrushCoach, Venue, MeetupEvent,
            EventConnection>();
    every_path<CrushProfile, CrushCoach, ProfileSubmission, Venue, MeetupEvent, EventRegistration, EventConnection,
               ConnectionMessage, InvitationTry>();
}

TEST_P(SeedRows, Journeys) {
    using auth::User;
    tables<User, JourneyConfiguration, JourneyChapter, JourneyChallenge, JourneyReward, JourneyProgress, JourneyAnswer,
           JourneyChapterCompletion, JourneyUnlock, SpecialUserExperience>();
    parents<User, User, User, JourneyConfiguration, JourneyChapter, JourneyChallenge, JourneyReward, JourneyProgress>();
    every_path<JourneyConfiguration, JourneyChapter, JourneyChallenge, JourneyReward, JourneyProgress, JourneyAnswer,
               JourneyChapterCompletion, JourneyUnlock, SpecialUserExperience>();
}

ON_EACH_DATABASE(SeedRows);

}  // namespace
}  // namespace crush_lu
