/// The fixture of the tests that keep docs/topics/queries.md true: what an example sent, with `t0.*` for the columns of
/// a whole model.
///
///     show([&] { db.all(orm::select<E>); });
///     pages::expect_sql("queries.md", "Reading", sent, postgres());
#pragma once

#include "fixture.hpp"
#include "seed_examples_pages.hpp"

namespace crush_lu {

using E = MeetupEvent;
using R = EventRegistration;
using P = CrushProfile;
using C = CrushCoach;
using J = JourneyProgress;
using orm::f;

template <class... Ts>
void print(const Ts&...) {}

class SeedSql : public CrushTest {
  protected:
    SeedSql() {
        venue.name = "Caves";
        venue.city = "Remich";
        db.insert(venue);
        event = meetup({});
        change<&E::venue>(event, venue.id);
        user = member();
        join(user, event);
        coach("Kim");
        abbreviate<E, R, P, Venue, C, auth::User>();
    }
    void show(const std::function<void()>& example) {
        const orm::QueryScope scope;
        example();
        for (const orm::QueryRecord& record : scope.statements()) sent.push_back(abbreviated(record.text));
    }
    std::vector<std::string> sent;
    Venue venue;
    EventId event;
    UserId user;

  private:
    template <class... Models>
    void abbreviate() {
        (columns_.push_back(pages::between(db.sql(orm::select<Models>), "SELECT ", " FROM")), ...);
    }
    std::string abbreviated(std::string text) const {
        for (const std::string& columns : columns_)
            for (char table = '0'; table < '5'; ++table) {
                const std::string alias = std::string("t") + table;
                const std::string here = pages::replaced(columns, "t0.", alias + ".");
                text = pages::replaced(std::move(text), here, alias + ".*");
            }
        return text;
    }
    std::vector<std::string> columns_;
};

}  // namespace crush_lu
