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
    void binary(const Expr& e, std::string_view op);
    void text_test(const Expr& e);
    void pattern(const Expr& value);
    void array_test(const Expr& e);
    void in_array(const Expr& e);
    void param(const Expr& e);
    void placeholder(const Expr& e);
    void check_yielded(const Expr& column) const;
    void divided(const Expr& e);
    void function(const Expr& e);
    bool date_function(const Expr& e);
    bool database_time(const Expr& e);
    bool day_trunc(const Expr& e);
    void time(const Expr& e);
    void cast(const Expr& e);
    // `window`: over which the aggregate is taken, or null.
    void aggregate(const Expr& e, const Expr* window = nullptr);
    void list_aggregate(const Expr& e, const Expr* window);
    void case_when(const Expr& e);
    void order(const std::vector<OrderBy>& parts);
    void direction(const OrderBy& part);
    void order_by_places(const Select& select);
    /// Which of the combination's columns it is, from 0; their number: none.
    static std::size_t place_of(const Select& select, const Expr& column);
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
};

std::string_view cast_name(const TypeInfo& type, bool sqlite);

}  // namespace orm::sql
