#include "fixture.hpp"

#include "orm/migration.hpp"

namespace orm::outbox {

Outbox::Outbox() : db(url()) {
    register_models();
    migrations::Registry registry;
    registry.add(::outbox::migrations::all());
    db.with_connection(true, std::source_location::current(),
                       [&](Connection& connection) { migrations::migrate(connection, registry); });
}

}  // namespace orm::outbox
