#include "support.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>

#include "migrations/live.hpp"
#include "migrations/text_rows.hpp"

namespace migration_tests {

namespace {
std::string unique_name() {
    static std::atomic<int> counter{0};
    return "orm_migration_" + std::to_string(getpid()) + "_" + std::to_string(++counter);
}
// Replaces the database's name in a URL, keeping its options.
std::string with_name(const std::string& url, const std::string& name) {
    std::size_t start = url.find('/', url.find("://") + 3);
    std::size_t options = url.find('?');
    std::string tail = options == std::string::npos ? "" : url.substr(options);
    return url.substr(0, std::min(start, options)) + "/" + name + tail;
}
}  // namespace

TestDatabase::TestDatabase(Dialect dialect) : dialect_(dialect), name_(unique_name()) {
    if (dialect == Dialect::sqlite) {
        url_ = "sqlite:///" + (std::filesystem::temp_directory_path() / (name_ + ".sqlite3")).string();
        return;
    }
    server_ = std::getenv("ENTREPRINDER_TEST_POSTGRES");
    orm::connect(parse_url(server_))->script("CREATE DATABASE " + name_);
    url_ = with_name(server_, name_);
}

TestDatabase::~TestDatabase() {
    if (dialect_ == Dialect::sqlite) {
        for (const char* suffix : {"", "-wal", "-shm", "-journal"})
            std::filesystem::remove(std::filesystem::temp_directory_path() / (name_ + ".sqlite3" + suffix));
        return;
    }
    try {
        orm::connect(parse_url(server_))->script("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    } catch (const Error& error) {
        ADD_FAILURE() << error.what();
    }
}

std::unique_ptr<Connection> TestDatabase::connect() const {
    return orm::connect(parse_url(url_));
}

void OnBoth::SetUp() {
    if (GetParam() == Dialect::postgres && !std::getenv("ENTREPRINDER_TEST_POSTGRES"))
        FAIL() << "ENTREPRINDER_TEST_POSTGRES is not set";
    database_ = std::make_unique<TestDatabase>(GetParam());
    connection_ = database_->connect();
}

void OnBoth::TearDown() {
    connection_.reset();
}

std::string OnBoth::dump() {
    return describe(read_live(db()));
}
std::string OnBoth::value(const std::string& sql) {
    return text_value(db(), sql).value_or("NULL");
}
std::vector<std::string> OnBoth::column(const std::string& sql) {
    std::vector<std::string> result;
    for (auto& row : text_rows(db(), sql, 1)) result.push_back(row[0].value_or("NULL"));
    return result;
}

std::string dialect_name(const testing::TestParamInfo<Dialect>& info) {
    return info.param == Dialect::sqlite ? "sqlite" : "postgres";
}

std::vector<Migration> sample_migrations() {
    Migration auth{.app = "auth", .name = "0001_initial"};
    auth.operations = {
        create_model("User",
                     {.fields = {id32(), varchar("username", 150).unique(), varchar("email", 254),
                                 boolean("is_active").default_to(true), timestamp("date_joined").auto_now_add()}}),
    };
    Migration shop{.app = "shop", .name = "0001_initial", .dependencies = {{"auth", "0001_initial"}}};
    shop.operations = {
        create_model("Tag", {.fields = {id(), varchar("name", 50).unique()}}),
        create_model(
            "Item",
            {.fields = {id(), varchar("title", 200).indexed(), text("body"), smallint("rank"),
                        integer("stock").default_to(3), bigint("views"), double_("weight").null(),
                        decimal("price", 6, 2), date("day").null(), json("data").null(),
                        array("labels", Type::varchar, 20), foreign_key("owner", "auth.user").related_name("items"),
                        foreign_key("parent", "shop.item").null().on_delete(set_null), boolean("public")},
             .many_to_many = {many_to_many("tags", "shop.tag"), many_to_many("fans", "auth.user"),
                              many_to_many("similar", "shop.item")},
             .indexes = {index("shop_item_rank_idx", {"rank", "-stock"}),
                         index("shop_item_public_idx", {"day"}).where("\"public\""),
                         index("shop_item_lower_idx", {"(LOWER(\"title\"))"}).unique(),
                         index("shop_item_data_gin", {"data"}).method("gin")},
             .constraints = {unique("shop_item_owner_title_uniq", {"owner_id", "title"}),
                             check("shop_item_stock", "\"stock\" >= 0")},
             .ordering = {"-rank", "title"}}),
    };
    return {auth, shop};
}

Registry registry_of(std::vector<Migration> migrations) {
    Registry registry;
    registry.add(std::move(migrations));
    return registry;
}
Registry sample_and(std::vector<Operation> operations, std::string name) {
    auto migrations = sample_migrations();
    migrations.push_back({.app = "shop",
                          .name = std::move(name),
                          .dependencies = {{"shop", "0001_initial"}},
                          .operations = std::move(operations)});
    return registry_of(std::move(migrations));
}

schema::State state_of(const std::vector<Migration>& migrations) {
    return registry_of(migrations).state();
}

}  // namespace migration_tests
