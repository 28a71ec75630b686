#include "orm/plan.hpp"

#include <algorithm>
#include <utility>

#include "monitor/counting.hpp"
#include "orm/errors.hpp"

namespace orm::detail {

const Plan* PlanCache::find_slow(Dialect dialect, Shape shape) const {
    const std::scoped_lock lock(mutex_);
    for (const auto& entry : entries_)
        if (entry->dialect == dialect && entry->shape == shape) return &entry->plan;
    return nullptr;
}

const Plan& PlanCache::add(Dialect dialect, Shape shape, Plan plan) {
    const std::scoped_lock lock(mutex_);
    for (const auto& entry : entries_)  // another thread was faster
        if (entry->dialect == dialect && entry->shape == shape) return entry->plan;
    entries_.push_back(std::make_unique<Entry>(Entry{dialect, shape, std::move(plan)}));
    texts_.store(entries_.size(), std::memory_order_relaxed);
    const Entry* entry = entries_.back().get();
    const Entry* expected = nullptr;
    first_[static_cast<int>(dialect)].compare_exchange_strong(expected, entry, std::memory_order_release,
                                                              std::memory_order_relaxed);
    return entry->plan;
}

namespace {

Plan make_plan(std::string text, RowPlan rows) {
    monitor::count_render();
    Plan plan;
    plan.statement.text = std::move(text);
    plan.statement.id = Statement::next_id();
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

Plan finish_plan(sql::Scope& scope, const ModelInfo& model, Terminal terminal, Dialect dialect, bool ordered,
                 bool projects) {
    sql::Select& select = scope.select();
    if (terminal == Terminal::count || terminal == Terminal::exists) {
        select.order.clear();
        if (!select.limit && !select.offset && terminal == Terminal::exists && !projects) select.outputs.clear();
        return make_plan(
            terminal == Terminal::count ? sql::render_count(select, dialect) : sql::render_exists(select, dialect),
            one_number());
    }
    // Models come in their own order; fields and groups in the caller's. A page, or a first row, is made deterministic
    // by the key.
    if (!ordered && !projects) scope.order_by_default(model);
    if (terminal == Terminal::get) {
        select.order.clear();
        if (!select.limit && !projects) select.limit = scope.tree().literal("2");
    } else {
        if (terminal == Terminal::first && !select.limit) select.limit = scope.tree().literal("1");
        if ((select.limit || !select.partition.empty()) && !projects && !select.distinct) scope.order_by_key();
    }
    return make_plan(sql::render(select, dialect), std::move(scope.rows));
}

void limit_per_owner(sql::Select& select, const sql::Expr* owner) {
    if (!select.limit && !select.offset) return;
    select.partition = {owner};
    select.partition_limit = std::exchange(select.limit, nullptr);
    select.partition_offset = std::exchange(select.offset, nullptr);
}

Plan finish_update(sql::Scope& scope, const std::vector<sql::Assignment>& set, Dialect dialect, bool returning) {
    const sql::Select& select = scope.select();
    if (returning)
        for (const sql::Output& output : select.outputs)
            if (output.expr->op == sql::Op::column && output.expr->source != select.base)
                throw UsageError("update_returning of " + select.base->model->class_name +
                                 ": only fields of the changed row come back, not \"" + output.expr->text +
                                 "\" of a related one");
    std::string text = sql::render_update(select, set, dialect, returning);
    return make_plan(std::move(text), returning ? std::move(scope.rows) : RowPlan{});
}

Plan finish_delete(sql::Scope& scope, Dialect dialect) {
    return make_plan(sql::render_delete(scope.select(), dialect), {});
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
