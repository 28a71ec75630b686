/// Deleting an account on all platforms at once (DEL-1); the one place that knows them all.
///
///     const auto gone = deletion::delete_account(db, user);
///     deletion::remove_media(worker, "var/media");                      // in the process that runs the jobs
///     if (gone.outcome == deletion::Outcome::anonymised) ...            // there is an adoption to be kept
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "accounts/models.hpp"
#include "crush_lu/clock.hpp"
#include "orm/worker.hpp"

namespace deletion {

enum class Outcome {
    not_found,
    deleted,     ///< the user's row is gone, and by the models' rules everything that belonged to it
    anonymised,  ///< the same, but an empty, inactive account stays behind, because adoptions name it
};
struct Result {
    Outcome outcome{};
    std::vector<orm::Id<auth::User>> promoted{};  ///< who got the seats
    std::vector<std::string> photos{};  ///< files below the media root that nobody refers to any more: jobs remove them
};

/// One transaction: seats go to the waiting (REG-6), held plots are free (PLOT-4), a coach's pending reviews are
/// nobody's (REV-8), stored photos have jobs that remove them, then the rows go. Afterwards, in transactions of their
/// own, waiting reviews find coaches (REV-4). Sessions and tokens of the account are worth nothing from the commit on.
Result delete_account(orm::Executor& db, orm::Id<auth::User> user, const crush_lu::Clock& clock = {});

/// The jobs of delete_account(): their files go from below `media`. One that is gone already is no error; one that
/// names a file elsewhere is a dead letter.
void remove_media(orm::Worker& worker, std::filesystem::path media);

}  // namespace deletion
