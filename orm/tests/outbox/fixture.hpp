/// An empty outbox in a fresh database, made by the migrations that every application applies.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orm/orm.hpp"
#include "orm/outbox.hpp"
#include "test_database.hpp"

namespace orm::outbox {

class Outbox : public test::DatabaseTest {
  protected:
    Outbox();
    Database db;

    bool enqueue(const Job& job) {
        return db.atomic([&](Transaction& tx) { return tx.enqueue(job); });
    }
    std::vector<StoredJob> jobs() { return db.all(select<StoredJob> | order_by<&StoredJob::id>); }
};

}  // namespace orm::outbox
