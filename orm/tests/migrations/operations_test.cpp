// Every operation on both databases with rows in the tables: forward, back, forward; the schema equals a fresh build of
// the same state after each, the state equals what the operations say, and rows survive.
#include <algorithm>

#include "migrations/live.hpp"
#include "migrations/text_rows.hpp"
#include "operation_cases.hpp"
#include "orm/sql.hpp"

namespace migration_tests {

// online: PostgreSQL treats every table as a large one.
enum class Mode : std::uint8_t { sqlite, postgres, online };

class EachOperation : public testing::TestWithParam<std::tuple<Mode, std::size_t>> {
  protected:
    void SetUp() override {
        if (std::get<0>(GetParam()) != Mode::sqlite && !std::getenv("ENTREPRINDER_TEST_POSTGRES"))
            FAIL() << "ENTREPRINDER_TEST_POSTGRES is not set";
    }
};

TEST_P(EachOperation, ForwardBackForward) {
    auto [mode, number] = GetParam();
    Dialect dialect = mode == Mode::sqlite ? Dialect::sqlite : Dialect::postgres;
    Options options{.allow_unsafe = {"alter_field", "add_field"}, .batch = 2};
    if (mode == Mode::online) options.large_table_bytes = 0;
    Case tested = cases()[number];
    Registry base = registry_of(sample_migrations()), registry = registry_of(with_case(tested));
    TestDatabase database(dialect), fresh(dialect), fresh_base(dialect);
    auto db = database.connect();
    migrate(*db, base);
    fill_tables(*db);
    auto rows = [&] {
        return text_value(
            *db, "SELECT CAST(count(*) AS text) || CAST(sum(id * 7 + stock) AS text) || max(title) FROM shop_item");
    };
    auto before_rows = rows();
    std::string before = describe(read_live(*db));

    migrate(*db, registry, {}, options);
    std::string after = describe(read_live(*db));
    auto fresh_connection = fresh.connect();
    create_all(*fresh_connection, registry.state());
    EXPECT_EQ(after, describe(read_live(*fresh_connection)));

    migrate(*db, registry, {"shop", "0001"}, options);
    EXPECT_EQ(describe(read_live(*db)), before);
    EXPECT_EQ(rows(), before_rows);
    if (tested.name != "delete_model") {
        std::string aggregate = dialect == Dialect::sqlite ? "group_concat" : "string_agg";
        EXPECT_EQ(
            text_value(*db, "SELECT " + aggregate + "(name, ',') FROM (SELECT name FROM shop_tag ORDER BY name) t"),
            "blue,it's,red");
    }
    // Keys go on where they were.
    db->script(
        "INSERT INTO shop_item (title, body, rank, stock, views, price, labels, owner_id, public) VALUES ('new', '', "
        "20, 1, 1, 1, '" +
        std::string(dialect == Dialect::sqlite ? "[]" : "{}") + "', 1, TRUE)");
    EXPECT_EQ(text_value(*db, "SELECT CAST(max(id) AS text) FROM shop_item"), "5");
    db->script("DELETE FROM shop_item WHERE id = 5");

    migrate(*db, registry, {}, options);
    EXPECT_EQ(describe(read_live(*db)), after);
    if (dialect == Dialect::sqlite) {
        EXPECT_EQ(text_value(*db, "SELECT integrity_check FROM pragma_integrity_check"), "ok");
        EXPECT_EQ(text_value(*db, "SELECT CAST(foreign_keys AS text) FROM pragma_foreign_keys"), "1");
    }
}

static std::string case_name(const testing::TestParamInfo<std::tuple<Mode, std::size_t>>& info) {
    static constexpr const char* modes[] = {"sqlite_", "postgres_", "online_"};
    auto [mode, number] = info.param;
    return modes[static_cast<std::size_t>(mode)] + cases()[number].name;
}
INSTANTIATE_TEST_SUITE_P(Operations, EachOperation,
                         testing::Combine(testing::Values(Mode::sqlite, Mode::postgres, Mode::online),
                                          testing::Range<std::size_t>(0, cases().size())),
                         case_name);

class ArrayDefaults : public OnBoth {};
ON_BOTH_DATABASES(ArrayDefaults);

TEST_P(ArrayDefaults, ArriveWithQuotesBackslashesAndNewLines) {
    migrate(db(), registry_of(sample_migrations()));
    fill_tables(db());
    const std::vector<std::string> words{"it's \"b\\u0041", "a\n\tb"};
    const std::string text = sql::literal(type_info<std::vector<std::string>>, &words);
    migrate(db(), sample_and({add_field("item", array("names", Type::varchar, 20).default_sql(text))}), {},
            {.allow_unsafe = {"add_field"}});
    const auto word = [&](int i) {
        return value("SELECT " +
                     (sqlite() ? "json_extract(names, '$[" + std::to_string(i) + "]')"
                               : "names[" + std::to_string(i + 1) + "]") +
                     " FROM shop_item ORDER BY id LIMIT 1");
    };
    EXPECT_EQ(word(0), words[0]);
    EXPECT_EQ(word(1), words[1]);
}

}  // namespace migration_tests
