#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "fixture.hpp"

namespace orm::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Files : public testing::Test {
  protected:
    Files() : folder_(fs::temp_directory_path() / ("orm_files_" + std::to_string(getpid()))) {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~Files() override { fs::remove_all(folder_); }
    std::unique_ptr<Connection> open(const std::string& name) const {
        return connect(parse_url("sqlite:///" + (folder_ / name).string()));
    }
    std::string refusal(const std::string& name) const {
        try {
            open(name);
        } catch (const ConfigurationError& error) {
            EXPECT_THAT(error.what(), HasSubstr((folder_ / name).string()));
            return error.what();
        }
        return "opened";
    }
    fs::path folder_;
};

TEST_F(Files, SettingsOfTheDesign) {
    auto connection = open("a.db");
    EXPECT_EQ(values<std::string>(*connection, "PRAGMA journal_mode"), std::vector<std::string>{"wal"});
    EXPECT_EQ(values<std::int64_t>(*connection, "PRAGMA foreign_keys"), std::vector<std::int64_t>{1});
    EXPECT_EQ(values<std::int64_t>(*connection, "PRAGMA synchronous"), std::vector<std::int64_t>{1});
    EXPECT_EQ(values<std::int64_t>(*connection, "PRAGMA busy_timeout"), std::vector<std::int64_t>{5000});
    EXPECT_THROW(values<std::string>(*connection, "SELECT \"misspelt\""), ProgrammingError);
}

TEST_F(Files, ThatCannotBeOpenedSayWhy) {
    EXPECT_THAT(refusal("missing/a.db"), HasSubstr("does not exist"));
    fs::create_directory(folder_ / "folder.db");
    EXPECT_THAT(refusal("folder.db"), HasSubstr("is a folder"));
    std::ofstream(folder_ / "text.db") << std::string(5000, 'x');
    EXPECT_THAT(refusal("text.db"), HasSubstr("not a SQLite database"));
    EXPECT_THAT(refusal("text.db/a.db"), HasSubstr("not a folder"));
}

TEST_F(Files, ACorruptFileIsReportedAsSuch) {
    {
        auto connection = open("a.db");
        connection->script("CREATE TABLE t (v text)");
        for (int i = 0; i < 200; ++i) connection->script("INSERT INTO t VALUES ('" + std::string(500, 'x') + "')");
        connection->script("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    {
        std::fstream file(folder_ / "a.db", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4096 * 2);
        for (int i = 0; i < 4096 * 20; ++i) file.put('\x5a');
    }
    auto connection = open("a.db");
    EXPECT_THROW(values<std::int64_t>(*connection, "SELECT sum(length(v)) FROM t"), DatabaseCorrupt);
    EXPECT_FALSE(connection->usable());
}

TEST_F(Files, AFullDiskIsReportedAsSuch) {
    auto connection = open("a.db");
    connection->script("CREATE TABLE t (v text); PRAGMA max_page_count = 4");
    EXPECT_THROW(
        for (int i = 0; i < 100; ++i) connection->script("INSERT INTO t VALUES ('" + std::string(1000, 'x') + "')"),
        DiskFull);
}

TEST_F(Files, AReaderThatWantsToWriteAfterAnotherWroteMayTryAgain) {
    auto first = open("a.db");
    auto second = open("a.db");
    first->script("CREATE TABLE t (v int); INSERT INTO t VALUES (1); BEGIN; SELECT * FROM t");
    second->script("UPDATE t SET v = 2");
    EXPECT_THROW(first->script("UPDATE t SET v = 3"), SerializationFailure);
    first->script("ROLLBACK");
}

}  // namespace
}  // namespace orm::test
