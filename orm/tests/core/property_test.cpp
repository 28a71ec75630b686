/// Random rows of every kind of field, written on every path and read back equal. The seed is printed; ORM_TEST_SEED
/// repeats it.
#include <random>

#include "fixture.hpp"
#include "orm/migration.hpp"

namespace shop {

/// One member of every kind, required and optional.
struct Zoo {
    enum class Color : std::uint8_t { red, green, deep_blue };

    orm::Id<Zoo> id;
    orm::Char<20> name;
    orm::Text body;
    bool flag = false;
    std::int16_t small = 0;
    std::int32_t medium = 0;
    std::int64_t big = 0;
    double ratio = 0;
    orm::Decimal<9, 4> price;
    orm::Timestamp at{};
    orm::Date day = std::chrono::year(2000) / 1 / 1;
    Color color{};
    orm::Json document;
    std::vector<std::string> words;
    std::vector<std::int64_t> numbers;
    orm::Image<> picture;
    std::optional<orm::Char<20>> maybe_name;
    std::optional<bool> maybe_flag;
    std::optional<std::int64_t> maybe_big;
    std::optional<orm::Decimal<15, 0>> maybe_whole;
    std::optional<orm::Timestamp> maybe_at;
    std::optional<orm::Date> maybe_day;
    std::optional<Color> maybe_color;
    std::optional<std::vector<std::string>> maybe_words;

    static consteval auto meta() { return orm::model<"shop", "zoo">(orm::unique<&Zoo::big>); }
};

namespace {

class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    Zoo zoo() {
        Zoo z;
        z.name = text(20);
        z.body = text(3000);
        z.flag = one_in(2);
        z.small = integer<std::int16_t>();
        z.medium = integer<std::int32_t>();
        z.big = static_cast<std::int64_t>(engine_());
        z.ratio = std::uniform_real_distribution(-1e18, 1e18)(engine_);
        z.price = orm::Decimal<9, 4>::from_units(between(-999'999'999, 999'999'999));
        z.at = at();
        z.day = day();
        z.color = static_cast<Zoo::Color>(between(0, 2));
        z.document = orm::Json("{\"n\": " + std::to_string(between(-1'000'000, 1'000'000)) + "}");
        z.words = words();
        for (auto n = between(0, 4); n > 0; --n) z.numbers.push_back(integer<std::int64_t>());
        z.picture = text(100);
        if (one_in(2)) z.maybe_name = text(20);
        if (one_in(2)) z.maybe_flag = one_in(2);
        if (one_in(2)) z.maybe_big = integer<std::int64_t>();
        if (one_in(2))
            z.maybe_whole = orm::Decimal<15, 0>::from_units(between(-999'999'999'999'999, 999'999'999'999'999));
        if (one_in(2)) z.maybe_at = at();
        if (one_in(2)) z.maybe_day = day();
        if (one_in(2)) z.maybe_color = static_cast<Zoo::Color>(between(0, 2));
        if (one_in(2)) z.maybe_words = words();
        return z;
    }

