// SWP-1 … SWP-4, also in parallel, on both databases.
#include "matching/services.hpp"

#include <atomic>
#include <set>

#include "matching/queries.hpp"
#include "platform_test.hpp"

namespace matching {
namespace {

using platform::test::in_parallel;
using UserId = orm::Id<auth::User>;

class Deck : public platform::test::PlatformTest {
  protected:
    UserId person(const std::string& name, bool verified = true) {
        const UserId id = user(name, verified).id;
        entreprinder::EntrepreneurProfile profile;
        profile.user = id;
        profile.headline = "Baker";
        profile.bio = "Bread.";
        db.insert(profile);
        return id;
    }
    std::int64_t all_matches() { return db.count(orm::select<Match>); }
};
ON_EACH_DATABASE(Deck);

TEST_P(Deck, SWP3_two_opposite_likes_are_one_match_whoever_comes_second) {
    const UserId a = person("a"), b = person("b");
    EXPECT_FALSE(like(db, b, a).matched);
    EXPECT_TRUE(like(db, a, b).matched);
    EXPECT_TRUE(like(db, a, b).matched);  // twice: the same
    const Match match = db.get(orm::select<Match>);
    EXPECT_EQ(match.user1.id, a);
    EXPECT_EQ(match.user2.id, b);
    EXPECT_EQ(matches(db, a).size(), 1u);
    EXPECT_EQ(matches(db, b)[0].card.user.id, a);
}

TEST_P(Deck, SWP3_the_database_refuses_mirrored_and_self_matches) {
    const UserId a = person("a"), b = person("b");
    Match mirrored;
    mirrored.user1 = b;
    mirrored.user2 = a;
    EXPECT_THROW(db.insert(mirrored), orm::CheckViolation);
    Like self;
    self.from_user = a;
    self.to_user = a;
    EXPECT_THROW(db.insert(self), orm::CheckViolation);
}

TEST_P(Deck, SWP3_case36_likes_in_the_same_instant_give_exactly_one_match) {
    for (int round = 0; round < 10; ++round) {
        const UserId a = person("a" + std::to_string(round)), b = person("b" + std::to_string(round));
        std::atomic<int> flags = 0;
        in_parallel(8, [&](int i) {
            const auto result = i % 2 ? like(db, a, b) : like(db, b, a);
            EXPECT_EQ(result.outcome, SwipeResult::Outcome::done);
            if (result.matched) ++flags;
        });
        EXPECT_GE(flags, 1);
        EXPECT_EQ(all_matches(), round + 1);
    }
}

TEST_P(Deck, SWP3_case36_likes_passes_and_a_profile_that_goes_at_the_same_moment_leave_no_half_match) {
    for (int round = 0; round < 6; ++round) {
        const UserId a = person("a" + std::to_string(round)), b = person("b" + std::to_string(round));
        in_parallel(8, [&](int i) {
            switch (i % 4) {
                case 0:
                    like(db, a, b);
                    break;
                case 1:
                    like(db, b, a);
                    break;
                case 2:
                    pass(db, a, b);
                    break;
                default:
                    if (round % 2 == 1)
                        db.erase(orm::select<entreprinder::EntrepreneurProfile> | entreprinder::profile_of(b));
                    else
                        EXPECT_EQ(like(db, a, a).outcome, SwipeResult::Outcome::refused);
            }
        });
        const auto liked = [&](UserId from, UserId to) {
            return db.exists(orm::select<Like> | like_between(from, to));
        };
        const auto passed = db.exists(orm::select<Dislike> | dislike_between(a, b));
        const bool matched = db.exists(orm::select<Match> | match_between(a, b));
        EXPECT_EQ(matched, liked(a, b) && liked(b, a));
        EXPECT_FALSE(passed && liked(a, b)) << "one or the other";
        EXPECT_LE(db.count(orm::select<Match> | match_between(a, b)), 1);
        EXPECT_EQ(like(db, a, b).outcome, round % 2 == 1 ? SwipeResult::Outcome::refused : SwipeResult::Outcome::done);
    }
}

TEST_P(Deck, SWP2_case36_refuses_oneself_the_missing_and_the_hidden) {
    const UserId a = person("a"), b = person("b"), bare = user("bare").id;
    EXPECT_EQ(like(db, a, a).outcome, SwipeResult::Outcome::refused);
    EXPECT_EQ(like(db, a, UserId(99'999)).outcome, SwipeResult::Outcome::refused);
    EXPECT_EQ(like(db, a, bare).outcome, SwipeResult::Outcome::refused);
    db.update(orm::select<auth::User> | orm::filter(orm::f<&auth::User::id> == b),
              orm::set<& auth::User::is_active> = false);
    EXPECT_EQ(like(db, a, b).outcome, SwipeResult::Outcome::refused);
    EXPECT_EQ(pass(db, a, b).outcome, SwipeResult::Outcome::refused);
    EXPECT_EQ(db.count(orm::select<Like>), 0);
}

TEST_P(Deck, SWP2_case36_a_like_replaces_a_pass_and_a_pass_withdraws_a_like_unless_matched) {
    const UserId a = person("a"), b = person("b");
    pass(db, a, b);
    EXPECT_FALSE(next_card(db, a));
    like(db, a, b);
    EXPECT_EQ(db.count(orm::select<Dislike>), 0);
    pass(db, a, b);
    EXPECT_EQ(db.count(orm::select<Like>), 0);
    like(db, a, b);
    like(db, b, a);
    EXPECT_TRUE(pass(db, a, b).matched);
    EXPECT_EQ(db.count(orm::select<Like>), 2);
    EXPECT_EQ(all_matches(), 1);
}

TEST_P(Deck, SWP1_shows_each_person_once_and_then_nobody) {
    const UserId me = person("me");
    std::set<UserId> expected;
    for (int i = 0; i < 6; ++i) expected.insert(person("p" + std::to_string(i)));
    user("without-profile");
    std::set<UserId> seen;
    for (int i = 0; auto card = next_card(db, me); ++i) {
        ASSERT_TRUE(seen.insert(card->user.id).second) << "the same card again";
        EXPECT_EQ(next_card(db, me)->user.id, card->user.id) << "the order is not stable";
        i % 2 ? like(db, me, card->user.id) : pass(db, me, card->user.id);
    }
    EXPECT_EQ(seen, expected);
}

TEST_P(Deck, SWP4_opens_for_verified_people_with_a_profile) {
    EXPECT_EQ(gate(db, person("a")), Gate::open);
    EXPECT_EQ(gate(db, person("b", false)), Gate::unverified_email);
    EXPECT_EQ(gate(db, user("c").id), Gate::no_profile);
}

TEST_P(Deck, MatchesTakeAFixedNumberOfStatements) {
    const UserId me = person("me");
    for (const int more : {3, 9}) {
        for (int i = 0; i < more; ++i) {
            const UserId other = person("m" + std::to_string(more) + "x" + std::to_string(i));
            like(db, me, other);
            like(db, other, me);
        }
        orm::expect_queries(5, [&] { matches(db, me); });
    }
}

}  // namespace
}  // namespace matching
