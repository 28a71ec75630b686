/// The shop's tables in a fresh database, and a little data.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models.hpp"
#include "test_database.hpp"

namespace shop {

using orm::f;

class Shop : public orm::test::DatabaseTest {
  protected:
    /// With tables of other models beside the shop's.
    explicit Shop(const orm::schema::State& beside = {});
    orm::Database db;

    User user(const std::string& name);
    Venue venue(const std::string& name, const std::string& city);
    Event event(const std::string& title, int day, std::optional<orm::Id<Venue>> where = {});
    Registration registration(const Event& event, const User& user, Registration::Status status);
};

/// A day of May 2030, 18:00 UTC.
orm::Timestamp may(int day);

}  // namespace shop
