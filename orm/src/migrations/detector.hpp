// Compares two states of the models.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orm/migration_make.hpp"

namespace orm::migrations {

// An operation with the models that it refers to and those that it brings or takes away.
struct Detected {
    std::string app;
    Operation operation;
    std::set<std::string> needs;     // labels that must exist before it
    std::set<std::string> releases;  // labels that it stops referring to
    std::string gives;               // label that it creates (or renames to)
    std::string takes;               // label that it deletes
};

// In an order in which they can be applied one after the other.
std::vector<Detected> detect(const schema::State& from, const schema::State& to, Questioner& questioner);

// Puts them into migrations, one per app unless a circle needs more.
std::vector<Migration> arrange(const std::vector<Detected>& detected, const Registry& registry);

// Generated names: "0001_initial", "0002_meetupevent_venue", …
std::string suggest_name(const std::vector<Operation>& operations);
int number_of(std::string_view migration_name);
std::string numbered(int number, std::string_view name);

}  // namespace orm::migrations
