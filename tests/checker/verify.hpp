/// What must be true whatever happened: the rules' invariants, and everything that was acknowledged.
///
///     for (const std::string& wrong : broken_rules(db, world)) ...
#pragma once

#include "journal.hpp"
#include "letters.hpp"
#include "orm/worker.hpp"
#include "world.hpp"

namespace checker {

/// True at every moment, so the clients may be at work: looked at in one snapshot.
std::vector<std::string> broken_rules(orm::Database& db, const World& world);

/// True once all clients are gone and what they left to do later is done.
std::vector<std::string> broken_at_rest(orm::Database& db, const World& world, const Post& post);

/// Acknowledged writes that are not there; `journals`: one per client. `checked` counts what was compared.
std::vector<std::string> lost_writes(orm::Database& db, const World& world,
                                     const std::vector<std::vector<Entry>>& journals, std::size_t& checked);

}  // namespace checker
