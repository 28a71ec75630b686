/// Deleting an account on all platforms at once (DEL-1); the one place that knows them all.
///
///     const auto gone = deletion::delete_account(db, user);
///     for (const auto& photo : gone.photos) std::filesystem::remove(media / photo);
///     if (gone.outcome == deletion::Outcome::anonymised) ...            // there is an adoption to be kept
#pragma once

#include <string>
#include <vector>

#include "accounts/models.hpp"
#include "crush_lu/clock.hpp"

namespace deletion {

enum class Outcome {
    not_found,
    deleted,     ///< the user's row is gone, and by the models' rules everything that belonged to it
    anonymised,  ///< the same, but an empty, inactive account stays behind, because adoptions name it
};
struct Result {
    Outcome outcome{};
    std::vector<orm::Id<auth::User>> promoted{};  ///< who got the seats
    std::vector<std::string> photos{};            ///< files below the media root that nobody refers to any more
};

/// One transaction: seats go to the waiting (REG-6), held plots are free (PLOT-4), a coach's pending reviews are
/// nobody's (REV-8), then the rows go. Afterwards, in transactions of their own, waiting reviews find coaches (REV-4).
/// Sessions and tokens of the account are worth nothing from the commit on.
Result delete_account(orm::Executor& db, orm::Id<auth::User> user, const crush_lu::Clock& clock = {});

}  // namespace deletion
