#include <algorithm>

#include "cases/cases.hpp"

namespace bench {

using namespace crush_lu;
using by_hand::columns;
using orm::f;
using E = MeetupEvent;
using R = EventRegistration;

namespace {

/// What a list shows of an event.
struct Card {
    E event;
    std::optional<Venue> venue;
    std::int64_t held = 0;
    std::int64_t waiting = 0;
    std::optional<R::Status> own;
};

/// The members of a to-one that may be missing: its key's column tells.
template <class Reader, class Model>
void read_optional(Reader& reader, std::optional<Model>& out, int count) {
    if (reader.null())
        reader.skip(count);
    else
        by_hand::read_row(reader, out.emplace());
}

template <class Reader>
void read_card(Reader& reader, Card& card) {
    by_hand::read_row(reader, card.event);
    read_optional(reader, card.venue, 5);
    reader(card.held);
    reader(card.waiting);
    reader(card.own);
}

/// Counts by correlated subqueries over the rows of the page: a JOIN with GROUP BY would count all events' first.
std::string list_sql(const std::string& now, const std::string& user) {
    return "SELECT " + columns(by_hand::event_columns, "e") + ", " + columns(by_hand::venue_columns, "v") +
           ", (SELECT count(*) FROM crush_lu_eventregistration r WHERE r.event_id = e.id AND r.status IN ('pending', "
           "'confirmed', 'attended')), (SELECT count(*) FROM crush_lu_eventregistration r WHERE r.event_id = e.id AND "
           "r.status = 'waitlist'), (SELECT max(r.status) FROM crush_lu_eventregistration r WHERE r.event_id = e.id "
           "AND "
           "r.user_id = " +
           user +
           ") FROM crush_lu_meetupevent e LEFT JOIN crush_lu_venue v ON v.id = e.venue_id WHERE e.is_published AND NOT "
           "e.is_cancelled AND e.event_date >= " +
           now + " ORDER BY e.event_date, e.id LIMIT 25";
}

void event_list(Suite& suite, Data& data) {
    std::vector<Contender> list;
    list.push_back(contender("ours", [&data] {
        return data.db.all(orm::select<E> | published | not_cancelled | upcoming(data.facts.now) |
                           orm::order_by<&E::event_date, &E::id> | orm::related<&E::venue> | with_counts |
                           orm::annotate(own_status(data.facts.viewer)) | orm::as<Card> | orm::limit(25));
    }));
    if (data.sqlite()) {
        auto statement = std::make_shared<by_hand::SqliteStatement>(*data.hand_sqlite, list_sql("?1", "?2"));
        list.push_back(contender("handwritten", [&data, statement] {
            std::vector<Card> cards;
            statement->with(data.facts.now, data.facts.viewer.value);
            while (statement->next()) {
                auto reader = statement->row();
                read_card(reader, cards.emplace_back());
            }
            statement->done();
            return cards;
        }));
    } else {
        auto statement =
            std::make_shared<by_hand::PostgresStatement>(*data.hand_postgres, "list", list_sql("$1", "$2"));
        list.push_back(contender("handwritten", [&data, statement] {
            const auto result = statement->run(data.facts.now, static_cast<std::int32_t>(data.facts.viewer.value));
            std::vector<Card> cards(static_cast<std::size_t>(PQntuples(result.get())));
            for (std::size_t i = 0; i < cards.size(); ++i) {
                by_hand::PostgresReader reader(result.get(), static_cast<int>(i));
                read_card(reader, cards[i]);
            }
            return cards;
        }));
    }
    suite.measure("event list, 25 with counts", data.database, std::move(list));
}

using Guest = std::tuple<R, auth::User, std::optional<CrushProfile>>;
using Meeting = std::tuple<E, std::vector<Guest>>;

template <class Reader>
void read_guest(Reader& reader, Guest& guest) {
    by_hand::read_row(reader, std::get<0>(guest));
    by_hand::read_row(reader, std::get<1>(guest));
    read_optional(reader, std::get<2>(guest), 19);
}

void guests(Suite& suite, Data& data) {
    std::vector<Contender> page;
    page.push_back(contender("ours", [&data] {
        return data.db.all(orm::select<E> | orm::filter(f<&E::event_date> == data.facts.meeting_date) |
                           orm::prefetch(registrations | orm::related<&R::user, crushprofile> | orm::order_by<&R::id>));
    }));
    const std::string events =
        "SELECT " + columns(by_hand::event_columns, "e") + " FROM crush_lu_meetupevent e WHERE e.event_date = ";
    const std::string people = "SELECT " + columns(by_hand::registration_columns, "r") + ", " +
                               columns(by_hand::user_columns, "u") + ", " + columns(by_hand::profile_columns, "p") +
                               " FROM crush_lu_eventregistration r JOIN auth_user u ON u.id = r.user_id LEFT JOIN "
                               "crush_lu_crushprofile p ON p.user_id = u.id WHERE r.event_id = ";
    if (data.sqlite()) {
        // One event starts then; the loop would do for several.
        auto first = std::make_shared<by_hand::SqliteStatement>(*data.hand_sqlite, events + "?1 ORDER BY e.event_date");
        auto second = std::make_shared<by_hand::SqliteStatement>(*data.hand_sqlite, people + "?1 ORDER BY r.id");
        page.push_back(contender("handwritten", [&data, first, second] {
            std::vector<Meeting> meetings;
            first->with(data.facts.meeting_date);
            while (first->next()) {
                auto reader = first->row();
                by_hand::read_row(reader, std::get<0>(meetings.emplace_back()));
            }
            first->done();
            for (auto& [event, guests] : meetings) {
                second->with(event.id.value);
                while (second->next()) {
                    auto reader = second->row();
                    read_guest(reader, guests.emplace_back());
                }
                second->done();
            }
            return meetings;
        }));
    } else {
        auto first = std::make_shared<by_hand::PostgresStatement>(*data.hand_postgres, "meeting",
                                                                  events + "$1 ORDER BY e.event_date");
        auto second =
            std::make_shared<by_hand::PostgresStatement>(*data.hand_postgres, "guests", people + "$1 ORDER BY r.id");
        page.push_back(contender("handwritten", [&data, first, second] {
            std::vector<Meeting> meetings;
            for (E& event : by_hand::rows_of<E>(first->run(data.facts.meeting_date)))
                meetings.emplace_back(std::move(event), std::vector<Guest>());
            for (auto& [event, guests] : meetings) {
                const auto result = second->run(event.id.value);
                guests.resize(static_cast<std::size_t>(PQntuples(result.get())));
                for (std::size_t i = 0; i < guests.size(); ++i) {
                    by_hand::PostgresReader reader(result.get(), static_cast<int>(i));
                    read_guest(reader, guests[i]);
                }
            }
            return meetings;
        }));
    }
    suite.measure("30 registrations, user, profile", data.database, std::move(page));
}

using Chapter = std::tuple<JourneyChapter, std::vector<JourneyChallenge>, std::vector<JourneyReward>>;

/// Hands each child to its chapter; chapters and children come in the same order of chapters.
template <std::size_t Part, class Child>
void hand_out(std::vector<Chapter>& chapters, std::vector<Child> children) {
    auto chapter = chapters.begin();
    for (Child& child : children) {
        while (std::get<0>(*chapter).id != child.chapter.id) ++chapter;
        std::get<Part>(*chapter).push_back(std::move(child));
    }
}

std::string of_chapters(std::string_view list, const char* table, const char* order, bool sqlite) {
    return "SELECT " + columns(list, "x") + " FROM " + table + " x WHERE x.chapter_id " +
           (sqlite ? "IN (SELECT value FROM json_each(?1))" : "= ANY($1)") + " ORDER BY x.chapter_id" + order;
}

template <class Row>
std::vector<Row> all_of(by_hand::SqliteStatement& statement) {
    std::vector<Row> rows;
    while (statement.next()) {
        auto reader = statement.row();
        by_hand::read_row(reader, rows.emplace_back());
    }
    statement.done();
    return rows;
}

Contender journey_by_hand(Data& data) {
    const std::string chapter_sql =
        "SELECT " + columns(by_hand::chapter_columns, "c") + " FROM crush_lu_journeychapter c WHERE c.journey_id = ";
    const bool sqlite = data.sqlite();
    const std::string challenge_sql =
        of_chapters(by_hand::challenge_columns, "crush_lu_journeychallenge", ", x.\"order\"", sqlite);
    const std::string reward_sql = of_chapters(by_hand::reward_columns, "crush_lu_journeyreward", ", x.id", sqlite);
    const auto start = [](std::vector<JourneyChapter> rows) {
        std::vector<Chapter> chapters;
        for (JourneyChapter& row : rows) std::get<0>(chapters.emplace_back()) = std::move(row);
        return chapters;
    };
    if (sqlite) {
        using Statement = by_hand::SqliteStatement;
        auto first = std::make_shared<Statement>(*data.hand_sqlite, chapter_sql + "?1 ORDER BY c.chapter_number");
        auto second = std::make_shared<Statement>(*data.hand_sqlite, challenge_sql);
        auto third = std::make_shared<Statement>(*data.hand_sqlite, reward_sql);
        return contender("handwritten", [&data, start, first, second, third] {
            std::vector<Chapter> chapters = start(all_of<JourneyChapter>(first->with(data.facts.journey.value)));
            std::string keys = "[";
            for (const Chapter& chapter : chapters) (keys += std::to_string(std::get<0>(chapter).id.value)) += ',';
            keys.back() = ']';
            hand_out<1>(chapters, all_of<JourneyChallenge>(second->with(keys)));
            hand_out<2>(chapters, all_of<JourneyReward>(third->with(keys)));
            return chapters;
        });
    }
    using Statement = by_hand::PostgresStatement;
    by_hand::Postgres& database = *data.hand_postgres;
    auto first = std::make_shared<Statement>(database, "chapters", chapter_sql + "$1 ORDER BY c.chapter_number");
    auto second = std::make_shared<Statement>(database, "challenges", challenge_sql);
    auto third = std::make_shared<Statement>(database, "rewards", reward_sql);
    return contender("handwritten", [&data, start, first, second, third] {
        std::vector<Chapter> chapters = start(by_hand::rows_of<JourneyChapter>(first->run(data.facts.journey.value)));
        std::vector<std::int64_t> keys;
        for (const Chapter& chapter : chapters) keys.push_back(std::get<0>(chapter).id.value);
        const std::string array = by_hand::Postgres::array(keys);
        by_hand::Result challenges, rewards;
        {
            by_hand::Pipeline pipeline(*data.hand_postgres);
            second->send(array);
            third->send(array);
            pipeline.sync();
            challenges = pipeline.take();
            rewards = pipeline.take();
            pipeline.end();
        }
        hand_out<1>(chapters, by_hand::rows_of<JourneyChallenge>(challenges));
        hand_out<2>(chapters, by_hand::rows_of<JourneyReward>(rewards));
        return chapters;
    });
}

void journey(Suite& suite, Data& data) {
    std::vector<Contender> page;
    page.push_back(contender("ours", [&data] {
        return data.db.all(orm::select<JourneyChapter> |
                           orm::filter(f<&JourneyChapter::journey> == data.facts.journey) | orm::prefetch(challenges) |
                           orm::prefetch(rewards | orm::order_by<&JourneyReward::id>));
    }));
    page.push_back(journey_by_hand(data));
    suite.measure("journey, 8 chapters", data.database, std::move(page));
}

}  // namespace

void page_cases(Suite& suite, Data& data) {
    event_list(suite, data);
    guests(suite, data);
    journey(suite, data);
}

}  // namespace bench
