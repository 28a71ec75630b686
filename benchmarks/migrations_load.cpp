/// How long readers and writers of a large PostgreSQL table wait while it is migrated: nobody migrating, the way that
/// migrate() takes for large tables, and the plain statements. Before that, alone: how fast the kinds of work are that
/// `migrate --plan` estimates. Run by ./bench --migrations.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "orm/errors.hpp"
#include "orm/migration.hpp"
#include "orm/migration_data.hpp"
#include "orm/migration_plan.hpp"

namespace {

using namespace orm::migrations;
using Clock = std::chrono::steady_clock;

constexpr int users_of_a_kind = 4;

double milliseconds(Clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

struct Waits {
    double reading = 0, writing = 0;  // the longest, in milliseconds
    double took = 0;                  // the migration, in milliseconds
};

// The server's database under test, dropped at the end.
class Database {
  public:
    explicit Database(const std::string& server) : server_(orm::connect(orm::parse_url(server))) {
        name_ = fmt::format("bench_migrations_{}", getpid());
        server_->script("CREATE DATABASE " + name_);
        const std::size_t path = server.find('/', server.find("://") + 3);
        const std::size_t options = std::min(server.find('?'), server.size());
        url_ = orm::parse_url(server.substr(0, std::min(path, options)) + "/" + name_ + server.substr(options));
        url_.lock_timeout = std::chrono::milliseconds(0);
    }
    ~Database() {
        try {
            server_->script("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
        } catch (const orm::Error& error) {
            fmt::print(stderr, "{}\n", error.what());
        }
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    std::unique_ptr<orm::Connection> connect() const { return orm::connect(url_); }

  private:
    std::unique_ptr<orm::Connection> server_;
    std::string name_;
    orm::DatabaseUrl url_;
};

// Runs `work` while four read and four write single rows: three change them, one adds them, as a program that does not
// know the migration would. Where it is refused, because a column now needs a value, it tries on.
template <class Work>
Waits under_load(const Database& database, std::uint64_t rows, Work work) {
    std::atomic<bool> stop = false;
    std::atomic<int> ready = 0;
    std::vector<double> longest(2 * users_of_a_kind);
    Waits result;
    {
        std::vector<std::jthread> users;
        for (std::size_t user = 0; user < longest.size(); ++user)
            users.emplace_back([&, user] {
                const auto connection = database.connect();
                std::mt19937_64 random(user);  // the same rows in every run
                std::uniform_int_distribution<std::uint64_t> any(1, rows);
                const bool writes = user >= users_of_a_kind, inserts = user == users_of_a_kind;
                for (bool first = true; !stop; first = false) {
                    const std::uint64_t id = any(random);
                    const std::string sql =
                        inserts
                            ? fmt::format("INSERT INTO shop_item (title, stock, rank) VALUES ('new {0}', 1, {0})", id)
                        : writes ? fmt::format("UPDATE shop_item SET stock = stock + 1 WHERE id = {}", id)
                                 : fmt::format("SELECT title FROM shop_item WHERE id = {}", id);
                    const Clock::time_point start = Clock::now();
                    try {
                        connection->script(sql);
                    } catch (const orm::NotNullViolation&) {
                        if (!inserts) throw;
                    }
                    if (!first) longest[user] = std::max(longest[user], milliseconds(Clock::now() - start));
                    if (first) ++ready;
                }
            });
        while (ready < 2 * users_of_a_kind) std::this_thread::yield();
        const Clock::time_point start = Clock::now();
        work();
        result.took = milliseconds(Clock::now() - start);
        stop = true;
    }
    database.connect()->script(fmt::format("DELETE FROM shop_item WHERE id > {}", rows));  // as large in every run
    database.connect()->script("VACUUM shop_item");
    result.reading = *std::max_element(longest.begin(), longest.begin() + users_of_a_kind);
    result.writing = *std::max_element(longest.begin() + users_of_a_kind, longest.end());
    return result;
}

Migration base() {
    return {.app = "shop",
            .name = "0001_initial",
            .operations = {create_model("Owner").fields({id()}),
                           create_model("Item").fields({id(), varchar("title", 100), integer("stock"),
                                                        integer("rank").null(), bigint("owner").null()})}};
}

struct Change {
    std::string name;
    Operation operation;
};

std::vector<Change> changes() {
    return {
        {"add a field that may be NULL", add_field("item", integer("size").null())},
        {"add a field with a default", add_field("item", integer("size").default_to(7))},
        {"add a unique field", add_field("item", integer("code").null().unique())},
        {"add a foreign key", add_field("item", foreign_key("seller", "shop.owner").null())},
        {"make a field required", alter_field("item", integer("rank"))},
        {"a longer varchar", alter_field("item", varchar("title", 200))},
        {"add an index", add_index("item", index("item_title_idx", {"title"}))},
        {"add a unique constraint", add_constraint("item", unique("item_id_title", {"id", "title"}))},
        {"add a check", add_constraint("item", check("item_stock", "\"stock\" >= 0"))},
        {"rename a field", rename_field("item", "owner", "holder")},
        {"remove a field", remove_field("item", "owner")},
        {"fill a field", fill("item", "owner", "1")},
    };
}

Registry with(const Registry& first, const Operation& operation) {
    Registry registry = first;
    Migration migration{.app = "shop", .name = "0002", .dependencies = {{"shop", "0001_initial"}}};
    migration.operations = {operation};
    registry.add(migration);
    return registry;
}

void undo(orm::Connection& connection, const Registry& registry, const Operation& operation) {
    migrate(connection, registry, {"shop", "0001"}, {.safe = false});
    if (!std::holds_alternative<Fill>(operation)) return;
    connection.script("UPDATE shop_item SET owner = NULL");
    connection.script("VACUUM FULL shop_item");
}

// What the rates of `migrate --plan` (orm/src/migrations/explain.cpp) are taken from.
void measure_rates(orm::Connection& connection, const Registry& first) {
    struct Kind {
        std::string name;
        Operation operation;
        bool safe;
    };
    const std::vector<Kind> kinds{
        {"reads every row", add_constraint("item", check("item_stock", "\"stock\" >= 0")), false},
        {"builds an index", add_index("item", index("item_title_idx", {"title"})), false},
        {"builds an index concurrently", add_index("item", index("item_title_idx", {"title"})), true},
        {"rewrites the table", alter_field("item", bigint("stock")), false},
        {"changes rows, batch by batch", fill("item", "owner", "1"), true},
    };
    fmt::print("\n{:<30} {:>9} {:>9} {:>9} {:>9}\n", "alone", "MiB", "s", "MiB/s", "plan, s");
    for (const Kind& kind : kinds) {
        const Registry registry = with(first, kind.operation);
        const Options options{.safe = kind.safe, .large_table_bytes = 0};
        const PlannedStatement statement =
            explain(connection, registry, {}, options).at(0).operations.at(0).statements.at(0);
        const Clock::time_point start = Clock::now();
        migrate(connection, registry, {}, options);
        const double took = milliseconds(Clock::now() - start) / 1000;
        const double size = static_cast<double>(statement.bytes) / (1 << 20);
        fmt::print("{:<30} {:>9.1f} {:>9.2f} {:>9.1f} {:>9.2f}\n", kind.name, size, took, size / took,
                   statement.seconds);
        std::fflush(stdout);
        undo(connection, registry, kind.operation);
    }
}

double load_average() {
    double load = 0;
    getloadavg(&load, 1);
    return load;
}

int measure(const std::string& server, std::uint64_t rows) {
    const Database database(server);
    const auto connection = database.connect();
    Registry first;
    first.add(base());
    migrate(*connection, first);
    connection->script("INSERT INTO shop_owner DEFAULT VALUES");
    connection->script(
        fmt::format("INSERT INTO shop_item (title, stock, rank) SELECT 'item ' || n, n % 100, n FROM "
                    "generate_series(1, {}) n",
                    rows));
    connection->script("VACUUM ANALYZE shop_item");
    fmt::print("{} rows; load average before: {:.1f}\n", rows, load_average());
    measure_rates(*connection, first);
    fmt::print("\n{} readers, {} writers; the longest wait of a reader / of a writer in ms\n\n", users_of_a_kind,
               users_of_a_kind);
    fmt::print("{:<30} {:>17} {:>17} {:>17} {:>10} {:>10}\n", "", "nobody migrating", "migrate", "plain statements",
               "migrate", "plain");
    bool within = true;
    for (const Change& change : changes()) {
        const Registry registry = with(first, change.operation);
        const auto run = [&](bool safe) {
            const Waits waits = under_load(
                database, rows, [&] { migrate(*connection, registry, {}, {.safe = safe, .large_table_bytes = 0}); });
            undo(*connection, registry, change.operation);
            return waits;
        };
        const Waits gentle = run(true), plain = run(false);
        const Waits quiet = under_load(database, rows, [&] {
            std::this_thread::sleep_for(
                std::chrono::duration<double, std::milli>(std::clamp(gentle.took, 200.0, 30'000.0)));
        });
        const double beyond = std::max(gentle.reading - quiet.reading, gentle.writing - quiet.writing);
        within = within && beyond <= 100;
        fmt::print("{:<30} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} s {:>8.1f} s{}\n",
                   change.name, quiet.reading, quiet.writing, gentle.reading, gentle.writing, plain.reading,
                   plain.writing, gentle.took / 1000, plain.took / 1000,
                   beyond > 100 ? fmt::format("  {:.0f} ms beyond", beyond) : "");
        std::fflush(stdout);
    }
    fmt::print("\nLoad average after: {:.1f}. {} waited longer than 100 ms beyond the same time without a migration.\n",
               load_average(), within ? "Nobody" : "Somebody");
    return within ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const char* server = std::getenv("ENTREPRINDER_TEST_POSTGRES");
    const std::uint64_t rows = argc == 2 ? std::strtoull(argv[1], nullptr, 10) : 0;
    if (!server || rows == 0) {
        fmt::print(stderr, "usage: with-postgres bench_migrations ROWS\n");
        return 2;
    }
    try {
        return measure(server, rows);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_migrations: {}\n", error.what());
        return 1;
    }
}
