/// What a query says about itself: a small run-time tree of SQL, built once per query type from the expression
/// templates and turned into text by a compiled renderer per database (src/sql). Values never enter it: a Param node is
/// only a number.
///
///     sql::Tree tree;
///     sql::Scope scope(tree, info<MeetupEvent>());
///     const sql::Expr* title = scope.column(info<MeetupEvent>(), {}, "title", ...);
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orm/codec.hpp"
#include "orm/driver.hpp"
#include "orm/model.hpp"

namespace orm::sql {

struct Select;

enum class Op : std::uint8_t {
    column,   // source, text
    param,    // index, type
    literal,  // text: portable SQL
    eq,
    ne,
    lt,
    le,
    gt,
    ge,
    same,
    not_same,  // NULL-aware: IS [NOT] DISTINCT FROM
    and_,
    or_,
    not_,
    is_not_true,  // false or NULL
    is_null,
    is_not_null,
    in_array,
    not_in_array,  // args: value, array parameter
    in_select,
    not_in_select,  // args: value; select
    between,
    contains,
    starts_with,
    ends_with,
    icontains,
    istarts_with,
    iends_with,
    iexact,  // args: text, value
    add,
    subtract,
    multiply,
    divide,
    modulo,
    later,
    earlier,  // args: timestamp or date, duration or days; type: of the former
    elapsed,  // args: two timestamps or dates; type: duration or days
    negate,
    concat,
    function,  // text: name of the portable function; args
    exists,
    scalar,     // select
    aggregate,  // text: count sum avg min max string_agg array_agg; args (none: count(*)); filter; flag: distinct
    case_,      // args: condition, value, condition, value, ..., [else]
    cast,       // args; type; flag: on PostgreSQL only; text: "rounding cast" of a fraction to a whole number
    array_contains,
    array_overlaps,
    array_contained,
    array_length,
    json_contains,
    json_get,
    json_get_text,
    search,
    search_rank,  // text vectors with weights; text: weights
    json_append,
    window,  // args[0]: function; partition, order
    output,  // text: alias of an output column of this select
};

struct Source {
    const ModelInfo* model = nullptr;  ///< null: a join table
    std::string table;
    std::string alias;                    ///< empty: columns are written without qualification (DDL)
    const struct Select* rows = nullptr;  ///< a derived table of the model's columns, instead of the table
};

struct Expr;

struct OrderBy {
    const Expr* expr = nullptr;
    bool descending = false;
    enum class Nulls : std::uint8_t { unspecified, first, last } nulls = Nulls::unspecified;
};

struct Expr {
    Op op = Op::literal;
    std::vector<const Expr*> args;
    std::string text;
    const Source* source = nullptr;
    const TypeInfo* type = nullptr;
    const void* value = nullptr;  ///< param: the value, valid only while the tree is built (portable_sql)
    std::uint32_t index = 0;      ///< param: 0-based
    Select* select = nullptr;
    const Expr* filter = nullptr;  ///< aggregate
    std::vector<const Expr*> partition;
    std::vector<OrderBy> order;  ///< aggregate, window
    bool flag = false;
};

struct Join {
    Source* source = nullptr;
    const Source* from = nullptr;
    std::string from_column, to_column;
    bool left = false;
    bool row_only = false;  ///< to a single row that nothing but the outputs needs: counts do without
};

enum class Lock : std::uint8_t { none, update, no_key_update, share, key_share };
enum class LockWait : std::uint8_t { wait, nowait, skip_locked };

struct Output {
    const Expr* expr = nullptr;
    std::string alias;  ///< empty: none needed
};

enum class SetOperator : std::uint8_t { union_, union_all, intersect, except };
/// Two selects combined; each may be a combination itself.
struct Combination {
    SetOperator op{};
    Select* left = nullptr;  ///< null: there is no combination
    Select* right = nullptr;
};

/// A common table expression; with `step` a recursive one.
struct With {
    const ModelInfo* rows = nullptr;
    Select* start = nullptr;
    Select* step = nullptr;
    bool distinct = false;  ///< UNION instead of UNION ALL
};

struct Select {
    std::string_view name;  ///< of the statement, see named.hpp; empty: none
    std::vector<With> with;
    Source* base = nullptr;
    std::vector<Join> joins;
    std::vector<Output> outputs;
    std::vector<const Expr*> where;
    std::vector<const Expr*> group_by;
    std::vector<const Expr*> having;
    std::vector<OrderBy> order;
    const Expr* limit = nullptr;
    const Expr* offset = nullptr;
    bool distinct = false;
    bool part_of_rows = false;             ///< the outputs are rows of the model, of which some fields are read
    std::vector<const Expr*> distinct_on;  ///< the first row of each combination, in the given order
    /// The first `partition_limit` rows of each combination of these, in the given order.
    std::vector<const Expr*> partition;
    const Expr* partition_limit = nullptr;
    const Expr* partition_offset = nullptr;
    Lock lock = Lock::none;
    LockWait wait = LockWait::wait;
    std::vector<const Source*> lock_of;  ///< empty: the base
    /// Instead of FROM to HAVING and of outputs; order (by fields of `base`, which stands for the rows of the first
    /// select), limit and offset are those of the whole.
    Combination combined;
    bool order_by_all = false;   ///< of a combination: by all outputs, after the given order
    bool named_outputs = false;  ///< the select around names the columns: they keep their names
};

/// Owns the nodes of one statement.
class Tree {
  public:
    Tree();
    ~Tree();
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;
    Expr* make(Op op, std::vector<const Expr*> args = {});
    Expr* param(const TypeInfo& type, const void* value);
    Expr* literal(std::string text);
    Source* source(const ModelInfo* model, std::string table);
    Select* select();
    /// From here on a parameter that equals one of this tree is that one; as Params::shares when the query is bound.
    void share_params() { shares_params_ = true; }
    /// For a statement whose first `count` parameters are not of this tree.
    void skip_params(std::uint32_t count) { params_ += count; }
    std::uint32_t params() const { return params_; }
    /// Few values of few kinds (choices, small limits) stand in the text itself where that makes better plans; bit by
    /// bit as Params::literal does when the query is bound. The default, no bits, is for texts with parameters only.
    void allow_literals(unsigned bits) { literal_bits_ = bits; }
    bool take_literal(unsigned bits) {
        if (bits > literal_bits_) return false;
        literal_bits_ -= bits;
        return true;
    }
    static constexpr unsigned most_literal_bits = 63;

