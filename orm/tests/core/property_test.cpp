/// Random rows of every model and every kind of field, written on every path and read back equal on every other. The
/// seed is printed; ORM_TEST_SEED repeats it.
#include "every_path.hpp"
#include "fixture.hpp"

namespace shop {

/// One member of every kind.
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
    orm::Decimal<15, 5> fifteen;
    orm::Decimal<18, 0> whole;
    orm::Timestamp at{};
    orm::Date day = std::chrono::year(2000) / 1 / 1;
    Color color{};
    orm::Json document;
    orm::Url<> url;
    orm::File<> file;
    orm::Image<> picture;
    orm::ForeignKey<Venue> venue;
    orm::OneToOne<User> keeper;

    static consteval auto meta() { return orm::model<"shop", "zoo">(); }
};

/// The same kinds where there may be none.
struct Maybe {
    orm::Id<Maybe> id;
    std::optional<orm::Char<20>> name;
    std::optional<orm::Text> body;
    std::optional<bool> flag;
    std::optional<std::int16_t> small;
    std::optional<std::int32_t> medium;
    std::optional<std::int64_t> big;
    std::optional<double> ratio;
    std::optional<orm::Decimal<15, 0>> whole;
    std::optional<orm::Timestamp> at;
    std::optional<orm::Date> day;
    std::optional<Zoo::Color> color;
    std::optional<orm::Json> document;
    std::optional<orm::Url<>> url;
    std::optional<orm::Image<>> picture;
    std::optional<std::vector<std::string>> words;
    std::optional<orm::ForeignKey<Venue, orm::on_delete::set_null>> venue;
    std::optional<orm::OneToOne<User, orm::on_delete::set_null>> keeper;

    static consteval auto meta() { return orm::model<"shop", "maybe">(); }
};

/// Arrays of every kind that has them (a std::vector<bool> does not compile).
struct Lists {
    orm::Id<Lists> id;
    std::vector<std::string> words;
    std::vector<orm::Char<12>> names;
    std::vector<std::int16_t> small;
    std::vector<std::int32_t> medium;
    std::vector<std::int64_t> big;
    std::vector<double> ratios;
    std::vector<orm::Decimal<15, 5>> amounts;
    std::vector<orm::Date> days;
    std::vector<orm::Timestamp> times;
    std::vector<Zoo::Color> colors;

    static consteval auto meta() { return orm::model<"shop", "lists">(); }
};

// What the models' checks and unique fields ask of random rows.
void obey(User& user, int n) {
    std::string& name = user.username;
    name.insert(0, std::to_string(n) + " ");
    while (orm::count_code_points(name) > 150) {
        while ((static_cast<unsigned char>(name.back()) & 0xC0U) == 0x80U) name.pop_back();
        name.pop_back();
    }
    user.email = std::to_string(n) + "@example.lu";
}
void obey(Event& event, int) {
    event.max_participants &= std::numeric_limits<std::int32_t>::max();
}
void obey(Session& session, int n) {
    session.session_key = std::to_string(n) + "-🍷";
}

