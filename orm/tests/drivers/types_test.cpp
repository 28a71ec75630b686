#include "fixture.hpp"

namespace orm::test {
namespace {

using Money = Decimal<6, 2>;

TEST(Decimals, ParseAndFormat) {
    for (const auto& [given, shown] :
         std::vector<std::pair<const char*, const char*>>{{"0", "0.00"},
                                                          {"12.5", "12.50"},
                                                          {"-0.01", "-0.01"},
                                                          {"+9999.99", "9999.99"},
                                                          {"0001.10", "1.10"},
                                                          {"1.5000000000000000000000", "1.50"},
                                                          {"000000000000000000000000007", "7.00"},
                                                          {"-0", "0.00"}})
        EXPECT_EQ(Money(given).to_string(), shown) << given;
    EXPECT_EQ((Decimal<18, 18>("0.123456789012345678").to_string()), "0.123456789012345678");
    EXPECT_EQ((Decimal<18, 0>("-999999999999999999").to_string()), "-999999999999999999");
    for (const char* wrong : {"",
                              "-",
                              "+",
                              ".",
                              "1.",
                              ".5",
                              "1e3",
                              "abc",
                              "1,5",
                              " 1",
                              "1 ",
                              "0x10",
                              "--1",
                              "1.2.3",
                              "NaN",
                              "10000",
                              "-10000.00",
                              "1.005",
                              "0.001",
                              "99999999999999999999999",
                              "1.00000000000000000000001"})
        EXPECT_THROW(Money{wrong}, ValidationError) << wrong;
}

TEST(Decimals, ArithmeticThatDoesNotFitIsAnError) {
    EXPECT_EQ(Money("9999.98") + Money("0.01"), Money("9999.99"));
    EXPECT_THROW(Money("9999.99") + Money("0.01"), ValidationError);
    EXPECT_THROW(Money("-9999.99") - Money("0.01"), ValidationError);
    using Wide = Decimal<18, 0>;
    EXPECT_THROW(Wide("999999999999999999") + Wide("999999999999999999"), ValidationError);
    EXPECT_THROW(Money(10000), ValidationError);
    EXPECT_THROW(Money(std::uint64_t{18446744073709551615U}), ValidationError);
    EXPECT_EQ(Money(-9999).to_string(), "-9999.00");
}

TEST(Times, ParseAndFormat) {
    for (const char* text :
         {"2026-05-01 18:30:00", "2026-05-01 18:30:00.000001", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999",
          "1969-12-31 23:59:59.999999", "1970-01-01 00:00:00", "1900-03-01 00:00:00.500000", "2000-02-29 12:00:00"})
        EXPECT_EQ(to_string(parse_timestamp(text)), text);
    const auto same = [](const char* text) { return to_string(parse_timestamp(text)); };
    EXPECT_EQ(same("2026-05-01T18:30Z"), "2026-05-01 18:30:00");
    EXPECT_EQ(same("2026-05-01T18:30:00.5+02:00"), "2026-05-01 16:30:00.500000");
    EXPECT_EQ(same("2026-05-01 00:30:00-0130"), "2026-05-01 02:00:00");
    EXPECT_EQ(same("2026-05-01 00:30:00+01"), "2026-04-30 23:30:00");
    for (const char* wrong :
         {"", "2026-05-01", "2026-02-29 00:00:00", "2026-13-01 00:00:00", "2026-05-01 24:00:00", "2026-05-01 00:60:00",
          "2026-05-01 00:00:60", "0000-01-01 00:00:00", "10000-01-01 00:00:00", "2026-05-01 00:00:00.",
          "2026-05-01 00:00:00.0000001", "2026-05-01 00:00:00 ", "2026-5-1 0:0:0", "0001-01-01 00:00:00+01:00",
          "9999-12-31 23:59:59-01:00", "2026-05-01 00:00:00+24:00"})
        EXPECT_THROW(parse_timestamp(wrong), ValidationError) << wrong;
    EXPECT_THROW(to_string(Timestamp::max()), ValidationError);
    EXPECT_THROW(to_string(Timestamp::min()), ValidationError);
}

TEST(Times, Dates) {
    EXPECT_EQ(to_string(parse_date("0001-01-01")), "0001-01-01");
    EXPECT_EQ(to_string(parse_date("2024-02-29")), "2024-02-29");
    for (const char* wrong : {"", "2023-02-29", "2024-2-29", "2024-02-29 ", "0000-01-01", "2024/02/29"})
        EXPECT_THROW(parse_date(wrong), ValidationError) << wrong;
    EXPECT_THROW(to_string(Date()), ValidationError);
}

TEST(Utf8, CodePointsAreCounted) {
    EXPECT_EQ(count_code_points(""), 0U);
    EXPECT_EQ(count_code_points("abcdefghijklmnop"), 16U);
    EXPECT_EQ(count_code_points("Zoë 🧡 e\u0301"), 8U);
    EXPECT_EQ(count_code_points("\U0010FFFF\uFFFD\u07FF\uD7FF\uE000"), 5U);
}

TEST(Utf8, MalformedTextIsRefusedWhereverItStands) {
    using namespace std::string_literals;
    for (const std::string& wrong :
         {"\0"s, "\x80"s, "\xC0\xAF"s, "\xC1\xBF"s, "\xE0\x80\x80"s, "\xE0\x9F\xBF"s, "\xED\xA0\x80"s, "\xED\xBF\xBF"s,
          "\xF0\x80\x80\x80"s, "\xF4\x90\x80\x80"s, "\xF5\x80\x80\x80"s, "\xFF"s, "\xC3"s, "\xE2\x82"s, "\xF0\x9F\xA7"s,
          "\xC3("s, "\xE2(\xA1"s}) {
        for (std::size_t before = 0; before < 18; ++before) {
            const std::string text = std::string(before, 'a') + wrong;
            EXPECT_THROW(count_code_points(text), ValidationError) << before;
            EXPECT_THROW(count_code_points(text + std::string(17, 'b')), ValidationError) << before;
        }
    }
}

}  // namespace
}  // namespace orm::test
