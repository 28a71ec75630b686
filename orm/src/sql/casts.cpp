/// Values as others: texts of them, and casts. SQLite needs functions of ours wherever PostgreSQL rounds or refuses.
#include "sql/renderer.hpp"

namespace orm::sql {

std::string_view cast_name(const TypeInfo& type, bool sqlite) {
    switch (type.kind) {
        case Kind::boolean:
            return sqlite ? "INTEGER" : "boolean";
        case Kind::int16:
            return sqlite ? "INTEGER" : "smallint";
        case Kind::int32:
            return sqlite ? "INTEGER" : "integer";
        case Kind::int64:
            return sqlite ? "INTEGER" : "bigint";
        case Kind::float64:
            return sqlite ? "REAL" : "double precision";
        case Kind::decimal:
            return sqlite ? "NUMERIC" : "numeric";
        case Kind::json:
            return sqlite ? "TEXT" : "jsonb";
        case Kind::timestamp:
            return sqlite ? "TEXT" : "timestamp with time zone";
        case Kind::date:
            return sqlite ? "TEXT" : "date";
        case Kind::duration:
            return sqlite ? "INTEGER" : "interval";
        default:
            return sqlite ? "TEXT" : "text";
    }
}

std::string_view bytes_of(const TypeInfo& type) {
    return type.kind == Kind::int16 ? "2" : type.kind == Kind::int32 ? "4" : "8";
}

bool Renderer::text_form(const Expr& e) {
    const bool decimal = e.text == "orm_decimal_text", time = e.text == "orm_time_text";
    if (!decimal && !time && e.text != "orm_bool_text" && e.text != "orm_float_text") return false;
    require(target_ != Target::portable, "the text of a number, a condition or a time in an index or check");
    const Expr& value = *e.args[0];
    const TypeInfo* type = type_of(value);
    const std::string scale = decimal && type ? std::to_string(type->scale) : "0";
    if (sqlite()) {
        if (time)
            expr(value);
        else
            exactly(e.text, e, decimal ? std::string_view(scale) : std::string_view());
    } else if (time) {
        out_ += "replace(to_char(timezone('UTC', ";
        expr(value);
        out_ += "), 'YYYY-MM-DD HH24:MI:SS.US'), '.000000', '')";
    } else {
        const bool round = decimal && !is_stored(value);
        out_ += round ? "CAST(round(" : "CAST(";
        expr(value);
        if (round) text(", ").text(scale).text(")");
        out_ += " AS text)";
    }
    return true;
}

/// The function of ours that reads a text; see src/sqlite/cast_functions.cpp.
void Renderer::read_text(const Expr& e, std::string_view digits) {
    const auto call = [&](std::string_view name, std::string_view limits) {
        text(name).text("(");
        expr(*e.args[0]);
        if (!limits.empty()) text(", ").text(limits);
        out_ += ')';
    };
    switch (e.type->kind) {
        case Kind::boolean:
            return call("orm_cast_bool", {});
        case Kind::float64:
            return call("orm_cast_double", {});
        case Kind::decimal:
            return call("orm_cast_decimal", digits);
        case Kind::date:
            return call("orm_cast_date", {});
        case Kind::timestamp:
            return call("orm_cast_time", {});
        default:
            return call("orm_cast_integer", bytes_of(*e.type));
    }
}

/// `flag`: on PostgreSQL only. `text`: a "fitting cast" is of a number to a whole one that may not hold it, a "reading
/// cast" of a text to something else.
void Renderer::cast(const Expr& e) {
    if (e.flag && sqlite()) return expr(*e.args[0]);
    const bool fits_decimal = holds_decimal(e.type) && !e.flag;
    const bool fits_integer = e.text == "fitting cast", reads = e.text == "reading cast";
    require(target_ != Target::portable || !(fits_decimal || fits_integer || reads),
            "a cast that rounds a value or may refuse it, in an index or check,");
    const std::string digits =
        fits_decimal ? std::to_string(e.type->digits) + ", " + std::to_string(e.type->scale) : std::string();
    if (sqlite() && reads) return read_text(e, digits);
    if (fits_decimal && sqlite()) {
        out_ += "orm_fit_decimal(";
        expr(*e.args[0]);
        text(", ").text(digits).text(", 'cast')");
        return;
    }
    if (sqlite() && fits_integer) {
        out_ += "orm_fit_integer(";
        whole(*e.args[0]);
        text(", ").text(bytes_of(*e.type)).text(", 'cast')");
        return;
    }
    out_ += "CAST(";
    list(e.args);
    text(" AS ").text(cast_name(*e.type, sqlite()));
    if (fits_decimal && postgres()) text("(").text(digits).text(")");
    out_ += ')';
}

}  // namespace orm::sql
