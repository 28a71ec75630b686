// Every difference that two states of a model can have: found, written as C++ that compiles, and found no more.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "orm/migration_make.hpp"
#include "support.hpp"

namespace migration_tests {

namespace {

// Each changes the sample's state in one respect. Values, not operations: what a struct says, whoever changed it.
std::map<std::string, std::function<void(schema::State&)>> differences() {
    const auto field = [](const char* name, auto change) {
        return [name, change](schema::State& state) {
            auto& fields = state.models.at("shop.item").fields;
            change(*std::ranges::find(fields, name, &schema::Field::name));
        };
    };
    const auto item = [](auto change) {
        return [change](schema::State& state) { change(state.models.at("shop.item")); };
    };
    const auto add = [&](schema::Index index) {
        return item([index](schema::Model& model) { model.indexes.push_back(index); });
    };
    return {
        {"type", field("views", [](auto& f) { f.type = Type::integer; })},
        {"length", field("title", [](auto& f) { f.max_length = 90; })},
        {"digits", field("price", [](auto& f) { f.digits = 9; })},
        {"scale", field("price", [](auto& f) { f.scale = 3; })},
        {"element", field("labels", [](auto& f) { f.element = Type::text, f.max_length = 0; })},
        {"null", field("stock", [](auto& f) { f.null = true; })},
        {"default", field("stock", [](auto& f) { f.default_value = "4"; })},
        {"no_default", field("stock", [](auto& f) { f.default_value.reset(); })},
        {"text_default", field("body", [](auto& f) { f.default_value = literal("it's \"so\"\\\n\t\?\?/ \x01 ä"); })},
        {"unique", field("rank", [](auto& f) { f.unique = true; })},
        {"db_index", field("views", [](auto& f) { f.index = true; })},
        {"no_db_index", field("title", [](auto& f) { f.index = false; })},
        {"column", field("views", [](auto& f) { f.column = "seen"; })},
        {"auto_now", field("day", [](auto& f) { f.auto_now = true; })},
        {"auto_now_add", field("day", [](auto& f) { f.auto_now_add = true; })},
        {"choices", field("title",
                          [](auto& f) {
                              f.choices = {{"a", "A"}, {"b", "it's \"B\""}};
                          })},
        {"delete_rule", field("owner", [](auto& f) { f.on_delete = protect; })},
        {"do_nothing", field("owner", [](auto& f) { f.on_delete = do_nothing; })},
        {"related_name", field("owner", [](auto& f) { f.related_name = "things"; })},
        {"target", field("parent", [](auto& f) { f.to = "shop.tag"; })},
        {"one_to_one", field("parent", [](auto& f) { f.one_to_one = f.unique = true; })},
        {"new_field", item([](schema::Model& m) { m.fields.push_back(varchar("colour", 9).null()); })},
        {"lost_field", item([](schema::Model& m) { m.fields.erase(m.fields.begin() + 5); })},
        {"ordering", item([](schema::Model& m) {
             m.ordering = {{"title", true}};
         })},
        {"no_ordering", item([](schema::Model& m) { m.ordering.clear(); })},
        {"table", item([](schema::Model& m) { m.table = "wares"; })},
        {"plain_index", add(index("i_plain", {"views", "-rank"}))},
        {"partial_index", add(index("i_partial", {"views"}).where("\"stock\" > 0"))},
        {"expression_index", add(index("i_upper", {"(UPPER(\"title\"))", "rank"}))},
        {"unique_index", add(index("i_unique", {"title", "views"}).unique())},
        {"covering_index", add(index("i_cover", {"views"}).include({"rank", "stock"}))},
        {"gin_index", add(index("i_gin", {"labels"}).method("gin"))},
        {"changed_condition", item([](schema::Model& m) { m.indexes[1].condition = "NOT (\"public\")"; })},
        {"changed_direction", item([](schema::Model& m) { m.indexes[0].parts[0].descending = true; })},
        {"changed_method", item([](schema::Model& m) { m.indexes[3].method = "hash"; })},
        {"changed_include", item([](schema::Model& m) { m.indexes[0].include = {"views"}; })},
        {"lost_index", item([](schema::Model& m) { m.indexes.pop_back(); })},
        {"check", item([](schema::Model& m) { m.constraints.push_back(check("c", "\"views\" >= 0")); })},
        {"changed_check", item([](schema::Model& m) { m.constraints[1].condition = "\"stock\" > 1"; })},
        {"unique_together", item([](schema::Model& m) {
             m.constraints.push_back(unique("u", {"rank", "stock"}));
         })},
        {"lost_constraint", item([](schema::Model& m) { m.constraints.pop_back(); })},
        {"new_join",
         [](schema::State& s) { apply(add_many_to_many("tag", many_to_many("users", "auth.user")), "shop", s); }},
        {"lost_join", item([](schema::Model& m) { m.many_to_many.pop_back(); })},
        {"join_target", item([](schema::Model& m) { m.many_to_many[0].to = "auth.user"; })},
        {"join_table", item([](schema::Model& m) { m.many_to_many[0].table = "item_labels"; })},
        {"join_related_name", item([](schema::Model& m) { m.many_to_many[0].related_name = "wares"; })},
        {"new_model",
         [](schema::State& s) {
             apply(create_model("Note").fields({id(), foreign_key("item", "shop.item")}), "shop", s);
         }},
        {"lost_model", [](schema::State& s) { s.models.erase("shop.item"); }},
    };
}

schema::State sorted(schema::State state) {
    for (auto& [label, model] : state.models) {
        std::ranges::sort(model.fields, {}, &schema::Field::name);
        std::ranges::sort(model.many_to_many, {}, &schema::ManyToMany::name);
        std::ranges::sort(model.indexes, {}, &schema::Index::name);
        std::ranges::sort(model.constraints, {}, &schema::Constraint::name);
    }
    return state;
}

}  // namespace

TEST(RoundTrip, EachDifferenceIsFoundOnce) {
    std::string sources;
    for (const auto& [name, change] : differences()) {
        SCOPED_TRACE(name);
        Registry registry = registry_of(sample_migrations());
        schema::State goal = registry.state();
        change(goal);
        StatedAnswers answers;
        const MakeOptions options{.name = name, .dry_run = true};
        const auto files = make_migrations(goal, registry, options, answers);
        ASSERT_FALSE(files.empty());
        for (const auto& file : files) {
            registry.add(file.migration);
            sources += file.text.substr(file.text.find('\n') + 1);
        }
        EXPECT_TRUE(sorted(registry.state()) == sorted(goal));
        EXPECT_TRUE(make_migrations(goal, registry, {.dry_run = true}, answers).empty());
    }
    const auto path = std::filesystem::temp_directory_path() / ("orm_round_trip_" + std::to_string(getpid()) + ".cpp");
    std::ofstream(path) << "#include \"orm/migration.hpp\"\n" << sources;
    const std::string command =
        "c++ -std=c++20 -fsyntax-only -Wall -Wextra -Wconversion -Werror -I " ORM_INCLUDE " " + path.string();
    EXPECT_EQ(std::system(command.c_str()), 0) << sources;
    std::filesystem::remove(path);
}

}  // namespace migration_tests
