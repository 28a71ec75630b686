#include "deletion/deletion.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "accounts/language.hpp"
#include "accounts/services.hpp"
#include "common/repeatable.hpp"
#include "crush_lu/people.hpp"
#include "crush_lu/registration.hpp"
#include "crush_lu/reviews.hpp"
#include "entreprinder/models.hpp"
#include "matching/models.hpp"
#include "vinsdelux/reservations.hpp"

namespace deletion {

namespace {

using auth::User;
using orm::f;
using UserId = orm::Id<User>;
namespace fs = std::filesystem;
namespace json = boost::json;
using crush_lu::CrushCoach;
using crush_lu::CrushProfile;
using entreprinder::EntrepreneurProfile;
using vinsdelux::VdlPlotReservation;

constexpr const char* media_kind = "deletion.media";

bool has_adoptions(orm::Transaction& tx, UserId user) {
    return tx.exists(orm::select<VdlPlotReservation> |
                     orm::filter(f<&VdlPlotReservation::user> == user && f<&VdlPlotReservation::is_confirmed>));
}

std::vector<std::string> photos_of(const std::optional<CrushProfile>& profile) {
    std::vector<std::string> files;
    if (profile)
        for (const std::string_view file : {std::string_view(profile->photo_1), std::string_view(profile->photo_2),
                                            std::string_view(profile->photo_3)})
            if (!file.empty()) files.emplace_back(file);
    return files;
}

/// Everything but the adoptions and the bare account.
void anonymise(orm::Transaction& tx, UserId user) {
    namespace c = crush_lu;
    namespace m = matching;
    tx.erase(orm::select<CrushProfile> | crush_lu::profile_of(user));
    tx.erase(orm::select<CrushCoach> | orm::filter(f<&CrushCoach::user> == user));
    tx.erase(orm::select<c::EventConnection> |
             orm::filter(f<&c::EventConnection::from_user> == user || f<&c::EventConnection::to_user> == user));
    tx.erase(orm::select<c::EventRegistration> | c::of_user(user));
    tx.erase(orm::select<c::JourneyProgress> | orm::filter(f<&c::JourneyProgress::user> == user));
    tx.erase(orm::select<c::SpecialUserExperience> | orm::filter(f<&c::SpecialUserExperience::user> == user));
    tx.erase(orm::select<c::InvitationTry> | orm::filter(f<&c::InvitationTry::user> == user));
    for (const auto& event :
         tx.all(orm::select<c::MeetupEvent> | orm::filter(orm::exists(c::special_users.where(f<&User::id> == user))) |
                orm::values<&c::MeetupEvent::id>))
        tx.remove_related<&c::MeetupEvent::special_users>(event, std::vector{user});
    tx.erase(orm::select<m::Like> | orm::filter(f<&m::Like::from_user> == user || f<&m::Like::to_user> == user));
    tx.erase(orm::select<m::Dislike> |
             orm::filter(f<&m::Dislike::from_user> == user || f<&m::Dislike::to_user> == user));
    tx.erase(orm::select<m::Match> | orm::filter(f<&m::Match::user1> == user || f<&m::Match::user2> == user));
    tx.erase(orm::select<EntrepreneurProfile> | orm::filter(f<&EntrepreneurProfile::user> == user));
    tx.erase(orm::select<auth::EmailAddress> | orm::filter(f<&auth::EmailAddress::user> == user));
    tx.erase(orm::select<auth::Preference> | orm::filter(f<&auth::Preference::user> == user));
    User empty = tx.get(user);
    empty.username = "deleted-" + std::to_string(user.value);
    empty.password = "!";
    empty.email = empty.first_name = empty.last_name = "";
    empty.is_active = empty.is_staff = empty.is_superuser = false;
    empty.last_login.reset();
    tx.save(empty);
    tx.update(orm::select<VdlPlotReservation> | orm::filter(f<&VdlPlotReservation::user> == user),
              orm::set<& VdlPlotReservation::notes> = "");
}

}  // namespace

Result delete_account(orm::Executor& db, UserId user, const crush_lu::Clock& clock) {
    Result result = db.atomic(platform::repeatable, [&](orm::Transaction& tx) -> Result {
        const auto members = crush_lu::lock_people(tx, {user});
        if (members.empty()) return {Outcome::not_found};
        Result done{Outcome::deleted, crush_lu::release_registrations(tx, user, clock), photos_of(members[0].profile)};
        if (const auto coach = tx.first(orm::select<CrushCoach> | orm::filter(f<&CrushCoach::user> == user)))
            crush_lu::release_coach(tx, coach->id);
        vinsdelux::release_all(tx, user, clock.now());
        for (const std::string& photo : done.photos)
            tx.enqueue({.kind = media_kind, .payload = orm::Json(json::serialize(json::value(photo)))});
        auth::end_sessions(tx, user);
        if (has_adoptions(tx, user)) {
            anonymise(tx, user);
            done.outcome = Outcome::anonymised;
        } else {
            tx.erase(orm::select<User> | orm::filter(f<&User::id> == user));
        }
        return done;
    });
    if (result.outcome != Outcome::not_found) crush_lu::look_for_coaches(db, clock);
    return result;
}

void remove_media(orm::Worker& worker, fs::path media) {
    worker.on(media_kind, [media = std::move(media)](orm::RunningJob& job) {
        const auto name = json::value_to<std::string>(json::parse(job.payload().text));
        const fs::path file = fs::path(name).lexically_normal();
        if (file.empty() || file.is_absolute() || *file.begin() == "..")
            throw orm::PermanentFailure("'" + name + "' is no file below the media root");
        fs::remove(media / file);
    });
}

}  // namespace deletion
