// The directory and one's own profile, on both databases.
#include "entreprinder/services.hpp"

#include "entreprinder/queries.hpp"
#include "platform_test.hpp"

namespace entreprinder {
namespace {

using platform::test::in_parallel;
using Profile = EntrepreneurProfile;

class Entrepreneurs : public platform::test::PlatformTest {
  protected:
    auth::User person(const std::string& name, const std::string& company = "Weber & Co") {
        auth::User user = this->user(name);
        create_profile(db, user.id, company);
        return user;
    }
    void people(int count) {
        for (int i = 0; i < count; ++i) person("person" + std::to_string(++made_));
    }
    static ProfileForm form() {
        return {.first_name = " Anna ",
                .last_name = "Weber",
                .headline = "Bicycles, repaired at your door",
                .company = "Velo Weber",
                .bio = "Since 2011.",
                .linkedin_url = "https://lu.linkedin.com/in/anna",
                .skills = "Welding, Sales,, Welding , Cash-flow"};
    }
    int made_ = 0;
};
ON_EACH_DATABASE(Entrepreneurs);

TEST_P(Entrepreneurs, ProfileIsCreatedOnceOnTheFirstVisit) {
    const auth::User anna = user("anna");
    in_parallel(8, [&](int) { own_profile(db, anna.id); });
    EXPECT_EQ(db.count(orm::select<Profile>), 1);
}

TEST_P(Entrepreneurs, SavesAProfileWithItsIndustriesAndSkills) {
    const auth::User anna = user("anna");
    Industry bikes, wine;
    bikes.name = "Bicycles";
    wine.name = "Wine";
    db.insert(bikes);
    db.insert(wine);
    ProfileForm given = form();
    given.industries = {bikes.id.value, 999'999};
    EXPECT_TRUE(save_profile(db, anna.id, given).empty());
    Card card = own_card(db, db.get(anna.id));
    EXPECT_EQ(display_name(card.user, card.profile), "Anna Weber");
    EXPECT_EQ(card.skills.size(), 3u);
    ASSERT_EQ(card.industries.size(), 1u);
    EXPECT_EQ(card.industries[0].name, "Bicycles");

    given.industries = {wine.id.value};
    given.skills = "Sales";
    EXPECT_TRUE(save_profile(db, anna.id, given).empty());
    card = own_card(db, db.get(anna.id));
    EXPECT_EQ(card.skills.size(), 1u);
    EXPECT_EQ(card.industries[0].name, "Wine");
    EXPECT_EQ(form_of(card).skills, "Sales");
    const auto trades = largest_trades(db);
    ASSERT_EQ(trades.size(), 1u);
    EXPECT_EQ(trades[0].industry.name, "Wine");
    EXPECT_EQ(trades[0].people, 1);
}

TEST_P(Entrepreneurs, RefusesWhatDoesNotFitAndWritesNothing) {
    const auth::User anna = user("anna");
    ProfileForm given = form();
    given.headline = "  ";
    given.company = std::string(201, 'x');
    given.bio = std::string(2001, 'b');
    given.linkedin_url = "javascript:alert(1)";
    given.skills = std::string(51, 's');
    const auto errors = save_profile(db, anna.id, given);
    for (const char* field : {"headline", "company", "bio", "linkedin_url", "skills"})
        EXPECT_TRUE(errors.has(field)) << field;
    EXPECT_EQ(db.count(orm::select<Profile>), 0);
    for (const char* url :
         {"https://linkedin.com.evil.example/in/x", "http://evil.example/linkedin.com", "//linkedin.com/in/x"}) {
        given = form();
        given.linkedin_url = url;
        EXPECT_TRUE(save_profile(db, anna.id, given).has("linkedin_url")) << url;
    }
    given = form();
    given.headline = "two\xFFthree";
    EXPECT_TRUE(save_profile(db, anna.id, given).has("headline"));
}

TEST_P(Entrepreneurs, NewSkillsByManyAtOnceMakeOneRowEach) {
    std::vector<auth::User> users;
    for (int i = 0; i < 8; ++i) users.push_back(user("user" + std::to_string(i)));
    in_parallel(8, [&](int i) {
        ProfileForm given = form();
        given.skills = i % 2 ? "Alpha, Beta, Gamma" : "Gamma, Beta, Alpha";
        EXPECT_TRUE(save_profile(db, users[static_cast<std::size_t>(i)].id, given).empty());
    });
    EXPECT_EQ(db.count(orm::select<Skill>), 3);
}

TEST_P(Entrepreneurs, DirectoryLeavesOutOneselfTheLikedAndTheInactive) {
    const auth::User me = person("me"), liked = person("liked"), gone = person("gone"), other = person("other");
    user("without-profile");
    db.update(orm::select<auth::User> | orm::filter(orm::f<&auth::User::id> == gone.id),
              orm::set<& auth::User::is_active> = false);
    matching::Like like;
    like.from_user = me.id;
    like.to_user = liked.id;
    db.insert(like);
    const auto page = directory(db, me.id, 1);
    ASSERT_EQ(page.cards.size(), 1u);
    EXPECT_EQ(page.cards[0].user.id, other.id);
    EXPECT_EQ(page.people, 1);
}

TEST_P(Entrepreneurs, DirectoryFallsToTheNearestPage) {
    const auth::User me = person("me");
    EXPECT_EQ(directory(db, me.id, 7).page, 1);
    people(directory_page_size + 1);
    for (const std::int64_t wrong : {std::int64_t{0}, std::int64_t{-5}, std::numeric_limits<std::int64_t>::min()})
        EXPECT_EQ(directory(db, me.id, wrong).page, 1) << wrong;
    const auto last = directory(db, me.id, std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(last.page, 2);
    EXPECT_EQ(last.cards.size(), 1u);
}

TEST_P(Entrepreneurs, DirectoryTakesFiveStatementsHoweverManyPeople) {
    const auth::User me = person("me");
    for (const int more : {3, 9}) {
        people(more);
        orm::expect_queries(5, [&] { directory(db, me.id, 1); });
    }
}

}  // namespace
}  // namespace entreprinder
