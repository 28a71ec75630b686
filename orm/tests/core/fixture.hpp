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
    Event priced(const std::string& title, int day, std::string_view fee, std::int32_t places = 30,
                 std::optional<orm::Id<Venue>> where = {});
    Registration registration(const Event& event, const User& user, Registration::Status status);

    /// The titles of the events for which `condition` holds, by date.
    template <class C>
    std::string where(C condition) {
        std::string all;
        for (const Event& e : db.all(orm::select<Event> | orm::filter(condition)))
            all += (all.empty() ? "" : " ") + e.title;
        return all;
    }
    /// The expression's value for one event.
    template <class X>
    auto of(const Event& e, X expression) {
        return db.get(orm::select<Event> | orm::filter(f<&Event::id> == e.id) | orm::value_of(expression));
    }
};

/// A day of May 2030, 18:00 UTC.
orm::Timestamp may(int day);

}  // namespace shop
