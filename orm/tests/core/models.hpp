/// Models that the data layer's own tests use: close to the product's, and one with every kind of field.
#pragma once

#include "orm/orm.hpp"

namespace shop {

using namespace std::literals;

struct User {
    orm::Id<User> id;
    orm::Char<150> username;
    orm::Char<254> email;
    bool is_active = true;
    orm::Timestamp date_joined{};

    static consteval auto meta() {
        using U = User;
        return orm::model<"shop", "user">(orm::key32, orm::unique<&U::username>, orm::auto_now_add<&U::date_joined>,
                                          orm::unique_on("shop_user_email_uniq", orm::lower(orm::f<&U::email>)));
    }
};

struct Venue {
    orm::Id<Venue> id;
    orm::Char<200> name;
    orm::Char<100> city;

    static consteval auto meta() { return orm::model<"shop", "venue">(orm::ordering<&Venue::name>); }
};

struct Event {
    enum class Type { speed_dating, mixer, activity };

    orm::Id<Event> id;
    orm::Char<200> title;
    Type event_type{};
    orm::Timestamp event_date{};
    std::int32_t max_participants = 0;
    orm::Decimal<6, 2> fee;
    bool is_published = false;
    std::optional<orm::ForeignKey<Venue, orm::on_delete::set_null>> venue;
    orm::ManyToMany<User> special_users;

    static consteval auto meta() {
        using E = Event;
        return orm::model<"shop", "event">(
            orm::ordering<&E::event_date>, orm::index<&E::event_date, &E::is_published>,
            orm::index<&E::event_date>.where(orm::f<&E::is_published>).named("shop_event_published_idx"),
            orm::check("shop_event_capacity", orm::f<&E::max_participants> >= 0),
            orm::related_name<&E::special_users>("invited_events"));
    }
};
constexpr auto labels(Event::Type) {
    return std::array{"Speed Dating"sv, "Social Mixer"sv, "Activity Meetup"sv};
}

struct Registration {
    enum class Status { pending, confirmed, waitlist, cancelled };

    orm::Id<Registration> id;
    orm::ForeignKey<Event> event;
    orm::ForeignKey<User> user;
    Status status{};
    orm::Text notes;
    orm::Timestamp created_at{};

    static consteval auto meta() {
        using R = Registration;
        return orm::model<"shop", "registration">(orm::unique<&R::event, &R::user>, orm::index<&R::event, &R::status>,
                                                  orm::auto_now_add<&R::created_at>,
                                                  orm::related_name<&R::event>("registrations"));
    }
};

struct Profile {
    orm::Id<Profile> id;
    orm::OneToOne<User> user;
    std::optional<orm::Date> date_of_birth;
    std::vector<orm::Char<50>> interests;
    orm::Json data = orm::Json::object();

    static consteval auto meta() { return orm::model<"shop", "profile">(orm::related_name<&Profile::user>("profile")); }
};

struct Session {
    orm::Char<40> session_key;
    orm::Text session_data;
    orm::Timestamp expire_date{};

    static consteval auto meta() {
        return orm::model<"shop", "session">(orm::primary_key<&Session::session_key>,
                                             orm::db_index<&Session::expire_date>);
    }
};

/// A venue cannot be deleted while a booking names it.
struct Booking {
    orm::Id<Booking> id;
    orm::ForeignKey<Venue, orm::on_delete::protect> venue;
    orm::Decimal<10, 3> price;

    static consteval auto meta() { return orm::model<"shop", "booking">(); }
};

inline constexpr auto registrations = orm::reverse<&Registration::event>;
inline constexpr auto profile = orm::reverse<&Profile::user>;

}  // namespace shop
