// Codes of private events: PRV-2, PRV-3, and the awkward cases 16 and 17.
#include "crush_lu/invitations.hpp"

#include <atomic>

#include "fixture.hpp"

namespace crush_lu {

void PrintTo(RedeemOutcome outcome, std::ostream* out) {
    *out << orm::to_string(outcome);
}

namespace {

using enum RedeemOutcome;
using orm::f;

class Invitations : public CrushTest {
  protected:
    EventId secret(const std::string& code) {
        const EventId event = meetup({.private_ = true});
        change<&MeetupEvent::invitation_code>(event, code);
        return event;
    }
    RedeemOutcome redeem(UserId user, EventId event, std::string_view code) {
        return redeem_invitation(db, user, event, code, now);
    }
    RedeemOutcome redeem(UserId user, EventId event, std::string_view code, std::chrono::microseconds later) {
        return redeem_invitation(db, user, event, code, now + later);
    }
    std::int64_t tries() { return db.count(orm::select<InvitationTry>); }
    std::int64_t invited(EventId event) {
        return db.count(orm::select<auth::User> |
                        orm::filter(orm::exists(invited_events.where(f<&MeetupEvent::id> == event))));
    }
};
ON_EACH_DATABASE(Invitations);

TEST_P(Invitations, PRV2_case16_case_and_blanks_do_not_matter_and_look_alikes_do) {
    const EventId event = secret("Vendange-2026");
    const UserId anna = member("Anna");
    for (const char* wrong : {"", " ", "vendange", "vendange-2026x", "vend\u0430nge-2026", "%", "VENDANGE_2026"})
        EXPECT_EQ(redeem(anna, event, wrong), not_found) << wrong;
    EXPECT_EQ(join(anna, event).refusal, Refusal::not_found);
    EXPECT_EQ(redeem(anna, event, "\t vENDANGE-2026 \n"), redeemed);
    EXPECT_EQ(redeem(anna, event, "vendange-2026"), already_invited);
    EXPECT_EQ(invited(event), 1);
    EXPECT_EQ(join(anna, event).status, Status::confirmed);
}

TEST_P(Invitations, PRV2_case16_case_means_the_same_on_both_databases_beyond_ascii) {
    const EventId event = secret("\u00c9cole-2026");
    EXPECT_EQ(redeem(member("Anna"), event, "ecole-2026"), not_found);
    EXPECT_EQ(redeem(member("Ben"), event, "\u00a0\u00e9COLE-2026\u00a0"), redeemed);
}

TEST_P(Invitations, PRV2_case16_an_empty_code_opens_nothing) {
    const EventId one = secret(""), two = secret("");
    const EventId open = meetup();
    const UserId anna = member("Anna");
    for (const EventId event : {one, two, open, EventId(99'999)}) EXPECT_EQ(redeem(anna, event, ""), not_found);
    EXPECT_EQ(redeem(UserId(99'999), secret("code"), "code"), not_found);
    const EventId draft = secret("draft");
    change<&MeetupEvent::is_published>(draft, false);
    EXPECT_EQ(redeem(anna, draft, "draft"), not_found);
}

TEST_P(Invitations, PRV2_expires_at_that_moment) {
    const EventId event = secret("code");
    change<&MeetupEvent::invitation_expires_at>(event, std::optional(now + 1us));
    EXPECT_EQ(redeem(member("Anna"), event, "code"), redeemed);
    change<&MeetupEvent::invitation_expires_at>(event, std::optional(now));
    EXPECT_EQ(redeem(member("Ben"), event, "code"), expired);
}

TEST_P(Invitations, PRV2_case16_the_last_places_are_given_once_to_many_at_once) {
    const EventId event = secret("code");
    change<&MeetupEvent::max_invited_guests>(event, 3);
    const std::vector<UserId> people = members(8);
    std::atomic<int> in{0}, late{0};
    in_parallel(8, [&](int i) {
        const auto outcome = redeem(people[static_cast<std::size_t>(i)], event, "code");
        in += outcome == redeemed;
        late += outcome == full;
    });
    EXPECT_EQ(in, 3);
    EXPECT_EQ(late, 5);
    EXPECT_EQ(invited(event), 3);
}

TEST_P(Invitations, PRV2_ten_wrong_codes_within_an_hour_are_enough) {
    const EventId event = secret("code"), other = secret("sesame");
    const UserId anna = member("Anna"), ben = member("Ben");
    for (int i = 0; i < 10; ++i) EXPECT_EQ(redeem(anna, i % 2 ? event : other, "guess"), not_found) << i;
    EXPECT_EQ(redeem(anna, event, "code"), too_many);
    EXPECT_EQ(redeem(anna, event, "guess"), too_many);
    EXPECT_EQ(tries(), 10) << "what was not looked at does not count";
    EXPECT_EQ(redeem(ben, event, "code"), redeemed) << "nobody else's business";
    EXPECT_EQ(redeem(anna, event, "code", 1h - 1us), too_many);
    EXPECT_EQ(invited(event), 1);
    EXPECT_EQ(redeem(anna, event, "code", 1h), redeemed);
}

TEST_P(Invitations, PRV2_wrong_codes_count_for_an_hour_each) {
    const EventId event = secret("code");
    const UserId anna = member("Anna");
    for (int i = 0; i < 5; ++i) redeem(anna, event, "guess");
    for (int i = 0; i < 5; ++i) redeem(anna, event, "guess", 30min);
    EXPECT_EQ(redeem(anna, event, "guess", 59min), too_many);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(redeem(anna, event, "guess", 61min), not_found);
    EXPECT_EQ(redeem(anna, event, "code", 62min), too_many);
    EXPECT_EQ(sweep_invitation_tries(db, now + 62min), 5U);
    EXPECT_EQ(redeem(anna, event, "code", 62min), too_many) << "what counts was not swept";
    EXPECT_EQ(sweep_invitation_tries(db, now + 3h), 10U);
    EXPECT_EQ(tries(), 0);
}

TEST_P(Invitations, PRV2_right_codes_are_no_wrong_ones) {
    const EventId event = secret("code");
    const UserId anna = member("Anna");
    for (int i = 0; i < 9; ++i) EXPECT_EQ(redeem(anna, event, "guess"), not_found);
    EXPECT_EQ(redeem(anna, event, "code"), redeemed);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(redeem(anna, event, "code"), already_invited);
    EXPECT_EQ(redeem(UserId(99'999), event, "guess"), not_found) << "nobody to write it down for";
    EXPECT_EQ(tries(), 9);
}

TEST_P(Invitations, PRV2_many_wrong_codes_at_once_are_counted_one_by_one) {
    const EventId event = secret("code");
    const UserId anna = member("Anna"), ben = member("Ben");
    std::atomic<int> wrong{0}, refused{0}, in{0};
    in_parallel(16, [&](int i) {
        if (i == 0) {
            in += redeem(ben, event, "code") == redeemed;
            return;
        }
        const auto outcome = redeem(anna, event, "guess");
        wrong += outcome == not_found;
        refused += outcome == too_many;
    });
    EXPECT_EQ(wrong, 10);
    EXPECT_EQ(refused, 5);
    EXPECT_EQ(in, 1);
    EXPECT_EQ(tries(), 10);
    orm::Database another(url());
    EXPECT_EQ(redeem_invitation(another, anna, event, "code", now), too_many) << "committed, not this process's memory";
}

TEST_P(Invitations, PRV3_case17_an_invitation_replaces_the_approval_and_not_the_profile) {
    const EventId event = secret("code");
    const UserId bare = account("Bare"), young = member("Young", "2009-01-01"), fresh = member("Fresh");
    change<&CrushProfile::is_approved>(fresh, false);
    for (const UserId one : {bare, young, fresh}) EXPECT_EQ(redeem(one, event, "code"), redeemed);
    EXPECT_EQ(join(bare, event).refusal, Refusal::no_profile);
    EXPECT_EQ(join(young, event).refusal, Refusal::too_young);
    EXPECT_EQ(join(fresh, event).refusal, std::nullopt);
}

}  // namespace
}  // namespace crush_lu
