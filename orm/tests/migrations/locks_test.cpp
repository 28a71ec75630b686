// What `migrate --plan` says about locks, checked against pg_locks for every operation, forward and back, small tables
// and large: no lock that is not announced, none announced that is not taken, and no statement that keeps a table's
// users out while it reads or writes rows, unless the plan says so. docs/topics/migration-locks.md is the same, for
// people.
#include "migrations/locks.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

#include "migrations/text_rows.hpp"
#include "operation_cases.hpp"
#include "orm/migration_plan.hpp"

namespace migration_tests {

namespace {

using Locks = std::map<std::string, std::set<std::string>>;  // table's oid -> modes

std::vector<PlannedStatement> statements_of(const std::vector<PlannedStep>& plan) {
    std::vector<PlannedStatement> result;
    for (const PlannedStep& step : plan)
        for (const PlannedOperation& operation : step.operations)
            for (const PlannedStatement& statement : operation.statements) result.push_back(statement);
    return result;
}

// The locks that the session itself holds on tables, by oid and in the words of LOCK TABLE.
// `dropped`: also on what is no table any more.
Locks held(Connection& db, bool dropped = false) {
    Locks result;
    for (const auto& row :
         text_rows(db,
                   "SELECT l.relation::text, upper(trim(regexp_replace(replace(l.mode, 'Lock', ''), "
                   "'([A-Z])', ' \\1', 'g'))) FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation "
                   "WHERE l.pid = pg_backend_pid() AND l.relation >= 16384 AND ((c.oid IS NULL AND $1::text = "
                   "'dropped') OR (c.relkind = 'r' AND c.relnamespace = "
                   "'public'::regnamespace AND c.relname !~ '^(django|entreprinder)_migration'))",
                   2, {dropped ? "dropped" : ""}))
        result[*row[0]].insert(*row[1]);
    return result;
}

// Whether holding `mode` implies `other`: then `other` may be there besides.
bool covers(const std::string& mode, const std::string& other) {
    static const std::vector<std::string> order{
        "ACCESS SHARE", "ROW SHARE",           "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE",
        "SHARE",        "SHARE ROW EXCLUSIVE", "EXCLUSIVE",     "ACCESS EXCLUSIVE"};
    return std::ranges::find(order, mode) >= std::ranges::find(order, other);
}

// Follows a migration in its own session, between its statements.
class Witness {
  public:
    Witness(Connection& db, std::vector<PlannedStatement> announced) : db_(db), announced_(std::move(announced)) {}

    void operator()(const Progress& progress) {
        if (progress.event == Progress::Event::statement) before(progress.text);
        if (progress.event == Progress::Event::ran && !progress.text.empty()) after();
    }
    std::size_t seen() const { return next_; }

  private:
    void before(const std::string& sql) {
        while (next_ < announced_.size() && announced_[next_].sql != sql) ++next_;
        ASSERT_LT(next_, announced_.size()) << "not in the plan: " << sql;
        const PlannedStatement& statement = announced_[next_];
        if (held(db_).empty()) {  // a new transaction
            expected_.clear();
            new_tables_from_ = text_value(db_, "SELECT max(oid)::text FROM pg_class").value_or("0");
        }
        files_.clear();
        for (const std::string& lock : statement.locks) {
            const std::size_t on = lock.find(" on ");
            const auto oid = text_value(db_, "SELECT to_regclass($1::text)::oid::text", {lock.substr(on + 4)});
            ASSERT_TRUE(oid) << lock << " for " << sql;
            expected_[*oid].insert(lock.substr(0, on));
            files_[*oid] = file(*oid);
        }
        tuples_ = tuples_read();
    }

    void after() {
        const PlannedStatement& statement = announced_[next_];
        if (statement.where == PlannedStatement::Where::outside || statement.where == PlannedStatement::Where::batches)
            return;  // nothing is held any more; see ConcurrentIndexesLetOthersWrite
        const Locks found = held(db_), with_dropped = held(db_, true);
        for (const auto& [table, modes] : expected_)
            for (const std::string& mode : modes)
                EXPECT_TRUE(with_dropped.contains(table) && with_dropped.at(table).contains(mode))
                    << statement.sql << "\nannounced but not taken: " << mode << " on " << name(table);
        for (const auto& [table, modes] : found)
            for (const std::string& mode : modes) {
                if (who_waits(mode).empty() && mode != "SHARE UPDATE EXCLUSIVE") continue;  // readers, writers
                const auto known = expected_.find(table);
                const bool announced =
                    known != expected_.end() &&
                    std::ranges::any_of(known->second, [&](const auto& other) { return covers(other, mode); });
                EXPECT_TRUE(announced || made_just_now(table))
                    << statement.sql << "\ntaken but not announced: " << mode << " on " << name(table);
            }
        for (const auto& [table, file_before] : files_) {
            const auto file_now = file(table);
            if (file_now) {  // dropped ones have none
                EXPECT_EQ(file_now != file_before, statement.rewrites) << statement.sql << "\n" << name(table);
            }
        }
        if (!statement.waits.empty() && statement.work.starts_with("changes the catalogue only")) {
            EXPECT_LE(std::stoul(tuples_read()), std::stoul(tuples_))
                << "reads rows while others wait: " << statement.sql;
        }
    }

