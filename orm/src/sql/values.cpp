/// Values, and what is calculated of them: literals, parameters, arithmetic; casts are in casts.cpp. SQLite needs
/// functions of ours wherever PostgreSQL is exact, rounds or refuses.
#include <array>
#include <charconv>
#include <cmath>

#include "decoding.hpp"
#include "orm/errors.hpp"
#include "sql/renderer.hpp"
#include "sqlite/connection.hpp"

namespace orm::sql {

std::string quote(std::string_view name) {
    std::string quoted = "\"";
    for (char c : name) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

std::string quote_text(std::string_view text) {
    std::string quoted = "'";
    for (char c : text) {
        if (c == '\'') quoted += '\'';
        quoted += c;
    }
    return quoted + "'";
}

std::string_view operator_text(Op op) {
    switch (op) {
        case Op::eq:
            return " = ";
        case Op::ne:
            return " <> ";
        case Op::lt:
            return " < ";
        case Op::le:
            return " <= ";
        case Op::gt:
            return " > ";
        case Op::ge:
            return " >= ";
        case Op::and_:
            return " AND ";
        case Op::or_:
            return " OR ";
        case Op::add:
            return " + ";
        case Op::subtract:
            return " - ";
        case Op::multiply:
            return " * ";
        case Op::divide:
            return " / ";
        case Op::modulo:
            return " % ";
        default:
            return {};
    }
}

bool is_simple(const Expr& e) {
    return e.op == Op::column || e.op == Op::param || e.op == Op::literal || e.op == Op::function ||
           e.op == Op::scalar || e.op == Op::aggregate || e.op == Op::exists || e.op == Op::cast ||
           e.op == Op::output || e.op == Op::json_get || e.op == Op::json_get_text || e.op == Op::json_append ||
           e.op == Op::later || e.op == Op::earlier || e.op == Op::elapsed;
}

bool holds_decimal(const TypeInfo* type) {
    return type && type->kind == Kind::decimal;
}

bool holds_document(const Expr& e) {
    const TypeInfo* type = type_of(e);
    return type && type->kind == Kind::json;
}

bool is_stored(const Expr& e) {
    return e.op == Op::column && e.source && e.source->model && !e.source->model->app.empty();
}

namespace {

/// The shortest digits that read back as this number, and never as a whole one, which would divide as such.
std::string float_literal(double value) {
    if (!std::isfinite(value)) throw UsageError("an infinite number, or none, has no literal that both databases read");
    std::array<char, 32> text{};
    std::string digits(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
    return digits.find_first_of(".e") == digits.npos ? digits + ".0" : digits;
}

/// An array as JSON, which is how SQLite keeps one and what the migrations translate for PostgreSQL.
std::string array_text(const TypeInfo& type, const void* value) {
    std::string text;
    sqlite::write_array(text, type, value);
    return text;
}

}  // namespace

std::string literal(const TypeInfo& type, const void* value) {
    if (!value) return "NULL";
    switch (type.kind) {
        case Kind::boolean:
            return *static_cast<const bool*>(value) ? "TRUE" : "FALSE";
        case Kind::int16:
            return std::to_string(*static_cast<const std::int16_t*>(value));
        case Kind::int32:
            return std::to_string(*static_cast<const std::int32_t*>(value));
        case Kind::int64:
            return std::to_string(*static_cast<const std::int64_t*>(value));
        case Kind::float64:
            return float_literal(*static_cast<const double*>(value));
        case Kind::text:
            return quote_text(*static_cast<const std::string*>(value));
        case Kind::json:
            return quote_text(static_cast<const Json*>(value)->text);
        case Kind::decimal:
            return detail::format_decimal(*static_cast<const std::int64_t*>(value), type.scale);
        case Kind::timestamp:
            return quote_text(to_string(*static_cast<const Timestamp*>(value)));
        case Kind::date:
            return quote_text(to_string(*static_cast<const Date*>(value)));
        case Kind::duration:
            return std::to_string(*static_cast<const std::int64_t*>(value));
        case Kind::enumeration:
            return quote_text(decoding::enumerator_name(*type.choices, value));
        case Kind::array:
            return quote_text(array_text(type, value));
    }
    return "NULL";
}

const TypeInfo* type_of(const Expr& e) {
    if (e.type) return e.type;
    if (e.op == Op::window) return type_of(*e.args[0]);
    if (e.op != Op::scalar) return nullptr;
    const Select* first = e.select;
    while (first->combined.left) first = first->combined.left;
    return first->outputs.empty() ? nullptr : type_of(*first->outputs[0].expr);
}

void Renderer::exactly(std::string_view function, const Expr& e, std::string_view last) {
    text(function).text("(");
    for (const Expr* argument : e.args) {
        if (argument != e.args.front()) out_ += ", ";
        if (argument->op == Op::param)
            placeholder(*argument);  // our functions read a decimal's text
        else
            expr(*argument);
    }
    if (!last.empty()) text(", ").text(last);
    out_ += ')';
}

/// SQLite's whole numbers have 64 bits; PostgreSQL's have as many as the wider side.
bool Renderer::widen(const Expr& e) {
    const auto narrow = [](const Expr* side) {
        const TypeInfo* type = type_of(*side);
        return type && (type->kind == Kind::int16 || type->kind == Kind::int32);
    };
    if (!postgres() || !e.type || e.type->kind != Kind::int64 || !narrow(e.args[0]) || !narrow(e.args[1])) return false;
    out_ += "CAST(";
    expr(*e.args[0]);
    text(" AS bigint)").text(operator_text(e.op));
    if (!is_simple(*e.args[1])) out_ += '(';
    expr(*e.args[1]);
    if (!is_simple(*e.args[1])) out_ += ')';
    return true;
}

/// SQLite calculates with doubles, in which 0.1 + 0.2 is not 0.3.
void Renderer::arithmetic(const Expr& e) {
    if (widen(e)) return;
    if (!sqlite() || !holds_decimal(e.type)) return binary(e, operator_text(e.op));
    exactly(e.op == Op::add ? "orm_add" : e.op == Op::subtract ? "orm_subtract" : "orm_multiply", e);
}

/// A quotient of decimals has a fixed number of decimals. SQLite takes a division by zero for NULL.
void Renderer::divided(const Expr& e) {
    const bool decimals = holds_decimal(e.type);
    const std::string scale = decimals ? std::to_string(e.type->scale) : std::string();
    if (postgres() && decimals && e.op == Op::divide) {
        out_ += "round(";
        binary(e, " / ");
        text(", ").text(scale).text(")");
    } else if (!sqlite()) {
        if (!widen(e)) binary(e, operator_text(e.op));
    } else if (decimals) {
        e.op == Op::divide ? exactly("orm_divide", e, scale) : exactly("orm_modulo", e);
    } else {
        const Expr& dividend = *e.args[0];
        if (!is_simple(dividend)) out_ += '(';
        expr(dividend);
        if (!is_simple(dividend)) out_ += ')';
        text(operator_text(e.op)).text("orm_divisor(");
        expr(*e.args[1]);
        out_ += ')';
    }
}

void Renderer::placeholder(const Expr& e) {
    if (target_ == Target::portable) {
        require(e.value != &time_of_run, "orm::now in an index or check");
        out_ += literal(*e.type, e.value);
        return;
    }
    out_ += sqlite() ? '?' : '$';
    out_ += std::to_string(e.index + 1);
}

/// A decimal is bound as text on SQLite, where any number is less than any text. Beside a column of a table the
/// column's affinity makes a number of it; elsewhere we do.
void Renderer::param(const Expr& e) {
    const bool cast = sqlite() && holds_decimal(e.type);
    if (cast) out_ += "CAST(";
    placeholder(e);
    if (cast) out_ += " AS NUMERIC)";
}

/// SQLite's columns take any value: what a calculation yields, or a parameter of a wider type than the column's, is
/// made to fit here, or refused, as on PostgreSQL.
void Renderer::assigned(const Expr& value, const MemberInfo& member) {
    const TypeInfo& type = *member.plan.type;
    const bool given = value.op == Op::param;
    const auto plain = [&] { given ? placeholder(value) : expr(value); };
    const bool same_type = (value.op == Op::column && value.type == &type) ||
                           (given && value.type->kind == type.kind && value.type->digits == type.digits &&
                            value.type->scale == type.scale && value.type->max_length == type.max_length);
    if (!sqlite() || value.op == Op::literal || same_type) return plain();
    std::string limits;
    switch (type.kind) {
        case Kind::int16:
        case Kind::int32:
        case Kind::int64:
            limits = bytes_of(type);
            break;
        case Kind::decimal:
            limits = std::to_string(type.digits) + ", " + std::to_string(type.scale);
            break;
        case Kind::text:
            if (type.max_length) limits = std::to_string(type.max_length);
            break;
        default:
            break;
    }
    if (limits.empty()) return plain();
    const bool number = type.kind != Kind::text && type.kind != Kind::decimal;
    out_ += number ? "orm_fit_integer(" : type.kind == Kind::text ? "orm_fit_text(" : "orm_fit_decimal(";
    number && !given ? whole(value) : plain();
    text(", ").text(limits).text(", ").text(quote_text(member.column)).text(")");
}

/// PostgreSQL rounds halves of decimals away from zero and those of doubles to the even number.
void Renderer::whole(const Expr& value) {
    const TypeInfo* type = type_of(value);
    const bool even = type && type->kind == Kind::float64;
    if (even) out_ += "orm_even(";
    expr(value);
    if (even) out_ += ')';
}

}  // namespace orm::sql
