/// Which stored jobs are meant, for the worker and for whoever counts them.
#pragma once

#include "orm/orm.hpp"
#include "orm/outbox.hpp"

namespace orm::outbox {

inline auto queued() {
    return f<&StoredJob::state> == StoredJob::State::queued;
}
/// Nobody's; by the database's clock alone.
inline auto unleased() {
    const auto until = f<&StoredJob::leased_until>;
    return until == std::nullopt || until <= database_time();
}

}  // namespace orm::outbox