namespace {

class Property : public Shop {
  protected:
    Property() : Shop(orm::schema::state_of<Zoo, Maybe, Lists>()) {}
    /// Rows that foreign keys name: more than a test draws, so that no pair comes twice.
    template <class M>
    std::vector<M> known(int count) {
        std::vector<M> rows;
        for (int i = 0; i < count; ++i) rows.push_back(random.row<M>());
        db.insert_many(rows);
        random.know(rows);
        return rows;
    }
    template <auto Key, auto... Members>
    void every_path() {
        orm::test::EveryPath<orm::model_of_member<Key>>(db, random, 12).template run<Key, Members...>();
    }
    const std::uint64_t seed = orm::test::seed();
    const testing::ScopedTrace trace{__FILE__, __LINE__, "ORM_TEST_SEED=" + std::to_string(seed)};
    orm::test::Random random{seed};
};

TEST_P(Property, PeopleAndPlaces) {
    every_path<&User::id, &User::username, &User::email, &User::is_active, &User::date_joined>();
    every_path<&Venue::id, &Venue::name, &Venue::city>();
    every_path<&Session::session_key, &Session::session_data, &Session::expire_date>();
}

TEST_P(Property, EventsAndTheirPeople) {
    using E = Event;
    using R = Registration;
    known<User>(500);
    known<Venue>(10);
    every_path<&E::id, &E::title, &E::event_type, &E::event_date, &E::max_participants, &E::fee, &E::is_published,
               &E::venue>();
    every_path<&R::id, &R::event, &R::user, &R::status, &R::notes, &R::created_at>();
    every_path<&Profile::id, &Profile::user, &Profile::date_of_birth, &Profile::interests, &Profile::data>();
    every_path<&Booking::id, &Booking::venue, &Booking::price>();
}

TEST_P(Property, EveryKind) {
    using Z = Zoo;
    known<User>(500);
    known<Venue>(10);
    every_path<&Z::id, &Z::name, &Z::body, &Z::flag, &Z::small, &Z::medium, &Z::big, &Z::ratio, &Z::price, &Z::fifteen,
               &Z::whole, &Z::at, &Z::day, &Z::color, &Z::document, &Z::url, &Z::file, &Z::picture, &Z::venue,
               &Z::keeper>();
}

TEST_P(Property, EveryKindThatMayBeMissing) {
    using M = Maybe;
    known<User>(500);
    known<Venue>(10);
    every_path<&M::id, &M::name, &M::body, &M::flag, &M::small, &M::medium, &M::big, &M::ratio, &M::whole, &M::at,
               &M::day, &M::color, &M::document, &M::url, &M::picture, &M::words, &M::venue, &M::keeper>();
}

TEST_P(Property, ArraysOfEveryKind) {
    using L = Lists;
    every_path<&L::id, &L::words, &L::names, &L::small, &L::medium, &L::big, &L::ratios, &L::amounts, &L::days,
               &L::times, &L::colors>();
}

/// Prefetched rows take a way of their own into memory.
TEST_P(Property, RunTimeConditionsOfArraysOfNumbers) {
    Lists lists;
    lists.small = {1, 2};
    lists.medium = {70'000, -5};
    lists.big = {5'000'000'000};
    db.insert(lists);
    const auto found = [&](std::string_view path, std::string_view value) {
        return db.count(orm::select<Lists> | orm::filter(orm::Predicate<Lists>().add(path, value)));
    };
    EXPECT_EQ(found("small__contains", "2,1"), 1);
    EXPECT_EQ(found("medium__overlap", "-5,9"), 1);
    EXPECT_EQ(found("medium__contains", "9"), 0);
    EXPECT_EQ(found("big__contains", "5000000000"), 1);
    EXPECT_THROW(found("small__contains", "32768"), orm::ValidationError);
    EXPECT_THROW(found("medium__overlap", "1,-2147483649"), orm::ValidationError);
    EXPECT_THROW(found("days__contains", "2030-01-01"), orm::ValidationError);
}

TEST_P(Property, PrefetchedRowsAreTheRows) {
    known<User>(200);
    const std::vector<Venue> venues = known<Venue>(10);
    const std::vector<Zoo> zoos = known<Zoo>(60);
    const std::vector<Maybe> maybes = known<Maybe>(60);
    const auto zoos_of = orm::reverse<&Zoo::venue>;
    const auto maybes_of = orm::reverse<&Maybe::venue>;
    const auto expect_among = [&](const auto& row, const auto& written) {
        const auto same = std::find_if(written.begin(), written.end(), [&](const auto& w) { return w.id == row.id; });
        ASSERT_NE(same, written.end());
        EXPECT_EQ(random.lost(row, *same, db.dialect()), "");
    };
    std::size_t zoo_rows = 0, maybe_rows = 0;
    for (const auto& [venue, here, there] :
         db.all(orm::select<Venue> | orm::prefetch(zoos_of | orm::related<&Zoo::keeper>) | orm::prefetch(maybes_of))) {
        for (const auto& [zoo, keeper] : here) {
            EXPECT_EQ(zoo.venue, venue.id);
            EXPECT_EQ(zoo.keeper, keeper.id);
            expect_among(zoo, zoos);
            ++zoo_rows;
        }
        for (const Maybe& maybe : there) expect_among(maybe, maybes);
        maybe_rows += there.size();
    }
    EXPECT_EQ(zoo_rows, zoos.size());
    EXPECT_EQ(static_cast<std::int64_t>(maybe_rows),
              db.count(orm::select<Maybe> | orm::filter(f<&Maybe::venue>.is_not_null())));
}

/// What has no equal value in a database: refused there, or documented to change.
TEST_P(Property, NumbersThatAreNone) {
    Maybe maybe;
    maybe.ratio = std::numeric_limits<double>::quiet_NaN();
    Lists lists;
    lists.ratios = {1, std::numeric_limits<double>::infinity()};
    Zoo zoo;
    zoo.venue = known<Venue>(1)[0].id;
    zoo.keeper = known<User>(1)[0].id;
    zoo.ratio = -0.0;
    db.insert(zoo);
    EXPECT_EQ(std::signbit(db.get(zoo.id).ratio), postgres()) << "SQLite keeps whole doubles as integers";
    if (postgres()) {
        db.insert(maybe);
        EXPECT_TRUE(std::isnan(db.get(maybe.id).ratio.value()));
        db.insert(lists);
        EXPECT_EQ(db.get(lists.id).ratios, lists.ratios);
    } else {
        EXPECT_THROW(db.insert(maybe), orm::DataError);
        EXPECT_THROW(db.insert(lists), orm::DataError);
    }
}

ON_EACH_DATABASE(Property);

}  // namespace
}  // namespace shop
