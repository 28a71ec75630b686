/// Upserts, one row or many: the statement for one row, run for each; on PostgreSQL many are sent before the first
/// answer is read. So rows meet each other as they would one by one, and every kind of value can be written.
#include <algorithm>
#include <deque>

#include "monitor/counting.hpp"
#include "orm/database.hpp"
#include "validate.hpp"
#include "writing.hpp"

namespace orm {

namespace {

constexpr std::size_t sent_at_once = 500;  // rows

/// What the statement says about one row: its key, if it was written.
struct Answer {
    std::int64_t key = 0;
    bool written = false;
};

RowSink sink_of(const RowPlan& plan, Answer& answer) {
    const auto next = [](void* context) -> void* {
        auto& a = *static_cast<Answer*>(context);
        a.written = true;
        return &a.key;
    };
    return {&plan, &answer, next, nullptr};
}

/// The condition of the partial unique index over these columns where no constraint over all rows has them.
std::string condition_of_constraint(const ModelInfo& model, const std::vector<const MemberInfo*>& keys) {
    const auto among_keys = [&](std::string_view column) {
        return std::any_of(keys.begin(), keys.end(), [&](const MemberInfo* key) { return key->column == column; });
    };
    if (keys.size() == 1 && (keys[0]->primary_key || keys[0]->unique)) return {};
    for (const schema::Constraint& known : model.constraints)
        if (known.kind == schema::Constraint::Kind::unique && known.columns.size() == keys.size() &&
            std::all_of(known.columns.begin(), known.columns.end(), among_keys))
            return {};
    for (const schema::Index& index : model.indexes)
        if (index.unique && index.parts.size() == keys.size() &&
            std::all_of(index.parts.begin(), index.parts.end(),
                        [&](const auto& part) { return among_keys(part.column); }))
            return index.condition;
    return {};
}

}  // namespace

const Statement& Executor::upsert_statement(const ModelInfo& model, Dialect dialect, const Conflict& conflict,
                                            bool with_key) {
    detail::UpsertShape shape{
        detail::members_of(model, conflict.keys), detail::members_of(model, conflict.update), conflict.ignore, {}, {}};
    shape.among = condition_of_constraint(model, shape.keys);
    if (conflict.condition) {
        sql::Tree tree;
        tree.skip_params(static_cast<std::uint32_t>(model.members.size() - (with_key ? 0 : 1)));
        sql::Scope scope(tree, model);
        shape.condition = sql::render_expression(*conflict.condition(scope), dialect);
        if (!scope.select().joins.empty())
            throw UsageError("upsert of " + model.class_name +
                             ": the condition is about the row's own fields; a related row's needs a subquery");
    }
    return detail::interned(detail::upsert_text(model, dialect, with_key, shape));
}

std::uint64_t Executor::upsert_objects(const ModelInfo& model, void* first, std::size_t count, std::size_t stride,
                                       const Conflict& conflict, Location location) {
    if (count == 0) return 0;
    auto* const base = static_cast<char*>(first);
    for (std::size_t i = 0; i < count; ++i) {
        detail::stamp(model, base + i * stride, true);
        detail::validate(dialect(), model, base + i * stride);
    }
    detail::validate(conflict.params);
    const Statement* statements[2] = {};
    const auto statement_for = [&](bool with_key) -> const Statement& {
        const Statement*& statement = statements[with_key];
        if (!statement) statement = &upsert_statement(model, dialect(), conflict, with_key);
        return *statement;
    };
    const auto params_for = [&](const void* object, bool with_key) {
        std::vector<Param> params = detail::params_of(model, object, with_key);
        params.insert(params.end(), conflict.params.begin(), conflict.params.end());
        return params;
    };
    RowPlan plan;
    plan.groups.push_back({0, 1, -1, nullptr});
    plan.columns.push_back({0, &type_info<std::int64_t>, nullptr, model.key().column});
    std::vector<Answer> answers(count);
    if (count == 1) {
        const bool with_key = detail::has_key(model, base);
        const RowSink sink = sink_of(plan, answers[0]);
        do_run(statement_for(with_key), params_for(base, with_key), &sink, true, location);
    } else {
        const auto send = [&](Connection& connection, std::size_t begin, std::size_t end) {
            std::vector<std::vector<Param>> params;
            std::vector<RowSink> sinks;
            std::vector<Connection::Batch> batch;
            std::vector<std::uint64_t> bytes(end - begin);
            std::deque<monitor::Watch> watches;
            params.reserve(end - begin);
            sinks.reserve(end - begin);
            for (std::size_t i = begin; i < end; ++i) {
                const bool with_key = detail::has_key(model, base + i * stride);
                params.push_back(params_for(base + i * stride, with_key));
                sinks.push_back(sink_of(plan, answers[i]));
                batch.push_back({&statement_for(with_key), params.back(), &sinks.back(), nullptr, &bytes[i - begin]});
                watches.emplace_back(connection, *batch.back().statement, location, params.back());
            }
            connection.run_all(batch);
            for (std::size_t i = begin; i < end; ++i) watches[i - begin].done(answers[i].written, bytes[i - begin]);
        };
        run_atomic(
            {},
            [&](Transaction& tx) {
                tx.with_connection(true, location, [&](Connection& connection) {
                    for (std::size_t i = 0; i < count; i += sent_at_once)
                        send(connection, i, std::min(count, i + sent_at_once));
                });
            },
            location);
    }
    std::uint64_t written = 0;
    for (std::size_t i = 0; i < count; ++i) {
        written += answers[i].written;
        if (answers[i].written && model.generated_key)
            *reinterpret_cast<std::int64_t*>(base + i * stride + model.key().plan.offset) = answers[i].key;
    }
    return written;
}

}  // namespace orm
