#include "entreprinder/services.hpp"

#include <algorithm>
#include <map>

#include "accounts/queries.hpp"
#include "common/repeatable.hpp"
#include "common/text.hpp"
#include "entreprinder/queries.hpp"

namespace entreprinder {

using auth::User;
using orm::f;
using platform::Errors;
using platform::tr;
using Profile = EntrepreneurProfile;

namespace {

std::string trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

void check_length(Errors& errors, const std::string& field, std::string_view value, std::size_t most) {
    try {
        if (orm::count_code_points(value) > most)
            errors.add(field, tr("At most {} characters, please.", std::to_string(most)));
    } catch (const orm::ValidationError&) {
        errors.add(field, tr("This contains characters that we cannot store."));
    }
}

bool is_linkedin(std::string_view url) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!url.starts_with(scheme)) continue;
        const std::string_view rest = url.substr(scheme.size());
        const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
        return (host == "linkedin.com" || host.ends_with(".linkedin.com")) && rest.find(' ') == rest.npos;
    }
    return false;
}

// Trimmed, without empty ones and repetitions, in the order given.
std::vector<std::string> split(std::string_view list) {
    std::vector<std::string> names;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (std::string name = trimmed(list.substr(0, comma));
            !name.empty() && std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(std::move(name));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return names;
}

template <class Model>
std::vector<orm::Id<Model>> keys(const std::vector<Model>& rows) {
    std::vector<orm::Id<Model>> ids;
    for (const Model& row : rows) ids.push_back(row.id);
    return ids;
}

// Makes the related rows of `profile` exactly `wanted`, touching only what differs.
template <auto Member, class Model>
void set_related(orm::Transaction& tx, orm::Id<Profile> profile, const std::vector<Model>& now,
                 const std::vector<orm::Id<Model>>& wanted) {
    std::vector<orm::Id<Model>> gone, fresh;
    for (const Model& row : now)
        if (std::find(wanted.begin(), wanted.end(), row.id) == wanted.end()) gone.push_back(row.id);
    const auto old = keys(now);
    for (const auto id : wanted)
        if (std::find(old.begin(), old.end(), id) == old.end()) fresh.push_back(id);
    if (!gone.empty()) tx.remove_related<Member>(profile, gone);
    if (!fresh.empty()) tx.add_related<Member>(profile, fresh);
}

std::vector<orm::Id<Skill>> skills_named(orm::Transaction& tx, std::vector<std::string> names) {
    if (names.empty()) return {};
    std::sort(names.begin(), names.end());  // one order for everybody who adds names at once
    for (const std::string& name : names) {
        Skill skill;
        skill.name = name;
        tx.insert_or_ignore<&Skill::name>(skill);
    }
    return keys(tx.all(orm::select<Skill> | orm::filter(f<&Skill::name>.in(names))));
}

Errors check(const ProfileForm& form) {
    Errors errors;
    check_length(errors, "first_name", form.first_name, 150);
    check_length(errors, "last_name", form.last_name, 150);
    check_length(errors, "headline", form.headline, 200);
    check_length(errors, "company", form.company, 200);
    check_length(errors, "bio", form.bio, max_bio);
    check_length(errors, "linkedin_url", form.linkedin_url, 200);
    if (trimmed(form.headline).empty()) errors.add("headline", tr("One line that says what you do."));
    if (trimmed(form.company).empty()) errors.add("company", tr("Tell us your company's name."));
    if (const std::string url = trimmed(form.linkedin_url); !url.empty() && !is_linkedin(url))
        errors.add("linkedin_url",
                   tr("Enter the address of a LinkedIn page, such as https://www.linkedin.com/in/anna."));
    const auto skills = split(form.skills);
    if (skills.size() > max_skills) errors.add("skills", tr("At most {} skills.", std::to_string(max_skills)));
    for (const std::string& skill : skills) check_length(errors, "skills", skill, 50);
    return errors;
}

}  // namespace

std::string display_name(const User& user, const Profile& profile) {
    std::string name = trimmed(std::string(user.first_name) + " " + user.last_name);
    if (name.empty()) name = profile.company;
    return name.empty() ? std::string(tr("An entrepreneur")) : name;
}

