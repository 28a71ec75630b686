/// Who can log in: users, their e-mail addresses and sessions. Tables are those of Django and django-allauth.
///
///     auto user = db.first(orm::select<auth::User> | auth::with_email(" Anna@Example.lu "));
///     auto rows = db.all(orm::select<auth::User> | auth::active | orm::order_by<&auth::User::id>);
#pragma once

#include "orm/orm.hpp"

namespace auth {

/// The one account for all platforms. The e-mail address identifies it, whatever its case (AUTH-1).
struct User {
    orm::Id<User> id;
    orm::Char<128> password;  ///< a hash, or unusable
    std::optional<orm::Timestamp> last_login;
    bool is_superuser = false;
    orm::Char<150> username;
    orm::Char<150> first_name;
    orm::Char<150> last_name;
    orm::Char<254> email;
    bool is_staff = false;
    bool is_active = true;
    orm::Timestamp date_joined{};

    static consteval auto meta() {
        using U = User;
        return orm::model<"auth", "user">(orm::key32, orm::unique<&U::username>, orm::auto_now_add<&U::date_joined>,
                                          orm::unique_on("auth_user_email_lower_uniq", orm::lower(orm::f<&U::email>))
                                              .where(orm::f<&U::email> != orm::text<"">));
    }
};

/// A server-side session (SES-1): JSON behind a random key.
struct Session {
    orm::Char<40> session_key;
    orm::Text session_data;
    orm::Timestamp expire_date{};

    static consteval auto meta() {
        using S = Session;
        return orm::model<"sessions", "session">(orm::table("django_session"), orm::primary_key<&S::session_key>,
                                                 orm::db_index<&S::expire_date>);
    }
};

/// Which addresses of a user are proven by a mail. Swiping needs a verified one (SWP-4).
struct EmailAddress {
    orm::Id<EmailAddress> id;
    orm::ForeignKey<User> user;
    orm::Char<254> email;
    bool verified = false;
    bool primary = false;

    static consteval auto meta() {
        using E = EmailAddress;
        return orm::model<"account", "emailaddress">(
            orm::unique<&E::user, &E::email>, orm::related_name<&E::user>("emailaddress_set"),
            orm::unique_on("unique_verified_email", orm::lower(orm::f<&E::email>)).where(orm::f<&E::verified>));
    }
};

inline constexpr auto email_addresses = orm::reverse<&EmailAddress::user>;

/// The apps of this folder, for migrations: "auth", "sessions" and "account".
orm::schema::State state();
void register_models();

}  // namespace auth
