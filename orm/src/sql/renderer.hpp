/// The tree as text for one database. One method per kind of node; what differs between the databases stands where it
/// differs.
#pragma once

#include <string>

#include "orm/sql.hpp"

namespace orm::sql {

class Renderer {
  public:
    enum class Target : std::uint8_t { sqlite, postgres, portable };
    explicit Renderer(Target target) : target_(target) {}
    explicit Renderer(Dialect dialect) : target_(dialect == Dialect::sqlite ? Target::sqlite : Target::postgres) {}

    void select(const Select& select);
    void expr(const Expr& e);
    /// A value that is written to a column.
    void assigned(const Expr& value, const MemberInfo& member);
    /// FROM, JOIN and WHERE.
    void from_where(const Select& select);
    void conditions(const std::vector<const Expr*>& all);
    std::string take() { return std::move(out_); }
    Renderer& text(std::string_view t) {
        out_ += t;
        return *this;
    }
    Renderer& name(std::string_view n) {
        out_ += quote(n);
        return *this;
    }

  private:
    bool sqlite() const { return target_ == Target::sqlite; }
    bool postgres() const { return target_ == Target::postgres; }
    void list(const std::vector<const Expr*>& items);
    /// An expression by which rows are compared, sorted or grouped: documents in jsonb's order.
    void key(const Expr& e);
    void keys(const std::vector<const Expr*>& items);
    void output(const Expr& e);
    /// Values as text; see detail::as_text.
    bool text_form(const Expr& e);
    void binary(const Expr& e, std::string_view op);
    void text_test(const Expr& e);
    void pattern(const Expr& value);
    void array_test(const Expr& e);
    void in_array(const Expr& e);
    void whole(const Expr& value);
    void param(const Expr& e);
    void placeholder(const Expr& e);
    void check_yielded(const Expr& column) const;
    /// A call of a SQLite function of ours, which reads decimals as texts; `last`: a literal after the arguments.
    void exactly(std::string_view function, const Expr& e, std::string_view last = {});
    bool widen(const Expr& e);
    void arithmetic(const Expr& e);
    void divided(const Expr& e);
    void function(const Expr& e);
    bool date_function(const Expr& e);
    bool database_time(const Expr& e);
    bool day_trunc(const Expr& e);
    void time(const Expr& e);
    void cast(const Expr& e);
    void read_text(const Expr& cast, std::string_view digits);
    // `window`: over which the aggregate is taken, or null.
    void aggregate(const Expr& e, const Expr* window = nullptr);
    void list_aggregate(const Expr& e, const Expr* window);
    void case_when(const Expr& e);
    void order(const std::vector<OrderBy>& parts);
    void direction(const OrderBy& part);
    void order_by_places(const Select& select);
    /// Which of the combination's columns it is, from 0; their number: none.
    static std::size_t place_of(const Select& select, const Expr& expr);
    void limits(const Select& select);
    void operand(const Select& select);
    void tail(const Select& select);
    void body(const Select& select);
    void with(const std::vector<With>& all);
    void partitioned(const Select& select, const std::vector<const Expr*>& partition);
    void json(const Expr& e);
    void search(const Expr& e);
    void window(const Expr& e);
    void over(const Expr& window);
    void require(bool supported, std::string_view feature) const;
    Target target_;
    std::string out_;
    bool compares_rows_ = false;  ///< DISTINCT or a set operation around compares the outputs
};

std::string_view cast_name(const TypeInfo& type, bool sqlite);
/// How many a whole number takes.
std::string_view bytes_of(const TypeInfo& type);
/// Null: it is not known.
const TypeInfo* type_of(const Expr& e);
bool holds_decimal(const TypeInfo* type);
bool holds_document(const Expr& e);
/// A column of a table, which has SQLite's affinity; what common table expressions yield has none.
bool is_stored(const Expr& e);
/// Needs no parentheses beside an operator.
bool is_simple(const Expr& e);
std::string_view operator_text(Op op);
std::string quote_text(std::string_view text);

}  // namespace orm::sql
