#include "database.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>

#include "apps.hpp"
#include "orm/migration.hpp"

namespace cli_tests {
namespace {

const char* server() {
    return std::getenv("ENTREPRINDER_TEST_POSTGRES");
}

void on_server(const std::string& statement) {
    orm::connect(orm::parse_url(server()))->script(statement);
}

}  // namespace

std::unique_ptr<TestDatabase> TestDatabase::make(orm::Dialect dialect) {
    if (dialect == orm::Dialect::postgres && !server()) return nullptr;
    return std::make_unique<TestDatabase>(dialect);
}

TestDatabase::TestDatabase(orm::Dialect dialect) {
    if (dialect == orm::Dialect::sqlite) {
        std::string pattern = (std::filesystem::temp_directory_path() / "entreprinder-cli-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        url_ = "sqlite:///" + folder_ + "/test.sqlite3";
    } else {
        static std::atomic<int> number{0};
        name_ = "cli_" + std::to_string(getpid()) + "_" + std::to_string(++number);
        on_server("CREATE DATABASE " + name_);
        url_ = server();
        url_.replace(url_.rfind('/') + 1, std::string::npos, name_);
    }
    const auto connection = orm::connect(orm::parse_url(url_));
    orm::migrations::migrate(*connection, cli::migrations());
    db_ = std::make_unique<orm::Database>(url_);
}

TestDatabase::~TestDatabase() {
    db_.reset();
    if (!folder_.empty()) {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    } else {
        try {
            on_server("DROP DATABASE " + name_ + " WITH (FORCE)");
        } catch (const orm::Error&) {  // the throwaway server ends anyway
        }
    }
}

}  // namespace cli_tests
