#include "test_database.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace orm::test {

std::string test_server() {
    const char* url = std::getenv("ENTREPRINDER_TEST_POSTGRES");
    if (!url)
        throw std::runtime_error("ENTREPRINDER_TEST_POSTGRES is not set; run through tests/support/with-postgres");
    return url;
}

TestDatabase::TestDatabase(Dialect dialect) : dialect_(dialect) {
    static std::atomic<int> count{0};
    const std::string unique = "orm_test_" + std::to_string(getpid()) + "_" + std::to_string(count++);
    if (dialect == Dialect::sqlite) {
        name_ = (std::filesystem::temp_directory_path() / (unique + ".sqlite3")).string();
        std::filesystem::remove(name_);
    } else {
        name_ = unique;
        connect(parse_url(test_server()))
            ->script("DROP SCHEMA IF EXISTS " + name_ + " CASCADE; CREATE SCHEMA " + name_);
    }
}

TestDatabase::~TestDatabase() {
    if (dialect_ == Dialect::sqlite) {
        for (const char* suffix : {"", "-wal", "-shm", "-locks"}) std::filesystem::remove(name_ + suffix);
        return;
    }
    try {
        connect(parse_url(test_server()))->script("DROP SCHEMA " + name_ + " CASCADE");
    } catch (const std::exception& e) {
        ADD_FAILURE() << "cannot drop " << name_ << ": " << e.what();
    }
}

std::string TestDatabase::url(const std::string& options) const {
    const std::string more = options.empty() ? "" : "&" + options;
    if (dialect_ == Dialect::sqlite) return "sqlite:///" + name_ + "?pool_size=8" + more;
    const std::string server = test_server();
    return server + (server.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D" + name_ + more;
}

}  // namespace orm::test
