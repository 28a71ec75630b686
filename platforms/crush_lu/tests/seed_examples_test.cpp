/// The seed's own examples (sections 1, 2, 4 to 7 of its database guide) on Crush.lu's models, on both databases: one
/// test per example. Where the point is the number of statements, the test counts them. Section 3, migrations, is in
/// seed_examples_migrations_test.cpp; the SQL that the documentation shows is in seed_examples_sql_test.cpp.
#include "crush_lu/reviews.hpp"
#include "fixture.hpp"

namespace crush_lu {

struct TitleCard {
    orm::Id<MeetupEvent> id;
    orm::Char<200> title;
};

namespace {

using E = MeetupEvent;
using R = EventRegistration;
using orm::f;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class SeedExamples : public CrushTest {
  protected:
    SeedExamples() {
        caves.name = "Caves St Martin";
        caves.city = "Remich";
        db.insert(caves);
        wine = meetup({.seats = 2, .title = "Wine and words"});
        dating = meetup({.date = "2026-06-20 18:00:00", .deadline = "2026-06-19 18:00:00", .title = "Speed dating"});
        past = meetup({.date = "2026-05-01 18:00:00", .deadline = "2026-04-30 18:00:00", .title = "Past social"});
        draft = meetup({.published = false, .title = "Draft"});
        change<&E::venue>(wine, caves.id);
        anna = member("Anna");
        ben = member("Ben");
        cara = account("Cara");
        place(wine, anna, Status::confirmed);
        place(wine, ben, Status::waitlist);
        place(wine, cara, Status::cancelled);
        place(past, anna, Status::attended);
    }
    void place(EventId event, UserId user, Status status) {
        R registration;
        registration.event = event;
        registration.user = user;
        registration.status = status;
        db.insert(registration);
    }
    template <class Q>
    std::vector<std::string> titles(const Q& query) {
        std::vector<std::string> result;
        for (const E& event : db.all(query)) result.push_back(event.title);
        return result;
    }
    Venue caves;
    EventId wine, dating, past, draft;
    UserId anna, ben, cara;
};

// Section 1: query optimization -----------------------------------------------------------------------------------

/// Seed §1 "BAD: N+1 queries". Nothing loads by itself: the loop of queries can only be written as one, and shows.
TEST_P(SeedExamples, S1_TheLoopOfQueriesIsVisible) {
    orm::expect_queries(1 + 4, [&] {
        for (const E& event : db.all(orm::select<E>))
            db.count(orm::select<R> | orm::filter(f<&R::event> == event.id));  // a query per event
    });
}

/// Seed §1 "GOOD: annotate count", plain and filtered; several counts never multiply each other.
TEST_P(SeedExamples, S1_AnnotateCounts) {
    orm::expect_queries(1, [&] {
        const auto events =
            db.all(orm::select<E> | orm::annotate(orm::count(registrations),
                                                  orm::count(registrations).where(f<&R::status> == Status::confirmed)));
        ASSERT_EQ(events.size(), 4U);
        for (const auto& [event, registration_count, confirmed_count] : events) {
            EXPECT_EQ(registration_count, event.id == wine ? 3 : event.id == past ? 1 : 0) << event.title;
            EXPECT_EQ(confirmed_count, event.id == wine ? 1 : 0) << event.title;
        }
    });
}

/// Seed §1 "GOOD: prefetch related": one statement per level, whatever the number of events.
TEST_P(SeedExamples, S1_PrefetchRelated) {
    orm::expect_queries(2, [&] {
        for (const auto& [event, children] : db.all(orm::select<E> | orm::prefetch(registrations)))
            EXPECT_EQ(children.size(), event.id == wine ? 3U : event.id == past ? 1U : 0U);
    });
}

/// Seed §1 "select_related('user')".
TEST_P(SeedExamples, S1_SelectRelated) {
    orm::expect_queries(1, [&] {
        const auto profiles = db.all(orm::select<CrushProfile> | orm::related<&CrushProfile::user>);
        ASSERT_EQ(profiles.size(), 2U);
        for (const auto& [profile, user] : profiles) EXPECT_EQ(profile.user, user.id);
    });
}

/// Seed §1 "prefetch_related('registrations', '…__user', '…__user__crushprofile')". Django sends four statements; the
/// two steps that lead to one row each are joined to the children's statement.
TEST_P(SeedExamples, S1_PrefetchOverThreeRelations) {
    orm::expect_queries(2, [&] {
        const auto events = db.all(orm::select<E> | orm::filter(f<&E::id> == wine) |
                                   orm::prefetch(registrations | orm::related<&R::user, crushprofile>));
        const auto& people = std::get<1>(events.at(0));
        ASSERT_EQ(people.size(), 3U);
        for (const auto& [registration, user, profile] : people) {
            EXPECT_EQ(registration.user, user.id);
            EXPECT_EQ(profile.has_value(), user.first_name != "Cara");
        }
    });
}

/// The same from one step further out: venues → events → registrations → user and profile.
TEST_P(SeedExamples, S1_PrefetchInsidePrefetch) {
    orm::expect_queries(3, [&] {
        const auto venues =
            db.all(orm::select<Venue> |
                   orm::prefetch(venue_events | orm::prefetch(registrations | orm::related<&R::user, crushprofile>)));
        const auto& [venue, events] = venues.at(0);
        EXPECT_EQ(venue.city, "Remich");
        const auto& [event, people] = events.at(0);
        EXPECT_EQ(event.title, "Wine and words");
        EXPECT_EQ(std::get<1>(people.at(0)).first_name, "Anna");
    });
}

/// Seed §1 "Custom Prefetch for filtering": Prefetch('registrations', queryset=…, to_attr='confirmed_registrations').
TEST_P(SeedExamples, S1_PrefetchWithItsOwnQuery) {
    const auto confirmed_registrations = registrations | orm::filter(f<&R::status> == Status::confirmed);
    orm::expect_queries(2, [&] {
        for (const auto& [event, confirmed] : db.all(orm::select<E> | orm::prefetch(confirmed_registrations))) {
            ASSERT_EQ(confirmed.size(), event.id == wine ? 1U : 0U);
            if (event.id == wine) {
                EXPECT_EQ(confirmed[0].user, anna);
            }
        }
    });
}

/// select_related over several levels and along two paths, one statement.
TEST_P(SeedExamples, S1_RelatedOverSeveralLevels) {
    orm::expect_queries(1, [&] {
        const auto rows = db.all(orm::select<R> | orm::related<&R::event, &E::venue> |
                                 orm::related<&R::user, crushprofile> | orm::order_by<&R::id>);
        ASSERT_EQ(rows.size(), 4U);
        const auto& [registration, event, venue, user, profile] = rows[0];
        EXPECT_EQ(registration.event, event.id);
        EXPECT_EQ(venue->name, "Caves St Martin");
        EXPECT_EQ(user.first_name, "Anna");
        EXPECT_EQ(profile->user, anna);
        EXPECT_FALSE(std::get<2>(rows[3])) << "no venue is no row, not an empty one";
    });
}

/// Seed §1 "Get upcoming events with registration counts and user's registration status": Exists(OuterRef), one
/// statement, into a named struct.
TEST_P(SeedExamples, S1_UpcomingEventsWithCountsAndOwnRegistrationAndVenue) {
    struct Upcoming {
        E event;
        std::optional<Venue> venue;
        std::int64_t registration_count = 0;
        bool user_registered = false;
    };
    const auto confirmed = orm::count(registrations).where(f<&R::status> == Status::confirmed);
    const auto mine = orm::exists(registrations.where(f<&R::user> == ben));
    orm::expect_queries(1, [&] {
        const auto events = db.all(orm::select<E> | orm::filter(f<&E::is_published> && f<&E::event_date> >= now) |
                                   orm::related<&E::venue> | orm::annotate(confirmed, mine) |
                                   orm::order_by<&E::event_date> | orm::as<Upcoming>);
        ASSERT_EQ(events.size(), 2U);
        EXPECT_EQ(events[0].event.title, "Wine and words");
        EXPECT_EQ(events[0].venue->city, "Remich");
        EXPECT_EQ(events[0].registration_count, 1);
        EXPECT_TRUE(events[0].user_registered);
        EXPECT_FALSE(events[1].venue);
        EXPECT_FALSE(events[1].user_registered);
    });
}

/// The same with the seed's subquery spelled out: EventRegistration.filter(event=OuterRef('pk'), user=…).
TEST_P(SeedExamples, S1_ExistsOverAnOuterReference) {
    const auto user_registration =
        orm::select<R> | orm::filter(f<&R::event> == orm::outer<&E::id> && f<&R::user> == ben);
    const auto rows = db.all(orm::select<E> | orm::annotate(orm::exists(user_registration)) | orm::order_by<&E::id>);
    EXPECT_TRUE(std::get<1>(rows.at(0)));
    EXPECT_FALSE(std::get<1>(rows.at(1)));
}

/// The best practices' "only() or defer() for large models": name the fields; the row has those and no others.
TEST_P(SeedExamples, S1_OnlySomeFields) {
    const auto rows = db.all(orm::select<E> | orm::values<&E::title, &E::event_date> | orm::order_by<&E::id>);
    EXPECT_EQ(std::get<0>(rows.at(1)), "Speed dating");
    EXPECT_THAT(db.sql(orm::select<E> | orm::values<&E::title>), testing::Not(HasSubstr("description")));
    const auto cards = db.all(orm::select<E> | orm::only<TitleCard> | orm::order_by<&E::id>);
    EXPECT_EQ(cards.at(1).title, "Speed dating");
    EXPECT_THAT(db.sql(orm::select<E> | orm::only<TitleCard>), testing::Not(HasSubstr("description")));
    const auto listed = orm::select<E> | orm::defer<&E::description> | orm::order_by<&E::id>;
    EXPECT_EQ(db.all(listed).at(1)[f<&E::title>], "Speed dating");
    EXPECT_THAT(db.sql(listed), testing::Not(HasSubstr("description")));
    EXPECT_THAT(db.sql(listed), HasSubstr("event_date"));
}

// Section 2: indexes ------------------------------------------------------------------------------------------------

/// Seed §2 "When to add indexes": each of them, the partial one on both databases.
TEST_P(SeedExamples, S2_IndexesExist) {
    const auto indexes =
        db.raw<std::string>(postgres() ? "SELECT indexdef::text FROM pg_indexes WHERE schemaname = current_schema() "
                                         "AND tablename = 'crush_lu_meetupevent'"
                                       : "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
                                         "AND tbl_name = 'crush_lu_meetupevent'");
    const auto find = [&](const std::string& pattern) {
        return std::ranges::any_of(indexes, [&](std::string text) {
            std::erase(text, '"');
            return std::string_view(text).find(pattern) != std::string_view::npos;
        });
    };
    EXPECT_TRUE(find("event_date_published_idx"));
    EXPECT_TRUE(find("(event_date, is_published)"));
    EXPECT_TRUE(find("(venue_id)"));
    EXPECT_TRUE(find("(is_private_invitation)"));
    EXPECT_TRUE(find("event_published_date_idx")) << "partial";
    EXPECT_TRUE(find("WHERE is_published") || find("WHERE (is_published"));
}

/// Seed §2 "Monitor query performance": connection.queries.
TEST_P(SeedExamples, S2_MonitorQueries) {
    const orm::QueryScope scope;
    db.all(orm::select<E> | published);
    db.count(orm::select<R>);
    ASSERT_EQ(scope.statements().size(), 2U);
    for (const orm::QueryRecord& query : scope.statements()) {
        EXPECT_THAT(query.text, HasSubstr("SELECT"));
        EXPECT_GT(query.duration.count(), 0);
        EXPECT_THAT(query.location.file_name(), HasSubstr("seed_examples_test.cpp"));
    }
}

// Section 4: the team's own vocabulary -------------------------------------------------------------------------------

/// Seed §4 "MeetupEvent.objects.upcoming().published().with_counts()".
TEST_P(SeedExamples, S4_ChainedVocabulary) {
    orm::expect_queries(1, [&] {
        const auto events = db.all(orm::select<E> | upcoming(now) | published | with_counts);
        ASSERT_EQ(events.size(), 2U);
        const auto& [event, held, waiting] = events[0];
        EXPECT_EQ(event.title, "Wine and words");
        EXPECT_EQ(held, 1);
        EXPECT_EQ(waiting, 1);
    });
}

/// Seed §4 "MeetupEvent.objects.available_for_registration()".
TEST_P(SeedExamples, S4_AvailableForRegistration) {
    EXPECT_THAT(titles(orm::select<E> | available_for_registration(now)),
                ElementsAre("Wine and words", "Speed dating"));
    place(wine, account("Dora"), Status::confirmed);
    EXPECT_THAT(titles(orm::select<E> | available_for_registration(now)), ElementsAre("Speed dating")) << "now full";
}

/// ProfileSubmission.assign_coach: the coach with room and the lowest workload, in one statement.
TEST_P(SeedExamples, S4_CoachWithTheLowestWorkload) {
    const auto coach_of = [&](UserId user) {
        return db.get(orm::select<CrushCoach> | orm::filter(f<&CrushCoach::user> == user)).id;
    };
    const auto busy = coach_of(coach("Busy")), idle = coach_of(coach("Idle")), full = coach_of(coach("Full", 0));
    ProfileSubmission submission;
    submission.profile = db.get(orm::select<CrushProfile> | profile_of(anna)).id;
    submission.coach = busy;
    db.insert(submission);
    orm::expect_queries(1, [&] {
        const auto pending =
            orm::count(coach_submissions).where(f<&ProfileSubmission::status> == ProfileSubmission::Status::pending);
        const auto next = db.first(orm::select<CrushCoach> | orm::filter(pending < f<&CrushCoach::max_active_reviews>) |
                                   orm::sort(pending));
        EXPECT_EQ(next->id, idle);
        EXPECT_NE(next->id, full);
    });
    // The product's form of it breaks ties by who has waited longest (REV-3).
    EXPECT_EQ(db.first(orm::select<CrushCoach> | accepting_reviews | least_busy_first)->id, idle);
}

// Section 5: transactions ---------------------------------------------------------------------------------------------

/// Seed §5 "register_for_event": lock the event's row, look, write.
TEST_P(SeedExamples, S5_RegisterUnderALock) {
    const auto register_user = [&](UserId user) {
        return db.atomic([&](orm::Transaction& tx) {
            const E event = tx.get(orm::select<E> | with_id(wine) | orm::for_update);
            const auto held = tx.count(orm::select<R> | of_event(wine) | orm::filter(seat_held));
            return tx.get_or_create(orm::select<R> | of_event(wine) | of_user(user), [&] {
                R registration;
                registration.event = wine;
                registration.user = user;
                registration.status = is_full(event, held) ? Status::waitlist : Status::confirmed;
                return registration;
            });
        });
    };
    const UserId dora = account("Dora"), emil = account("Emil");
    EXPECT_TRUE(register_user(dora).second);
    EXPECT_FALSE(register_user(dora).second) << "the second time finds it";
    EXPECT_EQ(status(dora, wine), Status::confirmed);
    register_user(emil);
    EXPECT_EQ(status(emil, wine), Status::waitlist);
    // Ten at once for the one seat of another event: exactly one is confirmed.
    const EventId last = meetup({.seats = 1, .title = "Last seat"});
    const auto people = members(10);
    in_parallel(10, [&](int i) { register_for_event(db, people[static_cast<std::size_t>(i)], last, {}, now); });
    EXPECT_EQ(held(last), 1);
}

/// Seed §5 "complex_operation": succeed or fail together.
TEST_P(SeedExamples, S5_Atomic) {
    const auto approve = [&](bool fail) {
        db.atomic([&](orm::Transaction& tx) {
            auto profile = tx.get(orm::select<CrushProfile> | profile_of(anna));
            profile.approved_at = now;
            tx.save<&CrushProfile::approved_at>(profile);
            ProfileSubmission submission;
            submission.profile = profile.id;
            submission.status = ProfileSubmission::Status::approved;
            submission.reviewed_at = now;
            tx.insert(submission);
            if (fail) throw std::runtime_error("the mail server is down");
        });
    };
    EXPECT_THROW(approve(true), std::runtime_error);
    EXPECT_EQ(db.count(orm::select<ProfileSubmission>), 0);
    EXPECT_EQ(db.get(orm::select<CrushProfile> | profile_of(anna)).approved_at, std::nullopt);
    approve(false);
    EXPECT_EQ(db.count(orm::select<ProfileSubmission>), 1);
}

/// Seed §5 "approve_profile": the mail goes out after a commit, and only then.
TEST_P(SeedExamples, S5_OnCommit) {
    std::vector<std::string> sent;
    const auto approve = [&](bool fail) {
        db.atomic([&](orm::Transaction& tx) {
            tx.update(orm::select<CrushProfile> | profile_of(anna), orm::set<& CrushProfile::is_approved> = true);
            tx.on_commit([&] { sent.push_back(db.get(anna).first_name); });
            EXPECT_THAT(sent, IsEmpty());
            if (fail) throw std::runtime_error("no");
        });
    };
    EXPECT_THROW(approve(true), std::runtime_error);
    EXPECT_THAT(sent, IsEmpty());
    approve(false);
    EXPECT_THAT(sent, ElementsAre("Anna"));
}

/// Seed §5 "submissions.latest('created_at')".
TEST_P(SeedExamples, S5_Latest) {
    const auto profile = db.get(orm::select<CrushProfile> | profile_of(anna)).id;
    for (const int day : {1, 3, 2}) {
        ProfileSubmission submission;
        submission.profile = profile;
        submission.status = ProfileSubmission::Status::rejected;
        submission.created_at = now + std::chrono::days(day);
        db.insert(submission);
    }
    using S = ProfileSubmission;
    const auto latest =
        db.first(orm::select<S> | orm::filter(f<&S::profile> == profile) | orm::order_by<orm::desc<&S::created_at>>);
    EXPECT_EQ(latest->created_at, now + std::chrono::days(3));
}

// Section 6: PostgreSQL's features, on both databases -----------------------------------------------------------------

/// Seed §6 "JSONField usage": completed_challenges__contains=[challenge_id], and append.
TEST_P(SeedExamples, S6_JsonContainmentAndAppend) {
    using P = JourneyProgress;
    JourneyConfiguration journey;
    journey.name = "Wonderland";
    db.insert(journey);
    P progress;
    progress.user = anna;
    progress.journey = journey.id;
    progress.completed_challenges = orm::Json("[3, 7]");
    db.insert(progress);
    const auto solved = [&](std::int64_t challenge) {
        return db.count(orm::select<P> |
                        orm::filter(orm::json_contains(f<&P::completed_challenges>,
                                                       orm::Json("[" + std::to_string(challenge) + "]"))));
    };
    EXPECT_EQ(solved(7), 1);
    EXPECT_EQ(solved(8), 0);
    // In the database, so that two answers at once are both kept.
    in_parallel(8, [&](int i) {
        db.update(orm::select<P> | orm::filter(f<&P::id> == progress.id),
                  orm::set<& P::completed_challenges> =
                      orm::json_append(f<&P::completed_challenges>, orm::Json(std::to_string(10 + i))));
    });
    for (int i = 0; i < 8; ++i) EXPECT_EQ(solved(10 + i), 1);
    EXPECT_EQ(solved(3), 1);
}

/// Seed §6 "Basic search": SearchVector('title', 'description'), SearchQuery('speed dating').
TEST_P(SeedExamples, S6_FullTextSearch) {
    const auto texts = orm::search_in(f<&E::title>, f<&E::description>);
    EXPECT_THAT(titles(orm::select<E> | orm::filter(texts.matches("speed dating"))), ElementsAre("Speed dating"));
    EXPECT_THAT(titles(orm::select<E> | orm::filter(texts.matches("the rivers"))), SizeIs(4))
        << "stems of the description's words, without stop words";
    EXPECT_THAT(titles(orm::select<E> | orm::filter(texts.matches("') OR 1=1 --"))), IsEmpty());
}

/// Seed §6 "Ranked search": title weighs A, description B; order_by('-rank').
TEST_P(SeedExamples, S6_RankedSearch) {
    change<&E::description>(dating, "A social evening.");
    const auto texts = orm::search_in<"AB">(f<&E::title>, f<&E::description>);
    const auto rank = texts.rank("social");
    const auto found = db.all(orm::select<E> | orm::annotate(rank) | orm::filter(texts.matches("social")) |
                              orm::sort(rank.desc(), f<&E::id>));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(std::get<0>(found[0]).title, "Past social") << "a word of the title counts more";
    EXPECT_GT(std::get<1>(found[0]), std::get<1>(found[1]));
}

/// Seed §6 "Array fields": interests__contains, interests__overlap.
TEST_P(SeedExamples, S6_ArrayContainsAndOverlap) {
    const auto like = [&](UserId user, std::vector<orm::Char<50>> interests) {
        auto profile = db.get(orm::select<CrushProfile> | profile_of(user));
        profile.interests = std::move(interests);
        db.save<&CrushProfile::interests>(profile);
    };
    like(anna, {"hiking", "wine, red"});
    like(ben, {"cooking"});
    constexpr auto interests = f<&CrushProfile::interests>;
    const auto who = [&](auto condition) {
        std::vector<UserId> users;
        for (const CrushProfile& profile : db.all(orm::select<CrushProfile> | orm::filter(condition)))
            users.push_back(profile.user);
        return users;
    };
    EXPECT_THAT(who(orm::array_contains(interests, {"hiking"})), ElementsAre(anna));
    EXPECT_THAT(who(orm::array_contains(interests, {"wine, red", "hiking"})), ElementsAre(anna));
    EXPECT_THAT(who(orm::array_contains(interests, {"hiking", "cooking"})), IsEmpty());
    EXPECT_THAT(who(orm::array_overlaps(interests, {"hiking", "cooking"})), UnorderedElementsAre(anna, ben));
}

// Section 7: looking at queries ---------------------------------------------------------------------------------------

/// Seed §7 "print(queryset.query)".
TEST_P(SeedExamples, S7_PrintTheSql) {
    const std::string text = db.sql(orm::select<E> | orm::filter(f<&E::is_published>) | orm::values<&E::title>);
    EXPECT_EQ(text, R"(SELECT t0."title" FROM "crush_lu_meetupevent" AS t0 WHERE t0."is_published")");
}

/// Seed §7 "queryset.explain()", as text and as a structure.
TEST_P(SeedExamples, S7_Explain) {
    const orm::Explanation plan = db.explain(orm::select<E> | with_id(wine));
    EXPECT_THAT(plan.text, testing::AnyOf(HasSubstr("crush_lu_meetupevent"), HasSubstr("t0")));
    ASSERT_FALSE(plan.nodes.empty());
    EXPECT_FALSE(plan.nodes[0].title.empty());
}

/// Seed §7 "queryset.explain(analyze=True)" runs the query.
TEST_P(SeedExamples, S7_ExplainAnalyze) {
    const orm::Explanation plan = db.explain(orm::select<E> | published, true);
    ASSERT_FALSE(plan.nodes.empty());
    if (postgres()) {
        EXPECT_THAT(plan.text, HasSubstr("actual time"));
        EXPECT_EQ(plan.nodes[0].rows, 3);
    }
}

ON_EACH_DATABASE(SeedExamples);

}  // namespace
}  // namespace crush_lu
