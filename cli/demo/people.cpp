#include "demo/people.hpp"

#include <fmt/format.h>

#include <array>

namespace cli::demo {
namespace {

using namespace std::literals;
using Words = std::span<const std::string_view>;

struct Community {
    unsigned share;  ///< of 100
    Words women, men, families;
};

constexpr std::array lu_women{"Anne"sv,    "Martine"sv,  "Joëlle"sv, "Sandy"sv,  "Tania"sv,
                              "Michèle"sv, "Nathalie"sv, "Liz"sv,    "Carole"sv, "Lena"sv,
                              "Mia"sv,     "Lara"sv,     "Jil"sv,    "Kim"sv,    "Danielle"sv};
constexpr std::array lu_men{"Pit"sv,  "Jempi"sv,  "Luc"sv,   "Claude"sv,     "Tom"sv,   "Ben"sv, "Charel"sv, "Yves"sv,
                            "Marc"sv, "Gilles"sv, "Steve"sv, "Christophe"sv, "Raoul"sv, "Max"sv, "Félix"sv};
constexpr std::array lu_families{"Schmit"sv,    "Weber"sv,   "Hoffmann"sv, "Thill"sv,   "Kieffer"sv,
                                 "Reuter"sv,    "Majerus"sv, "Faber"sv,    "Kremer"sv,  "Schiltz"sv,
                                 "Diederich"sv, "Weyland"sv, "Wagener"sv,  "Feltgen"sv, "Steichen"sv,
                                 "Mersch"sv,    "Theisen"sv, "Biver"sv,    "Kayser"sv,  "Glod"sv};
constexpr std::array fr_women{"Camille"sv, "Chloé"sv, "Léa"sv,     "Manon"sv,    "Élodie"sv, "Pauline"sv,
                              "Margaux"sv, "Inès"sv,  "Aurélie"sv, "Clémence"sv, "Sophie"sv, "Juliette"sv};
constexpr std::array fr_men{"Antoine"sv, "Hugo"sv,   "Théo"sv,     "Nicolas"sv, "Julien"sv, "Mathieu"sv,
                            "Quentin"sv, "Romain"sv, "Baptiste"sv, "Étienne"sv, "Rémi"sv,   "Guillaume"sv};
constexpr std::array fr_families{"Lefèvre"sv, "Marchal"sv,  "Dubois"sv,   "Moreau"sv,    "Girard"sv,
                                 "Lambert"sv, "Fontaine"sv, "Rousseau"sv, "Chevalier"sv, "Perrin"sv,
                                 "Collin"sv,  "Bernard"sv,  "Gauthier"sv, "Noël"sv};
constexpr std::array de_women{"Katharina"sv, "Johanna"sv, "Lea"sv,   "Miriam"sv, "Franziska"sv,
                              "Jana"sv,      "Svenja"sv,  "Greta"sv, "Anke"sv,   "Hannah"sv};
constexpr std::array de_men{"Lukas"sv,  "Jonas"sv,  "Florian"sv, "Sebastian"sv, "Moritz"sv,
                            "Jürgen"sv, "Niklas"sv, "Tobias"sv,  "Matthias"sv,  "Jan"sv};
constexpr std::array de_families{"Schneider"sv, "Fischer"sv, "Becker"sv, "Krämer"sv, "Schröder"sv, "Zimmermann"sv,
                                 "Köhler"sv,    "Lang"sv,    "Groß"sv,   "Vogel"sv,  "Scholz"sv,   "Braun"sv};
constexpr std::array pt_women{"Ana"sv,   "Beatriz"sv,  "Catarina"sv, "Inês"sv,     "Joana"sv, "Mariana"sv,
                              "Sofia"sv, "Patrícia"sv, "Rita"sv,     "Carolina"sv, "Marta"sv};
constexpr std::array pt_men{"João"sv,  "Diogo"sv,  "Tiago"sv, "Ricardo"sv, "Bruno"sv, "Rui"sv,
                            "André"sv, "Miguel"sv, "Nuno"sv,  "Gonçalo"sv, "Pedro"sv};
constexpr std::array pt_families{"da Silva"sv,  "Ferreira"sv, "dos Santos"sv, "Pereira"sv,  "Oliveira"sv, "Rodrigues"sv,
                                 "Gonçalves"sv, "Carvalho"sv, "Fernandes"sv,  "Teixeira"sv, "Marques"sv,  "Lopes"sv};
constexpr std::array it_women{"Giulia"sv,  "Chiara"sv,  "Francesca"sv, "Elena"sv,
                              "Martina"sv, "Alessia"sv, "Valentina"sv};
constexpr std::array it_men{"Luca"sv, "Marco"sv, "Matteo"sv, "Davide"sv, "Fabio"sv, "Alessandro"sv, "Gianni"sv};
constexpr std::array it_families{"Rossi"sv,   "Bianchi"sv, "Ferrari"sv, "Esposito"sv, "Conti"sv,
                                 "De Luca"sv, "Mancini"sv, "Rinaldi"sv, "Colombo"sv};

constexpr std::array communities{
    Community{38, lu_women, lu_men, lu_families}, Community{20, fr_women, fr_men, fr_families},
    Community{12, de_women, de_men, de_families}, Community{22, pt_women, pt_men, pt_families},
    Community{8, it_women, it_men, it_families}};

constexpr std::array commune_names{
    "Luxembourg"sv,   "Esch-sur-Alzette"sv, "Differdange"sv, "Dudelange"sv,         "Pétange"sv,     "Sanem"sv,
    "Hesperange"sv,   "Bettembourg"sv,      "Schifflange"sv, "Käerjeng"sv,          "Kayl"sv,        "Strassen"sv,
    "Mamer"sv,        "Ettelbruck"sv,       "Mersch"sv,      "Diekirch"sv,          "Bertrange"sv,   "Walferdange"sv,
    "Junglinster"sv,  "Steinfort"sv,        "Niederanven"sv, "Mondorf-les-Bains"sv, "Wiltz"sv,       "Echternach"sv,
    "Grevenmacher"sv, "Remich"sv,           "Schengen"sv,    "Clervaux"sv,          "Wormeldange"sv, "Vianden"sv};

constexpr std::array interest_tags{
    "hiking"sv,   "cycling"sv,     "running"sv,      "climbing"sv,    "swimming"sv, "yoga"sv,         "dancing"sv,
    "cooking"sv,  "baking"sv,      "wine tasting"sv, "coffee"sv,      "theatre"sv,  "cinema"sv,       "photography"sv,
    "painting"sv, "museums"sv,     "live music"sv,   "piano"sv,       "choir"sv,    "reading"sv,      "languages"sv,
    "travel"sv,   "camping"sv,     "gardening"sv,    "board games"sv, "chess"sv,    "volunteering"sv, "dogs"sv,
    "cats"sv,     "street food"sv, "football"sv,     "skiing"sv,      "kayaking"sv, "astronomy"sv,    "podcasts"sv};

constexpr std::array bio_who{"Nurse at the Kirchberg, night owl by trade."sv,
                             "I teach maths in Esch and still like people."sv,
                             "Accountant on weekdays, baker on Sundays."sv,
                             "Moved here from Metz for a year; that was six years ago."sv,
                             "Born in Ettelbruck, studied in Trier, came back for the Kachkéis."sv,
                             "Civil engineer; ask me about the tram."sv,
                             "I run a small bike workshop in Bonnevoie."sv,
                             "Translator between five languages, fluent in awkward silences."sv,
                             "Gardener, drummer, uncle of four."sv,
                             "Working in logistics near Bettembourg, living for the weekends."sv,
                             "Software developer who knows that there is weather outside."sv,
                             "Physiotherapist and slow marathon runner."sv};
constexpr std::array bio_likes{"Saturday mornings belong to the market on Place Guillaume."sv,
                               "Happiest on the Mullerthal trail."sv,
                               "I cook far too much pasta for one person."sv,
                               "Looking for somebody to share a Picon with after work."sv,
                               "My free time goes into choir, cinema and a very demanding cat."sv,
                               "I have a season ticket for the Philharmonie and a spare seat."sv,
                               "Summer means the lake in Echternach, winter means board games."sv,
                               "Give me a terrace in Remich and a glass of Crémant."sv,
                               "Always up for a concert at the Rotondes."sv,
                               "I read the map so that you need not."sv};
constexpr std::array bio_hope{"Curious about people who can laugh about themselves."sv,
                              "No pen pals, please: coffee first."sv,
                              "New friends are as welcome as more."sv,
                              "Languages: LB, FR, DE, EN and hands."sv,
                              "Kindness beats everything."sv,
                              "Tell me about the last thing that you learned."sv};

constexpr std::array openings{
    "Hi! It was lovely to talk with you the other evening."sv,
    "Moien! You still owe me the recipe for that Bouneschlupp."sv,
    "I kept thinking about what you said about moving here. How did it go on?"sv,
    "Salut! Fancy a coffee in Clausen some time this week?"sv,
    "Hello! I found the band that you mentioned: they play at the Rockhal in spring."sv,
    "Hallo! Hast du am Samstag Lust auf den Markt?"sv,
    "So, did your team win the quiz in the end?"sv,
    "Bom dia! That walk along the Alzette you told me about: is the invitation still open?"sv};
constexpr std::array replies{"Haha, yes!"sv,
                             "I would like that."sv,
                             "Thursday after six works for me."sv,
                             "Next week is better, Tuesday?"sv,
                             "That place is closed on Mondays, I learned that the hard way."sv,
                             "Villmools merci!"sv,
                             "With pleasure!"sv,
                             "I am travelling until Sunday, but after that gladly."sv,
                             "Shall we say seven, in front of the Cercle Cité?"sv,
                             "You choose the place, I bring the appetite."sv,
                             "The train from Ettelbruck gets in at 18:42."sv,
                             "I have never been there. Is it good?"sv,
                             "It is the best Gromperekichelcher in town, promised."sv,
                             "My sister says hello, she was at the table next to ours."sv,
                             "How was your day?"sv,
                             "Long, but the sun came out on the way home."sv,
                             "I will book a table for two."sv,
                             "À bientôt!"sv,
                             "Bis dann!"sv,
                             "Até logo!"sv,
                             "See you there."sv,
                             "Did you get home all right?"sv,
                             "Yes, with the very last tram!"sv,
                             "I laughed so much on Friday."sv,
                             "Same here. When do we do that again?"sv};
constexpr std::array diets{"Vegetarian"sv,
                           "Vegan"sv,
                           "No nuts, please"sv,
                           "Lactose intolerant"sv,
                           "Gluten-free"sv,
                           "No pork"sv,
                           "No alcohol for me, thank you"sv};

}  // namespace

Person invent_person(Random& chance) {
    std::size_t point = chance.below(100);
    const Community* community = communities.data();
    while (point >= community->share) point -= (community++)->share;
    Person person;
    const std::size_t gender = chance.below(100);
    person.gender = gender < 49 ? Gender::female : gender < 98 ? Gender::male : Gender::other;
    const bool womens = person.gender == Gender::female || (person.gender == Gender::other && chance.one_in(2));
    person.first_name = chance.pick(womens ? community->women : community->men);
    // Families mix.
    person.last_name = chance.pick(chance.one_in(8) ? chance.pick(communities).families : community->families);
    return person;
}

Words communes() {
    return commune_names;
}

std::string_view a_commune(Random& chance) {
    const std::size_t a = chance.below(commune_names.size()), b = chance.below(commune_names.size());
    return commune_names[a < b ? a : b];
}

Words interests() {
    return interest_tags;
}

std::string a_bio(Random& chance) {
    std::string bio(chance.pick(bio_who));
    bio += ' ';
    bio += chance.pick(bio_likes);
    if (chance.percent(60)) {
        bio += ' ';
        bio += chance.pick(bio_hope);
    }
    return bio;
}

std::string_view an_opening(Random& chance) {
    return chance.pick(openings);
}
std::string_view a_reply(Random& chance) {
    return chance.pick(replies);
}
std::string_view a_diet(Random& chance) {
    return chance.pick(diets);
}
std::string a_phone_number(Random& chance) {
    return fmt::format("+352 6{}1 {:03} {:03}", chance.pick(std::array{2, 6, 9}), chance.below(1000),
                       chance.below(1000));
}

}  // namespace cli::demo
