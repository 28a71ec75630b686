/// orm::cast: what it reads of a text, makes of a number and refuses, alike on both databases.
#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using testing::HasSubstr;
using Cents = orm::Decimal<6, 2>;

class Casts : public Shop {
  protected:
    /// What the title becomes.
    template <class To>
    To read(const std::string& title) {
        e.title = title;
        db.save(e);
        return of(e, orm::cast<To>(f<&E::title>));
    }
    template <class To>
    void refuses(std::initializer_list<const char*> titles) {
        for (const char* title : titles) {
            SCOPED_TRACE(title);
            try {
                read<To>(title);
                ADD_FAILURE() << "was read";
            } catch (const orm::DataError& error) {
                const std::string named = postgres() ? "" : title;  // whose messages are its own
                EXPECT_THAT(error.what(), HasSubstr(named));
            }
        }
    }
    E e = event("", 1);
};

TEST_P(Casts, ReadWholeNumbers) {
    EXPECT_EQ(read<std::int32_t>("12"), 12);
    EXPECT_EQ(read<std::int32_t>(" \t-7\n"), -7);
    EXPECT_EQ(read<std::int16_t>("+0032767"), 32767);
    EXPECT_EQ(read<std::int64_t>("-9223372036854775808"), INT64_MIN);
    refuses<std::int32_t>({"hello", "", " ", "12 apples", "2030-05-01", "1e3", "12.5", "12.0", "0x10", "--1", "+-1",
                           "- 1", "+", "2147483648", "99999999999999999999"});
    refuses<std::int16_t>({"32768", "-32769"});
    refuses<std::int64_t>({"9223372036854775808", "one"});
}

TEST_P(Casts, ReadNumbersWithAFraction) {
    EXPECT_EQ(read<double>("12.5"), 12.5);
    EXPECT_EQ(read<double>(" +1e3 "), 1000);
    EXPECT_EQ(read<double>("-.5"), -0.5);
    EXPECT_EQ(read<double>("5."), 5);
    EXPECT_EQ(read<double>("0e999"), 0);
    EXPECT_EQ(read<double>("-Infinity"), -std::numeric_limits<double>::infinity());
    refuses<double>({"hello", "", "1e", "1 2", "1,5", "1e400", "-1e400", "1e-400", "12x"});

    EXPECT_EQ(read<Cents>("12.5"), Cents("12.50"));
    EXPECT_EQ(read<Cents>(" -0.005 "), Cents("-0.01")) << "halves away from zero";
    EXPECT_EQ(read<Cents>("0.0049999999999999999999999"), Cents("0.00"));
    EXPECT_EQ(read<Cents>("000123456e-2"), Cents("1234.56"));
    EXPECT_EQ(read<Cents>("+.000012E+5"), Cents("1.20"));
    EXPECT_EQ(read<Cents>("7."), Cents("7.00"));
    EXPECT_EQ(read<Cents>("1e-300"), Cents("0.00"));
    refuses<Cents>({"hello", "", ".", "1e", "1.2.3", "10000", "9999.995", "1e300", "1e9999999999", "1e-20000", "0x1"});
    EXPECT_EQ((read<orm::Decimal<18, 0>>("-999999999999999999")), (orm::Decimal<18, 0>("-999999999999999999")));
}

TEST_P(Casts, ReadConditions) {
    for (const char* text : {"true", "T", "tru", " yes ", "y", "ON", "1"}) EXPECT_TRUE(read<bool>(text)) << text;
    for (const char* text : {"false", "f", "No", "n", "off", "of", "0"}) EXPECT_FALSE(read<bool>(text)) << text;
    refuses<bool>({"hello", "", "o", "2", "truest", "10"});
}

TEST_P(Casts, ReadDaysAndTimes) {
    const orm::Date day = std::chrono::year(2030) / 5 / 1;
    EXPECT_EQ(read<orm::Date>(" 2030-05-01 "), day);
    EXPECT_EQ(read<orm::Date>("2030-05-01 23:30:00+05"), day);
    refuses<orm::Date>({"hello", "", "2030-02-31", "2030-13-01", "12"});

    EXPECT_EQ(read<orm::Timestamp>("2030-05-01"), orm::Timestamp(std::chrono::sys_days(day)));
    EXPECT_EQ(read<orm::Timestamp>("2030-05-01T18:30:00.25"), orm::parse_timestamp("2030-05-01 18:30:00.25"));
    EXPECT_EQ(read<orm::Timestamp>("2030-05-01 18:30+02:00"), orm::parse_timestamp("2030-05-01 16:30:00"));
    refuses<orm::Timestamp>({"hello", "", "2030-02-31", "2030-05-01 25:00", "2030-05-01 18:30 o'clock",
                             "2030-05-01 18:30+16:30", "2030-05-01 18:30:00-16"});
    if (!postgres()) refuses<orm::Timestamp>({"2030-05-01 10:00.5"});  // PostgreSQL: ten minutes after midnight

    const auto written = orm::cast<std::string>(f<&E::event_date>);
    EXPECT_EQ(of(e, orm::cast<orm::Timestamp>(written)), e.event_date) << "what cast writes, it reads";
}

