#include "demo/journey_book.hpp"

#include <boost/json.hpp>

namespace cli::demo {

using namespace std::literals;
using crush_lu::JourneyChallenge;
using crush_lu::JourneyReward;
using Type = JourneyChallenge::ChallengeType;

const std::array<Heading, 5> journey_titles{{
    {"The Lantern Walk", "An evening through the old town, told in eight lights."},
    {"Letters from the Moselle", "Somebody left letters in eight villages."},
    {"The Clockmaker's Garden", "Eight clocks, each of which shows another hour."},
    {"A Map Without Names", "Eight places that you know, and one that you do not."},
    {"The Night Train", "Eight compartments, one traveller, and a seat beside."},
}};
const std::array<Heading, 8> chapter_titles{{
    {"The Gate", "Everything begins with a door that is not locked."},
    {"The Bridge", "From the middle you see both sides."},
    {"The Market", "Between apples and umbrellas, somebody hums your song."},
    {"The Staircase", "Seventy-two steps, and a bench after each twelve."},
    {"The River", "It has carried heavier secrets than yours."},
    {"The Tower", "From up here the country is a handkerchief."},
    {"The Garden", "What was sown long ago is ripe."},
    {"The Table", "Two chairs, one candle, the end and the start."},
}};

namespace {

struct Riddle {
    std::string_view question, answer, alternative, hint;
};
constexpr std::array riddles{
    Riddle{"I have cities but no houses, forests but no trees, water but no fish.", "a map", "map", "You fold it."},
    Riddle{"The more you take, the more you leave behind.", "footsteps", "steps", "Look down."},
    Riddle{"I speak without a mouth and hear without ears. I come alive with wind.", "an echo", "echo",
           "The rocks know."},
    Riddle{"What has a neck but no head, and is opened for guests?", "a bottle", "bottle", "Ask at the Moselle."},
    Riddle{"I am always coming and never arrive.", "tomorrow", "the morning", "Sleep on it."},
    Riddle{"What gets wetter the more it dries?", "a towel", "towel", "Near the pool."}};
struct Choice {
    std::string_view question, key;
    std::array<std::string_view, 3> options;
};
constexpr std::array choices{
    Choice{"Which river meets the Alzette in the Grund?", "b", {"Sauer"sv, "Pétrusse"sv, "Our"sv}},
    Choice{"Which grape gives the Moselle's oldest everyday wine?", "a", {"Elbling"sv, "Merlot"sv, "Syrah"sv}},
    Choice{"What is eaten at the Schueberfouer?", "c", {"Sushi"sv, "Paella"sv, "Gromperekichelcher"sv}},
    Choice{"Where was a treaty about borders signed on a ship?", "b", {"Remich"sv, "Schengen"sv, "Vianden"sv}},
    Choice{"Which town dances in a procession?", "a", {"Echternach"sv, "Wiltz"sv, "Mersch"sv}}};
struct Scramble {
    std::string_view mixed, word;
};
constexpr std::array scrambles{Scramble{"TERLANN", "lantern"}, Scramble{"SELOMLE", "moselle"},
                               Scramble{"EGBRID", "bridge"},   Scramble{"RANGED", "garden"},
                               Scramble{"DLENAC", "candle"},   Scramble{"RIESGLIN", "riesling"}};
constexpr std::array<std::array<std::string_view, 4>, 4> timelines{{
    {"Flowering"sv, "Véraison"sv, "Harvest"sv, "First tasting"sv},
    {"Hello"sv, "Coffee"sv, "A walk"sv, "A second walk"sv},
    {"Breakfast"sv, "Market"sv, "Nap"sv, "Concert"sv},
    {"Seed"sv, "Sprout"sv, "Flower"sv, "Fruit"sv},
}};
constexpr std::array<std::array<std::string_view, 2>, 5> dilemmas{{
    {"Dinner at sunrise"sv, "Breakfast at midnight"sv},
    {"Lose the way together"sv, "Arrive alone and early"sv},
    {"Sing in public"sv, "Dance in public"sv},
    {"A letter a week"sv, "A call a day"sv},
    {"Mountains in fog"sv, "The sea in rain"sv},
}};
constexpr std::array questions{
    "Tell of a place where you felt at home at once."sv, "What did you change your mind about in the last years?"sv,
    "Describe a perfect ordinary Tuesday."sv, "What would you like to be asked more often?"sv};
constexpr std::array open_answers{"A kitchen in Esch with a radio that only got one station."sv,
                                  "I used to think that silence means that something is wrong."sv,
                                  "Soup, rain on the window, and nobody in a hurry."sv,
                                  "What I am looking forward to."sv};
constexpr std::array poems{
    "The lantern does not ask the night\nhow long it means to stay.\nIt gives away a little light\nand so it makes a day."sv,
    "Two glasses on a windowsill,\none river, running late.\nThe hills have all the time there is.\nSo have we. Let us wait."sv,
    "I kept a door a hand's width wide\nfor wind, for cats, for you.\nThe wind came first, the cats beside,\nand then the evening, too."sv};

/// {"a": "...", "b": "..."}
template <class Texts>
orm::Json lettered(const Texts& texts) {
    boost::json::object object;
    char key = 'a';
    for (const std::string_view text : texts) object[std::string(1, key++)] = text;
    return orm::Json(boost::json::serialize(object));
}

JourneyChallenge timeline(Random& chance) {
    JourneyChallenge row;
    row.challenge_type = Type::timeline_sort;
    row.question = "Bring these into their order.";
    row.hint = "What can only be second?";
    const auto& right = chance.pick(timelines);
    std::vector<std::size_t> shown{0, 1, 2, 3};
    chance.shuffle(shown);
    boost::json::array items;
    for (const std::size_t i : shown) items.emplace_back(right[i]);
    row.options = orm::Json(boost::json::serialize(boost::json::object{{"items", std::move(items)}}));
    // Where in the shown list stands what comes first, second, …
    for (std::size_t i = 0; i < right.size(); ++i) {
        const auto at = std::find(shown.begin(), shown.end(), i) - shown.begin();
        row.correct_answer += (i ? "," : "") + std::to_string(at);
    }
    return row;
}

}  // namespace

JourneyChallenge write_challenge(Random& chance, std::size_t turn) {
    JourneyChallenge row;
    row.challenge_type = static_cast<Type>(turn % 6);
    switch (row.challenge_type) {
        case Type::riddle: {
            const Riddle& riddle = chance.pick(riddles);
            row.question = riddle.question;
            row.correct_answer = riddle.answer;
            row.hint = riddle.hint;
            row.options = orm::Json(boost::json::serialize(
                boost::json::object{{"alternatives", boost::json::array{boost::json::string(riddle.alternative)}}}));
            break;
        }
        case Type::multiple_choice: {
            const Choice& choice = chance.pick(choices);
            row.question = choice.question;
            row.correct_answer = choice.key;
            row.hint = "Not the last one that you thought of.";
            row.options = lettered(choice.options);
            break;
        }
        case Type::word_scramble: {
            const Scramble& scramble = chance.pick(scrambles);
            row.question = scramble.mixed;
            row.correct_answer = scramble.word;
            row.hint = "You have seen it on this way.";
            break;
        }
        case Type::timeline_sort:
            return timeline(chance);
        case Type::would_you_rather:
            row.question = "Would you rather …";
            row.options = lettered(chance.pick(dilemmas));
            break;
        case Type::open_text:
            row.question = chance.pick(questions);
            break;
    }
    return row;
}

JourneyReward write_reward(Random& chance) {
    JourneyReward row;
    row.reward_type = chance.one_in(3) ? JourneyReward::RewardType::future_letter : JourneyReward::RewardType::poem;
    if (row.reward_type == JourneyReward::RewardType::poem) {
        row.title = "A Poem";
        row.content = chance.pick(poems);
    } else {
        row.title = "A Letter for Later";
        row.content = "If you read this, you came further than you planned. Keep going: I am a chapter ahead, waving.";
    }
    return row;
}

std::string answer_to(Random& chance, const JourneyChallenge& challenge) {
    if (!challenge.correct_answer.empty()) return challenge.correct_answer;
    if (challenge.challenge_type == Type::open_text) return std::string(chance.pick(open_answers));
    return chance.one_in(2) ? "a" : "b";
}

}  // namespace cli::demo
