#include "monitor/candidates.hpp"

#include <algorithm>

#include "orm/sql.hpp"

namespace orm::monitor {

namespace {

struct Token {
    std::string text;  ///< without quotes; a keyword in capitals
    bool quoted = false;
};

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_keyword(const Token& token, std::string_view keyword) {
    return !token.quoted && token.text.size() == keyword.size() &&
           std::equal(keyword.begin(), keyword.end(), token.text.begin(),
                      [](char a, char b) { return a == (b >= 'a' && b <= 'z' ? b - 0x20 : b); });
}

/// Words, quoted names, strings (as nothing), and single signs.
std::vector<Token> tokens_of(std::string_view sql) {
    std::vector<Token> tokens;
    for (std::size_t at = 0; at < sql.size();) {
        const char c = sql[at];
        if (c == '"' || c == '\'') {
            const std::size_t end = std::min(sql.find(c, at + 1), sql.size());
            tokens.push_back({c == '"' ? std::string(sql.substr(at + 1, end - at - 1)) : "", c == '"'});
            at = end + 1;
        } else if (is_word(c)) {
            std::size_t end = at;
            while (end < sql.size() && is_word(sql[end])) ++end;
            tokens.push_back({std::string(sql.substr(at, end - at)), false});
            at = end;
        } else {
            if (c != ' ' && c != '\n' && c != '\t') tokens.push_back({std::string(1, c), false});
            ++at;
        }
    }
    tokens.push_back({"", false});
    return tokens;
}

/// Where a statement uses which table; alias to table.
std::map<std::string, std::string> tables_in(const std::vector<Token>& tokens, const Columns& columns) {
    std::map<std::string, std::string> result;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        const auto table = columns.find(tokens[i].text);
        if (table == columns.end()) continue;
        result[table->first] = table->first;
        const std::size_t alias = i + (is_keyword(tokens[i + 1], "AS") ? 2 : 1);
        if (alias == i + 2 && alias < tokens.size()) result[tokens[alias].text] = table->first;
        if (alias == i + 1 && (tokens[alias].quoted || is_word((tokens[alias].text + " ")[0])))
            result[tokens[alias].text] = table->first;  // a keyword stands for no column, so it does no harm
    }
    return result;
}

class Reader {
  public:
    Reader(std::string_view sql, const Columns& columns)
        : columns_(columns), tokens_(tokens_of(sql)), tables_(tables_in(tokens_, columns)) {}

    struct Found {
        std::vector<std::string> equal, ranges, order;
    };

    std::map<std::string, Found> read() {
        bool assigning = false, ordering = false;
        for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
            const Token& token = tokens_[i];
            if (is_keyword(token, "SET")) assigning = true;
            if (is_keyword(token, "WHERE")) assigning = false;
            if (is_keyword(token, "ORDER")) ordering = true;
            if (is_keyword(token, "LIMIT") || is_keyword(token, ")") || is_keyword(token, "SELECT")) ordering = false;
            const std::string table = table_of(i);
            if (table.empty() || assigning) continue;
            Found& found = found_[table];
            if (ordering)
                add(found.order, sql::quote(token.text) + (is_keyword(tokens_[i + 1], "DESC") ? " DESC" : ""));
            else
                compare(i, found);
        }
        return std::move(found_);
    }

  private:
    static void add(std::vector<std::string>& list, const std::string& column) {
        if (std::find(list.begin(), list.end(), column) == list.end()) list.push_back(column);
    }

    /// The table whose column token `i` is; empty: it is none.
    std::string table_of(std::size_t i) const {
        if (i >= 2 && tokens_[i - 1].text == ".") {
            const auto table = tables_.find(tokens_[i - 2].text);
            return table != tables_.end() && columns_.at(table->second).contains(tokens_[i].text) ? table->second : "";
        }
        if (tokens_[i + 1].text == ".") return "";
        for (const auto& [alias, table] : tables_)
            if (columns_.at(table).contains(tokens_[i].text)) return table;
        return "";
    }

    void compare(std::size_t i, Found& found) const {
        const std::string column = sql::quote(tokens_[i].text);
        const std::size_t start = i >= 2 && tokens_[i - 1].text == "." ? i - 2 : i;
        const Token before = start > 0 ? tokens_[start - 1] : Token{};
        const Token& after = tokens_[i + 1];
        if (after.text == "=" || is_keyword(after, "IN") || is_keyword(after, "IS") || before.text == "=")
            add(found.equal, column);
        else if (after.text == "<" || after.text == ">" || is_keyword(after, "BETWEEN") || before.text == "<" ||
                 before.text == ">")
            add(found.ranges, column);
    }

    const Columns& columns_;
    const std::vector<Token> tokens_;
    const std::map<std::string, std::string> tables_;
    std::map<std::string, Found> found_;
};

}  // namespace

std::set<std::string> aliases_of(std::string_view sql, const std::string& table, const Columns& columns) {
    std::set<std::string> result;
    for (const auto& [alias, name] : tables_in(tokens_of(sql), columns))
        if (name == table) result.insert(alias);
    return result;
}

std::map<std::string, std::vector<Candidate>> index_candidates(std::string_view sql, const Columns& columns) {
    constexpr std::size_t most = 12, most_equal = 3;
    std::map<std::string, std::vector<Candidate>> result;
    for (auto& [table, found] : Reader(sql, columns).read()) {
        std::vector<Candidate> lists;
        for (const auto* list : {&found.equal, &found.ranges})
            for (const std::string& column : *list) lists.push_back({column});
        Candidate equal(found.equal.begin(),
                        found.equal.begin() + static_cast<std::ptrdiff_t>(std::min(found.equal.size(), most_equal)));
        lists.push_back(equal);
        for (const std::string& range : found.ranges) {
            lists.push_back(equal);
            lists.back().push_back(range);
        }
        lists.push_back(equal);
        for (const std::string& column : found.order)
            if (std::find(equal.begin(), equal.end(), column.substr(0, column.rfind('"') + 1)) == equal.end())
                lists.back().push_back(column);
        lists.push_back(found.order);
        std::stable_sort(lists.begin(), lists.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
        std::vector<Candidate>& kept = result[table];
        for (const Candidate& list : lists)
            if (!list.empty() && kept.size() < most && std::find(kept.begin(), kept.end(), list) == kept.end())
                kept.push_back(list);
    }
    return result;
}

}  // namespace orm::monitor
