#include "orm/plan.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "monitor/counting.hpp"
#include "orm/errors.hpp"

namespace orm::detail {

namespace {

/// Texts in which no literal stands are the same whether literals were still allowed (1) or not any more (0).
bool same_text(Shape a, Shape b) {
    a.literals = a.literals == 1 ? 0 : a.literals;
    b.literals = b.literals == 1 ? 0 : b.literals;
    return a == b;
}

}  // namespace

const Plan* PlanCache::find_slow(Dialect dialect, Shape shape) const {
    const std::scoped_lock lock(mutex_);
    for (const auto& entry : entries_)
        if (entry->dialect == dialect && same_text(entry->shape, shape)) return &entry->plan;
    return nullptr;
}

PlanRef PlanCache::add(Dialect dialect, Shape shape, Plan plan) {
    const std::scoped_lock lock(mutex_);
    for (const auto& entry : entries_)  // another thread was faster
        if (entry->dialect == dialect && same_text(entry->shape, shape)) return PlanRef(entry->plan);
    if (shape.once || entries_.size() >= most_plans) {
        plan.statement.transient = true;
        return PlanRef(std::make_unique<const Plan>(std::move(plan)));
    }
    plan.statement.id = Statement::next_id();
    entries_.push_back(std::make_unique<Entry>(Entry{dialect, shape, std::move(plan)}));
    texts_.store(entries_.size(), std::memory_order_relaxed);
    const Entry* entry = entries_.back().get();
    const Entry* expected = nullptr;
    first_[static_cast<int>(dialect)].compare_exchange_strong(expected, entry, std::memory_order_release,
                                                              std::memory_order_relaxed);
    return PlanRef(entry->plan);
}

namespace {

Plan make_plan(std::string_view name, std::string text, RowPlan rows) {
    monitor::count_render();
    Plan plan;
    plan.statement.name = name;
    plan.statement.text = std::move(text);
    plan.rows = std::move(rows);
    return plan;
}

RowPlan one_number() {
    RowPlan plan;
    plan.groups.push_back({0, 1, -1, nullptr});
    plan.columns.push_back({0, &type_info<std::int64_t>, nullptr, "count"});
    return plan;
}

}  // namespace

Plan finish_plan(sql::Scope& scope, Terminal terminal, Dialect dialect, bool projects, bool keyed) {
    sql::Select& select = scope.select();
    // The order decides about the rows only where some are left out.
    const bool cut = select.limit || select.offset || !select.distinct_on.empty();
    if (terminal == Terminal::count || terminal == Terminal::exists) {
        if (!cut) select.order.clear();
        if (!cut && terminal == Terminal::exists && !projects && !select.distinct) select.outputs.clear();
        return make_plan(
            select.name,
            terminal == Terminal::count ? sql::render_count(select, dialect) : sql::render_exists(select, dialect),
            one_number());
    }
    if (terminal == Terminal::first && !select.limit) select.limit = scope.tree().literal("1");
    if (terminal == Terminal::get && !cut) {
        select.order.clear();
    } else {
        scope.settle_order(projects, keyed);
    }
    // An aggregate of all rows is one row, whatever its limit.
    const bool rows = !projects || keyed || select.distinct || !select.group_by.empty() || select.combined.left;
    if (terminal == Terminal::get && !select.limit && rows) select.limit = scope.tree().literal("2");
    return make_plan(select.name, sql::render(select, dialect), std::move(scope.rows));
}

void refuse_negative(std::string_view stage, std::int64_t rows) {
    throw UsageError("orm::" + std::string(stage) + "(" + std::to_string(rows) +
                     "): a number of rows is not negative; leave the stage out for all rows (orm::when)");
}

void limit_per_owner(sql::Select& select, const sql::Expr* owner) {
    if (!select.limit && !select.offset) return;
    select.partition = {owner};
    select.partition_limit = std::exchange(select.limit, nullptr);
    select.partition_offset = std::exchange(select.offset, nullptr);
}

Plan finish_update(sql::Scope& scope, const std::vector<sql::Assignment>& set, Dialect dialect, bool returning) {
    const sql::Select& select = scope.select();
    if (select.limit || select.offset) scope.settle_order(false, select.group_by.empty() && !select.distinct);
    for (const sql::Assignment& assignment : set)
        if (sql::refers_to_joins(*assignment.value, select))
            throw UsageError("update of " + select.base->model->class_name + ": \"" + assignment.column +
                             "\" takes a value of a related row, which an UPDATE does not see; take it from "
                             "orm::subquery(orm::select<Related> | orm::filter(f<&Related::id> == "
                             "orm::outer<&Model::relation>) | orm::values<&Related::field>)");
    if (returning)
        for (const sql::Output& output : select.outputs)
            if (output.expr->op == sql::Op::column && output.expr->source != select.base)
                throw UsageError("update_returning of " + select.base->model->class_name +
                                 ": only fields of the changed row come back, not \"" + output.expr->text +
                                 "\" of a related one");
    std::string text = sql::render_update(select, set, dialect, returning);
    return make_plan(select.name, std::move(text), returning ? std::move(scope.rows) : RowPlan{});
}

Plan finish_delete(sql::Scope& scope, Dialect dialect) {
    const sql::Select& select = scope.select();
    if (select.limit || select.offset) scope.settle_order(false, select.group_by.empty() && !select.distinct);
    return make_plan(scope.select().name, sql::render_delete(scope.select(), dialect), {});
}

Statement raw_statement(std::string_view text, Dialect dialect) {
    Statement statement;
    statement.transient = true;
    statement.text = text;
    if (dialect == Dialect::sqlite) {
        char quote = 0;
        for (std::size_t i = 0; i + 1 < statement.text.size(); ++i) {
            const char c = statement.text[i];
            if (quote)
                quote = c == quote ? 0 : quote;
            else if (c == '\'' || c == '"')
                quote = c;
            else if (c == '$' && statement.text[i + 1] >= '1' && statement.text[i + 1] <= '9')
                statement.text[i] = '?';
        }
    }
    return statement;
}

bool may_write(std::string_view text) {
    std::string word;
    for (char c : text.substr(std::min(text.find_first_not_of(" \t\r\n("), text.size()))) {
        if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z')) break;
        word += static_cast<char>(c & ~0x20);
    }
    return word != "SELECT" && word != "VALUES" && word != "EXPLAIN";
}

Positions::Positions(const std::vector<std::int64_t>& keys) {
    sorted_.reserve(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) sorted_.emplace_back(keys[i], i);
    std::sort(sorted_.begin(), sorted_.end());
}

std::pair<const Positions::Entry*, const Positions::Entry*> Positions::range(std::int64_t key) const {
    const auto begin = std::lower_bound(sorted_.begin(), sorted_.end(), Entry{key, 0});
    auto end = begin;
    while (end != sorted_.end() && end->first == key) ++end;
    return {sorted_.data() + (begin - sorted_.begin()), sorted_.data() + (end - sorted_.begin())};
}

}  // namespace orm::detail

namespace orm {

bool Params::shared(const TypeInfo& type, const void* value) {
    const auto known = [this](const void* v) { return v == &now ? &sql::time_of_run : v; };
    for (const Param* item = first; item != next; ++item) {
        if (!sql::same_value(*item->type, known(item->value), type, known(value))) continue;
        branch(true);
        // Which one, in as many bits as the number of those before tells: no two sequences look alike.
        const auto place = static_cast<std::uint64_t>(item - first);
        for (auto bit = std::bit_width(static_cast<std::uint64_t>(next - first - 1)); bit-- > 0;)
            branch((place >> bit & 1) != 0);
        return true;
    }
    branch(false);
    return false;
}

}  // namespace orm
