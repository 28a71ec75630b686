// Two random states, some of whose models and fields have new names, answered as by --rename; what the detector makes
// of them takes a database from one to the other and back, and the schema equals a fresh build each time: empty tables
// of any types, and tables with rows, whose values come back, under their new names too. Seeds are fixed and printed by
// a failure; ORM_MIGRATION_ROUNDS=3000 makes it longer, ORM_MIGRATION_SEED=17 starts elsewhere.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>

#include "migrations/live.hpp"
#include "migrations/state.hpp"
#include "migrations/text_rows.hpp"
#include "orm/migration_make.hpp"
#include "support.hpp"

namespace migration_tests {

namespace {

class Generator {
  public:
    /// `with_rows`: only what tables with rows can become: a field's types are kin, and no row breaks a constraint.
    explicit Generator(unsigned seed, bool with_rows = false) : random_(seed), with_rows_(with_rows) {}
    int number(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
    bool chance(int percent) { return number(100) < percent; }

    schema::State state() {
        schema::State state;
        std::vector<std::pair<std::string, std::string>> models;
        for (const char* app : {"a", "b"})
            for (const char* name : {"Ant", "Bee", "Cat", "Dog"})
                if (chance(60)) models.emplace_back(app, name);
        for (auto& [app, name] : models) {
            std::vector<schema::Field> fields{chance(30) ? id32() : id()};
            for (const char* field : {"f1", "f2", "f3", "f4", "f5", "f6", "f7"})
                if (chance(60)) fields.push_back(column(field));
            apply(create_model(name).fields(fields), app, state);
        }
        // References in all directions, circles too.
        for (auto& [app, name] : models) {
            std::string model = name;
            model[0] = static_cast<char>(model[0] + 32);
            auto any = [&] {
                auto& [other_app, other] = models[static_cast<std::size_t>(number(static_cast<int>(models.size())))];
                std::string label = other_app + "." + other;
                label[other_app.size() + 1] = static_cast<char>(label[other_app.size() + 1] + 32);
                return label;
            };
            // Rows cannot follow a key that names another model all at once, so with rows each names always the same.
            const auto target = [&](const std::string& field) -> std::string {
                if (!with_rows_) return any();
                const std::string label = std::string(app == "a" ? "b." : "a.") + (field == "k1"    ? model
                                                                                   : model == "ant" ? "bee"
                                                                                                    : "ant");
                return state.models.contains(label) ? label : "";
            };
            for (const char* field : {"k1", "k2"})
                if (chance(35))
                    if (const std::string to = target(field); !to.empty())
                        apply(
                            add_field(model, chance(20) ? one_to_one(field, to).null() : foreign_key(field, to).null()),
                            app, state);
            if (chance(30)) apply(add_many_to_many(model, many_to_many("m1", any())), app, state);
            const schema::Model built = state.models.at(app + "." + model);
            for (const auto& field : built.fields) {
                if (field.type == Type::json || field.type == Type::array || field.primary_key) continue;
                if (chance(15))
                    apply(add_index(model, index(app + model + field.name + "_i",
                                                 {(chance(50) ? "-" : "") + field.column, "id"})),
                          app, state);
                if (chance(8))
                    apply(add_index(model, index(app + model + field.name + "_p", {"id"})
                                               .where("\"" + field.column + "\" IS NOT NULL")),
                          app, state);
                if (chance(8))
                    apply(add_constraint(model, unique(app + model + field.name + "_u", {field.column, "id"})), app,
                          state);
                if (chance(8))
                    apply(add_constraint(
                              model, check(app + model + field.name + "_c", "\"" + field.column + "\" IS NOT NULL" +
                                                                                (with_rows_ ? " OR \"id\" > 0" : ""))),
                          app, state);
            }
            if (chance(20)) apply(alter_table(model, app + "_x_" + model), app, state);
            if (chance(30)) apply(alter_ordering(model, {"-id"}), app, state);
        }
        return state;
    }

  private:
    schema::Field column(const std::string& name) {
        Column column = [&]() -> Column {
            switch (with_rows_ ? kin(name) : number(10)) {
                case 0:
                    return varchar(name, 10 + number(3));
                case 1:
                    return text(name);
                case 2:
                    return integer(name);
                case 3:
                    return bigint(name);
                case 4:
                    return boolean(name);
                case 5:
                    return decimal(name, 6 + number(2), 2);
                case 6:
                    return timestamp(name);
                case 7:
                    return date(name);
                case 8:
                    return json(name);
                default:
                    return array(name, Type::varchar, 20);
            }
        }();
        schema::Field field = column;
        bool comparable = field.type != Type::json && field.type != Type::array;
        field.unique = comparable && chance(15);
        field.index = comparable && !field.unique && chance(20);
        field.null = chance(50);
        if (with_rows_ && field.unique) {  // several rows of one default would not be unique
            field.unique = field.type != Type::boolean;
            field.null = true;
        }
        if (!field.null)
            field.default_value = field.type == Type::boolean                                 ? "TRUE"
                                  : field.type == Type::json || field.type == Type::array     ? "'[]'"
                                  : field.type == Type::timestamp || field.type == Type::date ? "'2026-01-01'"
                                  : field.type == Type::text || field.type == Type::varchar   ? "'x'"
                                                                                              : "1";
        return field;
    }
    // One of the types between which a field of this name may change.
    int kin(const std::string& name) {
        if (name == "f1") return number(2);      // varchar, text
        if (name == "f2") return 2 + number(2);  // integer, bigint
        return name[1] - '3' + 4;                // boolean, decimal, timestamp, date, json
    }
    std::mt19937 random_;
    bool with_rows_;
};

// Rows for a table, each value different from the others' where it can be; references to rows of the same number.
void insert_rows(Connection& connection, const schema::State& state, int rows) {
    std::vector<std::string> references;
    for (const auto& [label, model] : state.models)
        for (int row = 1; row <= rows; ++row) {
            std::string columns, values;
            for (const auto& field : model.fields) {
                const std::string n = std::to_string(row);
                if (!field.to.empty()) {
                    if (row % 2 == 1)
                        references.push_back("UPDATE \"" + model.table + "\" SET \"" + field.column + "\" = " + n +
                                             " WHERE \"id\" = " + n);
                    continue;
                }
                const bool text = field.type == Type::varchar || field.type == Type::text;
                const bool time = field.type == Type::timestamp || field.type == Type::date;
                columns += (columns.empty() ? "\"" : ", \"") + field.column + "\"";
                values += (values.empty() ? "" : ", ") + (text                          ? "'r" + n + "'"
                                                          : time                        ? "'2026-02-0" + n + "'"
                                                          : field.type == Type::boolean ? std::string("TRUE")
                                                          : field.type == Type::json    ? "'[" + n + "]'"
                                                                                        : n);
            }
            connection.script("INSERT INTO \"" + model.table + "\" (" + columns + ") VALUES (" + values + ")");
        }
    for (const std::string& sql : references) connection.script(sql);
}

// New names of a state's models ("a.ant" -> "a.elk") and fields ("a.ant.f1" -> "g1").
struct Renamed {
    std::map<std::string, std::string> names;
    std::string of(const std::string& path, const std::string& otherwise) const {
        const auto found = names.find(path);
        return found == names.end() ? otherwise : found->second;
    }
    // As --rename takes them: a field's model by its new name.
    std::vector<std::string> answers() const {
        std::vector<std::string> result;
        for (const auto& [path, name] : names) {
            const std::string label = path.substr(0, path.find('.', path.find('.') + 1));
            result.push_back(label == path ? path + "=" + name.substr(name.find('.') + 1)
                                           : of(label, label) + path.substr(label.size()) + "=" + name);
        }
        return result;
    }
};

// Gives random names to some of what `state` has in common with `first`.
Renamed rename_some(Generator& generator, const schema::State& first, schema::State& state) {
    Renamed renamed;
    const schema::State before = state;
    for (const auto& [label, model] : before.models) {
        const auto old_model = first.models.find(label);
        if (old_model == first.models.end()) continue;
        const auto rename = [&](const std::string& name) {
            const std::string fresh = (name[0] == 'f' ? "g" : name[0] == 'k' ? "h" : "n") + name.substr(1);
            renamed.names[label + "." + name] = fresh;
            apply(rename_field(model.name, name, fresh), model.app, state);
        };
        for (const auto& field : model.fields)
            if (!field.primary_key && old_model->second.find(field.name) && generator.chance(15)) rename(field.name);
        for (const auto& join : model.many_to_many)
            if (!old_model->second.many_to_many.empty() && generator.chance(15)) rename(join.name);
        if (!generator.chance(15)) continue;
        const std::string fresh = model.name == "ant" ? "Elk" : model.name == "bee" ? "Fox" : "Gnu" + model.name;
        apply(rename_model(model.class_name, fresh), model.app, state);
        renamed.names[label] = model.app + "." + lower(fresh);
    }
    return renamed;
}

// The values of all columns that both states have, by model and field; `renamed`: what those of `state` are called.
std::map<std::string, std::vector<std::string>> values_of(Connection& connection, const schema::State& state,
                                                          const schema::State& other, const schema::State& now,
                                                          const Renamed& renamed = {}) {
    std::map<std::string, std::vector<std::string>> result;
    for (const auto& [label, model] : state.models) {
        const auto found = other.models.find(label);
        if (found == other.models.end()) continue;
        const schema::Model& called = now.models.at(renamed.of(label, label));
        for (const auto& field : model.fields) {
            const schema::Field* twin = found->second.find(field.name);
            if (!twin || twin->to != field.to) continue;
            const std::string& column = called.find(renamed.of(label + "." + field.name, field.name))->column;
            for (const auto& row :
                 text_rows(connection,
                           "SELECT CAST(\"" + column + "\" AS text) FROM \"" + called.table + "\" ORDER BY \"id\"", 1))
                result[label + "." + field.name].push_back(row[0].value_or("NULL"));
        }
    }
    return result;
}

schema::State sorted(schema::State state) {
    for (auto& [label, model] : state.models) {
        std::ranges::sort(model.fields, {}, &schema::Field::name);
        std::ranges::sort(model.indexes, {}, &schema::Index::name);
        std::ranges::sort(model.constraints, {}, &schema::Constraint::name);
    }
    return state;
}

// What no answer names is dropped.
class Answers : public StatedAnswers {
  public:
    explicit Answers(const Renamed& renamed = {}) : StatedAnswers(renamed.answers()) {}