    std::optional<std::string> file(const std::string& oid) {
        return text_value(db_, "SELECT pg_relation_filenode($1::text::oid)::text", {oid});
    }
    std::string name(const std::string& oid) {
        return text_value(db_, "SELECT $1::text::oid::regclass::text", {oid}).value_or(oid);
    }
    std::string tuples_read() {
        return text_value(db_, "SELECT coalesce(sum(seq_tup_read), 0)::text FROM pg_stat_xact_user_tables")
            .value_or("");
    }
    bool made_just_now(const std::string& oid) const { return std::stoul(oid) > std::stoul(new_tables_from_); }

    Connection& db_;
    std::vector<PlannedStatement> announced_;
    std::size_t next_ = 0;
    Locks expected_;
    std::map<std::string, std::optional<std::string>> files_;
    std::string tuples_, new_tables_from_ = "0";
};

Options options_for(bool large) {
    Options options{.allow_unsafe = {"alter_field", "add_field"}, .batch = 2};
    if (large) options.large_table_bytes = 0;
    return options;
}

}  // namespace

class AnnouncedLocks : public testing::TestWithParam<std::tuple<bool, std::size_t>> {};

TEST_P(AnnouncedLocks, AreThoseThatAreTaken) {
    if (!std::getenv("ENTREPRINDER_TEST_POSTGRES")) FAIL() << "ENTREPRINDER_TEST_POSTGRES is not set";
    const auto [large, number] = GetParam();
    const Registry registry = registry_of(with_case(cases()[number]));
    const TestDatabase database(Dialect::postgres);
    const auto db = database.connect();
    migrate(*db, registry, {"shop", "0001"});
    fill_tables(*db);
    for (const Target& target : {Target{}, Target{"shop", "0001"}}) {
        Options options = options_for(large);
        const auto announced = statements_of(explain(*db, registry, target, options));
        Witness witness(*db, announced);
        std::multiset<std::string> ran;
        options.progress = [&](const Progress& progress) {
            if (progress.event == Progress::Event::statement) ran.insert(progress.text);
            witness(progress);
        };
        migrate(*db, registry, target, options);
        for (const PlannedStatement& statement : announced) {
            if (const auto found = ran.find(statement.sql); found != ran.end()) {
                ran.erase(found);
                continue;
            }
            // Functions, and what a Fill does, are told in batches.
            const bool of_rows =
                statement.sql.starts_with("--") || statement.sql.starts_with("UPDATE \"shop_item\" SET \"size\"");
            EXPECT_TRUE(of_rows) << "announced but not run: " << statement.sql;
        }
        EXPECT_TRUE(ran.empty()) << "run but not announced: " << *ran.begin();
    }
}

INSTANTIATE_TEST_SUITE_P(Postgres, AnnouncedLocks,
                         testing::Combine(testing::Bool(), testing::Range<std::size_t>(0, cases().size())),
                         [](const auto& info) {
                             return (std::get<0>(info.param) ? "large_" : "small_") +
                                    cases()[std::get<1>(info.param)].name;
                         });

class LocksOnPostgres : public OnBoth {};
INSTANTIATE_TEST_SUITE_P(Databases, LocksOnPostgres, testing::Values(Dialect::postgres), dialect_name);

// A writer whose transaction is open keeps CREATE INDEX CONCURRENTLY waiting: what it holds then is what it holds all
// the time, and others still read and write.
TEST_P(LocksOnPostgres, ConcurrentIndexesLetOthersWrite) {
    const Registry registry = registry_of(with_case({"", {add_index("item", index("i1", {"views"}))}}));
    migrate(db(), registry, {"shop", "0001"});
    fill_tables(db());
    const std::string pid = value("SELECT pg_backend_pid()::text");
    for (const Target& target : {Target{}, Target{"shop", "0001"}}) {
        const auto writer = database_->connect(), other = database_->connect();
        writer->script("BEGIN; UPDATE shop_item SET views = views + 1 WHERE id = 1");
        std::jthread observer;
        std::string mode;
        Options options{.large_table_bytes = 0};
        options.progress = [&](const Progress& progress) {
            if (progress.event != Progress::Event::statement) return;
            observer = std::jthread([&] {
                while (text_value(*other, "SELECT wait_event_type FROM pg_stat_activity WHERE pid = $1::text::integer",
                                  {pid}) != "Lock")
                    std::this_thread::yield();
                mode = text_value(*other,
                                  "SELECT string_agg(mode, ' ' ORDER BY mode) FROM pg_locks WHERE pid = "
                                  "$1::text::integer AND granted AND relation = 'shop_item'::regclass",
                                  {pid})
                           .value_or("");
                other->script("UPDATE shop_item SET views = views + 1 WHERE id = 3; SELECT * FROM shop_item");
                writer->script("COMMIT");
            });
        };
        migrate(db(), registry, target, options);
        observer.join();
        EXPECT_EQ(mode, "ShareUpdateExclusiveLock");
    }
}

// The page for people: its table is what the plan says, which the tests above compare with pg_locks.
TEST_P(LocksOnPostgres, ThePageOnLocksSaysWhatIsTrue) {
    const Registry base = registry_of(sample_migrations());
    migrate(db(), base);
    fill_tables(db());
    // SQL without its names, lengths and expressions.
    const auto verbs = [](std::string sql) {
        sql = std::regex_replace(sql, std::regex(R"("[^"]*"|\([^()]*(\([^()]*\)[^()]*)*\)|'[^']*')"), "");
        std::string result;
        std::istringstream words(sql);
        for (std::string word; words >> word;)
            if (std::ranges::all_of(word, [](unsigned char c) { return std::isupper(c); }))
                result += (result.empty() ? "" : " ") + word;
        return result;
    };
    const auto cell = [&](const Case& shown, bool large) {
        Options options;
        if (large) options.large_table_bytes = 0;
        std::string text;
        for (const PlannedStep& step : explain(db(), registry_of(with_case(shown)), {}, options))
            for (const PlannedOperation& operation : step.operations) {
                if (!operation.refused.empty()) return std::string("refused");
                for (const PlannedStatement& statement : operation.statements) {
                    std::string locks;
                    for (const std::string& lock : statement.locks)
                        locks += (locks.empty() ? "" : ", ") +
                                 std::regex_replace(lock, std::regex(R"( on "shop_item")"), "");
                    const std::string entry =
                        "`" + verbs(statement.sql) + "`: " + (locks.empty() ? "no lock on a table" : locks) + "; " +
                        statement.work +
                        (statement.where == PlannedStatement::Where::batches ? ", batch by batch" : "");
                    if (text.find(entry) == std::string::npos) text += (text.empty() ? "" : "<br>") + entry;
                }
            }
        return text;
    };
    std::string expected;
    const auto show = [&](const std::string& label, std::vector<Operation> operations) {
        const Case shown{label, std::move(operations)};
        expected += "| " + label + " | " + cell(shown, false) + " | " + cell(shown, true) + " |\n";
    };
    show("add a field that may be NULL", {add_field("item", varchar("colour", 20).null())});
    show("add a field with a default", {add_field("item", integer("size").default_to(7))});
    show("add a field with a default for each row", {add_field("item", double_("luck").default_sql("random()"))});
    show("add a unique field", {add_field("item", varchar("slug", 50).null().unique())});
    show("add a foreign key", {add_field("item", foreign_key("editor", "auth.user").null().on_delete(set_null))});
    show("remove a field", {remove_field("item", "weight")});
    show("remove a foreign key", {remove_field("item", "parent")});
    show("rename a field", {rename_field("item", "stock", "amount")});
    show("fill a field", {fill("item", "weight", "1.5")});
    show("make a field required", {alter_field("item", double_("weight"))});
    show("allow NULL", {alter_field("item", smallint("rank").null())});
    show("a longer varchar", {alter_field("tag", varchar("name", 80).unique())});
    show("a longer varchar, with an index on LOWER of it", {alter_field("item", varchar("title", 300).indexed())});
    show("varchar to text", {alter_field("tag", text("name").unique())});
    show("another type", {alter_field("item", bigint("stock").default_to(3))});
    show("add an index", {add_index("item", index("i1", {"views"}))});
    show("remove an index", {remove_index("item", "shop_item_public_idx")});
    show("rename an index", {rename_index("item", "shop_item_rank_idx", "better")});
    show("add a unique constraint", {add_constraint("item", unique("c1", {"title", "rank"}))});
    show("another primary key", {remove_many_to_many("item", "tags"), alter_field("tag", bigint("id")),
                                 alter_field("tag", varchar("name", 50).primary_key())});
    show("add a check", {add_constraint("item", check("c1", "\"views\" >= 0"))});
    show("remove a constraint", {remove_constraint("item", "shop_item_stock")});
    show("rename a table", {alter_table("item", "wares")});
    show("delete a model", {remove_many_to_many("item", "tags"), delete_model("tag")});
    std::ifstream file(DOCS_FOLDER "/migration-locks.md");
    const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    EXPECT_NE(page.find(expected), std::string::npos) << "docs/topics/migration-locks.md lacks this table:\n"
                                                      << expected;
}

}  // namespace migration_tests
