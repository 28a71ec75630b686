// Two random states; what the detector makes of them takes a database from one to the other and back, and the schema
// equals a fresh build each time. Seeds are fixed; ORM_MIGRATION_ROUNDS makes it longer.
#include <algorithm>
#include <cstdlib>
#include <random>

#include "migrations/live.hpp"
#include "orm/migration_make.hpp"
#include "support.hpp"

namespace migration_tests {

namespace {

class Generator {
  public:
    explicit Generator(unsigned seed) : random_(seed) {}
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
            for (const char* field : {"f1", "f2", "f3", "f4", "f5"})
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
            for (const char* field : {"k1", "k2"})
                if (chance(35))
                    apply(add_field(model,
                                    chance(20) ? one_to_one(field, any()).null() : foreign_key(field, any()).null()),
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
                              model, check(app + model + field.name + "_c", "\"" + field.column + "\" IS NOT NULL")),
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
            switch (number(10)) {
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
        if (!field.null)
            field.default_value = field.type == Type::boolean                                 ? "TRUE"
                                  : field.type == Type::json || field.type == Type::array     ? "'[]'"
                                  : field.type == Type::timestamp || field.type == Type::date ? "'2026-01-01'"
                                  : field.type == Type::text || field.type == Type::varchar   ? "'x'"
                                                                                              : "1";
        return field;
    }
    std::mt19937 random_;
};

schema::State sorted(schema::State state) {
    for (auto& [label, model] : state.models) {
        std::ranges::sort(model.fields, {}, &schema::Field::name);
        std::ranges::sort(model.indexes, {}, &schema::Index::name);
        std::ranges::sort(model.constraints, {}, &schema::Constraint::name);
    }
    return state;
}

class NeverRenamed : public Questioner {
    Answer renamed_model(const schema::Model&, const schema::Model&, bool) override { return Answer::no; }
    Answer renamed_field(const schema::Model&, std::string_view, std::string_view, bool) override { return Answer::no; }
    std::optional<std::string> fill(const schema::Model&, const schema::Field&) override { return "1"; }
};

}  // namespace

class Random : public OnBoth {};
ON_BOTH_DATABASES(Random);

TEST_P(Random, FromStateToState) {
    const char* wished = std::getenv("ORM_MIGRATION_ROUNDS");
    int rounds = wished ? std::atoi(wished) : sqlite() ? 40 : 10;
    TestDatabase fresh_database(GetParam());
    auto fresh = fresh_database.connect();
    for (int round = 1; round <= rounds; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        Generator generator(static_cast<unsigned>(round));
        schema::State first = generator.state(), second = generator.state();
        NeverRenamed questioner;
        Registry registry;
        registry.add(detect_changes({}, first, questioner));
        ASSERT_TRUE(sorted(registry.state()) == sorted(first));
        migrate(db(), registry);
        std::string before = dump();

        for (auto& migration : detect_changes(registry.state(), second, questioner, registry)) registry.add(migration);
        ASSERT_TRUE(sorted(registry.state()) == sorted(second));
        ASSERT_TRUE(detect_changes(registry.state(), second, questioner, registry).empty());
        Options options{.allow_unsafe = {"alter_field", "add_field"}};
        if (round % 2 == 0) options.large_table_bytes = 0;
        Report report = migrate(db(), registry, {}, options);
        std::string after = dump();
        create_all(*fresh, second);
        ASSERT_EQ(after, describe(read_live(*fresh)));

        // Back: what was applied last, in reverse.
        for (auto key = report.applied.rbegin(); key != report.applied.rend(); ++key) {
            std::string parent = "zero";
            for (const Key& dependency : registry.migrations().at(*key).dependencies)
                if (dependency.app == key->app) parent = dependency.name;
            migrate(db(), registry, {key->app, parent});
        }
        ASSERT_EQ(dump(), before);
        for (const char* app : {"a", "b"})
            if (registry.has_app(app)) migrate(db(), registry, {app, "zero"});
        ASSERT_EQ(dump(), "");
        if (sqlite()) fresh->script("PRAGMA foreign_keys = OFF");
        for (auto& [name, table] : read_live(*fresh))
            fresh->script("DROP TABLE \"" + name + "\"" + (sqlite() ? "" : " CASCADE"));
    }
}

}  // namespace migration_tests