std::vector<Card> cards_of(orm::Executor& db, std::vector<User> users) {
    std::vector<orm::Id<User>> ids;
    for (const User& user : users) ids.push_back(user.id);
    std::map<orm::Id<User>, Card> found;
    if (!ids.empty())
        for (auto& [profile, industries_, skills_] :
             db.all(orm::select<Profile> | orm::filter(f<&Profile::user>.in(ids)) | orm::prefetch(industries) |
                    orm::prefetch(skills)))
            found.try_emplace(profile.user.id, Card{{}, profile, std::move(industries_), std::move(skills_)});
    std::vector<Card> cards;
    for (User& user : users) {
        const auto at = found.find(user.id);
        if (at == found.end()) continue;  // deleted in between
        at->second.user = std::move(user);
        cards.push_back(std::move(at->second));
    }
    return cards;
}

DirectoryPage directory(orm::Executor& db, orm::Id<User> me, std::int64_t page) {
    const auto listed = orm::select<User> | with_profile | others_than(me) | not_liked_by(me);
    DirectoryPage result;
    result.people = db.count(listed);
    result.pages = std::max<std::int64_t>(1, (result.people + directory_page_size - 1) / directory_page_size);
    result.page = std::clamp<std::int64_t>(page, 1, result.pages);
    result.cards = cards_of(db, db.all(listed | orm::order_by<orm::desc<&User::id>> | orm::limit(directory_page_size) |
                                       orm::offset((result.page - 1) * directory_page_size)));
    return result;
}

EntrepreneurProfile own_profile(orm::Executor& db, orm::Id<User> me) {
    return db
        .get_or_create(orm::select<Profile> | profile_of(me),
                       [&] {
                           Profile fresh;
                           fresh.user = me;
                           return fresh;
                       })
        .first;
}

void create_profile(orm::Executor& db, orm::Id<User> user, std::string_view company) {
    Profile profile;
    profile.user = user;
    profile.company = trimmed(company);
    db.insert(profile);
}

Card own_card(orm::Executor& db, const User& me) {
    own_profile(db, me.id);
    auto cards = cards_of(db, {me});
    return cards.empty() ? Card{me, {}, {}, {}} : std::move(cards.front());
}

ProfileForm form_of(const Card& card) {
    ProfileForm form{.first_name = card.user.first_name,
                     .last_name = card.user.last_name,
                     .headline = card.profile.headline,
                     .company = card.profile.company,
                     .bio = card.profile.bio,
                     .linkedin_url = card.profile.linkedin_url};
    for (const Industry& industry : card.industries) form.industries.push_back(industry.id.value);
    for (const Skill& skill : card.skills) form.skills += (form.skills.empty() ? "" : ", ") + skill.name;
    return form;
}

Errors save_profile(orm::Executor& db, orm::Id<User> me, const ProfileForm& form) {
    Errors errors = check(form);
    if (!errors.empty()) return errors;
    const Profile profile = own_profile(db, me);
    db.atomic(platform::repeatable, [&](orm::Transaction& tx) {
        // The person before the profile (docs/topics/locks.md); the locks put two tabs that save at once in order.
        tx.update(orm::select<User> | auth::with_id(me), orm::set<& User::first_name> = trimmed(form.first_name),
                  orm::set<& User::last_name> = trimmed(form.last_name));
        const auto [row, industries_, skills_] =
            tx.get(orm::select<Profile> | orm::filter(f<&Profile::id> == profile.id) | orm::prefetch(industries) |
                   orm::prefetch(skills) | orm::for_update);
        tx.update(orm::select<Profile> | orm::filter(f<&Profile::id> == row.id),
                  orm::set<& Profile::headline> = trimmed(form.headline),
                  orm::set<& Profile::company> = trimmed(form.company), orm::set<& Profile::bio> = trimmed(form.bio),
                  orm::set<& Profile::linkedin_url> = trimmed(form.linkedin_url));
        // Only industries that exist; somebody's made-up number is dropped.
        const auto chosen = keys(tx.all(orm::select<Industry> | orm::filter(f<&Industry::id>.in([&] {
                                            std::vector<orm::Id<Industry>> ids;
                                            for (const std::int64_t id : form.industries) ids.emplace_back(id);
                                            return ids;
                                        }()))));
        set_related<&Profile::industries>(tx, row.id, industries_, chosen);
        set_related<&Profile::skills>(tx, row.id, skills_, skills_named(tx, split(form.skills)));
    });
    return errors;
}

std::vector<Industry> all_industries(orm::Executor& db) {
    return db.all(orm::select<Industry>);
}

std::vector<Trade> largest_trades(orm::Executor& db, std::int64_t most) {
    return db.all(orm::select<Industry> | orm::filter(orm::exists(profiles_of_industry)) |
                  orm::annotate(orm::count(profiles_of_industry)) |
                  orm::sort(orm::count(profiles_of_industry).desc(), f<&Industry::name>) | orm::limit(most) |
                  orm::as<Trade>);
}

}  // namespace entreprinder
