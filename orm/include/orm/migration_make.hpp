/// makemigrations: from the difference between the models and the migrations to the next C++ files.
///
///     StatedAnswers answers({"crush_lu.meetupevent.place=venue"});            // --rename a=b
///     auto files = make_migrations(models, registry, {.folders = {{"crush_lu", "platforms/crush_lu/migrations"}}},
///     answers); for (auto& file : files) std::cout << file.path << "\n" << describe(file.migration); if (check &&
///     !files.empty()) return 1;                                   // with dry_run: nothing is written
///     // Nothing to do: `files` is empty. A second run finds nothing (once the new files are compiled in).
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "orm/migration.hpp"

namespace orm::migrations {

/// What the detector cannot know and must not guess.
class Questioner {
  public:
    enum class Answer : std::uint8_t { yes, no, unknown };
    virtual ~Questioner() = default;
    /// Labels: "app.old", "app.new". `likely`: the two look alike. unknown with `likely` ends in an error that says how
    /// to answer.
    virtual Answer renamed_model(const schema::Model& old_model, const schema::Model& new_model, bool likely) = 0;
    virtual Answer renamed_field(const schema::Model& model, std::string_view old_name, std::string_view new_name,
                                 bool likely) = 0;
    /// What existing rows get in a new required field without default: a portable SQL expression.
    virtual std::optional<std::string> fill(const schema::Model& model, const schema::Field& field) = 0;
};

/// Answers given beforehand: "app.model=newmodel", "app.model.field=newfield"; "app.model.field=" says: dropped, not
/// renamed. Fills: "app.model.field" → SQL expression.
class StatedAnswers : public Questioner {
  public:
    /// Throws MigrationError for an answer of another form.
    explicit StatedAnswers(const std::vector<std::string>& renames = {}, std::map<std::string, std::string> fills = {});
    Answer renamed_model(const schema::Model& old_model, const schema::Model& new_model, bool likely) override;
    Answer renamed_field(const schema::Model& model, std::string_view old_name, std::string_view new_name,
                         bool likely) override;
    std::optional<std::string> fill(const schema::Model& model, const schema::Field& field) override;
    /// Throws MigrationError for an answer about a model or field that is not there: a misspelt one would do nothing.
    void require_known(const schema::State& from, const schema::State& to) const;

  private:
    Answer look_up(const std::string& old_path, const std::string& new_path, const std::string& new_name) const;
    std::map<std::string, std::string> renames_;  // "app.model.field" -> "newfield"
    std::map<std::string, std::string> fills_;
};

struct MakeOptions {
    std::vector<std::string> apps{};                         ///< empty: all
    std::string name{};                                      ///< instead of the generated name
    bool empty = false;                                      ///< a migration without operations, to be filled by hand
    bool dry_run = false;                                    ///< also for --check: nothing is written
    std::map<std::string, std::filesystem::path> folders{};  ///< by app: where its migrations lie
    bool format = true;  ///< run clang-format over what was written, where it is installed
};

/// Throws MigrationError unless it can be MakeOptions::name: letters, digits and single _, at most 120.
void require_migration_name(std::string_view name);

/// A file that was written, or would be.
struct MigrationFile {
    Migration migration;
    std::filesystem::path path;  ///< empty where the app has no folder
    std::string text;
};

/// The operations, per app and in order, that lead from one state to the other.
std::vector<Migration> detect_changes(const schema::State& from, const schema::State& to, Questioner& questioner,
                                      const Registry& registry = {});

/// Writes the migrations that lead from the registry's state to `models`, and each app's index.cpp. Throws
/// MigrationError for two leaves, for questions without an answer, for an unknown app.
std::vector<MigrationFile> make_migrations(const schema::State& models, const Registry& registry,
                                           const MakeOptions& options, Questioner& questioner);

/// Joins the leaves of each app (makemigrations --merge). Throws MigrationError that names the operations that do not
/// commute.
std::vector<MigrationFile> merge_migrations(const Registry& registry, const MakeOptions& options);

/// One optimised migration in place of a run of an app's migrations, named by prefixes (makemigrations --squash
/// 0001..0004).
MigrationFile squash_migrations(const Registry& registry, const std::string& app, std::string_view first,
                                std::string_view last, const MakeOptions& options);

/// A migration as C++ text, formatted.
std::string write_migration(const Migration& migration);
/// An app's migrations/index.cpp.
std::string write_index(const std::string& app, const std::vector<std::string>& names);
/// "0002_event_venue" → "m0002_event_venue"
std::string function_name(std::string_view migration_name);

}  // namespace orm::migrations