  private:
    static Answer or_no(Answer answer) { return answer == Answer::yes ? Answer::yes : Answer::no; }
    Answer renamed_model(const schema::Model& old_model, const schema::Model& new_model, bool likely) override {
        return or_no(StatedAnswers::renamed_model(old_model, new_model, likely));
    }
    Answer renamed_field(const schema::Model& model, std::string_view old_name, std::string_view new_name,
                         bool likely) override {
        return or_no(StatedAnswers::renamed_field(model, old_name, new_name, likely));
    }
    std::optional<std::string> fill(const schema::Model&, const schema::Field&) override { return "1"; }
};

}  // namespace

namespace {

int from_environment(const char* name, int otherwise) {
    const char* value = std::getenv(name);
    return value ? std::atoi(value) : otherwise;
}

}  // namespace

// Both directions, on empty tables and on tables with rows.
class Random : public OnBoth {
  protected:
    void run(bool with_rows, int rounds) {
        const int start = from_environment("ORM_MIGRATION_SEED", 1);
        rounds = from_environment("ORM_MIGRATION_ROUNDS", rounds);
        TestDatabase fresh_database(GetParam());
        auto fresh = fresh_database.connect();
        for (int seed = start; seed < start + rounds; ++seed) {
            SCOPED_TRACE("ORM_MIGRATION_SEED=" + std::to_string(seed));
            ASSERT_NO_FATAL_FAILURE(round(*fresh, static_cast<unsigned>(seed), with_rows));
        }
        if (rounds >= 10) {
            EXPECT_GE(renames_, rounds);  // one a round at least, on average
        }
    }

