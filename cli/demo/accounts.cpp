#include <fmt/format.h>

#include "demo/world.hpp"
#include "web/password.hpp"

namespace cli::demo {
namespace {

struct Known {
    const char* mailbox;
    const char* first_name;
    const char* last_name;
    Gender gender;
};

/// In the order of Named.
constexpr Known known[named_count] = {
    {"staff", "Martine", "Kayser", Gender::female}, {"member", "Camille", "Lefèvre", Gender::female},
    {"holder", "Tom", "Schiltz", Gender::male},     {"waiting", "Joana", "Carvalho", Gender::female},
    {"review", "Luca", "Rinaldi", Gender::male},    {"revision", "Svenja", "Vogel", Gender::female},
    {"coach", "Carole", "Majerus", Gender::female}, {"entrepreneur", "Diogo", "Ferreira", Gender::male},
    {"buyer", "Étienne", "Marchal", Gender::male},  {"special", "Mia", "Thill", Gender::female},
};

}  // namespace

void make_accounts(World& world) {
    Random chance = world.stream("accounts");
    // One hash for everybody: each would take some 20 ms.
    const std::string hash = web::hash_password(password);
    std::size_t numbered = 0;
    const auto add = [&](std::vector<std::size_t>* group, std::string_view kind) {
        const std::size_t index = world.users.size();
        const bool is_known = index < named_count;
        Person person = invent_person(chance);
        if (is_known) person = {known[index].first_name, known[index].last_name, known[index].gender};
        auth::User user;
        user.password = hash;
        user.first_name = person.first_name;
        user.last_name = person.last_name;
        user.email = is_known ? fmt::format("{}@demo.example", known[index].mailbox)
                              : fmt::format("{}-{}@demo.example", kind, ++numbered);
        user.username = user.email;
        user.is_staff = user.is_superuser = index == staff;
        // Members' accounts are older than their approval, which lies up to 1,200 days back.
        user.date_joined = world.today - days(1'210 + chance.below(200)) - minutes(chance.below(1'440));
        if (chance.percent(45)) user.last_login = world.today - minutes(chance.below(60 * 1'440));
        if (group) group->push_back(index);
        world.users.push_back(std::move(user));
        world.people.push_back(std::move(person));
    };

    add(nullptr, "");  // staff
    for (const Named who : {member, holder, waiting, review, revision}) (void)who, add(&world.profile_users, "");
    add(&world.coach_users, "");
    for (const Named who : {entrepreneur, buyer, special}) (void)who, add(&world.other_users, "");
    while (world.profile_users.size() < world.sizes.profiles) add(&world.profile_users, "member");
    numbered = 1;  // coach@ is the first
    while (world.coach_users.size() < world.sizes.coaches) add(&world.coach_users, "coach");
    numbered = 0;
    while (world.users.size() < world.sizes.users) add(&world.other_users, "guest");
    world.write("users", world.users);

    std::vector<auth::EmailAddress> addresses;
    for (std::size_t i = 0; i < world.users.size(); ++i) {
        auth::EmailAddress address;
        address.user = world.users[i].id;
        address.email = world.users[i].email;
        address.verified = i < named_count || chance.percent(90);
        address.primary = true;
        addresses.push_back(std::move(address));
    }
    world.write("addresses", addresses);
}

}  // namespace cli::demo
