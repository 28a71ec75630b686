/// Full-text search of rows for SQLite: words as FTS5's porter tokenizer cuts and stems them
/// (https://sqlite.org/fts5.html, "Custom Tokenizers"), English stop words left out, weights as PostgreSQL's ts_rank
/// has them (D 0.1, C 0.2, B 0.4, A 1.0).
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sqlite/connection.hpp"
#include "sqlite/function_values.hpp"

namespace orm::sqlite {
namespace {

/// The words that PostgreSQL's english configuration ignores and that people type most.
const std::set<std::string, std::less<>>& stop_words() {
    static const std::set<std::string, std::less<>> words{
        "a",       "about", "after",  "all",   "am",    "an",   "and",    "any",   "are",  "as",    "at",
        "be",      "been",  "before", "but",   "by",    "can",  "did",    "do",    "does", "for",   "from",
        "had",     "has",   "have",   "he",    "her",   "here", "him",    "his",   "how",  "i",     "if",
        "in",      "into",  "is",     "it",    "its",   "just", "me",     "more",  "most", "my",    "no",
        "nor",     "not",   "now",    "of",    "off",   "on",   "once",   "only",  "or",   "other", "our",
        "out",     "over",  "own",    "s",     "same",  "she",  "should", "so",    "some", "such",  "t",
        "than",    "that",  "the",    "their", "them",  "then", "there",  "these", "they", "this",  "those",
        "through", "to",    "too",    "under", "until", "up",   "very",   "was",   "we",   "were",  "what",
        "when",    "where", "which",  "while", "who",   "whom", "why",    "will",  "with", "you",   "your"};
    return words;
}

/// A connection's two tokenizers: plain words (to know stop words) and stems.
class Tokenizers {
  public:
    explicit Tokenizers(sqlite3* database) {
        fts5_api* api = nullptr;
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(database, "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
            sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
            sqlite3_step(statement);
        }
        sqlite3_finalize(statement);
        if (!api) return;
        void* data = nullptr;
        if (api->xFindTokenizer(api, "porter", &data, &porter_) != SQLITE_OK) return;
        const char* arguments[] = {"unicode61"};
        if (porter_.xCreate(data, arguments, 1, &stems_) != SQLITE_OK) stems_ = nullptr;
    }
    ~Tokenizers() {
        if (stems_) porter_.xDelete(stems_);
    }
    Tokenizers(const Tokenizers&) = delete;
    Tokenizers& operator=(const Tokenizers&) = delete;
    bool usable() const { return stems_ != nullptr; }

    std::vector<std::string> stems(std::string_view text) {
        struct Result {
            std::string_view text;
            std::vector<std::string> stems;
        } result{text, {}};
        porter_.xTokenize(
            stems_, &result, FTS5_TOKENIZE_DOCUMENT, text.data(), static_cast<int>(text.size()),
            [](void* context, int, const char* token, int size, int begin, int end) {
                auto& r = *static_cast<Result*>(context);
                std::string word(r.text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
                for (char& c : word)
                    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
                if (!stop_words().contains(word)) r.stems.emplace_back(token, static_cast<std::size_t>(size));
                return SQLITE_OK;
            });
        return std::move(result.stems);
    }

  private:
    fts5_tokenizer porter_{};
    Fts5Tokenizer* stems_ = nullptr;
};

Tokenizers* tokenizers(sqlite3_context* context) {
    auto* t = static_cast<Tokenizers*>(sqlite3_user_data(context));
    if (t->usable()) return t;
    sqlite3_result_error(context, "full-text search needs a SQLite with FTS5", -1);
    return nullptr;
}

/// orm_search(query, text...): all words of the query occur; a query without words matches nothing.
void search(sqlite3_context* context, int count, sqlite3_value** values) {
    Tokenizers* t = tokenizers(context);
    if (!t) return;
    const std::vector<std::string> wanted = t->stems(text_of(values[0]));
    std::set<std::string> missing(wanted.begin(), wanted.end());
    for (int i = 1; i < count && !missing.empty(); ++i)
        for (const std::string& stem : t->stems(text_of(values[i]))) missing.erase(stem);
    sqlite3_result_int(context, !wanted.empty() && missing.empty() ? 1 : 0);
}

/// orm_search_rank(query, weights, text...): for each wanted word the sum over its occurrences of weight / n^2 (the
/// n-th best counts 1/n^2), averaged over the words: the shape of ts_rank, whose exact figures have no meaning beyond
/// their order.
void search_rank(sqlite3_context* context, int count, sqlite3_value** values) {
    Tokenizers* t = tokenizers(context);
    if (!t) return;
    const std::string_view weights = text_of(values[1]);
    std::map<std::string, std::vector<double>> found;
    for (const std::string& stem : t->stems(text_of(values[0]))) found[stem];
    for (int i = 2; i < count; ++i) {
        const char letter = weights.empty() ? 'D' : weights[static_cast<std::size_t>(i - 2)];
        const double weight = letter == 'A' ? 1.0 : letter == 'B' ? 0.4 : letter == 'C' ? 0.2 : 0.1;
        for (const std::string& stem : t->stems(text_of(values[i])))
            if (const auto at = found.find(stem); at != found.end()) at->second.push_back(weight);
    }
    double rank = 0;
    for (auto& [stem, scores] : found) {
        std::sort(scores.rbegin(), scores.rend());
        for (std::size_t n = 0; n < scores.size(); ++n) rank += scores[n] / static_cast<double>((n + 1) * (n + 1));
    }
    sqlite3_result_double(context, found.empty() ? 0.0 : rank / (1.64493406685 * static_cast<double>(found.size())));
}

}  // namespace

void add_search_functions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const auto free = [](void* t) { delete static_cast<Tokenizers*>(t); };
    sqlite3_create_function_v2(database, "orm_search", -1, flags, new Tokenizers(database), search, nullptr, nullptr,
                               free);
    sqlite3_create_function_v2(database, "orm_search_rank", -1, flags, new Tokenizers(database), search_rank, nullptr,
                               nullptr, free);
}

}  // namespace orm::sqlite
