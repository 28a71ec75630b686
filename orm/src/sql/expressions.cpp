#include <array>

#include "decoding.hpp"
#include "orm/errors.hpp"
#include "sql/renderer.hpp"

namespace orm::sql {

std::string quote(std::string_view name) {
    std::string quoted = "\"";
    for (char c : name) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

namespace {

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

/// An array as JSON, which is how SQLite keeps one and what the migrations translate for PostgreSQL.
std::string json_array(const TypeInfo& type, const void* value) {
    const ArrayInfo& array = *type.array;
    const auto* data = static_cast<const char*>(array.data(value));
    std::string text = "[";
    for (std::size_t i = 0; i < array.size(value); ++i) {
        const void* item = data + i * array.stride;
        if (i) text += ',';
        if (array.element->kind != Kind::text && array.element->kind != Kind::enumeration) {
            text += literal(*array.element, item);
            continue;
        }
        text += '"';
        const std::string_view word = array.element->kind == Kind::text
                                          ? std::string_view(*static_cast<const std::string*>(item))
                                          : decoding::enumerator_name(*array.element->choices, item);
        for (const char c : word) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + "]";
}

/// Functions of ours that the databases do not share; `orm_…` are SQLite functions of ours (src/sqlite).
struct UnlikeFunction {
    std::string_view name, sqlite, postgres;
};
constexpr UnlikeFunction unlike_functions[] = {
    {"greatest", "orm_greatest", "greatest"},
    {"least", "orm_least", "least"},
    {"substr", "orm_substr", "substr"},
    {"left", "orm_left", "left"},
    {"right", "orm_right", "right"},
    {"lpad", "orm_lpad", "lpad"},
    {"rpad", "orm_rpad", "rpad"},
    {"repeat", "orm_repeat", "repeat"},
    {"reverse", "orm_reverse", "reverse"},
    {"position", "instr", "strpos"},
};
const UnlikeFunction* unlike_function(std::string_view name) {
    for (const UnlikeFunction& f : unlike_functions)
        if (f.name == name) return &f;
    return nullptr;
}

bool is_simple(const Expr& e) {
    return e.op == Op::column || e.op == Op::param || e.op == Op::literal || e.op == Op::function ||
           e.op == Op::scalar || e.op == Op::aggregate || e.op == Op::exists || e.op == Op::cast || e.op == Op::output;
}

bool holds_decimal(const TypeInfo* type) {
    return type && type->kind == Kind::decimal;
}
/// A column of a table, which has SQLite's affinity; what common table expressions yield has none.
bool is_stored(const Expr& e) {
    return e.op == Op::column && e.source && e.source->model && !e.source->model->app.empty();
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
            return std::to_string(*static_cast<const double*>(value));
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
        case Kind::enumeration:
            return quote_text(decoding::enumerator_name(*type.choices, value));
        case Kind::array:
            return quote_text(json_array(type, value));
    }
    return "NULL";
}

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
        default:
            return sqlite ? "TEXT" : "text";
    }
}

void Renderer::require(bool supported, std::string_view feature) const {
    if (!supported)
        throw UnsupportedFeature(std::string(feature) + " is not available on " +
                                 (sqlite()     ? "SQLite"
                                  : postgres() ? "PostgreSQL"
                                               : "both databases alike"));
}

void Renderer::list(const std::vector<const Expr*>& items) {
    bool first = true;
    for (const Expr* item : items) {
        if (!first) out_ += ", ";
        first = false;
        expr(*item);
    }
}

void Renderer::binary(const Expr& e, std::string_view op) {
    const auto side = [&](const Expr& s, const Expr& other) {
        if (s.op == Op::param && is_stored(other)) return placeholder(s);
        if (is_simple(s) || (s.op == e.op && (e.op == Op::and_ || e.op == Op::or_))) return expr(s);
        out_ += '(';
        expr(s);
        out_ += ')';
    };
    side(*e.args[0], *e.args[1]);
    out_ += op;
    side(*e.args[1], *e.args[0]);
}

/// SQLite divides whole decimals as integers, and takes the rest of a division of integers only.
void Renderer::divided(const Expr& e) {
    const bool decimals = sqlite() && holds_decimal(e.type);
    if (!decimals) return binary(e, operator_text(e.op));
    if (e.op == Op::modulo) {
        out_ += "orm_modulo(";
        list(e.args);
        out_ += ')';
        return;
    }
    out_ += "CAST(";
    expr(*e.args[0]);
    out_ += " AS REAL) / (";
    expr(*e.args[1]);
    out_ += ')';
}

void Renderer::placeholder(const Expr& e) {
    if (target_ == Target::portable) {
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

/// SQLite's columns take any value: what a calculation yields is made to fit here, or refused, as on PostgreSQL. A
/// parameter was checked before, but for its length.
void Renderer::assigned(const Expr& value, const MemberInfo& member) {
    const TypeInfo& type = *member.plan.type;
    const bool same_column = value.op == Op::column && value.type == &type;
    if (value.op == Op::param && !(sqlite() && type.kind == Kind::text && type.max_length != 0))
        return placeholder(value);
    if (!sqlite() || value.op == Op::literal || same_column) return expr(value);
    std::string limits;
    switch (type.kind) {
        case Kind::int16:
            limits = "2";
            break;
        case Kind::int32:
            limits = "4";
            break;
        case Kind::int64:
            limits = "8";
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
    if (limits.empty()) return expr(value);
    out_ += type.kind == Kind::text      ? "orm_fit_text("
            : type.kind == Kind::decimal ? "orm_fit_decimal("
                                         : "orm_fit_integer(";
    expr(value);
    text(", ").text(limits).text(", ").text(quote_text(member.column)).text(")");
}

void Renderer::in_array(const Expr& e) {
    const bool negated = e.op == Op::not_in_array;
    if (e.args[1]->op == Op::literal) {  // choices
        expr(*e.args[0]);
        text(negated ? " NOT IN (" : " IN (").text(e.args[1]->text).text(")");
        return;
    }
    if (postgres()) {
        if (negated) out_ += "NOT (";
        expr(*e.args[0]);
        out_ += " = ANY(";
        expr(*e.args[1]);
        out_ += negated ? "))" : ")";
        return;
    }
    expr(*e.args[0]);
    out_ += negated ? " NOT IN (" : " IN (";
    if (sqlite()) {
        const bool cast = holds_decimal(e.args[1]->type->array->element) && !is_stored(*e.args[0]);
        out_ += cast ? "SELECT CAST(value AS NUMERIC) FROM json_each(" : "SELECT value FROM json_each(";
        expr(*e.args[1]);
        out_ += ")";
    } else {
        const ArrayInfo& array = *e.args[1]->type->array;
        const auto* data = static_cast<const char*>(array.data(e.args[1]->value));
        for (std::size_t i = 0; i < array.size(e.args[1]->value); ++i) {
            if (i) out_ += ", ";
            out_ += literal(*array.element, data + i * array.stride);
        }
    }
    out_ += ')';
}

/// The text of `value` with LIKE's special characters made literal (PostgreSQL).
void Renderer::pattern(const Expr& value) {
    out_ += R"(replace(replace(replace()";
    expr(value);
    out_ += R"(, '\', '\\'), '%', '\%'), '_', '\_'))";
}

void Renderer::text_test(const Expr& e) {
    require(target_ != Target::portable, "a text test in an index or check");
    const Expr& text = *e.args[0];
    const Expr& value = *e.args[1];
    const bool fold = e.op == Op::icontains || e.op == Op::istarts_with || e.op == Op::iends_with || e.op == Op::iexact;
    const auto folded = [&](const Expr& x) {
        if (fold) out_ += sqlite() ? "orm_lower(" : "upper(";
        expr(x);
        if (fold) out_ += ')';
    };
    if (e.op == Op::iexact) {
        folded(text);
        out_ += " = ";
        folded(value);
        return;
    }
    const bool anywhere = e.op == Op::contains || e.op == Op::icontains;
    const bool at_start = e.op == Op::starts_with || e.op == Op::istarts_with;
    if (postgres()) {
        folded(text);
        out_ += fold ? " LIKE upper(" : " LIKE ";
        if (!at_start) out_ += "'%' || ";
        pattern(value);
        if (anywhere || at_start) out_ += " || '%'";
        if (fold) out_ += ')';
    } else if (anywhere) {
        out_ += "instr(";
        folded(text);
        out_ += ", ";
        folded(value);
        out_ += ") > 0";
    } else {
        out_ += "substr(";
        folded(text);
        out_ += at_start ? ", 1, length(" : ", length(";
        if (!at_start) {
            folded(text);
            out_ += ") - length(";
        }
        expr(value);
        out_ += at_start ? ")) = " : ") + 1) = ";
        folded(value);
    }
}

/// Arrays are JSON text on SQLite.
void Renderer::array_test(const Expr& e) {
    if (e.op == Op::array_length) {
        out_ += sqlite() ? "json_array_length(" : "cardinality(";
        expr(*e.args[0]);
        out_ += ')';
        return;
    }
    if (!sqlite()) {
        expr(*e.args[0]);
        out_ += e.op == Op::array_contains ? " @> " : e.op == Op::array_overlaps ? " && " : " <@ ";
        // PostgreSQL compares arrays of one type only, and parameters of text are text[].
        const TypeInfo* column = e.args[0]->type;
        const TypeInfo* element = column && column->array ? column->array->element : nullptr;
        const bool varchar = element && (element->max_length || element->kind == Kind::enumeration);
        if (varchar) out_ += "CAST(";
        expr(*e.args[1]);
        if (varchar) out_ += " AS character varying[])";
        return;
    }
    out_ += e.op == Op::array_contains   ? "orm_array_contains("
            : e.op == Op::array_overlaps ? "orm_array_overlaps("
                                         : "orm_array_contained(";
    list(e.args);
    out_ += ')';
}

/// Times in a zone: functions of ours on SQLite.
bool Renderer::date_function(const Expr& e) {
    if (!e.text.starts_with("orm_date") && e.text != "orm_local_date") return false;
    require(target_ != Target::portable, "a time zone in an index or check");
    if (sqlite()) return false;
    if (e.text == "orm_date_trunc") {
        out_ += "date_trunc(";
        list(e.args);
        out_ += ')';
        return true;
    }
    const bool date = e.text == "orm_local_date";
    out_ += date ? "CAST(timezone(" : "CAST(floor(date_part(";
    if (!date) {
        expr(*e.args[0]);
        out_ += ", timezone(";
    }
    expr(*e.args.back());
    out_ += ", ";
    expr(*e.args[date ? 0 : 1]);
    out_ += date ? ") AS date)" : "))) AS bigint)";
    return true;
}

/// The clock and not the transaction's start; a function of ours on SQLite.
bool Renderer::database_time(const Expr& e) {
    if (e.text != "orm_database_time") return false;
    require(target_ != Target::portable, "the database's time in an index or check");
    if (sqlite()) return false;
    out_ += "(clock_timestamp() + ";
    list(e.args);
    out_ += " * interval '1 microsecond')";
    return true;
}

void Renderer::function(const Expr& e) {
    if (date_function(e) || database_time(e)) return;
    if (target_ == Target::portable) {
        require(!unlike_function(e.text), e.text + " in an index or check");
        for (char c : e.text) out_ += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    } else if (const auto* unlike = unlike_function(e.text)) {
        out_ += sqlite() ? unlike->sqlite : unlike->postgres;
    } else {
        out_ += e.text;
    }
    out_ += '(';
    list(e.args);
    out_ += ')';
}

/// SQLite's own know no order, and with DISTINCT no separator: orm_string_agg(distinct, order, separator, value,
/// keys...) and orm_array_agg without a separator; `order` has an `a` or `d` for each key.
void Renderer::list_aggregate(const Expr& e, const Expr* window) {
    const bool text = e.text == "string_agg";
    require(!window || (!e.flag && e.order.empty()), "an ordered or distinct " + e.text + " over a window");
    if (sqlite()) {
        out_ += text ? "orm_string_agg(" : "orm_array_agg(";
        out_ += e.flag ? "1, '" : "0, '";
        for (const OrderBy& key : e.order) out_ += key.descending ? 'd' : 'a';
        out_ += "', ";
        if (text) {
            expr(*e.args[1]);
            out_ += ", ";
        }
        expr(*e.args[0]);
        for (const OrderBy& key : e.order) {
            out_ += ", ";
            expr(*key.expr);
        }
    } else {
        out_ += text ? "string_agg(" : "coalesce(array_agg(";
        if (e.flag) out_ += "DISTINCT ";
        list(e.args);
        if (!e.order.empty()) {
            out_ += " ORDER BY ";
            order(e.order);
        }
    }
    out_ += ')';
    const bool array = !sqlite() && !text;
    if (e.filter || array) out_ += " FILTER (WHERE ";
    if (array) {
        expr(*e.args[0]);
        out_ += e.filter ? " IS NOT NULL AND (" : " IS NOT NULL";
    }
    if (e.filter) expr(*e.filter);
    if (e.filter && array) out_ += ')';
    if (e.filter || array) out_ += ')';
    if (window) over(*window);
    if (array) out_ += ", '{}')";
}

void Renderer::aggregate(const Expr& e, const Expr* window) {
    if (e.text == "string_agg" || e.text == "array_agg") return list_aggregate(e, window);
    const bool cast_average = postgres() && e.text == "avg";
    if (cast_average) out_ += "CAST(";
    out_ += e.text;
    out_ += '(';
    if (e.flag) out_ += "DISTINCT ";
    if (e.args.empty())
        out_ += '*';
    else
        list(e.args);
    out_ += ')';
    if (e.filter) {
        out_ += " FILTER (WHERE ";
        expr(*e.filter);
        out_ += ')';
    }
    if (window) over(*window);
    if (cast_average) out_ += " AS double precision)";
}

void Renderer::case_when(const Expr& e) {
    out_ += "CASE";
    std::size_t i = 0;
    for (; i + 1 < e.args.size(); i += 2) {
        out_ += " WHEN ";
        expr(*e.args[i]);
        out_ += " THEN ";
        expr(*e.args[i + 1]);
    }
    if (i < e.args.size()) {
        out_ += " ELSE ";
        expr(*e.args[i]);
    }
    out_ += " END";
}

/// `flag`: on PostgreSQL only. `text` says that a number with a fraction becomes a whole one, which PostgreSQL rounds.
void Renderer::cast(const Expr& e) {
    if (e.flag && sqlite()) return expr(*e.args[0]);
    const bool fits_decimal = holds_decimal(e.type) && !e.flag;
    const std::string digits =
        fits_decimal ? std::to_string(e.type->digits) + ", " + std::to_string(e.type->scale) : std::string();
    if (fits_decimal && sqlite()) {
        out_ += "orm_fit_decimal(";
        expr(*e.args[0]);
        text(", ").text(digits).text(", 'cast')");
        return;
    }
    const bool rounds = sqlite() && e.text == "rounding cast";
    out_ += rounds ? "CAST(round(" : "CAST(";
    list(e.args);
    if (rounds) out_ += ')';
    text(" AS ").text(cast_name(*e.type, sqlite()));
    if (fits_decimal && postgres()) text("(").text(digits).text(")");
    out_ += ')';
}

void Renderer::expr(const Expr& e) {
    switch (e.op) {
        case Op::column:
            if (e.source && e.source->rows) check_yielded(e);
            if (e.source && !e.source->alias.empty()) out_ += e.source->alias + ".";
            name(e.text);
            break;
        case Op::param:
            param(e);
            break;
        case Op::literal:
            out_ += e.text;
            break;
        case Op::eq:
        case Op::ne:
        case Op::lt:
        case Op::le:
        case Op::gt:
        case Op::ge:
        case Op::and_:
        case Op::or_:
        case Op::add:
        case Op::subtract:
        case Op::multiply:
            binary(e, operator_text(e.op));
            break;
        case Op::divide:
        case Op::modulo:
            divided(e);
            break;
        case Op::same:
            binary(e, sqlite() ? " IS " : " IS NOT DISTINCT FROM ");
            break;
        case Op::not_same:
            binary(e, sqlite() ? " IS NOT " : " IS DISTINCT FROM ");
            break;
        case Op::not_:
            out_ += "NOT (";
            expr(*e.args[0]);
            out_ += ')';
            break;
        case Op::is_not_true:
            out_ += '(';
            expr(*e.args[0]);
            out_ += ") IS NOT TRUE";
            break;
        case Op::is_null:
        case Op::is_not_null:
            if (!is_simple(*e.args[0])) out_ += '(';
            expr(*e.args[0]);
            if (!is_simple(*e.args[0])) out_ += ')';
            out_ += e.op == Op::is_null ? " IS NULL" : " IS NOT NULL";
            break;
        case Op::in_array:
        case Op::not_in_array:
            in_array(e);
            break;
        case Op::in_select:
        case Op::not_in_select:
            expr(*e.args[0]);
            out_ += e.op == Op::in_select ? " IN (" : " NOT IN (";
            select(*e.select);
            out_ += ')';
            break;
        case Op::between:
            expr(*e.args[0]);
            out_ += " BETWEEN ";
            expr(*e.args[1]);
            out_ += " AND ";
            expr(*e.args[2]);
            break;
        case Op::contains:
        case Op::starts_with:
        case Op::ends_with:
        case Op::icontains:
        case Op::istarts_with:
        case Op::iends_with:
        case Op::iexact:
            text_test(e);
            break;
        case Op::negate:
            out_ += "-(";
            expr(*e.args[0]);
            out_ += ')';
            break;
        case Op::concat:
            if (postgres()) {
                out_ += "concat(";
                list(e.args);
                out_ += ')';
            } else {
                for (std::size_t i = 0; i < e.args.size(); ++i) {
                    out_ += i ? " || coalesce(" : "coalesce(";
                    expr(*e.args[i]);
                    out_ += ", '')";
                }
            }
            break;
        case Op::function:
            function(e);
            break;
        case Op::exists:
            out_ += "EXISTS (";
            select(*e.select);
            out_ += ')';
            break;
        case Op::scalar:
            out_ += '(';
            select(*e.select);
            out_ += ')';
            break;
        case Op::aggregate:
            aggregate(e);
            break;
        case Op::case_:
            case_when(e);
            break;
        case Op::cast:
            cast(e);
            break;
        case Op::array_contains:
        case Op::array_overlaps:
        case Op::array_contained:
        case Op::array_length:
            array_test(e);
            break;
        case Op::output:
            name(e.text);
            break;
        case Op::json_contains:
        case Op::json_get:
        case Op::json_get_text:
        case Op::json_append:
            json(e);
            break;
        case Op::search:
        case Op::search_rank:
            search(e);
            break;
        case Op::window:
            window(e);
            break;
    }
}

}  // namespace orm::sql
