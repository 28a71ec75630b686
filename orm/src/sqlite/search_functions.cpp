/// Full-text search of rows for SQLite: words as FTS5's porter tokenizer cuts and stems them
/// (https://sqlite.org/fts5.html, "Custom Tokenizer"), English stop words left out, weights as PostgreSQL's ts_rank
/// has them (D 0.1, C 0.2, B 0.4, A 1.0).
#include <algorithm>
#include <set>
#include <string>
#include <utility>
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

/// A connection's tokenizer of words into stems.
class Tokenizer {
  public:
    explicit Tokenizer(sqlite3* database) {
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
    ~Tokenizer() {
        if (stems_) porter_.xDelete(stems_);
    }
    Tokenizer(const Tokenizer&) = delete;
    Tokenizer& operator=(const Tokenizer&) = delete;
    bool usable() const { return stems_ != nullptr; }

    /// Calls `visit(stem, word)` for each word.
    template <class Visit>
    void each(std::string_view text, Visit visit) {
        auto call = [&](std::string_view stem, int begin, int end) {
            visit(stem, text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
        };
        porter_.xTokenize(
            stems_, &call, FTS5_TOKENIZE_DOCUMENT, text.data(), static_cast<int>(text.size()),
            [](void* context, int, const char* stem, int size, int begin, int end) {
                (*static_cast<decltype(call)*>(context))({stem, static_cast<std::size_t>(size)}, begin, end);
                return SQLITE_OK;
            });
    }

  private:
    fts5_tokenizer porter_{};
    Fts5Tokenizer* stems_ = nullptr;
};

bool is_stop_word(std::string_view text) {
    std::string word(text);
    for (char& c : word)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return stop_words().contains(word);
}

/// How often each word of a query occurs in each of a row's texts: [word][text]. A query that is ranked asks twice
/// about each row, for the match and for the rank, so that the last answer is kept.
class Occurrences {
  public:
    explicit Occurrences(sqlite3* database) : tokenizer_(database) {}
    bool usable() const { return tokenizer_.usable(); }

    /// `texts`: where they begin in `values`, whose first is the query.
    const std::vector<std::vector<int>>& of(int count, sqlite3_value** values, int texts) {
        if (!is(0, text_of(values[0]))) {
            asked_.assign(1, std::string(text_of(values[0])));
            stems_ = stems(asked_[0]);
        }
        const auto width = static_cast<std::size_t>(count - texts);
        bool same = asked_.size() == width + 1;
        for (std::size_t i = 0; same && i < width; ++i) same = is(i + 1, text_of(values[texts + static_cast<int>(i)]));
        if (same) return counts_;
        asked_.resize(width + 1);
        counts_.assign(stems_.size(), std::vector<int>(width));
        for (std::size_t i = 0; i < width; ++i) {
            asked_[i + 1] = text_of(values[texts + static_cast<int>(i)]);
            tokenizer_.each(asked_[i + 1], [&](std::string_view stem, std::string_view word) {
                const auto at = std::find(stems_.begin(), stems_.end(), stem);
                // Whether it is a stop word that has the stem of another one is asked only of what is found.
                if (at != stems_.end() && !is_stop_word(word))
                    ++counts_[static_cast<std::size_t>(at - stems_.begin())][i];
            });
        }
        return counts_;
    }

  private:
    bool is(std::size_t place, std::string_view text) const { return place < asked_.size() && asked_[place] == text; }
    /// Each once.
    std::vector<std::string> stems(std::string_view query) {
        std::vector<std::string> found;
        tokenizer_.each(query, [&](std::string_view stem, std::string_view word) {
            if (!is_stop_word(word) && std::find(found.begin(), found.end(), stem) == found.end())
                found.emplace_back(stem);
        });
        return found;
    }
    Tokenizer tokenizer_;
    std::vector<std::string> asked_;  ///< the query and the texts
    std::vector<std::string> stems_;
    std::vector<std::vector<int>> counts_;
};

Occurrences* occurrences(sqlite3_context* context) {
    auto* o = static_cast<Occurrences*>(sqlite3_user_data(context));
    if (o->usable()) return o;
    sqlite3_result_error(context, "full-text search needs a SQLite with FTS5", -1);
    return nullptr;
}

/// orm_search(query, text...): all words of the query occur; a query without words matches nothing.
void search(sqlite3_context* context, int count, sqlite3_value** values) {
    Occurrences* o = occurrences(context);
    if (!o) return;
    guarded(context, [&] {
        const auto& words = o->of(count, values, 1);
        const auto occurs = [](const std::vector<int>& times) {
            return std::any_of(times.begin(), times.end(), [](int n) { return n != 0; });
        };
        sqlite3_result_int(context, !words.empty() && std::all_of(words.begin(), words.end(), occurs) ? 1 : 0);
    });
}

/// orm_search_rank(query, weights, text...): for each wanted word the sum over its occurrences of weight / n^2 (the
/// n-th best counts 1/n^2), averaged over the words: the shape of ts_rank, whose exact figures have no meaning beyond
/// their order.
void search_rank(sqlite3_context* context, int count, sqlite3_value** values) {
    Occurrences* o = occurrences(context);
    if (!o) return;
    guarded(context, [&] {
        const std::string letters(text_of(values[1]));
        const auto& words = o->of(count, values, 2);
        double rank = 0;
        for (const std::vector<int>& times : words) {
            double n = 0;
            for (const auto& [letter, weight] : {std::pair('A', 1.0), {'B', 0.4}, {'C', 0.2}, {'D', 0.1}})
                for (std::size_t i = 0; i < times.size(); ++i)
                    for (int k = (letters.empty() ? 'D' : letters[i]) == letter ? times[i] : 0; k > 0; --k) {
                        ++n;
                        rank += weight / (n * n);
                    }
        }
        sqlite3_result_double(context,
                              words.empty() ? 0.0 : rank / (1.64493406685 * static_cast<double>(words.size())));
    });
}

}  // namespace

void add_search_functions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    // One for both: the functions of a connection go together, when it closes.
    auto* shared = new Occurrences(database);
    const auto free = [](void* o) { delete static_cast<Occurrences*>(o); };
    sqlite3_create_function_v2(database, "orm_search_rank", -1, flags, shared, search_rank, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(database, "orm_search", -1, flags, shared, search, nullptr, nullptr, free);
}

}  // namespace orm::sqlite
