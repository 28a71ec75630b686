// What makemigrations writes: golden files, which this program is also built from; round trips; files on disk.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "orm/migration_make.hpp"
#include "support.hpp"

namespace golden::migrations {
std::vector<orm::migrations::Migration> all();
}

namespace migration_tests {

namespace {
std::string read(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}
const std::filesystem::path source = GOLDEN_FOLDER;

class Folder {
  public:
    Folder() : path(std::filesystem::temp_directory_path() / ("orm_writer_" + std::to_string(getpid()))) {
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};
}  // namespace

TEST(Writer, WritesTheGoldenFilesAgain) {
    auto migrations = golden::migrations::all();
    ASSERT_EQ(migrations.size(), 2U);
    for (const Migration& migration : migrations)
        EXPECT_EQ(write_migration(migration), read(source / (migration.name + ".cpp")));
    EXPECT_EQ(write_index("golden", {"0001_initial", "0002_more"}), read(source / "index.cpp"));
}

TEST(Writer, IsCleanForClangFormat) {
    if (std::system("clang-format --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "clang-format is not installed";
    std::string command = "clang-format --dry-run --Werror " + (source / "0001_initial.cpp").string() + " " +
                          (source / "0002_more.cpp").string() + " " + (source / "index.cpp").string();
    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(Writer, FilesOnDiskCompileAndASecondRunFindsNothing) {
    Folder folder;
    schema::State models = state_of(sample_migrations());
    MakeOptions options{.folders = {{"auth", folder.path / "auth"}, {"shop", folder.path / "shop"}}};
    StatedAnswers answers;
    Registry registry;
    MakeOptions dry = options;
    dry.dry_run = true;
    EXPECT_EQ(make_migrations(models, registry, dry, answers).size(), 2U);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path));

    auto files = make_migrations(models, registry, options, answers);
    ASSERT_EQ(files.size(), 2U);
    for (auto& file : files) {
        EXPECT_TRUE(std::filesystem::exists(file.path));
        registry.add(file.migration);
    }
    EXPECT_TRUE(std::filesystem::exists(folder.path / "shop" / "index.cpp"));
    EXPECT_TRUE(make_migrations(models, registry, options, answers).empty());
    EXPECT_TRUE(registry.state() == models);
    if (std::system("c++ --version >/dev/null 2>&1") != 0) return;
    std::string command = "c++ -std=c++20 -fsyntax-only -Wall -Wextra -Wconversion -Werror -I " ORM_INCLUDE " " +
                          (folder.path / "shop" / "0001_initial.cpp").string() + " " +
                          (folder.path / "shop" / "index.cpp").string();
    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(Writer, EmptyAndNamedOnes) {
    Registry registry = registry_of(sample_migrations());
    StatedAnswers answers;
    auto files = make_migrations(registry.state(), registry,
                                 {.apps = {"shop"}, .name = "by_hand", .empty = true, .dry_run = true}, answers);
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].migration.name, "0002_by_hand");
    EXPECT_NE(files[0].text.find("migration.operations = {};"), std::string::npos);
    EXPECT_THROW(make_migrations({}, registry, {.apps = {"nowhere"}, .dry_run = true}, answers), MigrationError);
    EXPECT_THROW(
        make_migrations(registry.state(), registry, {.apps = {"shop"}, .name = "../x", .empty = true}, answers),
        MigrationError);
    EXPECT_THROW(make_migrations(registry.state(), registry, {.apps = {"shop"}, .empty = true}, answers),
                 MigrationError);  // no folder
}

}  // namespace migration_tests
