// expect: no constraint makes these fields of the model unique, or two do, each among other rows
// expect: Seat::number
#include "../core/models.hpp"
#include "case.hpp"

struct Seat {
    orm::Id<Seat> id;
    std::int32_t number = 0;
    bool booked = false, held = false;
    static consteval auto meta() {
        return orm::model<"shop", "seat">(orm::unique<&Seat::number>.where(f<&Seat::booked>).named("one_booking"),
#ifndef FIXED
                                          orm::unique<&Seat::number>.where(f<&Seat::held>).named("one_hold"),
#endif
                                          orm::db_index<&Seat::number>);
    }
};
auto q(Seat& seat) {
    db().upsert<&Seat::number>(seat);
}
