// Follows each client's journal: what the last acknowledgement says about a thing must be so in the database. An
// operation that nobody heard of again may have happened or not, until the next acknowledged one about the same thing.
#include <map>
#include <set>
#include <sstream>

#include "crush_lu/registration.hpp"
#include "matching/models.hpp"
#include "verify.hpp"

namespace checker {

using orm::f;
using R = crush_lu::EventRegistration;
using S = crush_lu::ProfileSubmission;
using Hold = vinsdelux::VdlPlotReservation;
using A = crush_lu::JourneyAnswer;
using C = crush_lu::EventConnection;

namespace {

using Key = std::pair<std::int64_t, std::string>;  ///< a user, and what the operation was about

enum class Known { nothing, yes, no };  ///< of a fact: nobody knows, it is so, it is not so

/// What the journals say, to be compared with what there is.
struct Claims {
    std::map<Key, Known> registered, liked;
    std::map<std::int64_t, Entry> plots;  ///< the last one about a user's holds
    std::set<Key> adopted, solved, asked, messages;
    std::set<std::int64_t> leaving, gone;  ///< perhaps, and surely
    std::set<std::string> accepted;
    std::map<std::string, std::string> verdicts;
    std::set<std::string> joined;
    std::map<std::int64_t, std::pair<std::size_t, std::size_t>> submitted;  ///< surely, perhaps
};

void read_registration(const Entry& entry, Claims& claims) {
    const std::string outcome = entry.outcome.value_or("?");
    if (outcome == "refused" || outcome == "nothing") return;
    const Known now = outcome == "?" ? Known::nothing : entry.action == "register" ? Known::yes : Known::no;
    if (entry.action != "leave") {
        claims.registered[{entry.user, entry.target}] = now;
        return;
    }
    for (auto& [key, known] : claims.registered)
        if (key.first == entry.user) known = now;
}

void read_entry(const Entry& entry, Claims& claims) {
    const std::string outcome = entry.outcome.value_or("?");
    const std::string& action = entry.action;
    const bool unchanged = outcome == "refused" || outcome == "nothing";
    if (action == "register" || action == "cancel" || action == "leave") return read_registration(entry, claims);
    if (action == "decide") {
        if (outcome == "revision" || outcome == "approved" || outcome == "rejected")
            claims.verdicts[entry.target] = outcome;
        return;
    }
    if (action == "delete") {
        claims.leaving.insert(entry.user);
        if (outcome == "gone") claims.gone.insert(entry.user);
    }
    if (action == "ask" && outcome == "asked") claims.asked.insert({entry.user, entry.target});
    if (action == "message" && outcome == "sent") claims.messages.insert({entry.user, entry.target});
    if (action == "answer" && outcome == "solved") claims.solved.insert({entry.user, entry.target});
    if (action == "accept" && outcome == "connected") claims.accepted.insert(entry.target);
    if (unchanged) return;
    if (action == "like" || action == "pass") {
        claims.liked[{entry.user, entry.target}] = outcome == "?"     ? Known::nothing
                                                   : action == "like" ? Known::yes
                                                                      : Known::no;
    } else if (action == "reserve" || action == "release" || action == "confirm") {
        claims.plots[entry.user] = entry;
        if (action == "confirm" && outcome != "?") claims.adopted.insert({entry.user, entry.target});
    } else if (action == "join" && outcome != "?") {
        claims.joined.insert(entry.target);
    } else if (action == "submit") {
        auto& [surely, perhaps] = claims.submitted[entry.user];
        ++(outcome == "?" ? perhaps : surely);
    }
}

/// Requests, answers to them, messages and solved challenges; of people who have deleted their account there is
/// nothing.
void check_people(orm::Database& db, const Claims& claims, const auto& expect) {
    std::map<std::string, C> rows;
    std::set<Key> asked, connected, messages, solved;
    for (const C& row : db.all(orm::select<C>)) {
        rows[std::to_string(row.id.value)] = row;
        const std::string event = std::to_string(row.event.id.value) + ",";
        asked.insert({row.from_user.id.value, event + std::to_string(row.to_user.id.value)});
        if (row.status == C::Status::connected)
            connected.insert({row.to_user.id.value, event + std::to_string(row.from_user.id.value)});
    }
    for (const auto& row : db.all(orm::select<crush_lu::ConnectionMessage>))
        messages.insert({row.sender.id.value, std::string(row.client_key)});
    for (const auto& [answer, progress] : db.all(orm::select<A> | orm::related<&A::progress>))
        if (answer.completed_at) solved.insert({progress.user.id.value, std::to_string(answer.challenge.id.value)});
    const auto with = [&](const Key& key, bool about_somebody) {  // nobody who has left
        const std::size_t comma = key.second.find(',');
        return !claims.leaving.contains(key.first) &&
               !(about_somebody && claims.leaving.contains(std::stoll(key.second.substr(comma + 1))));
    };
    for (const Key& key : claims.asked)
        if (with(key, true))
            expect(asked.contains(key) || connected.contains(key),
                   "user " + std::to_string(key.first) + " asked (event, user) " + key.second);
    for (const Key& key : claims.messages)
        if (with(key, true))
            expect(messages.contains({key.first, key.second.substr(0, key.second.find(','))}), "message " + key.second);
    for (const Key& key : claims.solved)
        if (with(key, false))
            expect(solved.contains(key), "user " + std::to_string(key.first) + " solved challenge " + key.second);
    for (const std::string& id : claims.accepted)
        if (const auto found = rows.find(id); found != rows.end())
            expect(found->second.status == C::Status::connected, "connection " + id + " was accepted");
}

}  // namespace

std::vector<std::string> lost_writes(orm::Database& db, const World& world,
                                     const std::vector<std::vector<Entry>>& journals, std::size_t& checked) {
    Claims claims;
    for (const auto& journal : journals)
        for (const Entry& entry : journal) read_entry(entry, claims);
    std::vector<std::string> wrong;
    const auto expect = [&](bool holds, const std::string& what) {
        ++checked;
        if (!holds) wrong.push_back("acknowledged and lost: " + what);
    };

    std::map<Key, R::Status> registrations;
    for (const R& r : db.all(orm::select<R>))
        registrations[{r.user.id.value, std::to_string(r.event.id.value)}] = r.status;
    for (const auto& [key, known] : claims.registered) {
        if (known == Known::nothing || claims.leaving.contains(key.first)) continue;
        const auto found = registrations.find(key);
        const bool in = found != registrations.end() && found->second != R::Status::cancelled;
        expect(in == (known == Known::yes), "user " + std::to_string(key.first) +
                                                (known == Known::yes ? " in" : " out of") + " event " + key.second);
    }

    std::set<Key> likes, matches;
    for (const auto& like : db.all(orm::select<matching::Like>))
        likes.insert({like.from_user.id.value, std::to_string(like.to_user.id.value)});
    for (const auto& match : db.all(orm::select<matching::Match>)) {
        matches.insert({match.user1.id.value, std::to_string(match.user2.id.value)});
        matches.insert({match.user2.id.value, std::to_string(match.user1.id.value)});
    }
    for (const auto& [key, known] : claims.liked) {
        if (claims.leaving.contains(key.first) || claims.leaving.contains(std::stoll(key.second))) continue;
        const std::string pair = std::to_string(key.first) + " and " + key.second;
        if (known == Known::yes) expect(likes.contains(key), "the like of " + pair);
        if (known == Known::no) expect(!likes.contains(key) || matches.contains(key), "the pass of " + pair);
    }

    std::map<Key, Hold> holds;
    for (const Hold& hold : db.all(orm::select<Hold>))
        holds[{hold.user.id.value, std::to_string(hold.plot.id.value)}] = hold;
    for (const Key& key : claims.adopted)
        expect(holds.contains(key) && holds[key].is_confirmed,
               "user " + std::to_string(key.first) + " adopted plot " + key.second);
    const auto now = world.clock.now().time_since_epoch().count();
    for (const auto& [user, entry] : claims.plots) {
        if (entry.action != "reserve" || !entry.outcome || claims.leaving.contains(user)) continue;
        std::istringstream parts(entry.target);
        std::string part;
        std::getline(parts, part, ',');
        if (std::stoll(part) < now) continue;  // it has expired
        while (std::getline(parts, part, ','))
            expect(holds.contains({user, part}), "user " + std::to_string(user) + " holds plot " + part);
    }

    std::map<std::string, std::string> verdicts;
    std::map<std::int64_t, std::size_t> submissions;
    for (const auto& [submission, profile] : db.all(orm::select<S> | orm::related<&S::profile>)) {
        verdicts[std::to_string(submission.id.value)] = std::string(orm::to_string(submission.status));
        ++submissions[profile.user.id.value];
    }
    for (const auto& [id, verdict] : claims.verdicts)
        expect(verdicts[id] == verdict, "submission " + id + " was " + verdict + ", and is " + verdicts[id]);
    for (const auto& [user, count] : claims.submitted)
        expect(submissions[user] >= count.first && submissions[user] <= count.first + count.second,
               "user " + std::to_string(user) + " submitted " + std::to_string(count.first) + " times, and there are " +
                   std::to_string(submissions[user]));

    check_people(db, claims, expect);
    std::set<std::string> names;
    for (const auto& user : db.all(orm::select<auth::User>)) {
        names.insert(user.username);
        if (claims.gone.contains(user.id.value))
            expect(!user.is_active && user.email.empty(), "the deletion of user " + std::to_string(user.id.value));
    }
    for (const std::string& name : claims.joined) expect(names.contains(name), "account " + name);
    return wrong;
}

}  // namespace checker
