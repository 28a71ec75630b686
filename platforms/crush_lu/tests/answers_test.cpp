// What is an answer, and which one is right: JRN-4 and the awkward cases 29 and 30, without a database.
#include "crush_lu/answers.hpp"

#include <gmock/gmock.h>

namespace crush_lu {

void PrintTo(Verdict verdict, std::ostream* out) {
    *out << orm::to_string(verdict);
}

namespace {

using Type = JourneyChallenge::ChallengeType;

JourneyChallenge challenge_of(Type type, const std::string& answer, const std::string& options = {}) {
    JourneyChallenge challenge;
    challenge.challenge_type = type;
    challenge.correct_answer = answer;
    if (!options.empty()) challenge.options = orm::Json(options);
    return challenge;
}

TEST(JourneyAnswers, JRN4_case29_riddles_ignore_case_form_accents_and_punctuation) {
    const auto ete = challenge_of(Type::riddle, "Été", R"({"alternatives":["Sommer","der Sommer"]})");
    for (const char* right : {"été", "e\u0301te\u0301", "ETE", "  Été!  ", "SOMMER", "der   sommer.", "Ｅ\u0301ｔé"})
        EXPECT_EQ(judge(ete, right), Verdict::right) << right;
    EXPECT_EQ(judge(ete, "hiver"), Verdict::wrong);
    EXPECT_EQ(judge(challenge_of(Type::riddle, "straße"), "STRASSE"), Verdict::right);
    EXPECT_EQ(judge(challenge_of(Type::riddle, "istanbul"), "İstanbul "), Verdict::right);
    EXPECT_EQ(judge(challenge_of(Type::riddle, "wine"), "ＷＩＮＥ"), Verdict::right);
    EXPECT_EQ(judge(challenge_of(Type::riddle, "two words"), "twowords"), Verdict::wrong);
    for (const std::string& none : {std::string(), std::string("  "), std::string("?!"), std::string(201, 'x'),
                                    std::string("\xff"), std::string("a\0b", 3)})
        EXPECT_EQ(judge(ete, none), Verdict::invalid);
}

TEST(JourneyAnswers, JRN4_scrambles_ignore_blanks) {
    EXPECT_EQ(judge(challenge_of(Type::word_scramble, "Petite Suisse"), "petite  SUISSE"), Verdict::right);
    EXPECT_EQ(judge(challenge_of(Type::word_scramble, "Petite Suisse"), "petitesuisse"), Verdict::right);
}

TEST(JourneyAnswers, JRN4_case30_a_choice_is_a_key_that_is_offered) {
    const char* options = R"({"A":"Remich","b":"Wiltz","alternatives":[]})";
    const auto choice = challenge_of(Type::multiple_choice, "B", options);
    EXPECT_EQ(judge(choice, "b"), Verdict::right);
    EXPECT_EQ(judge(choice, " B "), Verdict::right);
    EXPECT_EQ(judge(choice, "a"), Verdict::wrong);
    for (const char* none : {"c", "", "Remich", "alternatives"})
        EXPECT_EQ(judge(choice, none), Verdict::invalid) << none;
    EXPECT_EQ(judge(challenge_of(Type::multiple_choice, "", options), "a"), Verdict::right) << "every key counts";
    EXPECT_EQ(judge(challenge_of(Type::would_you_rather, "b", options), "a"), Verdict::right);
    EXPECT_EQ(judge(challenge_of(Type::would_you_rather, "", options), "z"), Verdict::invalid);
}

TEST(JourneyAnswers, JRN4_case30_a_timeline_is_a_permutation) {
    const auto line = challenge_of(Type::timeline_sort, "0,1,2");
    EXPECT_EQ(judge(line, "0,1,2"), Verdict::right);
    EXPECT_EQ(judge(line, " 0 , 1 ,2"), Verdict::right);
    EXPECT_EQ(judge(line, "2,1,0"), Verdict::wrong);
    for (const char* none : {"0,1,1", "0,1,2,3", "0,1", "a,b", "", "0,1,", "-1,0,1", "99999999999999999999,0,1"})
        EXPECT_EQ(judge(line, none), Verdict::invalid) << none;
}

TEST(JourneyAnswers, JRN4_open_texts_have_10_to_2000_characters) {
    const auto open = challenge_of(Type::open_text, "");
    EXPECT_EQ(judge(open, "  123456789  "), Verdict::invalid);
    EXPECT_EQ(judge(open, " 1234567890 "), Verdict::right);
    std::string accents;
    for (int i = 0; i < 2000; ++i) accents += "é";
    EXPECT_EQ(judge(open, accents), Verdict::right);
    EXPECT_EQ(judge(open, accents + "x"), Verdict::invalid);
}

}  // namespace
}  // namespace crush_lu