  private:
    void round(Connection& fresh, unsigned seed, bool with_rows) {
        Generator generator(seed, with_rows);
        const schema::State first = generator.state(), second_unnamed = generator.state();
        schema::State second = second_unnamed;
        const Renamed renamed = rename_some(generator, first, second);
        renames_ += static_cast<int>(renamed.names.size());
        Answers questioner(renamed);
        Registry registry;
        registry.add(detect_changes({}, first, questioner));
        ASSERT_TRUE(sorted(registry.state()) == sorted(first));
        migrate(db(), registry);
        std::string before = dump();
        if (with_rows) insert_rows(db(), first, 3);
        const auto values = values_of(db(), first, second_unnamed, first);

        ASSERT_NO_THROW(questioner.require_known(first, second));
        for (auto& migration : detect_changes(registry.state(), second, questioner, registry)) registry.add(migration);
        ASSERT_TRUE(sorted(registry.state()) == sorted(second));
        ASSERT_TRUE(detect_changes(registry.state(), second, questioner, registry).empty());
        Options options{.allow_unsafe = {"alter_field", "add_field"}};
        if (seed % 2 == 0) options.large_table_bytes = 0;
        Report report = migrate(db(), registry, {}, options);
        std::string after = dump();
        create_all(fresh, second);
        ASSERT_EQ(after, describe(read_live(fresh)));
        ASSERT_EQ(values_of(db(), second_unnamed, first, second, renamed), values);

        // Back: what was applied last, in reverse.
        for (auto key = report.applied.rbegin(); key != report.applied.rend(); ++key) {
            std::string parent = "zero";
            for (const Key& dependency : registry.migrations().at(*key).dependencies)
                if (dependency.app == key->app) parent = dependency.name;
            migrate(db(), registry, {key->app, parent});
        }
        ASSERT_EQ(dump(), before);
        ASSERT_EQ(values_of(db(), first, second_unnamed, first), values);
        for (const char* app : {"a", "b"})
            if (registry.has_app(app)) migrate(db(), registry, {app, "zero"});
        ASSERT_EQ(dump(), "");
        if (sqlite()) fresh.script("PRAGMA foreign_keys = OFF");
        for (auto& [name, table] : read_live(fresh))
            fresh.script("DROP TABLE \"" + name + "\"" + (sqlite() ? "" : " CASCADE"));
    }
    int renames_ = 0;
};
ON_BOTH_DATABASES(Random);

TEST_P(Random, FromStateToState) {
    run(false, sqlite() ? 40 : 10);
}

TEST_P(Random, FromStateToStateWithRows) {
    run(true, sqlite() ? 40 : 10);
}

}  // namespace migration_tests
