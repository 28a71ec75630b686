/// JSON, full-text search and windows: what the two databases do most differently.
#include "sql/renderer.hpp"

namespace orm::sql {

void Renderer::json(const Expr& e) {
    switch (e.op) {
        case Op::json_contains:
            if (postgres()) return binary(e, " @> ");
            out_ += "orm_json_contains(";
            list(e.args);
            out_ += ')';
            return;
        case Op::json_append:
            // A value at the end of an array; what is none becomes the first value of one.
            if (postgres()) {
                out_ += '(';
                expr(*e.args[0]);
                out_ += " || jsonb_build_array(";
                expr(*e.args[1]);
                out_ += "))";
            } else {
                out_ += "orm_json_append(";
                list(e.args);
                out_ += ')';
            }
            return;
        default:
            // The path is a text array: keys, and indexes as digits.
            if (postgres()) {
                out_ += '(';
                expr(*e.args[0]);
                out_ += e.op == Op::json_get ? " #> " : " #>> ";
                expr(*e.args[1]);
                out_ += ')';
            } else {
                out_ += e.op == Op::json_get ? "orm_json_get(" : "orm_json_get_text(";
                list(e.args);
                out_ += ')';
            }
    }
}

/// args: the query, then the texts; `text`: one weight letter (A to D) per text, or empty. PostgreSQL's English
/// configuration; on SQLite the words are cut and stemmed by FTS5's porter tokenizer.
void Renderer::search(const Expr& e) {
    if (sqlite()) {
        out_ += e.op == Op::search ? "orm_search(" : "orm_search_rank(";
        expr(*e.args[0]);
        if (e.op == Op::search_rank) out_ += ", '" + e.text + "'";
        for (std::size_t i = 1; i < e.args.size(); ++i) {
            out_ += ", ";
            expr(*e.args[i]);
        }
        out_ += ')';
        return;
    }
    std::string vector;
    const auto add_vector = [&] {
        out_ += '(';
        for (std::size_t i = 1; i < e.args.size(); ++i) {
            if (i > 1) out_ += " || ";
            if (!e.text.empty()) out_ += "setweight(";
            out_ += "to_tsvector('english', coalesce(";
            expr(*e.args[i]);
            out_ += ", ''))";
            if (!e.text.empty()) out_ += std::string(", '") + e.text[i - 1] + "')";
        }
        out_ += ')';
    };
    const auto add_query = [&] {
        // As a subselect: taken once for all rows, and planned once for all words.
        out_ += "(SELECT plainto_tsquery('english', ";
        expr(*e.args[0]);
        out_ += "))";
    };
    if (e.op == Op::search) {
        add_vector();
        out_ += " @@ ";
        add_query();
    } else {
        out_ += "CAST(ts_rank(";
        add_vector();
        out_ += ", ";
        add_query();
        out_ += ") AS double precision)";
    }
}

void Renderer::window(const Expr& e) {
    const Expr& function = *e.args[0];
    if (function.op == Op::aggregate) return aggregate(function, &e);
    expr(function);
    over(e);
}

void Renderer::over(const Expr& e) {
    out_ += " OVER (";
    if (!e.partition.empty()) {
        out_ += "PARTITION BY ";
        keys(e.partition);
    }
    if (!e.order.empty()) {
        if (!e.partition.empty()) out_ += ' ';
        out_ += "ORDER BY ";
        order(e.order);
    }
    out_ += e.text;  // the frame
    out_ += ')';
}

}  // namespace orm::sql
