/// What SQLite has no operators for and hand-written code registers for itself: the answers are those of the data
/// layer's functions. What is looked for is a parameter, so it is taken apart once for all rows.
#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <vector>

#include "by_hand/sqlite.hpp"

namespace bench::by_hand {

namespace {

namespace json = boost::json;

std::string_view text_of(sqlite3_value* value) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    if (!text) bad("a text was expected");
    return {text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

/// What `make` makes of an argument, kept by SQLite from row to row.
template <class T, class Make>
const T& kept(sqlite3_context* context, int argument, Make make) {
    const auto found = [&] { return static_cast<const T*>(sqlite3_get_auxdata(context, argument)); };
    if (const T* value = found()) return *value;
    sqlite3_set_auxdata(context, argument, std::make_unique<T>(make()).release(),
                        [](void* value) { delete static_cast<T*>(value); });
    if (const T* value = found()) return *value;
    throw std::bad_alloc();
}

/// Runs `body`; what it throws is an error of the statement.
template <class Body>
void guarded(sqlite3_context* context, Body body) {
    try {
        body();
    } catch (const std::exception& e) {
        sqlite3_result_error(context, e.what(), -1);
    }
}

/// hand_has_all(array, texts): both are JSON; all texts are among the array's items. NULL when there is no array.
void has_all(sqlite3_context* context, int, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
    guarded(context, [&] {
        using Texts = std::vector<std::string>;
        const auto& wanted =
            kept<Texts>(context, 1, [&] { return json::value_to<Texts>(json::parse(text_of(values[1]))); });
        unsigned char room[1024];  // a row's array is small and forgotten at once
        json::monotonic_resource memory(room, sizeof room);
        const json::value all = json::parse(text_of(values[0]), &memory);
        const json::array* items = all.if_array();
        const auto there = [&](const std::string& text) {
            return std::any_of(items->begin(), items->end(), [&](const json::value& item) {
                return item.is_string() && item.get_string() == std::string_view(text);
            });
        };
        sqlite3_result_int(context, items && std::all_of(wanted.begin(), wanted.end(), there) ? 1 : 0);
    });
}

constexpr std::array stop_words{
    "a"sv,     "about"sv,  "after"sv, "all"sv,    "am"sv,   "an"sv,   "and"sv,   "any"sv,     "are"sv,  "as"sv,
    "at"sv,    "be"sv,     "been"sv,  "before"sv, "but"sv,  "by"sv,   "can"sv,   "did"sv,     "do"sv,   "does"sv,
    "for"sv,   "from"sv,   "had"sv,   "has"sv,    "have"sv, "he"sv,   "her"sv,   "here"sv,    "him"sv,  "his"sv,
    "how"sv,   "i"sv,      "if"sv,    "in"sv,     "into"sv, "is"sv,   "it"sv,    "its"sv,     "just"sv, "me"sv,
    "more"sv,  "most"sv,   "my"sv,    "no"sv,     "nor"sv,  "not"sv,  "now"sv,   "of"sv,      "off"sv,  "on"sv,
    "once"sv,  "only"sv,   "or"sv,    "other"sv,  "our"sv,  "out"sv,  "over"sv,  "own"sv,     "s"sv,    "same"sv,
    "she"sv,   "should"sv, "so"sv,    "some"sv,   "such"sv, "t"sv,    "than"sv,  "that"sv,    "the"sv,  "their"sv,
    "them"sv,  "then"sv,   "there"sv, "these"sv,  "they"sv, "this"sv, "those"sv, "through"sv, "to"sv,   "too"sv,
    "under"sv, "until"sv,  "up"sv,    "very"sv,   "was"sv,  "we"sv,   "were"sv,  "what"sv,    "when"sv, "where"sv,
    "which"sv, "while"sv,  "who"sv,   "whom"sv,   "why"sv,  "will"sv, "with"sv,  "you"sv,     "your"sv};

bool is_stop_word(std::string_view text) {
    std::string word(text);
    for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return std::binary_search(stop_words.begin(), stop_words.end(), std::string_view(word));
}

/// FTS5's porter tokenizer, without a table.
class Stemmer {
  public:
    explicit Stemmer(sqlite3* database) {
        fts5_api* api = nullptr;
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(database, "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
            sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
            sqlite3_step(statement);
        }
        sqlite3_finalize(statement);
        void* data = nullptr;
        const char* arguments[] = {"unicode61"};
        if (!api || api->xFindTokenizer(api, "porter", &data, &porter_) != SQLITE_OK ||
            porter_.xCreate(data, arguments, 1, &stems_) != SQLITE_OK)
            bad("a SQLite without FTS5");
    }
    ~Stemmer() { porter_.xDelete(stems_); }
    Stemmer(const Stemmer&) = delete;
    Stemmer& operator=(const Stemmer&) = delete;
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

/// hand_rank(query, title, description): NULL unless all words of the query occur; each occurrence counts 1 in the
/// title and 0.4 in the description, divided by the square of its place among its word's. Match and rank in one walk
/// through the texts, and only what a query's word equals is looked up among the stop words.
void rank(sqlite3_context* context, int, sqlite3_value** values) {
    guarded(context, [&] {
        auto& stemmer = *static_cast<Stemmer*>(sqlite3_user_data(context));
        using Stems = std::vector<std::string>;
        const auto& wanted = kept<Stems>(context, 0, [&] {
            Stems stems;
            stemmer.each(text_of(values[0]), [&](std::string_view stem, std::string_view word) {
                if (!is_stop_word(word)) stems.emplace_back(stem);
            });
            std::sort(stems.begin(), stems.end());
            stems.erase(std::unique(stems.begin(), stems.end()), stems.end());
            return stems;
        });
        struct Score {
            double sum = 0;
            int count = 0;
        };
        std::vector<Score> scores(wanted.size());
        for (const auto& [text, weight] : {std::pair(values[1], 1.0), std::pair(values[2], 0.4)})
            stemmer.each(text_of(text), [&](std::string_view stem, std::string_view word) {
                const auto at = std::find(wanted.begin(), wanted.end(), stem);
                if (at == wanted.end() || is_stop_word(word)) return;
                Score& score = scores[static_cast<std::size_t>(at - wanted.begin())];
                ++score.count;
                score.sum += weight / (score.count * score.count);
            });
        double total = 0;
        for (const Score& score : scores) {
            if (score.count == 0) return;
            total += score.sum;
        }
        if (!scores.empty())
            sqlite3_result_double(context, total / (1.64493406685 * static_cast<double>(scores.size())));
    });
}

}  // namespace

void add_functions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    sqlite3_create_function(database, "hand_has_all", 2, flags, nullptr, has_all, nullptr, nullptr);
    sqlite3_create_function_v2(database, "hand_rank", 3, flags, new Stemmer(database), rank, nullptr, nullptr,
                               [](void* stemmer) { delete static_cast<Stemmer*>(stemmer); });
}

}  // namespace bench::by_hand
