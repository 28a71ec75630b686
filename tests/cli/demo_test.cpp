// What the platforms' rules forbid never happens in the demo data (domain rules by their ids), on both databases.
#include "demo/demo.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "database.hpp"
#include "demo/world.hpp"
#include "web/password.hpp"

namespace cli_tests {
namespace {

using cli::demo::Options;

Options options(double scale) {
    Options result;
    result.scale = scale;
    result.now = orm::parse_timestamp("2026-05-01 09:30:00");
    return result;
}

void load(orm::Database& db, const Options& options) {
    db.atomic([&](orm::Transaction& tx) { cli::demo::load(tx, options, {}); });
}

class Demo : public testing::TestWithParam<orm::Dialect> {
  protected:
    // One load for all tests of a database: nothing here writes.
    static orm::Database* database(orm::Dialect dialect) {
        static std::map<orm::Dialect, std::unique_ptr<TestDatabase>> loaded;
        auto found = loaded.find(dialect);
        if (found == loaded.end()) {
            found = loaded.emplace(dialect, TestDatabase::make(dialect)).first;
            if (found->second) load(found->second->db(), options(0.05));
        }
        return found->second ? &found->second->db() : nullptr;
    }
    void SetUp() override {
        db_ = database(GetParam());
        if (!db_) GTEST_SKIP() << "ENTREPRINDER_TEST_POSTGRES is not set";
    }
    std::int64_t number(const std::string& sql) { return db_->raw<std::int64_t>(sql).at(0); }
    /// `sql` counts what must not be.
    void none(const char* rule, const std::string& sql) { EXPECT_EQ(number(sql), 0) << rule << ": " << sql; }
    orm::Database* db_ = nullptr;
};

const std::string now = "'2026-05-01 09:00:00'";

TEST_P(Demo, HasTheSizesThatTheScaleSays) {
    const auto count = [&](const std::string& table) { return number("SELECT count(*) FROM " + table); };
    EXPECT_EQ(count("auth_user"), 500);
    EXPECT_EQ(count("crush_lu_crushprofile"), 400);
    EXPECT_EQ(count("crush_lu_crushcoach"), 3);
    EXPECT_EQ(count("crush_lu_meetupevent"), 100);
    EXPECT_NEAR(static_cast<double>(count("crush_lu_eventregistration")), 3000, 60);
    EXPECT_NEAR(static_cast<double>(count("crush_lu_eventconnection")), 1000, 20);
    EXPECT_EQ(count("crush_lu_connectionmessage"), 5000);
    EXPECT_EQ(count("vinsdelux_vdlproducer"), 6);
    EXPECT_EQ(count("vinsdelux_vdlplot"), 100);
    EXPECT_EQ(count("vinsdelux_vdlplotreservation"), 250);
    EXPECT_EQ(count("crush_lu_journeychallenge"), 5 * 8 * 5);
    EXPECT_EQ(count("crush_lu_journeyprogress"), 150);
    EXPECT_EQ(count("matching_like"), 1500);
    EXPECT_EQ(count("matching_match"), 200);
}

TEST_P(Demo, KeepsToTheRulesOfMembersAndReviews) {
    none("18 years (PROF-2)", "SELECT count(*) FROM crush_lu_crushprofile WHERE date_of_birth > '2008-05-01'");
    none("submitted profiles are complete (PROF-1)",
         "SELECT count(*) FROM crush_lu_crushprofile WHERE completion_status = 'submitted' AND "
         "(date_of_birth IS NULL OR looking_for IS NULL OR phone = '' OR bio = '')");
    none("a coach owns no active profile (PROF-5)",
         "SELECT count(*) FROM crush_lu_crushprofile p JOIN crush_lu_crushcoach c ON c.user_id = p.user_id");
    none("one pending submission per profile (REV-1)",
         "SELECT count(*) FROM (SELECT profile_id FROM crush_lu_profilesubmission WHERE status = 'pending' "
         "GROUP BY profile_id HAVING count(*) > 1) AS twice");
    none("coaches have at most their limit (REV-3)",
         "SELECT count(*) FROM crush_lu_crushcoach c WHERE max_active_reviews < (SELECT count(*) FROM "
         "crush_lu_profilesubmission s WHERE s.coach_id = c.id AND s.status = 'pending')");
    none("nobody waits while a coach has room (REV-4)",
         "SELECT count(*) FROM crush_lu_profilesubmission WHERE status = 'pending' AND coach_id IS NULL AND EXISTS "
         "(SELECT 1 FROM crush_lu_crushcoach c WHERE c.is_active AND max_active_reviews > (SELECT count(*) FROM "
         "crush_lu_profilesubmission s WHERE s.coach_id = c.id AND s.status = 'pending'))");
    none("feedback goes with revision and rejection (REV-5)",
         "SELECT count(*) FROM crush_lu_profilesubmission WHERE status IN ('revision', 'rejected') AND "
         "feedback_to_user = ''");
    none("approval and its traces go together (REV-6)",
         "SELECT count(*) FROM crush_lu_crushprofile p WHERE p.is_approved <> EXISTS (SELECT 1 FROM "
         "crush_lu_profilesubmission s WHERE s.profile_id = p.id AND s.status = 'approved' AND s.reviewed_at = "
         "p.approved_at)");
}

TEST_P(Demo, KeepsToTheRulesOfRegistrations) {
    const std::string held = "('pending', 'confirmed', 'attended')";
    const std::string seats =
        "(SELECT count(*) FROM crush_lu_eventregistration h WHERE h.event_id = e.id AND h.status IN " + held + ")";
    const std::string joined = "FROM crush_lu_eventregistration r JOIN crush_lu_meetupevent e ON e.id = r.event_id ";
    none("nobody over capacity (REG-3)",
         "SELECT count(*) FROM crush_lu_meetupevent e WHERE max_participants < " + seats);
    none("nobody waits beside a free seat (REG-3)",
         "SELECT count(*) " + joined + "WHERE r.status = 'waitlist' AND e.max_participants > " + seats);
    none("the waiting came last (REG-4)",
         "SELECT count(*) " + joined +
             "WHERE r.status = 'waitlist' AND r.queued_at < (SELECT max(h.queued_at) FROM "
             "crush_lu_eventregistration h WHERE h.event_id = e.id AND h.status IN " +
             held + ")");
    none("only approved, active members (REG-1)",
         "SELECT count(*) " + joined +
             "LEFT JOIN crush_lu_crushprofile p ON p.user_id = r.user_id "
             "WHERE p.id IS NULL OR NOT p.is_approved OR NOT p.is_active OR p.approved_at > r.created_at");
    none("registered before the deadline and now (REG-1)",
         "SELECT count(*) " + joined + "WHERE r.created_at >= e.registration_deadline OR r.created_at > " + now);
    none("attended means past (REG-8)", "SELECT count(*) " + joined +
                                            "WHERE r.status IN ('attended', 'no_show') AND (e.event_date > " + now +
                                            " OR e.is_cancelled)");
    none("free seats are confirmed, seats with a fee once they are paid (REG-2)",
         "SELECT count(*) " + joined +
             "WHERE (r.status = 'pending' AND (e.registration_fee = 0 OR r.payment_confirmed)) OR "
             "(r.status = 'confirmed' AND e.registration_fee > 0 AND NOT r.payment_confirmed)");
    none("flag and date of a payment go together (REG-9)",
         "SELECT count(*) FROM crush_lu_eventregistration WHERE payment_confirmed <> (payment_date IS NOT NULL)");
    none("drafts have no guests", "SELECT count(*) " + joined + "WHERE NOT e.is_published");
    none("private events are for the invited (PRV-1)",
         "SELECT count(*) " + joined +
             "WHERE e.is_private_invitation AND NOT EXISTS (SELECT 1 FROM "
             "crush_lu_meetupevent_special_users s WHERE s.meetupevent_id = e.id AND s.user_id = r.user_id)");
}

TEST_P(Demo, NobodyIsTooYoungOrTooOldForAnEvent) {
    using namespace crush_lu;
    using R = EventRegistration;
    const auto rows = db_->all(orm::select<R> | orm::related<&R::event> | orm::related<&R::user, crushprofile>);
    ASSERT_FALSE(rows.empty());
    for (const auto& [registration, event, user, profile] : rows) {
        ASSERT_TRUE(profile && profile->date_of_birth);
        const int age = cli::demo::age_at(*profile->date_of_birth, event.event_date);
        ASSERT_TRUE(age >= event.min_age && age <= event.max_age)
            << event.title << ": " << age << " not in " << event.min_age << ".." << event.max_age;
    }
}

TEST_P(Demo, KeepsToTheRulesOfConnections) {
    none(
        "both attended, and it is over (CON-1)",
        "SELECT count(*) FROM crush_lu_eventconnection c WHERE 2 <> (SELECT count(*) FROM crush_lu_eventregistration r "
        "WHERE r.event_id = c.event_id AND r.user_id IN (c.from_user_id, c.to_user_id) AND r.status = 'attended')");
    none("opposite requests end connected, at one time (CON-3)",
         "SELECT count(*) FROM crush_lu_eventconnection a JOIN crush_lu_eventconnection b ON a.event_id = b.event_id "
         "AND "
         "a.from_user_id = b.to_user_id AND a.to_user_id = b.from_user_id WHERE a.status <> 'connected' OR "
         "b.status <> 'connected' OR a.connected_at <> b.connected_at");
    none("connected means a time of it",
         "SELECT count(*) FROM crush_lu_eventconnection WHERE (status = 'connected') <> (connected_at IS NOT NULL)");
    EXPECT_GT(number("SELECT count(*) FROM crush_lu_eventconnection a JOIN crush_lu_eventconnection b ON a.event_id = "
                     "b.event_id AND a.from_user_id = b.to_user_id AND a.to_user_id = b.from_user_id"),
              50);
    none("messages between the two, while connected, in the older row (MSG-1, CON-6)",
         "SELECT count(*) FROM crush_lu_connectionmessage m JOIN crush_lu_eventconnection c ON c.id = m.connection_id "
         "WHERE "
         "m.sender_id NOT IN (c.from_user_id, c.to_user_id) OR c.status <> 'connected' OR m.created_at < "
         "c.connected_at OR "
         "m.created_at > " +
             now +
             " OR EXISTS (SELECT 1 FROM crush_lu_eventconnection o WHERE o.event_id = c.event_id AND "
             "o.from_user_id = c.to_user_id AND o.to_user_id = c.from_user_id AND o.id < c.id)");
}

TEST_P(Demo, KeepsToTheRulesOfVineyards) {
    const std::string live = "(NOT r.is_confirmed AND r.expires_at >= " + now + ")";
    none("a live hold, and only that, reserves (PLOT-1)",
         "SELECT count(*) FROM vinsdelux_vdlplot p WHERE (p.status = 'reserved') <> (1 = (SELECT count(*) FROM "
         "vinsdelux_vdlplotreservation r WHERE r.plot_id = p.id AND " +
             live + "))");
    none("an adoption, and only that, adopts (PLOT-6)",
         "SELECT count(*) FROM vinsdelux_vdlplot p WHERE (p.status = 'adopted') <> (1 = (SELECT count(*) FROM "
         "vinsdelux_vdlplotreservation r WHERE r.plot_id = p.id AND r.is_confirmed))");
    none("ten live holds per user (PLOT-2)",
         "SELECT count(*) FROM (SELECT user_id FROM vinsdelux_vdlplotreservation r WHERE " + live +
             " GROUP BY user_id HAVING count(*) > 10) AS many");
    none("the plan is offered on the plot (PLOT-3)",
         "SELECT count(*) FROM vinsdelux_vdlplotreservation r WHERE NOT EXISTS (SELECT 1 FROM "
         "vinsdelux_vdlplot_adoption_plans o WHERE o.vdlplot_id = r.plot_id AND o.vdladoptionplan_id = "
         "r.adoption_plan_id)");
    none("a confirmation has date and price (PLOT-6)",
         "SELECT count(*) FROM vinsdelux_vdlplotreservation WHERE is_confirmed <> (confirmed_price IS NOT NULL) OR "
         "is_confirmed <> (confirmed_at IS NOT NULL)");
}

TEST_P(Demo, KeepsToTheRulesOfMatchingAndJourneys) {
    none("a match is backed by both likes (SWP-3)",
         "SELECT count(*) FROM matching_match m WHERE 2 <> (SELECT count(*) FROM matching_like l WHERE (l.from_user_id "
         "= "
         "m.user1_id AND l.to_user_id = m.user2_id) OR (l.from_user_id = m.user2_id AND l.to_user_id = m.user1_id))");
    EXPECT_EQ(number("SELECT count(*) FROM matching_like a JOIN matching_like b ON a.from_user_id = b.to_user_id AND "
                     "a.to_user_id = b.from_user_id"),
              2 * number("SELECT count(*) FROM matching_match"));
    none("one answer to a card (SWP-2)",
         "SELECT count(*) FROM matching_like l JOIN matching_dislike d ON d.from_user_id = l.from_user_id AND "
         "d.to_user_id = l.to_user_id");
    none("chapters are solved in order (JRN-2, JRN-6)",
         "SELECT count(*) FROM crush_lu_journeyprogress p WHERE (SELECT count(*) FROM crush_lu_journeyanswer a WHERE "
         "a.progress_id = p.id AND a.is_correct) / 5 <> (SELECT count(*) FROM crush_lu_journeyunlock u WHERE "
         "u.progress_id = p.id)");
    none("the end is reached by solving all (JRN-3)",
         "SELECT count(*) FROM crush_lu_journeyprogress p WHERE p.completed <> (40 = (SELECT count(*) FROM "
         "crush_lu_journeyanswer a WHERE a.progress_id = p.id)) OR p.completed <> (p.completed_at IS NOT NULL)");
    none("players have their experience (JRN-1)",
         "SELECT count(*) FROM crush_lu_journeyprogress p WHERE NOT EXISTS (SELECT 1 FROM "
         "crush_lu_specialuserexperience s "
         "WHERE s.user_id = p.user_id AND s.journey_id = p.journey_id)");
}

INSTANTIATE_TEST_SUITE_P(Databases, Demo, testing::Values(orm::Dialect::sqlite, orm::Dialect::postgres),
                         [](const auto& info) { return info.param == orm::Dialect::sqlite ? "sqlite" : "postgres"; });

class SmallDemo : public testing::TestWithParam<orm::Dialect> {
  protected:
    /// Every row of every table as text, but for the hash, whose salt is random.
    static std::vector<std::string> dump(orm::Database& db) {
        std::vector<std::string> rows;
        db.atomic([&](orm::Transaction& tx) {
            for (const auto& r : tx.all(orm::select<auth::User>))
                rows.push_back(r.email + r.first_name + r.last_name + orm::to_string(r.date_joined));
            for (const auto& r : tx.all(orm::select<crush_lu::EventRegistration>))
                rows.push_back(std::to_string(r.event.id.value) + " " + std::to_string(r.user.id.value) + " " +
                               std::to_string(static_cast<int>(r.status)) + orm::to_string(r.queued_at));
            for (const auto& r : tx.all(orm::select<crush_lu::MeetupEvent>))
                rows.push_back(r.title + orm::to_string(r.event_date));
            for (const auto& r : tx.all(orm::select<crush_lu::ConnectionMessage>))
                rows.push_back(r.content + orm::to_string(r.created_at));
            for (const auto& r : tx.all(orm::select<crush_lu::JourneyAnswer>)) rows.push_back(r.answer);
        });
        std::sort(rows.begin(), rows.end());  // what a query leaves unordered, databases order differently
        return rows;
    }
    void SetUp() override {
        database_ = TestDatabase::make(GetParam());
        if (!database_) GTEST_SKIP() << "ENTREPRINDER_TEST_POSTGRES is not set";
    }
    std::unique_ptr<TestDatabase> database_;
};

TEST_P(SmallDemo, IsTheSameForTheSameSeedAndAnotherForAnother) {
    load(database_->db(), options(0.01));
    const auto second = TestDatabase::make(orm::Dialect::sqlite);
    load(second->db(), options(0.01));
    EXPECT_TRUE(dump(database_->db()) == dump(second->db()));
    Options other = options(0.01);
    other.seed = 2;
    const auto third = TestDatabase::make(orm::Dialect::sqlite);
    load(third->db(), other);
    EXPECT_FALSE(dump(second->db()) == dump(third->db()));
}

TEST_P(SmallDemo, HasEveryRoleAndSituation) {
    std::vector<cli::demo::Login> logins;
    database_->db().atomic([&](orm::Transaction& tx) { logins = cli::demo::load(tx, options(0.001), {}); });
    orm::Database& db = database_->db();
    using namespace crush_lu;
    using U = auth::User;
    using E = MeetupEvent;
    using R = EventRegistration;
    using orm::f;
    for (const auto& login : logins) {
        const auto user = db.get(orm::select<U> | orm::filter(f<&U::email> == login.email));
        EXPECT_TRUE(web::verify_password(cli::demo::password, user.password)) << login.email;
    }
    EXPECT_TRUE(web::password_problems(cli::demo::password, {"member@demo.example", "Camille"}).empty());
    const auto at = options(1).now;
    const auto waiting = orm::count(registrations.where(f<&R::status> == R::Status::waitlist));
    const auto seated = orm::count(registrations.where(f<&R::status> == R::Status::confirmed));
    const auto open = orm::filter(f<&E::is_published> && !f<&E::is_cancelled> && f<&E::registration_deadline> > at);
    int full_with_line = 0, full = 0, empty = 0;
    for (const auto& [event, line, held] : db.all(orm::select<E> | open | orm::annotate(waiting, seated))) {
        full_with_line += held >= event.max_participants && line > 0;
        full += held >= event.max_participants && line == 0;
        empty += held == 0 && line == 0 && event.max_participants == 30 && !event.is_private_invitation;
    }
    EXPECT_GE(full_with_line, 1);
    EXPECT_GE(full, 1);
    EXPECT_GE(empty, 1);
    EXPECT_TRUE(db.exists(orm::select<E> | orm::filter(f<&E::is_private_invitation>)));
    EXPECT_TRUE(db.exists(orm::select<E> | orm::filter(f<&E::is_cancelled>)));
    // A hundred members for a crowd at the door of one event.
    EXPECT_GE(
        db.count(orm::select<CrushProfile> | orm::filter(f<&CrushProfile::is_approved> && f<&CrushProfile::is_active>)),
        120);
}

INSTANTIATE_TEST_SUITE_P(Databases, SmallDemo, testing::Values(orm::Dialect::sqlite, orm::Dialect::postgres),
                         [](const auto& info) { return info.param == orm::Dialect::sqlite ? "sqlite" : "postgres"; });

}  // namespace
}  // namespace cli_tests
