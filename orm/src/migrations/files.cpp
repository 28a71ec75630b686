#include "migrations/files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

extern char** environ;

namespace orm::migrations {

namespace {

namespace fs = std::filesystem;

// Files that appear together: first all are written beside their places, then all take them.
class Writing {
  public:
    ~Writing() {
        std::error_code ignored;
        for (const auto& [fresh, path] : files_) fs::remove(fresh, ignored);
    }
    void add(const fs::path& path, const std::string& text) {
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        if (error) fail(path.parent_path(), error.message());
        fs::path fresh = path;
        fresh += ".new";
        files_.emplace_back(fresh, path);
        errno = 0;
        std::ofstream file(fresh, std::ios::binary);
        file << text;
        file.close();
        if (!file) fail(path, std::strerror(errno));
    }
    void finish() {
        for (const auto& [fresh, path] : files_) {
            std::error_code error;
            fs::rename(fresh, path, error);
            if (error) fail(path, error.message());
        }
        files_.clear();
    }

  private:
    [[noreturn]] static void fail(const fs::path& path, const std::string& why) {
        throw MigrationError(fmt::format("cannot write {}: {}", path.string(), why));
    }
    std::vector<std::pair<fs::path, fs::path>> files_;
};

// Formats files in place where clang-format is installed; the text is fine without.
void clang_format(const std::vector<std::string>& paths) {
    std::vector<std::string> words{"clang-format", "-i", "--style=file", "--fallback-style=none"};
    words.insert(words.end(), paths.begin(), paths.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    if (posix_spawnp(&child, "clang-format", nullptr, nullptr, arguments.data(), environ) != 0) return;
    int status = 0;
    waitpid(child, &status, 0);
}

fs::path folder_of(const MakeOptions& options, const std::string& app) {
    auto found = options.folders.find(app);
    return found == options.folders.end() ? fs::path() : found->second;
}

}  // namespace

void require_migration_name(std::string_view name) {
    // A file, a C++ function, and a value of 255 characters in django_migrations.
    const bool letters = std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (name.empty() || !letters || name.front() == '_' || name.find("__") != std::string_view::npos)
        throw WrongRequest(fmt::format("\"{}\" is no name for a migration: letters, digits and single _ only", name));
    if (name.size() > 120)
        throw WrongRequest(fmt::format("a migration's name may have 120 characters, not {}", name.size()));
}

void save(std::vector<MigrationFile>& files, const Registry& registry, const MakeOptions& options) {
    std::map<std::string, std::vector<std::string>> added;
    for (MigrationFile& file : files) {
        fs::path folder = folder_of(options, file.migration.app);
        if (!folder.empty()) file.path = folder / (file.migration.name + ".cpp");
        added[file.migration.app].push_back(file.migration.name);
    }
    for (const MigrationFile& file : files) {
        if (registry.migrations().contains(file.migration.key()))
            throw MigrationError(fmt::format("{} has a migration {} already", file.migration.app, file.migration.name));
        if (options.dry_run) continue;
        if (file.path.empty())
            throw MigrationError(fmt::format("it is not known where the migrations of {} lie", file.migration.app));
        if (fs::exists(file.path))
            throw MigrationError(file.path.string() +
                                 " exists already, but this program was built without it: build again, or remove it");
    }
    if (options.dry_run || files.empty()) return;
    Writing writing;
    std::vector<std::string> written;
    for (const MigrationFile& file : files) {
        writing.add(file.path, file.text);
        written.push_back(file.path.string());
    }
    for (auto& [app, names] : added) {
        for (const auto& [key, migration] : registry.migrations())
            if (key.app == app) names.push_back(key.name);
        std::ranges::sort(names);
        const fs::path path = folder_of(options, app) / "index.cpp";
        writing.add(path, write_index(app, names));
        written.push_back(path.string());
    }
    writing.finish();
    if (options.format) clang_format(written);
}

void require_apps(const MakeOptions& options, const std::set<std::string>& known) {
    for (const std::string& app : options.apps)
        if (!known.contains(app))
            throw WrongRequest(fmt::format("there is no app {}; the apps are {}", app, fmt::join(known, ", ")));
}

bool chosen(const MakeOptions& options, const std::string& app) {
    return options.apps.empty() || std::ranges::find(options.apps, app) != options.apps.end();
}

}  // namespace orm::migrations
