#include "migrations/type_change.hpp"

#include <limits>
#include <string_view>

namespace orm::migrations {

namespace {

bool is_text(std::string_view type) {
    return type.starts_with("text") || type.starts_with("varchar");
}

char kind(std::string_view type) {
    if (type.ends_with("[]")) return 'a';
    if (is_text(type)) return 't';
    if (type == "timestamp with time zone" || type == "date") return 'd';
    if (type == "boolean" || type == "jsonb") return type[0];
    return 'n';
}

// Decimals that a number's type keeps.
int places(const std::string& type) {
    if (type.starts_with("numeric(")) return std::stoi(type.substr(type.find(',') + 1));
    return type == "double precision" || type == "real" || type == "numeric" ? std::numeric_limits<int>::max() : 0;
}

}  // namespace

std::string type_change(const std::string& quoted_column, const std::string& from, const std::string& to) {
    const std::string change = "TYPE " + to;
    const char before = kind(from), after = kind(to);
    // Without USING the value is assigned, and a text too long is refused. A cast by hand would cut it, and would
    // rewrite rows that may stay as they are.
    if (before == 't' && after == 't') return change;
    if (before == 'a' && after == 'a' && is_text(from) && is_text(to)) return change;
    const std::string as_text = change + " USING " + quoted_column + "::text";
    if (after == 't') return as_text;
    // Between kinds that have no cast of their own the value's text is read anew; what cannot be read is an error.
    const bool direct =
        before == after || before == 't' || (before == 'b' && to == "integer") || (after == 'b' && from == "integer");
    return (direct ? change + " USING " + quoted_column : as_text) + "::" + to;
}

bool rounds(const std::string& from, const std::string& to) {
    const char before = kind(from), after = kind(to);
    if (before == 'd' && after == 'd') return from != to && to == "date";
    return before == 'n' && after == 'n' && places(to) < places(from);
}

bool without_rewrite(const std::string& from, const std::string& to) {
    const auto inside = [](const std::string& type) { return type.substr(type.find('(') + 1); };
    const bool varchars = from.starts_with("varchar(") && to.starts_with("varchar(");
    if (varchars && !from.ends_with("[]") && !to.ends_with("[]"))
        return std::stoi(inside(to)) >= std::stoi(inside(from));
    if (from.starts_with("varchar") && !from.ends_with("[]") && to == "text") return true;
    if (from.starts_with("numeric(") && to.starts_with("numeric("))
        return std::stoi(inside(to)) >= std::stoi(inside(from)) &&
               to.substr(to.find(',')) == from.substr(from.find(','));
    return false;
}

}  // namespace orm::migrations
