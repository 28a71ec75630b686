/// orm_string_agg and orm_array_agg: aggregates with an order, DISTINCT and a separator, which SQLite's group_concat
/// and json_group_array do not have together. Values are kept until the group is whole; over a window they leave in the
/// order in which they came.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "sqlite/connection.hpp"
#include "sqlite/function_values.hpp"

namespace orm::sqlite {
namespace {

struct FreeValue {
    void operator()(sqlite3_value* value) const { sqlite3_value_free(value); }
};
using Held = std::unique_ptr<sqlite3_value, FreeValue>;

/// Less than, equal, greater: -1, 0, 1. Numbers come before texts and NULL last, as in PostgreSQL.
int compare(sqlite3_value* a, sqlite3_value* b) {
    const auto rank = [](sqlite3_value* v) {
        const int type = sqlite3_value_type(v);
        return type == SQLITE_NULL ? 2 : type == SQLITE_TEXT || type == SQLITE_BLOB ? 1 : 0;
    };
    if (rank(a) != rank(b)) return rank(a) < rank(b) ? -1 : 1;
    if (rank(a) == 2) return 0;
    if (rank(a) == 1) {
        const int order = text_of(a).compare(text_of(b));
        return order < 0 ? -1 : order > 0 ? 1 : 0;
    }
    const auto three = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
    if (sqlite3_value_type(a) == SQLITE_INTEGER && sqlite3_value_type(b) == SQLITE_INTEGER)
        return three(sqlite3_value_int64(a), sqlite3_value_int64(b));
    return three(sqlite3_value_double(a), sqlite3_value_double(b));
}

struct Row {
    Held value;
    std::vector<Held> keys;
};
struct Group {
    bool distinct = false;
    std::string order, separator;
    std::deque<Row> rows;

    void sort() {
        const auto before = [&](const Row& a, const Row& b) {
            for (std::size_t i = 0; i < order.size(); ++i)
                if (const int c = compare(a.keys[i].get(), b.keys[i].get()); c != 0)
                    return order[i] == 'd' ? c > 0 : c < 0;
            return false;
        };
        std::stable_sort(rows.begin(), rows.end(), before);
        if (!distinct) return;
        if (order.empty())
            std::stable_sort(rows.begin(), rows.end(),
                             [](const Row& a, const Row& b) { return compare(a.value.get(), b.value.get()) < 0; });
        const auto same = [](const Row& a, const Row& b) { return compare(a.value.get(), b.value.get()) == 0; };
        rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
    }
};

/// SQLite gives a few zeroed bytes per group: they hold the pointer.
Group** group_of(sqlite3_context* context, bool make) {
    return static_cast<Group**>(sqlite3_aggregate_context(context, make ? sizeof(Group*) : 0));
}

Held copy_of(sqlite3_value* value) {
    Held copy(sqlite3_value_dup(value));
    if (!copy) throw std::bad_alloc();
    return copy;
}

/// SQLite is C: no exception may pass through it, and the only one that can come here is that memory is out.
template <class Body>
void guarded(sqlite3_context* context, const Body& body) noexcept {
    try {
        body();
    } catch (...) {
        sqlite3_result_error_nomem(context);
    }
}

/// The shortest text that reads back as the same number; SQLite's own has 15 digits. False: JSON has no such number.
bool write_number(std::string& out, double number) {
    if (!std::isfinite(number)) return false;
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number);
    out.append(text, end);
    if (std::string_view(text, end).find_first_of(".e") == std::string_view::npos) out += ".0";
    return true;
}

template <bool Text>
void step(sqlite3_context* context, int count, sqlite3_value** values) {
    constexpr int value_at = Text ? 3 : 2;
    Group** slot = group_of(context, true);
    if (!slot) return sqlite3_result_error_nomem(context);
    guarded(context, [&] {
        if (!*slot) *slot = new Group;
        Group& group = **slot;
        group.distinct = sqlite3_value_int(values[0]) != 0;
        group.order = text_of(values[1]);
        if (Text) group.separator = text_of(values[2]);
        if (sqlite3_value_type(values[value_at]) == SQLITE_NULL) return;
        Row row{copy_of(values[value_at]), {}};
        for (int i = value_at + 1; i < count; ++i) row.keys.push_back(copy_of(values[i]));
        group.rows.push_back(std::move(row));
    });
}

/// The first of the frame's rows leaves it. What was NULL never came.
template <bool Text>
void leave(sqlite3_context* context, int, sqlite3_value** values) {
    Group** slot = group_of(context, false);
    if (!slot || !*slot || (*slot)->rows.empty()) return;
    if (sqlite3_value_type(values[Text ? 3 : 2]) != SQLITE_NULL) (*slot)->rows.pop_front();
}

/// As where an array is written (json_array.cpp).
void no_such_number(sqlite3_context* context) {
    data_error(context, "an array on SQLite is JSON, which has no infinity and no NaN");
}

template <bool Text>
void answer(sqlite3_context* context, const Group* group) {
    if (Text && (!group || group->rows.empty())) return;
    std::string out = Text ? "" : "[";
    if (group)
        for (bool first = true; const Row& row : group->rows) {
            if (!std::exchange(first, false)) out += Text ? group->separator : ",";
            const int type = Text ? SQLITE_NULL : sqlite3_value_type(row.value.get());
            if (type == SQLITE_TEXT) {
                write_json_string(out, text_of(row.value.get()));
            } else if (type == SQLITE_FLOAT) {
                if (!write_number(out, sqlite3_value_double(row.value.get()))) return no_such_number(context);
            } else {
                out += text_of(row.value.get());
            }
        }
    if (!Text) out += ']';
    sqlite3_result_text64(context, out.data(), out.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// As far as the frame reaches now; only a window asks.
template <bool Text>
void value(sqlite3_context* context) {
    Group** slot = group_of(context, false);
    guarded(context, [&] { answer<Text>(context, slot ? *slot : nullptr); });
}

template <bool Text>
void finish(sqlite3_context* context) {
    Group** slot = group_of(context, false);
    const std::unique_ptr<Group> group(slot ? std::exchange(*slot, nullptr) : nullptr);
    guarded(context, [&] {
        if (group) group->sort();
        answer<Text>(context, group.get());
    });
}

template <bool Text>
void add(sqlite3* database, const char* name) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    sqlite3_create_window_function(database, name, -1, flags, nullptr, step<Text>, finish<Text>, value<Text>,
                                   leave<Text>, nullptr);
}

}  // namespace

void add_list_functions(sqlite3* database) {
    add<true>(database, "orm_string_agg");
    add<false>(database, "orm_array_agg");
}

}  // namespace orm::sqlite