TEST_P(Casts, TakeNumbersIntoOtherTypes) {
    const auto value = [](auto number) { return orm::value(number); };
    EXPECT_EQ(of(e, orm::cast<std::int16_t>(value(32767))), 32767);
    EXPECT_THROW(of(e, orm::cast<std::int16_t>(value(70'000))), orm::DataError);
    EXPECT_THROW(of(e, orm::cast<std::int32_t>(value(std::int64_t{-2147483649}))), orm::DataError);
    EXPECT_EQ(of(e, orm::cast<std::int64_t>(value(7))), 7);
    EXPECT_EQ(of(e, orm::cast<double>(value(7))), 7.0);
    EXPECT_EQ(of(e, orm::cast<Cents>(value(7))), Cents("7.00"));
    EXPECT_EQ(of(e, orm::cast<Cents>(value(2.345))), Cents("2.35"));
    EXPECT_EQ(of(e, orm::cast<std::int32_t>(value(2.5))), 2) << "to the even number";
    EXPECT_EQ(of(e, orm::cast<std::int32_t>(value(-3.5))), -4);
    EXPECT_EQ(of(e, orm::cast<std::int32_t>(value(Cents("-2.50")))), -3) << "away from zero";
    EXPECT_EQ(of(e, orm::cast<std::int64_t>(value(0x1p62 + 0x1p61 + 0x1p60))), 0x7000'0000'0000'0000);
    EXPECT_EQ(of(e, orm::cast<std::int64_t>(value(-0x1p63))), INT64_MIN);
    EXPECT_THROW(of(e, orm::cast<std::int64_t>(value(0x1p63))), orm::DataError);
    EXPECT_EQ(of(e, orm::cast<std::int64_t>(f<&E::id>)), e.id.value);
}

TEST_P(Casts, HoldInConditionsAndOfNull) {
    Profile p;
    p.user = user("ana").id;
    p.data = orm::Json(R"({"n": "12x", "m": "7", "b": "yes"})");
    db.insert(p);
    const auto text = [](const char* key) { return orm::json_text(f<&Profile::data>, {key}); };
    const auto count = [&](auto condition) { return db.count(orm::select<Profile> | orm::filter(condition)); };
    EXPECT_EQ(count(orm::cast<std::int32_t>(text("m")) > 5), 1);
    EXPECT_EQ(count(orm::cast<std::int32_t>(text("m")) > 7), 0);
    EXPECT_EQ(count(orm::cast<bool>(text("b")) == true), 1);
    EXPECT_EQ(count(orm::cast<std::int32_t>(text("none")).is_null()), 1);
    EXPECT_EQ(count(orm::cast<Cents>(text("none")).is_null() && orm::cast<orm::Date>(text("none")).is_null()), 1);
    EXPECT_THROW(count(orm::cast<std::int32_t>(text("n")) > 5), orm::DataError);
    EXPECT_THROW(db.update(orm::select<E>, orm::set<& E::max_participants> = orm::cast<std::int32_t>(f<&E::title>)),
                 orm::DataError);
}

/// There both databases get one text, and only PostgreSQL's cast rounds and refuses.
TEST(CastsInChecks, AreThoseThatBothDatabasesHave) {
    EXPECT_EQ(orm::detail::portable_sql(orm::cast<std::string>(f<&E::max_participants>) != orm::text<"7">),
              "CAST(\"max_participants\" AS text) <> '7'");
    EXPECT_EQ(orm::detail::portable_sql(orm::cast<double>(f<&E::max_participants>) > 1.5),
              "CAST(\"max_participants\" AS double precision) > 1.5");
    EXPECT_THROW(orm::detail::portable_sql(orm::cast<std::int32_t>(f<&E::title>) > 7), orm::UnsupportedFeature);
    EXPECT_THROW(orm::detail::portable_sql(orm::cast<std::int16_t>(f<&E::max_participants>) > 7),
                 orm::UnsupportedFeature);
    EXPECT_THROW(orm::detail::portable_sql(orm::cast<Cents>(f<&E::max_participants>) > 7), orm::UnsupportedFeature);
}

ON_EACH_DATABASE(Casts);

}  // namespace
}  // namespace shop
