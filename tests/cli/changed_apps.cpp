/// An app for the tests of makemigrations and migrate, in place of the real ones: the same command, another list of
/// apps. TEST_APPS says which story its migrations tell.
///
///     TEST_APPS=changed cli_changed_apps makemigrations --sources folder --rename shop.item.title=heading
#include <cstdlib>
#include <string>
#include <string_view>

#include "apps.hpp"
#include "orm/migration_data.hpp"
#include "orm/orm.hpp"

namespace shop {

/// What 0001_initial does not know: a title under another name, no stock, and a time that is required.
struct Item {
    orm::Id<Item> id;
    orm::Char<80> heading;
    orm::Timestamp listed;

    static consteval auto meta() { return orm::model<"shop", "item">(); }
};

}  // namespace shop

namespace {

using namespace orm::migrations;

bool story(std::string_view name) {
    const char* told = std::getenv("TEST_APPS");
    return told && told == name;
}

Migration after_initial(const char* name, std::vector<Operation> operations, const char* before = "0001_initial") {
    Migration migration{.app = "shop", .name = name, .dependencies = {{"shop", before}}};
    migration.operations = std::move(operations);
    return migration;
}

std::vector<Migration> initial() {
    Migration migration{.app = "shop", .name = "0001_initial"};
    migration.operations = {create_model("Item").fields({id(), varchar("title", 80), integer("stock").default_to(0)})};
    return {migration};
}

std::vector<Migration> all() {
    auto migrations = initial();
    if (story("commuting")) {
        migrations.push_back(after_initial("0002_left", {add_field("item", integer("left").null())}));
        migrations.push_back(after_initial("0002_right", {add_index("item", index("item_stock", {"stock"}))}));
    } else if (story("conflicting")) {
        migrations.push_back(after_initial("0002_left", {alter_field("item", varchar("title", 90))}));
        migrations.push_back(after_initial("0002_right", {remove_field("item", "title")}));
    } else if (story("rows")) {
        const auto shout = run_each(
            "shop.item", {"title"}, [](Row& row) { row.set("title", row.text("title") + "!"); },
            [](Row& row) { row.set("title", row.text("title").substr(0, row.text("title").size() - 1)); });
        migrations.push_back(after_initial("0002_shout", {shout}));
        migrations.push_back(after_initial("0003_less", {remove_field("item", "stock")}, "0002_shout"));
    }
    return migrations;
}

}  // namespace

namespace cli {

const std::vector<App>& apps() {
    static const std::vector<App> list{{"shop", "shop/migrations", all}};
    return list;
}

orm::schema::State model_state() {
    if (story("changed")) return orm::schema::state_of<shop::Item>();
    Registry registry;
    registry.add(story("rows") ? all() : initial());
    return registry.state();
}

}  // namespace cli
