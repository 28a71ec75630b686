#include "orm/executor.hpp"

#include <algorithm>

#include "monitor/counting.hpp"
#include "orm/database.hpp"
#include "validate.hpp"
#include "writing.hpp"

namespace orm {

using detail::interned;

namespace {

std::int64_t& key_of(const ModelInfo& model, void* object) {
    return *reinterpret_cast<std::int64_t*>(static_cast<char*>(object) + model.key().plan.offset);
}

}  // namespace

void Executor::throw_not_one(const ModelInfo& model, std::size_t rows, Location location) {
    const std::string where =
        std::string(" (asked at ") + location.file_name() + ":" + std::to_string(location.line()) + ")";
    if (rows == 0) {
        DoesNotExist error(model.class_name + " matching the query does not exist" + where);
        error.location = location;
        throw error;
    }
    MultipleObjectsReturned error("more than one " + model.class_name + " matches the query" + where);
    error.location = location;
    throw error;
}

void Executor::throw_lock_outside(Location location) {
    UsageError error(std::string("for_update needs a transaction: run the query inside db.atomic (") +
                     location.file_name() + ":" + std::to_string(location.line()) + ")");
    error.location = location;
    throw error;
}

void Executor::insert_object(const ModelInfo& model, void* object, Location location) {
    detail::stamp(model, object, true);
    detail::validate(dialect(), model, object);
    const bool with_key = detail::has_key(model, object);
    auto& slot = model.inserts[static_cast<std::size_t>(dialect()) * 2 + with_key];
    const auto* statement = static_cast<const Statement*>(slot.load(std::memory_order_acquire));
    if (!statement) {
        statement = &interned(detail::insert_text(model, dialect(), with_key));
        slot.store(statement, std::memory_order_release);
    }
    const std::vector<Param> params = detail::params_of(model, object, with_key);
    const auto key = do_insert(*statement, params, model.generated_key, location);
    if (model.generated_key && !with_key) key_of(model, object) = key;
}

void Executor::insert_objects(const ModelInfo& model, void* first, std::size_t count, std::size_t stride,
                              Location location) {
    if (count == 0) return;
    struct Rows {
        char* first;
        std::size_t stride;
        std::vector<std::int64_t> keys;  ///< as they were made, until all rows are in
    } rows{static_cast<char*>(first), stride, {}};
    std::size_t with_keys = 0;
    for (std::size_t i = 0; i < count; ++i) {
        char* object = rows.first + i * stride;
        detail::stamp(model, object, true);
        detail::validate(dialect(), model, object);
        with_keys += detail::has_key(model, object);
    }
    if (with_keys != 0 && with_keys != count)
        throw UsageError("insert_many: either all " + model.class_name + " objects have keys or none has");
    const bool generate = with_keys == 0;
    const auto give_keys = [&](const std::vector<std::int64_t>& keys) {
        for (std::size_t i = 0; i < keys.size(); ++i) key_of(model, rows.first + i * stride) = keys[i];
    };

    try {
        run_atomic(
            {},
            [&](Transaction& tx) {
                const bool postgres = tx.dialect() == Dialect::postgres;
                if (generate && postgres) {
                    // The keys are drawn from the identity's sequence first, so that one COPY can carry them.
                    const auto keys = tx.raw<std::int64_t>(
                        "SELECT nextval(pg_get_serial_sequence($1, $2)) FROM generate_series(1, $3)",
                        sql::quote(model.table), model.key().column, static_cast<std::int64_t>(count));
                    give_keys(keys);
                }
                std::vector<ColumnPlan> columns;
                for (std::size_t i = 0; i < model.members.size(); ++i)
                    if (i != model.primary_key || !generate || postgres) columns.push_back(model.members[i].plan);
                BulkRows bulk;
                bulk.table = model.table;
                bulk.columns = columns;
                bulk.count = count;
                bulk.row = [](const void* context, std::size_t i) -> const void* {
                    const auto& r = *static_cast<const Rows*>(context);
                    return r.first + i * r.stride;
                };
                bulk.context = &rows;
                if (generate && !postgres) {
                    rows.keys.assign(count, 0);
                    bulk.generated = [](void* context, std::size_t i, std::int64_t key) {
                        static_cast<Rows*>(context)->keys[i] = key;
                    };
                    bulk.generated_context = &rows;
                }
                tx.with_connection(true, location, [&](Connection& connection) {
                    monitor::Watch watch(connection, "bulk insert", location);
                    watch.done(connection.bulk_insert(bulk));
                });
            },
            location);
    } catch (const CommitInDoubt&) {
        throw;  // the rows may be there, with these keys
    } catch (...) {
        // Keys of rows that are not there would make somebody else's of a later save().
        if (generate) give_keys(std::vector<std::int64_t>(count, 0));
        throw;
    }
    give_keys(rows.keys);
}

void Executor::check_value(const ModelInfo& model, std::string_view member, const Param& value) {
    detail::validate(dialect(), model, model.get(member), value);
}

void Executor::save_object(const ModelInfo& model, void* object, const std::vector<std::string_view>& names,
                           Location location) {
    if (!detail::has_key(model, object)) return insert_object(model, object, location);
    detail::stamp(model, object, false);
    std::vector<const MemberInfo*> members = detail::members_of(model, names);
    if (names.empty()) {
        for (std::size_t i = 0; i < model.members.size(); ++i)
            if (i != model.primary_key) members.push_back(&model.members[i]);
    } else {
        for (const MemberInfo& member : model.members)
            if (member.auto_now && std::find(members.begin(), members.end(), &member) == members.end())
                members.push_back(&member);
    }
    detail::validate(dialect(), model, object, members);
    std::vector<Param> params;
    for (const MemberInfo* member : members) params.push_back(detail::param_of(*member, object));
    params.push_back(detail::param_of(model.key(), object));
    // Which fields were changed is the user's: not every combination is kept for ever.
    constexpr std::size_t most_kept = 2'000;
    const std::string text = detail::update_text(model, dialect(), members);
    const auto run = [&](const Statement& statement) {
        if (do_run(statement, params, nullptr, true, location) == 0) throw_not_one(model, 0, location);
    };
    if (const Statement* kept = interned(text, most_kept))
        run(*kept);
    else
        run({text, 0, true});
}

namespace {

/// The columns of a many-to-many's table: of the side that is asked from, and of the other.
struct Side {
    std::string table, own, other;
};
Side side_of(const ManyToManyInfo& m, bool forward) {
    const std::string from = sql::quote(m.from_column), to = sql::quote(m.to_column());
    return {sql::quote(m.table), forward ? from : to, forward ? to : from};
}

}  // namespace

void Executor::change_related(const ManyToManyInfo& table, bool forward, std::int64_t from,
                              const std::vector<std::int64_t>& to, bool add, Location location) {
    if (to.empty()) return;
    const Side side = side_of(table, forward);
    const bool sqlite = dialect() == Dialect::sqlite;
    std::string text;
    if (add)
        text = "INSERT INTO " + side.table + " (" + side.own + ", " + side.other + ") SELECT " +
               (sqlite ? "?1, value FROM json_each(?2) WHERE true" : "$1, unnest($2)") + " ON CONFLICT DO NOTHING";
    else
        text = "DELETE FROM " + side.table + " WHERE " + side.own + (sqlite ? " = ?1 AND " : " = $1 AND ") +
               side.other + (sqlite ? " IN (SELECT value FROM json_each(?2))" : " = ANY($2)");
    const Param params[] = {{&type_info<std::int64_t>, &from}, {&type_info<std::vector<std::int64_t>>, &to}};
    do_run(interned(text), params, nullptr, true, location);
}

void Executor::set_related_keys(const ManyToManyInfo& table, bool forward, std::int64_t from,
                                const std::vector<std::int64_t>& to, Location location) {
    const Side side = side_of(table, forward);
    const bool sqlite = dialect() == Dialect::sqlite;
    const std::string text = "DELETE FROM " + side.table + " WHERE " + side.own +
                             (sqlite ? " = ?1 AND " : " = $1 AND ") + side.other +
                             (sqlite ? " NOT IN (SELECT value FROM json_each(?2))" : " <> ALL($2)");
    const Param params[] = {{&type_info<std::int64_t>, &from}, {&type_info<std::vector<std::int64_t>>, &to}};
    run_atomic(
        {},
        [&](Transaction& tx) {
            tx.run(interned(text), params, nullptr, true, location);
            static_cast<Executor&>(tx).change_related(table, forward, from, to, true, location);
        },
        location);
}

void Executor::insert_pairs(const ManyToManyInfo& table, const std::vector<std::int64_t>& from,
                            const std::vector<std::int64_t>& to, Location location) {
    if (from.empty()) return;
    const Side side = side_of(table, true);
    const std::string head = "INSERT INTO " + side.table + " (" + side.own + ", " + side.other + ") ";
    // SQLite gets the pairs in one array: to join two of them takes the product of their lengths, as they have no
    // index.
    if (dialect() == Dialect::sqlite) {
        std::vector<std::int64_t> both;
        for (std::size_t i = 0; i < from.size(); ++i) both.insert(both.end(), {from[i], to[i]});
        const Param params[] = {{&type_info<std::vector<std::int64_t>>, &both}};
        const std::string text =
            head +
            "SELECT a, b FROM (SELECT key, value AS a, lead(value) OVER (ORDER BY key) AS b FROM json_each(?1)) WHERE "
            "key % 2 = 0 ON CONFLICT DO NOTHING";
        do_run(interned(text), params, nullptr, true, location);
        return;
    }
    const Param params[] = {{&type_info<std::vector<std::int64_t>>, &from},
                            {&type_info<std::vector<std::int64_t>>, &to}};
    do_run(interned(head + "SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING"), params, nullptr, true, location);
}

void Executor::execute(std::string_view text, Location location) {
    do_run(detail::raw_statement(text, dialect()), {}, nullptr, true, location);
}

}  // namespace orm
