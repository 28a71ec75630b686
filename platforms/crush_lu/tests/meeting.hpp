/// An event that has ended, with three people who attended it.
///
///     const auto asked = ask(anna, ben);
///     EXPECT_EQ(asked.outcome, ConnectOutcome::requested);
#pragma once

#include "crush_lu/connections.hpp"
#include "fixture.hpp"

namespace crush_lu {

class Meeting : public CrushTest {
  protected:
    const orm::Timestamp end = orm::parse_timestamp("2026-06-12 19:30:00");
    const orm::Timestamp later = end + 1h;
    const EventId event = meetup();
    const UserId anna = attendee("Anna");
    const UserId ben = attendee("Ben");
    const UserId claire = attendee("Claire");

    EventId ended_event() { return meetup(); }
    void attend(UserId user, EventId at, Status status = Status::attended) {
        EventRegistration row;
        row.event = at;
        row.user = user;
        row.status = status;
        db.insert(row);
    }
    UserId attendee(const std::string& name) {
        const UserId user = member(name);
        attend(user, event);
        return user;
    }
    ConnectResult ask(UserId who, UserId whom, const std::string& note = {}) {
        return request_connection(db, who, event, whom, note, later);
    }
    orm::Id<EventConnection> connect(UserId one, UserId two) {
        const auto id = ask(one, two).connection;
        ask(two, one);
        return id;
    }
};

}  // namespace crush_lu
