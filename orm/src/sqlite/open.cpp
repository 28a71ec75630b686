#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <utility>

#include "orm/errors.hpp"
#include "sqlite/connection.hpp"

namespace orm::sqlite {

SqliteConnection::SqliteConnection(const DatabaseUrl& url) : path_(url.path), lock_timeout_(url.lock_timeout) {
    try {
        open();
        configure();
    } catch (...) {
        sqlite3_close_v2(std::exchange(database_, nullptr));
        throw;
    }
}

void SqliteConnection::open() {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path_.c_str(), &database_, flags, nullptr);
    if (code == SQLITE_OK) return;
    if ((code & 0xFF) == SQLITE_CANTOPEN)
        throw ConfigurationError(explain_cannot_open(path_, database_ ? sqlite3_system_errno(database_) : 0));
    fail_open(code);
}

void SqliteConnection::fail_open(int code) {
    if ((code & 0xFF) == SQLITE_NOTADB)
        throw ConfigurationError("cannot open the SQLite database '" + path_ + "': the file is not a SQLite database");
    fail(code);
}

void SqliteConnection::configure() {
    sqlite3_busy_timeout(database_, static_cast<int>(lock_timeout_.count()));
    // A misspelt column in double quotes is an error, not a string.
    sqlite3_db_config(database_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    add_functions(database_);
    use_wal();
    for (const char* pragma :
         {"PRAGMA foreign_keys = ON", "PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -16000",
          "PRAGMA mmap_size = 268435456", "PRAGMA temp_store = MEMORY", "SELECT count(*) FROM sqlite_master"}) {
        if (const int code = sqlite3_exec(database_, pragma, nullptr, nullptr, nullptr); code != SQLITE_OK)
            fail_open(code);
    }
}

void SqliteConnection::use_wal() {
    if (path_ == ":memory:" || sqlite3_db_readonly(database_, "main") == 1) return;
    // SQLite does not wait for this lock by itself when several processes create the file at once.
    const auto deadline = std::chrono::steady_clock::now() + lock_timeout_;
    while (true) {
        const int code = sqlite3_exec(database_, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
        if (code == SQLITE_OK) return;
        if ((code & 0xFF) != SQLITE_BUSY || std::chrono::steady_clock::now() >= deadline) fail_open(code);
        sqlite3_sleep(2);
    }
}

std::string explain_cannot_open(const std::string& path, int system_error) {
    namespace fs = std::filesystem;
    const fs::path file(path);
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    const std::string start = "cannot open the SQLite database '" + path + "': ";
    std::error_code ignored;
    if (!fs::exists(folder, ignored)) return start + "the folder '" + folder.string() + "' does not exist";
    if (!fs::is_directory(folder, ignored)) return start + "'" + folder.string() + "' is not a folder";
    if (fs::is_directory(file, ignored)) return start + "it is a folder";
    if (fs::exists(file, ignored)) {
        if (access(path.c_str(), R_OK) != 0) return start + "no permission to read the file";
    } else if (access(folder.c_str(), W_OK) != 0) {
        return start + "no permission to create files in the folder '" + folder.string() + "'";
    }
    if (access(folder.c_str(), W_OK) != 0)
        return start + "no permission to write to the folder '" + folder.string() + "' (WAL needs a file beside it)";
    return start + (system_error != 0 ? std::strerror(system_error) : "SQLite refuses it");
}

}  // namespace orm::sqlite
