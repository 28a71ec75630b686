#include <array>

#include "orm/errors.hpp"
#include "sql/renderer.hpp"

namespace orm::sql {

namespace {

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

bool compares(Op op) {
    return op >= Op::eq && op <= Op::not_same;
}

}  // namespace

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

void Renderer::key(const Expr& e) {
    const bool document = sqlite() && holds_document(e);
    if (document && !is_simple(e)) out_ += '(';
    expr(e);
    if (document) out_ += is_simple(e) ? " COLLATE orm_json" : ") COLLATE orm_json";
}
void Renderer::keys(const std::vector<const Expr*>& items) {
    for (const Expr* item : items) {
        if (item != items.front()) out_ += ", ";
        key(*item);
    }
}
void Renderer::output(const Expr& e) {
    compares_rows_ ? key(e) : expr(e);
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
    if (sqlite() && compares(e.op) && holds_document(*e.args[0])) out_ += " COLLATE orm_json";
    out_ += op;
    side(*e.args[1], *e.args[0]);
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
    key(*e.args[0]);
    out_ += negated ? " NOT IN (" : " IN (";
    if (sqlite() && holds_document(*e.args[0])) {
        out_ += "SELECT orm_json_get(";  // json_each() turns a document of one string or number into that
        expr(*e.args[1]);
        out_ += R"(, '["' || key || '"]') FROM json_each()";
        expr(*e.args[1]);
        out_ += ')';
    } else if (sqlite()) {
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
        if (fold) out_ += sqlite() ? "orm_upper(" : "upper(";
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
        const TypeInfo* given = type_of(*e.args[1]);
        const bool other = !varchar && element && given && given->array && given->array->element->kind != element->kind;
        if (varchar || other) out_ += "CAST(";
        expr(*e.args[1]);
        if (varchar) out_ += " AS character varying[])";
        if (other) text(" AS ").text(cast_name(*element, false)).text("[])");
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
    if (e.text == "orm_day_trunc") return day_trunc(e);
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
    if (date_function(e) || database_time(e) || text_form(e)) return;
    if (target_ == Target::portable) {
        require(!unlike_function(e.text), e.text + " in an index or check");
        for (char c : e.text) out_ += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    } else if (const auto* unlike = unlike_function(e.text)) {
        out_ += sqlite() ? unlike->sqlite : unlike->postgres;
    } else {
        out_ += e.text;
    }
    out_ += '(';
    e.text == "nullif" ? keys(e.args) : list(e.args);
    out_ += ')';
}

/// SQLite's own know no order, and with DISTINCT no separator: orm_string_agg(distinct, order, separator, value,
/// keys...) and orm_array_agg without a separator; `order` has an `a` or `d` for each key.
void Renderer::list_aggregate(const Expr& e, const Expr* window) {
    const bool text = e.text == "string_agg";
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
    const TypeInfo* type = e.args.empty() ? nullptr : type_of(*e.args[0]);
    const bool duration = type && type->kind == Kind::duration;
    const bool cast_average = e.text == "avg" && postgres() != duration;
    // PostgreSQL adds up whole numbers of 64 bits to a numeric, which divides with a fraction.
    const bool cast_sum = postgres() && e.text == "sum" && type && type->kind == Kind::int64;
    if (cast_sum) out_ += "CAST(";
    if (cast_average) out_ += duration ? "CAST(round(" : "CAST(";
    // SQLite's own add up doubles.
    const bool exact = sqlite() && (e.text == "sum" || e.text == "avg") && holds_decimal(type);
    text(exact ? "orm_" : "").text(e.text).text("(");
    if (e.flag) out_ += "DISTINCT ";
    if (e.args.empty())
        out_ += '*';
    else
        e.flag ? keys(e.args) : list(e.args);
    out_ += ')';
    if (e.filter) {
        out_ += " FILTER (WHERE ";
        expr(*e.filter);
        out_ += ')';
    }
    if (window) over(*window);
    if (cast_average) out_ += duration ? ") AS INTEGER)" : " AS double precision)";
    if (cast_sum) out_ += " AS bigint)";
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
            binary(e, operator_text(e.op));
            break;
        case Op::add:
        case Op::subtract:
        case Op::multiply:
            arithmetic(e);
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
            key(*e.args[0]);
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
        case Op::later:
        case Op::earlier:
        case Op::elapsed:
            time(e);
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
