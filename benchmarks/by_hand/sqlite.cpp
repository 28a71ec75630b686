#include "by_hand/sqlite.hpp"

namespace bench::by_hand {

namespace {

/// An index of the schema calls it.
void lower(sqlite3_context* context, int, sqlite3_value** values) {
    std::string text(reinterpret_cast<const char*>(sqlite3_value_text(values[0])));
    for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace

Sqlite::Sqlite(const std::string& path) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path.c_str(), &database_, flags, nullptr) != SQLITE_OK) fail();
    sqlite3_busy_timeout(database_, 5000);
    sqlite3_create_function(database_, "orm_lower", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, lower, nullptr,
                            nullptr);
    add_functions(database_);
    for (const char* pragma :
         {"PRAGMA journal_mode = WAL", "PRAGMA foreign_keys = ON", "PRAGMA synchronous = NORMAL",
          "PRAGMA cache_size = -16000", "PRAGMA mmap_size = 268435456", "PRAGMA temp_store = MEMORY"})
        execute(pragma);
}

Sqlite::~Sqlite() {
    sqlite3_close_v2(database_);
}

void Sqlite::execute(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

}  // namespace bench::by_hand
