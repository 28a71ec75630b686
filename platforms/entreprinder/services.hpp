/// What entrepreneurs can do with the directory and their own profile; no HTTP in here.
///
///     auto page = entreprinder::directory(db, me, 3);
///     auto errors = entreprinder::save_profile(db, me, form);
#pragma once

#include <string>
#include <vector>

#include "common/errors.hpp"
#include "entreprinder/models.hpp"

namespace entreprinder {

/// What others call this person: the full name, else the company, else a neutral word; never part of the address.
std::string display_name(const auth::User& user, const EntrepreneurProfile& profile);

struct Card {
    auth::User user;
    EntrepreneurProfile profile;
    std::vector<Industry> industries;
    std::vector<Skill> skills;
};
struct DirectoryPage {
    std::vector<Card> cards;
    std::int64_t page = 1;  ///< the nearest page that exists
    std::int64_t pages = 1;
    std::int64_t people = 0;
};
inline constexpr std::int64_t directory_page_size = 12;
/// Everybody active with a profile except oneself and those already liked, newest first. A fixed number of statements.
DirectoryPage directory(orm::Executor& db, orm::Id<auth::User> me, std::int64_t page);

/// The cards of these users, in this order: one statement for each of profiles, industries and skills.
std::vector<Card> cards_of(orm::Executor& db, std::vector<auth::User> users);

/// Created on the first visit.
EntrepreneurProfile own_profile(orm::Executor& db, orm::Id<auth::User> me);
/// At sign-up, in the transaction that creates the user.
void create_profile(orm::Executor& db, orm::Id<auth::User> user, std::string_view company);
Card own_card(orm::Executor& db, const auth::User& me);

struct ProfileForm {
    std::string first_name{};
    std::string last_name{};
    std::string headline{};
    std::string company{};
    std::string bio{};
    std::string linkedin_url{};
    std::vector<std::int64_t> industries{};
    std::string skills{};  ///< separated by commas
};
ProfileForm form_of(const Card& card);
inline constexpr std::size_t max_bio = 2000;
inline constexpr std::size_t max_skills = 20;
/// Saves all of it, or nothing and says by field what is wrong.
platform::Errors save_profile(orm::Executor& db, orm::Id<auth::User> me, const ProfileForm& form);

std::vector<Industry> all_industries(orm::Executor& db);

struct Trade {
    Industry industry;
    std::int64_t people = 0;
};
/// The industries with most profiles, those without any left out.
std::vector<Trade> largest_trades(orm::Executor& db, std::int64_t most = 12);

}  // namespace entreprinder
