#include <algorithm>
#include <utility>

#include "orm/errors.hpp"
#include "sql/renderer.hpp"

namespace orm::sql {

void Renderer::conditions(const std::vector<const Expr*>& all) {
    bool first = true;
    for (const Expr* condition : all) {
        if (!first) out_ += " AND ";
        first = false;
        const bool wrap = condition->op == Op::or_ && all.size() > 1;
        if (wrap) out_ += '(';
        expr(*condition);
        if (wrap) out_ += ')';
    }
}

/// The first of the selects that a combination is made of, which names and orders the columns.
static const Select& first_of(const Select& select) {
    const Select* first = &select;
    while (first->combined.left) first = first->combined.left;
    return *first;
}

/// Of a derived table there are only the columns that it yields.
void Renderer::check_yielded(const Expr& column) const {
    const Select& first = first_of(*column.source->rows);
    for (const Output& output : first.outputs)
        if (output.expr->op == Op::column && output.expr->source == first.base && output.expr->text == column.text)
            return;
    throw UsageError("an aggregate over a query of " + column.source->model->class_name + " asks for \"" + column.text +
                     "\", which the query does not yield; add the field to its orm::values");
}

void Renderer::from_where(const Select& select) {
    out_ += " FROM ";
    if (select.base->rows) {
        out_ += '(';
        this->select(*select.base->rows);
        out_ += ')';
    } else {
        name(select.base->table);
    }
    text(" AS ").text(select.base->alias);
    for (const Join& join : select.joins) {
        text(join.left ? " LEFT JOIN " : " JOIN ").name(join.source->table).text(" AS ").text(join.source->alias);
        text(" ON ").text(join.source->alias).text(".").name(join.to_column);
        text(" = ").text(join.from->alias).text(".").name(join.from_column);
    }
    if (!select.where.empty()) {
        out_ += " WHERE ";
        conditions(select.where);
    }
}

void Renderer::order(const std::vector<OrderBy>& parts) {
    bool first = true;
    for (const OrderBy& part : parts) {
        if (!first) out_ += ", ";
        first = false;
        key(*part.expr);
        direction(part);
    }
}

void Renderer::direction(const OrderBy& part) {
    if (part.descending) out_ += " DESC";
    if (part.nulls == OrderBy::Nulls::first) out_ += " NULLS FIRST";
    if (part.nulls == OrderBy::Nulls::last) out_ += " NULLS LAST";
}

/// A combination is ordered by the places of its columns, which both databases take.
void Renderer::order_by_places(const Select& select) {
    const std::vector<Output>& outputs = first_of(select).outputs;
    std::vector<bool> used(outputs.size());
    auto begin = [&, first = true]() mutable {
        out_ += first ? " ORDER BY " : ", ";
        first = false;
    };
    for (const OrderBy& part : select.order) {
        const std::size_t place = place_of(select, *part.expr);
        if (place == outputs.size())
            throw UsageError(
                "a combined query of " + select.base->model->class_name +
                " is ordered by something that it does not yield; order by fields that are among its values");
        begin();
        out_ += std::to_string(place + 1);
        direction(part);
        used[place] = true;
    }
    for (std::size_t i = 0; select.order_by_all && i < outputs.size(); ++i) {
        if (used[i]) continue;
        begin();
        out_ += std::to_string(i + 1);
    }
}

std::size_t Renderer::place_of(const Select& select, const Expr& expr) {
    const Select& first = first_of(select);
    std::size_t place = 0;
    while (place < first.outputs.size() && !same_expression(expr, select.base, *first.outputs[place].expr, first.base))
        ++place;
    return place;
}

void Renderer::tail(const Select& select) {
    if (select.combined.left) {
        order_by_places(select);
    } else if (!select.order.empty()) {
        out_ += " ORDER BY ";
        order(select.order);
    }
    limits(select);
    // SQLite's write transactions exclude each other already.
    if (select.lock != Lock::none && postgres()) {
        out_ += select.lock == Lock::update          ? " FOR UPDATE"
                : select.lock == Lock::no_key_update ? " FOR NO KEY UPDATE"
                : select.lock == Lock::share         ? " FOR SHARE"
                                                     : " FOR KEY SHARE";
        text(" OF ");
        if (select.lock_of.empty()) text(select.base->alias);
        for (const Source* source : select.lock_of)
            text(source == select.lock_of.front() ? "" : ", ").text(source->alias);
        if (select.wait == LockWait::nowait) out_ += " NOWAIT";
        if (select.wait == LockWait::skip_locked) out_ += " SKIP LOCKED";
    }
}

void Renderer::limits(const Select& select) {
    if (select.limit) {
        out_ += " LIMIT ";
        expr(*select.limit);
    } else if (select.offset && sqlite()) {
        out_ += " LIMIT -1";
    }
    if (select.offset) {
        out_ += " OFFSET ";
        expr(*select.offset);
    }
}

/// The first rows of each partition: numbered in a derived table, so that both databases can do it.
void Renderer::partitioned(const Select& select, const std::vector<const Expr*>& partition) {
    out_ += "SELECT ";
    if (select.outputs.empty()) out_ += '1';
    for (std::size_t i = 0; i < select.outputs.size(); ++i) {
        out_ += (i ? ", c" : "c") + std::to_string(i);
        const Expr& output = *select.outputs[i].expr;
        if (select.named_outputs && output.op == Op::column) text(" AS ").name(output.text);
    }
    out_ += " FROM (SELECT ";
    for (std::size_t i = 0; i < select.outputs.size(); ++i) {
        output(*select.outputs[i].expr);
        out_ += " AS c" + std::to_string(i) + ", ";
    }
    out_ += "row_number() OVER (PARTITION BY ";
    keys(partition);
    if (!select.order.empty()) {
        out_ += " ORDER BY ";
        order(select.order);
    }
    out_ += ") AS n, row_number() OVER (";
    if (!select.order.empty()) {
        out_ += "ORDER BY ";
        order(select.order);
    }
    out_ += ") AS o";
    from_where(select);
    out_ += ") AS q WHERE ";
    if (select.partition_offset) {
        out_ += "n > ";
        expr(*select.partition_offset);
        if (select.partition_limit) out_ += " AND ";
    }
    if (select.partition_limit) {
        out_ += "n <= ";
        expr(*select.partition_limit);
        if (select.partition_offset) {
            out_ += " + ";
            expr(*select.partition_offset);
        }
    } else if (!select.partition_offset) {
        out_ += "n = 1";
    }
    out_ += " ORDER BY o";
}

void Renderer::with(const std::vector<With>& all) {
    if (all.empty()) return;
    bool recursive = false;
    for (const With& one : all) recursive = recursive || one.step;
    out_ += recursive ? "WITH RECURSIVE " : "WITH ";
    bool first = true;
    for (const With& one : all) {
        if (!first) out_ += ", ";
        first = false;
        name(one.rows->table).text(" (");
        for (std::size_t i = 0; i < one.rows->members.size(); ++i)
            text(i ? ", " : "").name(one.rows->members[i].column);
        out_ += ") AS (";
        const bool wrap = one.step && (one.start->limit || one.start->offset || !one.start->distinct_on.empty());
        if (wrap) out_ += "SELECT * FROM (";
        select(*one.start);
        if (wrap) out_ += ") AS q";
        if (one.step) {
            out_ += one.distinct ? " UNION " : " UNION ALL ";
            select(*one.step);
        }
        out_ += ')';
    }
    out_ += ' ';
}

void Renderer::select(const Select& select) {
    with(select.with);
    if (!select.partition.empty()) return partitioned(select, select.partition);
    if (!select.distinct_on.empty() && !postgres()) {
        partitioned(select, select.distinct_on);
        return limits(select);
    }
    if (select.combined.left) {
        operand(*select.combined.left);
        const SetOperator op = select.combined.op;
        out_ += op == SetOperator::union_      ? " UNION "
                : op == SetOperator::union_all ? " UNION ALL "
                : op == SetOperator::intersect ? " INTERSECT "
                                               : " EXCEPT ";
        operand(*select.combined.right);
    } else {
        body(select);
    }
    tail(select);
}

/// One side of a set operation. What has an order, a limit or sides of its own stands in a derived table: SQLite knows
/// no parentheses there, and gives the operators another precedence than PostgreSQL.
void Renderer::operand(const Select& select) {
    const bool plain = select.with.empty() && select.order.empty() && !select.limit && !select.offset &&
                       !select.combined.left && select.distinct_on.empty();
    const bool around = std::exchange(compares_rows_, true);
    if (plain) {
        body(select);
    } else {
        out_ += "SELECT * FROM (";
        this->select(select);
        out_ += ") AS q";
    }
    compares_rows_ = around;
}

void Renderer::body(const Select& select) {
    out_ += select.distinct ? "SELECT DISTINCT " : "SELECT ";
    if (!select.distinct_on.empty()) {
        out_ += "DISTINCT ON (";
        list(select.distinct_on);
        out_ += ") ";
    }
    if (select.outputs.empty()) out_ += '1';
    const bool around = std::exchange(compares_rows_, compares_rows_ || select.distinct);
    bool first = true;
    for (const Output& one : select.outputs) {
        if (!first) out_ += ", ";
        first = false;
        output(*one.expr);
        if (!one.alias.empty()) text(" AS ").name(one.alias);
    }
    compares_rows_ = around;
    from_where(select);
    if (!select.group_by.empty()) {
        out_ += " GROUP BY ";
        keys(select.group_by);
    }
    if (!select.having.empty()) {
        out_ += " HAVING ";
        conditions(select.having);
    }
}

std::string render(const Select& select, Dialect dialect) {
    Renderer renderer(dialect);
    renderer.select(select);
    return renderer.take();
}

/// Whether the rows become one.
static bool aggregates(const Expr& e) {
    if (e.op == Op::aggregate) return true;
    const auto any = [](const std::vector<const Expr*>& all) {
        return std::any_of(all.begin(), all.end(), [](const Expr* one) { return aggregates(*one); });
    };
    return e.op == Op::window ? any(e.args[0]->args) || any(e.partition) : any(e.args);
}

static Select without_row_joins(Select select) {
    std::erase_if(select.joins, [](const Join& join) { return join.row_only; });
    return select;
}

std::string render_count(const Select& select, Dialect dialect) {
    Renderer renderer(dialect);
    if (!select.group_by.empty() || select.combined.left || !select.distinct_on.empty() ||
        (select.distinct && !select.outputs.empty()) ||
        std::any_of(select.outputs.begin(), select.outputs.end(),
                    [](const Output& output) { return aggregates(*output.expr); }) ||
        select.limit || select.offset || !select.with.empty()) {
        renderer.text("SELECT count(*) FROM (");
        renderer.select(select);
        renderer.text(") AS q");
    } else {
        renderer.text("SELECT count(*)");
        renderer.from_where(without_row_joins(select));
    }
    return renderer.take();
}

std::string render_exists(const Select& select, Dialect dialect) {
    Renderer renderer(dialect);
    renderer.text("SELECT CASE WHEN EXISTS (");
    renderer.select(select.outputs.empty() ? without_row_joins(select) : select);
    renderer.text(") THEN 1 ELSE 0 END");
    return renderer.take();
}

namespace {

const MemberInfo& member_of(const ModelInfo& model, std::string_view column) {
    return *std::find_if(model.members.begin(), model.members.end(),
                         [&](const MemberInfo& member) { return member.column == column; });
}

/// WHERE of an UPDATE or DELETE whose own table is `t0`. `locked`: who waits for a row tests it again when it is free,
/// which PostgreSQL does for the conditions of a select that locks, and not for those of a plain one.
void render_target(Renderer& renderer, const Select& select, Dialect dialect, bool locked) {
    if (select.joins.empty() && !select.limit && !select.offset && select.group_by.empty() && select.with.empty() &&
        select.distinct_on.empty()) {
        if (!select.where.empty()) {
            renderer.text(" WHERE ");
            renderer.conditions(select.where);
        }
        return;
    }
    const std::string key = select.base->alias + "." + quote(select.base->model->key().column);
    Select keys = select;
    Expr expr;
    expr.op = Op::column;
    expr.source = select.base;
    expr.text = select.base->model->key().column;
    keys.outputs = {{&expr, {}}};
    keys.distinct = false;
    if (locked && keys.lock == Lock::none && keys.distinct_on.empty()) keys.lock = Lock::update;
    renderer.text(" WHERE ").text(key).text(" IN (").text(render(keys, dialect)).text(")");
}

}  // namespace

std::string render_update(const Select& select, const std::vector<Assignment>& set, Dialect dialect, bool returning) {
    Renderer renderer(dialect);
    renderer.text("UPDATE ").name(select.base->table).text(" AS ").text(select.base->alias).text(" SET ");
    bool first = true;
    for (const Assignment& assignment : set) {
        if (!first) renderer.text(", ");
        first = false;
        renderer.name(assignment.column).text(" = ");
        renderer.assigned(*assignment.value, member_of(*select.base->model, assignment.column));
    }
    render_target(renderer, select, dialect, false);
    if (!returning) return renderer.take();
    // In RETURNING, SQLite knows the table by its name only.
    const std::string alias = select.base->alias;
    if (dialect == Dialect::sqlite) select.base->alias = quote(select.base->table);
    for (std::size_t i = 0; i < select.outputs.size(); ++i) {
        renderer.text(i ? ", " : " RETURNING ");
        renderer.expr(*select.outputs[i].expr);
    }
    select.base->alias = alias;
    return renderer.take();
}

std::string render_delete(const Select& select, Dialect dialect) {
    Renderer renderer(dialect);
    renderer.text("DELETE FROM ").name(select.base->table).text(" AS ").text(select.base->alias);
    render_target(renderer, select, dialect, true);
    return renderer.take();
}

std::string render_expression(const Expr& expr, Dialect dialect) {
    Renderer renderer(dialect);
    renderer.expr(expr);
    return renderer.take();
}

std::string render_portable(const Expr& expr) {
    Renderer renderer(Renderer::Target::portable);
    renderer.expr(expr);
    return renderer.take();
}

}  // namespace orm::sql