  private:
    unsigned literal_bits_ = 0;
    std::deque<Expr> exprs_;
    std::deque<Source> sources_;
    std::deque<Select> selects_;
    std::uint32_t params_ = 0;
    bool shares_params_ = false;
};

/// Stands in a tree for the value of orm::now, which is not known yet.
inline constexpr Timestamp time_of_run{};

/// Whether two parameters are of one type and have the same value; arrays only when they are one and the same.
bool same_value(const TypeInfo& a, const void* value_a, const TypeInfo& b, const void* value_b);

/// One step from a table to the next: over a foreign key, or back over a one-to-one.
struct Hop {
    const ModelInfo& (*to)();
    std::string_view from_column;  ///< empty: the key of the table we come from
    std::string_view to_column;    ///< empty: the key of the table we go to
    bool nullable = false;         ///< there may be no row at the other end
};

/// The FROM clause that columns are resolved against; scopes of subqueries know the one around them.
class Scope {
  public:
    Scope(Tree& tree, const ModelInfo& model, Scope* outer = nullptr);
    /// Bare column names without a table, for the conditions of indexes and checks.
    explicit Scope(Tree& tree);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    Tree& tree() { return tree_; }
    Select& select() { return *select_; }
    const Source* base() const { return select_->base; }
    Scope* outer() const { return outer_; }

    /// The column of a member, through joins that are added as needed: of this scope, or, where it selects from another
    /// model, of the nearest enclosing one that selects from `root`; with `around` = n of the nth enclosing one that
    /// does.
    const Expr* column(const ModelInfo& (*root)(), std::span<const Hop> hops, std::string_view column,
                       const TypeInfo& type, std::size_t around = 0);
    const Expr* column(const ModelInfo& root, std::span<const Hop> hops, std::string_view column, const TypeInfo& type,
                       std::size_t around = 0);
    /// `row_only`: for the outputs.
    const Source* join(std::span<const Hop> hops, bool row_only = false);
    /// Joins a many-to-many's table to the base's key; once per select.
    const Source* join_through(const std::string& table, const std::string& column);
    /// Joins rows of `model` whose `to_column` equals the base's `from_column`.
    const Source* join_model(const ModelInfo& model, std::string_view from_column, std::string_view to_column,
                             bool left);
    /// A column of rows that join_model() joined here or in a query around.
    const Expr* joined_column(const ModelInfo& (*root)(), std::string_view column, const TypeInfo& type);
    const Expr* column_of(const Source* source, std::string_view column, const TypeInfo* type = nullptr);
    const Expr* key();
    /// A nested select over a many-to-many that asks for nothing but the key of the other side's rows reads the join
    /// table alone.
    void leave_out_far_table();

    /// Adds the columns of a model to the outputs, and to the row plan at `offset`.
    void add_model(const ModelInfo& model, const Source* source, std::uint32_t offset, const NullableInfo* nullable,
                   std::span<const std::string_view> without = {});
    /// Adds one value to the outputs.
    void add_value(const Expr* expr, std::uint32_t offset, const TypeInfo& type, const NullableInfo* nullable);
    /// Selects from the rows of `rows`, whose columns are those of the model, instead of its table.
    void select_rows_of(Select& rows);
    /// The model's own order where the query gives none; where rows are cut off, the key after it, so that always the
    /// same ones are left. `projects`: the rows are values, which have no order of their own until they are cut.
    /// `keyed`: a row is one of the model's, so that its key can be asked for.
    void settle_order(bool projects, bool keyed);

    RowPlan rows;

  private:
    void order_by_default();
    /// Orders by the expression, too, unless the order has it already.
    void order_too(const Expr* expr);
    Tree& tree_;
    Scope* outer_;
    Select* select_;
    std::map<std::string, const Source*> joined_;
    std::map<const ModelInfo*, const Source*> models_;  ///< by join_model()
};

/// Whether two expressions are the same when `base_a` stands for `base_b`; one with parameters or a nested select is
/// the same as itself only.
bool same_expression(const Expr& a, const Source* base_a, const Expr& b, const Source* base_b);

/// Whether the expression needs a row of one of the select's joined tables.
bool refers_to_joins(const Expr& expr, const Select& select);

/// Text of a whole statement for a database.
std::string render(const Select& select, Dialect dialect);
std::string render_count(const Select& select, Dialect dialect);
std::string render_exists(const Select& select, Dialect dialect);

struct Assignment {
    std::string column;
    const Expr* value;
};
/// A condition over joins becomes `key IN (SELECT ...)`. `returning`: the select's outputs are returned.
std::string render_update(const Select& select, const std::vector<Assignment>& set, Dialect dialect,
                          bool returning = false);
std::string render_delete(const Select& select, Dialect dialect);
std::string render_expression(const Expr& expr, Dialect dialect);

/// An expression with literal values and bare column names, the same on both databases: for indexes and checks.
std::string render_portable(const Expr& expr);
/// `value` as a SQL literal that both databases read.
std::string literal(const TypeInfo& type, const void* value);
std::string quote(std::string_view name);

}  // namespace orm::sql
