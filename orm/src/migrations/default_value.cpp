#include "migrations/default_value.hpp"

#include <cctype>
#include <set>
#include <string>

namespace orm::migrations {

namespace {

bool in_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// What may stand before a parenthesis: functions that PostgreSQL's catalogue calls immutable or stable, types with a
// length or a precision, and words of the grammar.
bool harmless(const std::string& word) {
    static const std::set<std::string, std::less<>> known{"now",
                                                          "transaction_timestamp",
                                                          "statement_timestamp",
                                                          "current_timestamp",
                                                          "current_time",
                                                          "localtimestamp",
                                                          "localtime",
                                                          "date_trunc",
                                                          "date_part",
                                                          "make_date",
                                                          "make_timestamptz",
                                                          "make_interval",
                                                          "to_date",
                                                          "to_timestamp",
                                                          "timezone",
                                                          "lower",
                                                          "upper",
                                                          "md5",
                                                          "concat",
                                                          "repeat",
                                                          "left",
                                                          "right",
                                                          "substr",
                                                          "substring",
                                                          "replace",
                                                          "abs",
                                                          "round",
                                                          "floor",
                                                          "ceil",
                                                          "to_json",
                                                          "to_jsonb",
                                                          "json_build_object",
                                                          "json_build_array",
                                                          "jsonb_build_object",
                                                          "jsonb_build_array",
                                                          "to_char",
                                                          "coalesce",
                                                          "nullif",
                                                          "greatest",
                                                          "least",
                                                          "cast",
                                                          "extract",
                                                          "and",
                                                          "or",
                                                          "not",
                                                          "in",
                                                          "any",
                                                          "all",
                                                          "case",
                                                          "when",
                                                          "then",
                                                          "else",
                                                          "as",
                                                          "varchar",
                                                          "character",
                                                          "varying",
                                                          "char",
                                                          "numeric",
                                                          "decimal",
                                                          "float",
                                                          "time",
                                                          "timestamp",
                                                          "timestamptz",
                                                          "interval",
                                                          "bit"};
    return known.contains(word);
}

}  // namespace

bool same_for_all_rows(std::string_view sql) {
    const auto after_spaces = [&](std::size_t at) {
        while (at < sql.size() && std::isspace(static_cast<unsigned char>(sql[at]))) ++at;
        return at;
    };
    for (std::size_t at = 0; (at = after_spaces(at)) < sql.size();) {
        const char c = sql[at];
        if (c == '\'') {  // two in a row stand for one: the next round reads them as another text
            const std::size_t end = sql.find('\'', at + 1);
            if (end == sql.npos) return false;
            at = end + 1;
        } else if (std::isdigit(static_cast<unsigned char>(c))) {
            while (at < sql.size() && (in_word(sql[at]) || sql[at] == '.')) ++at;
        } else if (in_word(c)) {
            std::string word;
            for (; at < sql.size() && in_word(sql[at]); ++at)
                word += static_cast<char>(std::tolower(static_cast<unsigned char>(sql[at])));
            const std::size_t next = after_spaces(at);
            if (next == sql.size()) break;
            if (sql[next] == '\'' && word == "e") return false;          // quotes may be written with a backslash
            if (sql[next] == '.' && word != "pg_catalog") return false;  // somebody's own function, whatever its name
            if (sql[next] == '(' && !harmless(word)) return false;
        } else if (std::string_view("+-*/%|<>=.,:()[]").find(c) != std::string_view::npos) {
            ++at;
            if ((c == '-' && sql.substr(at, 1) == "-") || (c == '/' && sql.substr(at, 1) == "*")) return false;
        } else {
            return false;  // another kind of quotes, say
        }
    }
    return true;
}

}  // namespace orm::migrations