  private:
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution(low, high)(engine_);
    }
    bool one_in(int n) { return between(1, n) == 1; }
    template <class T>
    T integer() {
        if (one_in(8)) return std::numeric_limits<T>::min();
        if (one_in(8)) return std::numeric_limits<T>::max();
        return static_cast<T>(between(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    }
    std::string text(std::int64_t longest) {
        static const std::string pieces[] = {"a", "Z", " ",          "'",    "\"",   "\\",   "\n", "\t",      "\r",
                                             "%", "_", "{",          "}",    ",",    "NULL", "é",  "e\u0301", "\u202e",
                                             "ש", "🍷", "\U0010FFFF", "\x7f", "\x01", "$1",   "?1", ";--"};
        std::string result;
        for (std::int64_t n = between(0, longest); n > 0;) {
            const std::string& piece = pieces[static_cast<std::size_t>(between(0, std::ssize(pieces) - 1))];
            n -= static_cast<std::int64_t>(orm::count_code_points(piece));
            if (n >= 0) result += piece;
        }
        return result;
    }
    std::vector<std::string> words() {
        std::vector<std::string> result;
        for (auto n = between(0, 5); n > 0; --n) result.push_back(text(12));
        return result;
    }
    orm::Timestamp at() {  // years 1 to 9999
        return orm::Timestamp(std::chrono::microseconds(between(-62'135'596'800'000'000, 253'402'300'799'999'999)));
    }
    orm::Date day() { return std::chrono::sys_days(std::chrono::days(between(-719'162, 2'932'896))); }
    std::mt19937_64 engine_;
};

std::uint64_t seed() {
    const char* given = std::getenv("ORM_TEST_SEED");
    return given ? std::stoull(given) : std::random_device{}();
}

/// Every member but the key; JSON by its number, since PostgreSQL lays documents out anew.
void expect_equal(const Zoo& stored, const Zoo& written, const char* path) {
    SCOPED_TRACE(path);
    EXPECT_EQ(stored.name, written.name);
    EXPECT_EQ(stored.body, written.body);
    EXPECT_EQ(std::tie(stored.flag, stored.small, stored.medium, stored.big, stored.ratio, stored.price, stored.at,
                       stored.day, stored.color),
              std::tie(written.flag, written.small, written.medium, written.big, written.ratio, written.price,
                       written.at, written.day, written.color));
    EXPECT_EQ(stored.document, written.document);
    EXPECT_EQ(stored.words, written.words);
    EXPECT_EQ(stored.numbers, written.numbers);
    EXPECT_EQ(stored.picture, written.picture);
    EXPECT_EQ(std::tie(stored.maybe_name, stored.maybe_flag, stored.maybe_big, stored.maybe_whole, stored.maybe_at,
                       stored.maybe_day, stored.maybe_color, stored.maybe_words),
              std::tie(written.maybe_name, written.maybe_flag, written.maybe_big, written.maybe_whole, written.maybe_at,
                       written.maybe_day, written.maybe_color, written.maybe_words));
}

class Property : public Shop {
  protected:
    Property() {
        db.with_connection(true, std::source_location::current(), [](orm::Connection& connection) {
            connection.script(orm::migrations::create_all_sql(connection.dialect(), orm::schema::state_of<Zoo>()));
        });
    }
};

TEST_P(Property, EveryWritePathKeepsEveryValue) {
    const std::uint64_t s = seed();
    SCOPED_TRACE("ORM_TEST_SEED=" + std::to_string(s));
    Random random(s);
    std::vector<Zoo> bulk;
    for (int i = 0; i < 60; ++i) {
        Zoo one = random.zoo();
        db.insert(one);
        expect_equal(db.get(one.id), one, "insert");
        const orm::Id<Zoo> id = one.id;
        one = random.zoo();
        one.id = id;
        db.save(one);
        expect_equal(db.get(id), one, "save");
        Zoo again = random.zoo();
        again.big = one.big;
        db.upsert<&Zoo::big>(again);
        EXPECT_EQ(again.id, id);
        expect_equal(db.get(id), again, "upsert");
        bulk.push_back(random.zoo());
    }
    db.insert_many(bulk);
    for (const Zoo& z : bulk) expect_equal(db.get(z.id), z, "insert_many");
    for (Zoo& z : bulk) {
        Zoo other = random.zoo();
        other.id = z.id;
        z = other;
    }
    db.update_many<&Zoo::name, &Zoo::body, &Zoo::flag, &Zoo::small, &Zoo::medium, &Zoo::big, &Zoo::ratio, &Zoo::price,
                   &Zoo::at, &Zoo::day, &Zoo::color, &Zoo::document, &Zoo::picture>(bulk);
    db.update_many<&Zoo::words, &Zoo::numbers, &Zoo::maybe_name, &Zoo::maybe_flag, &Zoo::maybe_big, &Zoo::maybe_whole,
                   &Zoo::maybe_at, &Zoo::maybe_day, &Zoo::maybe_color, &Zoo::maybe_words>(bulk);
    for (const Zoo& z : bulk) expect_equal(db.get(z.id), z, "update_many");
    // Every second one is there already.
    std::vector<Zoo> upserted = bulk;
    for (std::size_t i = 0; i < upserted.size(); ++i) {
        Zoo other = random.zoo();
        if (i % 2 == 0) other.big = bulk[i].big;
        upserted[i] = other;
    }
    EXPECT_EQ((db.upsert_many<&Zoo::big>(upserted)), upserted.size());
    for (std::size_t i = 0; i < upserted.size(); ++i) {
        EXPECT_EQ(upserted[i].id == bulk[i].id, i % 2 == 0);
        expect_equal(db.get(upserted[i].id), upserted[i], "upsert_many");
    }
    std::size_t streamed = 0;
    db.stream(
        orm::select<Zoo> | orm::order_by<&Zoo::id>, [&](Zoo&&) { ++streamed; }, 7);
    EXPECT_EQ(streamed, 150U);
}

ON_EACH_DATABASE(Property);

}  // namespace
}  // namespace shop
