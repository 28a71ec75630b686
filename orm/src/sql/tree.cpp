#include <algorithm>

#include "orm/errors.hpp"
#include "orm/sql.hpp"

namespace orm::sql {

Tree::Tree() = default;
Tree::~Tree() = default;

Expr* Tree::make(Op op, std::vector<const Expr*> args) {
    Expr& expr = exprs_.emplace_back();
    expr.op = op;
    expr.args = std::move(args);
    return &expr;
}

bool same_value(const TypeInfo& a, const void* value_a, const TypeInfo& b, const void* value_b) {
    if (&a != &b) return false;
    const auto plain = [](const void* value) { return value && value != &time_of_run; };
    if (value_a == value_b || !plain(value_a) || !plain(value_b) || a.kind == Kind::array) return value_a == value_b;
    if (a.kind == Kind::float64) return *static_cast<const double*>(value_a) == *static_cast<const double*>(value_b);
    return literal(a, value_a) == literal(b, value_b);
}

Expr* Tree::param(const TypeInfo& type, const void* value) {
    if (shares_params_)
        for (Expr& known : exprs_)
            if (known.op == Op::param && same_value(*known.type, known.value, type, value)) return &known;
    Expr* expr = make(Op::param);
    expr->type = &type;
    expr->value = value;
    expr->index = params_++;
    return expr;
}

Expr* Tree::literal(std::string text) {
    Expr* expr = make(Op::literal);
    expr->text = std::move(text);
    return expr;
}

Source* Tree::source(const ModelInfo* model, std::string table) {
    Source& source = sources_.emplace_back();
    source.model = model;
    source.table = std::move(table);
    source.alias = "t" + std::to_string(sources_.size() - 1);
    return &source;
}

Select* Tree::select() {
    return &selects_.emplace_back();
}

Scope::~Scope() = default;
Scope::Scope(Tree& tree, const ModelInfo& model, Scope* outer) : tree_(tree), outer_(outer), select_(tree.select()) {
    select_->base = tree.source(&model, model.table);
}

Scope::Scope(Tree& tree) : tree_(tree), outer_(nullptr), select_(tree.select()) {}

const Expr* Scope::column_of(const Source* source, std::string_view column, const TypeInfo* type) {
    Expr* expr = tree_.make(Op::column);
    expr->source = source;
    expr->text = column;
    expr->type = type;
    return expr;
}

const Expr* Scope::column(const ModelInfo& (*root)(), std::span<const Hop> hops, std::string_view column,
                          const TypeInfo& type, std::size_t around) {
    // In meta() itself: the model is only being described.
    if (!select_->base) return column_of(nullptr, column, &type);
    return this->column(root(), hops, column, type, around);
}

const Expr* Scope::column(const ModelInfo& root, std::span<const Hop> hops, std::string_view column,
                          const TypeInfo& type, std::size_t around) {
    const auto from_here = [&](Scope* scope) {
        while (scope && scope->select_->base->model != &root) scope = scope->outer_;
        return scope;
    };
    Scope* scope = from_here(around == 0 ? this : outer_);
    for (std::size_t n = 1; scope && n < around; ++n) scope = from_here(scope->outer_);
    if (!scope) throw UsageError("a field of " + root.class_name + " stands in a query that has no such row around it");
    // The key of the row at the end of the last hop is the foreign key itself: no join for it.
    if (!hops.empty() && !hops.back().from_column.empty() && column == hops.back().to().key().column) {
        const Source* source = scope->join(hops.first(hops.size() - 1));
        return column_of(source, hops.back().from_column, &type);
    }
    return column_of(scope->join(hops), column, &type);
}

const Source* Scope::join(std::span<const Hop> hops, bool row_only) {
    const Source* from = select_->base;
    std::string path;
    bool left = false;
    for (const Hop& hop : hops) {
        const ModelInfo& to = hop.to();
        path.append(hop.from_column).append(">").append(to.table).append(".").append(hop.to_column).append("/");
        left = left || hop.nullable;
        const Source*& known = joined_[path];
        if (!known) {
            Source* source = tree_.source(&to, to.table);
            const std::string from_column(hop.from_column.empty() ? std::string_view(from->model->key().column)
                                                                  : hop.from_column);
            const std::string to_column(hop.to_column.empty() ? std::string_view(to.key().column) : hop.to_column);
            select_->joins.push_back({source, from, from_column, to_column, left, row_only});
            known = source;
        } else if (!row_only) {
            for (Join& join : select_->joins)
                if (join.source == known) join.row_only = false;
        }
        from = known;
    }
    return from;
}

const Source* Scope::join_through(const std::string& table, const std::string& column) {
    const Source*& known = joined_["through " + table + "." + column];
    if (!known) {
        Source* source = tree_.source(nullptr, table);
        select_->joins.push_back({source, select_->base, select_->base->model->key().column, column, false});
        known = source;
    }
    return known;
}

const Source* Scope::join_model(const ModelInfo& model, std::string_view from_column, std::string_view to_column,
                                bool left) {
    if (models_.contains(&model)) throw UsageError(model.class_name + " is joined twice in one query");
    Source* source = tree_.source(&model, model.table);
    select_->joins.push_back({source, select_->base, std::string(from_column), std::string(to_column), left});
    models_[&model] = source;
    return source;
}

const Expr* Scope::joined_column(const ModelInfo& (*root)(), std::string_view column, const TypeInfo& type) {
    const ModelInfo& model = root();
    for (const Scope* scope = this; scope; scope = scope->outer_)
        if (const auto found = scope->models_.find(&model); found != scope->models_.end())
            return column_of(found->second, column, &type);
    throw UsageError("orm::joined names a field of " + model.class_name + ", which no orm::join before it joins");
}

const Expr* Scope::key() {
    const MemberInfo& key = select_->base->model->key();
    return column_of(select_->base, key.column, key.plan.type);
}

void Scope::add_model(const ModelInfo& model, const Source* source, std::uint32_t offset, const NullableInfo* nullable,
                      std::span<const std::string_view> without) {
    GroupPlan group;
    group.offset = offset;
    if (nullable) {
        group.nullable = nullable;
        group.presence = static_cast<std::int16_t>(model.primary_key);
    }
    for (const MemberInfo& member : model.members) {
        if (std::find(without.begin(), without.end(), member.name) != without.end()) continue;
        select_->outputs.push_back({column_of(source, member.column, member.plan.type), {}});
        rows.columns.push_back(member.plan);
        ++group.columns;
    }
    rows.groups.push_back(group);
}

void Scope::add_value(const Expr* expr, std::uint32_t offset, const TypeInfo& type, const NullableInfo* nullable) {
    rows.groups.push_back({offset, 1, -1, nullptr});
    rows.columns.push_back({0, &type, nullable, {}});
    select_->outputs.push_back({expr, {}});
}

void Scope::select_rows_of(Select& rows) {
    select_->base->rows = &rows;
    // Where a combination's columns get their names.
    for (Select* first = &rows; first; first = first->combined.left) first->named_outputs = true;
}

void Scope::settle_order(bool projects, bool keyed) {
    Select& select = *select_;
    const bool cut = select.limit || select.offset || !select.partition.empty();
    if (select.distinct) keyed = !projects;
    if (select.combined.left) {
        if (!projects && select.order.empty()) order_by_default();
        if (cut && projects) select.order_by_all = true;
        if (cut && !projects) order_too(key());
        return;
    }
    const bool rows_of_model = !projects || (select.part_of_rows && !select.distinct);
    if (select.order.empty() && (rows_of_model || (cut && keyed))) order_by_default();
    if (!cut && select.distinct_on.empty()) return;
    if (keyed || !select.distinct_on.empty())
        order_too(key());
    else if (!select.group_by.empty())
        for (const Expr* group : select.group_by) order_too(group);
    else if (select.distinct)
        for (const Output& output : select.outputs) order_too(output.expr);
}

void Scope::order_too(const Expr* expr) {
    const auto same = [&](const OrderBy& part) { return same_expression(*part.expr, base(), *expr, base()); };
    if (std::none_of(select_->order.begin(), select_->order.end(), same)) select_->order.push_back({expr, false});
}

void Scope::order_by_default() {
    const ModelInfo& model = *select_->base->model;
    for (const schema::Ordering& part : model.ordering)
        select_->order.push_back({column_of(select_->base, model.get(part.field).column), part.descending});
}

bool same_expression(const Expr& a, const Source* base_a, const Expr& b, const Source* base_b) {
    if (&a == &b) return true;
    const auto simple = [](const Expr& e) {
        return e.op != Op::param && !e.select && !e.filter && e.partition.empty() && e.order.empty();
    };
    const bool same_source = a.source == base_a ? b.source == base_b : a.source == b.source;
    // Not every mention of a column tells its type.
    const bool same_type = a.op == Op::column || a.type == b.type;
    return simple(a) && simple(b) && same_source && a.op == b.op && a.text == b.text && same_type && a.flag == b.flag &&
           std::equal(a.args.begin(), a.args.end(), b.args.begin(), b.args.end(),
                      [&](const Expr* x, const Expr* y) { return same_expression(*x, base_a, *y, base_b); });
}

namespace {

/// Whether `found` holds for a node of the tree, those of nested selects among them.
bool any_node(const Expr& expr, const auto& found);
bool any_node(const Select& select, const auto& found) {
    const auto in_all = [&](const std::vector<const Expr*>& all) {
        return std::any_of(all.begin(), all.end(), [&](const Expr* e) { return any_node(*e, found); });
    };
    const auto in_order = std::any_of(select.order.begin(), select.order.end(),
                                      [&](const OrderBy& part) { return any_node(*part.expr, found); });
    const auto in_outputs = std::any_of(select.outputs.begin(), select.outputs.end(),
                                        [&](const Output& output) { return any_node(*output.expr, found); });
    const auto in_sets =
        select.combined.left && (any_node(*select.combined.left, found) || any_node(*select.combined.right, found));
    return in_order || in_outputs || in_sets || in_all(select.where) || in_all(select.having) ||
           in_all(select.group_by);
}
bool any_node(const Expr& expr, const auto& found) {
    const auto in_all = [&](const std::vector<const Expr*>& all) {
        return std::any_of(all.begin(), all.end(), [&](const Expr* e) { return any_node(*e, found); });
    };
    const auto in_order = std::any_of(expr.order.begin(), expr.order.end(),
                                      [&](const OrderBy& part) { return any_node(*part.expr, found); });
    return found(expr) || in_order || in_all(expr.args) || in_all(expr.partition) ||
           (expr.filter && any_node(*expr.filter, found)) || (expr.select && any_node(*expr.select, found));
}

}  // namespace

void Scope::leave_out_far_table() {
    Select& select = *select_;
    if (select.joins.size() != 1 || select.joins[0].source->model) return;
    const Join& through = select.joins[0];
    const std::string& key = through.from_column;
    std::vector<const Expr*> columns;
    const bool needed = any_node(select, [&](const Expr& node) {
        if (node.op != Op::column || node.source != select.base) return false;
        columns.push_back(&node);
        return node.text != key;
    });
    if (needed) return;
    for (const Expr* column : columns) {
        auto* node = const_cast<Expr*>(column);  // the tree's own, which is still being built
        node->source = through.source;
        node->text = through.to_column;
    }
    select.base = through.source;
    select.joins.clear();
}

bool refers_to_joins(const Expr& expr, const Select& select) {
    return any_node(expr, [&](const Expr& node) {
        return node.op == Op::column && std::any_of(select.joins.begin(), select.joins.end(),
                                                    [&](const Join& join) { return join.source == node.source; });
    });
}

}  // namespace orm::sql
