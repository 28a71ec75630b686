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
