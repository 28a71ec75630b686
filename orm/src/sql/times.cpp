/// Points in time and durations: intervals on PostgreSQL; on SQLite texts and numbers of microseconds, with functions
/// of ours.
#include "sql/renderer.hpp"

namespace orm::sql {
namespace {

// To the ends of PostgreSQL's types and back: it refuses there what lies outside of the years 1 to 9999.
constexpr std::string_view timestamp_limits =
    " + interval '103830043 days' - interval '105551469 days' + interval '1721426 days'";
constexpr std::string_view date_limits = " + 2142110009 - 2143831435 + 1721426";

}  // namespace

void Renderer::time(const Expr& e) {
    require(target_ != Target::portable, "a calculation with times in an index or check");
    const bool moves = e.op != Op::elapsed;
    const bool dates = moves ? e.type->kind == Kind::date : e.type->kind == Kind::int64;
    if (sqlite()) {
        out_ += e.op == Op::later     ? (dates ? "orm_day_later(" : "orm_later(")
                : e.op == Op::earlier ? (dates ? "orm_day_earlier(" : "orm_earlier(")
                                      : (dates ? "orm_days_between(" : "orm_time_between(");
        list(e.args);
        out_ += ')';
        return;
    }
    const auto side = [&](const Expr& one) {
        const bool calculated = one.op == Op::add || one.op == Op::subtract || one.op == Op::negate;
        if (calculated) out_ += '(';
        expr(one);
        if (calculated) out_ += ')';
    };
    out_ += '(';
    side(*e.args[0]);
    out_ += e.op == Op::later ? " + " : " - ";
    if (moves && dates) out_ += "CAST(";
    side(*e.args[1]);
    if (moves && dates) out_ += " AS integer)";
    if (moves) out_ += dates ? date_limits : timestamp_limits;
    out_ += ')';
}

/// args: the unit as a literal, the date.
bool Renderer::day_trunc(const Expr& e) {
    require(target_ != Target::portable, "date_trunc in an index or check");
    if (sqlite()) return false;
    out_ += "CAST(date_trunc(";
    expr(*e.args[0]);
    out_ += ", CAST(";
    expr(*e.args[1]);
    out_ += " AS timestamp)) AS date)";
    return true;
}

}  // namespace orm::sql
