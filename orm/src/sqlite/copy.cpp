// SQLite: the backup API into a temporary file, page by page, while others go on.
#include "copy.hpp"

#include <sqlite3.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "orm/errors.hpp"
#include "sqlite/connection.hpp"

namespace orm::sqlite {

namespace {

constexpr int pages_at_once = 1000;
constexpr int pause = 5;  // milliseconds, while somebody else writes

struct Handle {
    sqlite3* database = nullptr;
    ~Handle() { sqlite3_close_v2(database); }
    void open(const std::string& path, int flags) {
        const int code = sqlite3_open_v2(path.c_str(), &database, flags | SQLITE_OPEN_EXRESCODE, nullptr);
        if (code != SQLITE_OK) fail(database, code, path);
    }
};

class FileCopy final : public DatabaseCopy {
  public:
    FileCopy(const DatabaseUrl& original, const std::stop_token& stop) : url_(original) {
        if (original.path == ":memory:") throw ConfigurationError("a SQLite database in memory cannot be copied");
        std::string folder = (std::filesystem::temp_directory_path() / "entreprinder-copy-XXXXXX").string();
        if (!mkdtemp(folder.data()))
            throw OperationalError("cannot make the temporary folder '" + folder + "': " + std::strerror(errno));
        folder_ = folder;
        url_.path = (folder_ / "copy.sqlite3").string();
        url_.display = "sqlite:///" + url_.path;
        try {
            fill(original, stop);
        } catch (...) {
            drop();
            throw;
        }
    }
    ~FileCopy() override { drop(); }

    const DatabaseUrl& url() const override { return url_; }
    const std::string& made() const override { return made_; }
    std::string drop() noexcept override {
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
        return error ? folder_.string() + ": " + error.message() : std::string();
    }

  private:
    void fill(const DatabaseUrl& original, const std::stop_token& stop) {
        Handle from, to;
        from.open(original.path, SQLITE_OPEN_READWRITE);
        to.open(url_.path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
        sqlite3_backup* backup = sqlite3_backup_init(to.database, "main", from.database, "main");
        if (!backup) fail(to.database, sqlite3_extended_errcode(to.database), url_.path);
        int code = SQLITE_OK;
        while (!stop.stop_requested()) {
            code = sqlite3_backup_step(backup, pages_at_once);
            if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
                sqlite3_sleep(pause);
            else if (code != SQLITE_OK)
                break;
        }
        sqlite3_backup_finish(backup);
        if (stop.stop_requested()) throw OperationalError("interrupted while the database was copied");
        if (code != SQLITE_DONE) fail(to.database, code, url_.path);
    }

    DatabaseUrl url_;
    std::filesystem::path folder_;
    std::string made_ = "with SQLite's backup";
};

}  // namespace

std::unique_ptr<DatabaseCopy> copy_database(const DatabaseUrl& url, const std::stop_token& stop) {
    return std::make_unique<FileCopy>(url, stop);
}

}  // namespace orm::sqlite
