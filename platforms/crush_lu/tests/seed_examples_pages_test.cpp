/// The examples of docs/topics/{models,transactions,testing}.md, compiled and run; the seed's best practices for
/// models.
#include "seed_examples_pages.hpp"

#include "fixture.hpp"

namespace vineyard {

using orm::f;

struct Label {
    enum class Colour { red, white, rose };

    orm::Id<Label> id;
    orm::Char<100> name;                    // varchar(100) NOT NULL
    orm::Text story;                        // text NOT NULL
    Colour colour{};                        // varchar(20) NOT NULL, the names as choices
    std::int32_t bottles = 6;               // integer NOT NULL; 6 is the default
    orm::Decimal<6, 2> price;               // numeric(6, 2): exact
    std::optional<orm::Date> harvested;     // date NULL
    orm::Timestamp created_at{};            // timestamptz, UTC
    orm::Json facts = orm::Json::object();  // jsonb
    std::vector<orm::Char<30>> grapes;      // varchar(30)[]
    std::optional<orm::ForeignKey<crush_lu::Venue, orm::on_delete::set_null>> cellar;  // cellar_id bigint NULL
    orm::ManyToMany<auth::User> fans;                                                  // table vineyard_label_fans

    static consteval auto meta() {
        using L = Label;
        return orm::model<"vineyard", "label">(
            orm::ordering<&L::name>,                                            // of all(), first(), prefetched rows
            orm::auto_now_add<&L::created_at>,                                  // set when inserted
            orm::unique<&L::name, &L::colour>,                                  // unique_together
            orm::index<&L::colour, &L::price>,                                  // composite
            orm::index<&L::price>.where(f<&L::bottles> > 0).named("in_stock"),  // partial
            orm::index<&L::grapes>.method("gin").named("label_grapes_gin"),     // PostgreSQL only
            orm::unique_on("label_name_once", orm::lower(f<&L::name>)),         // of an expression
            orm::check("label_price", f<&L::price> >= 0),                       // on every row
            orm::related_name<&L::cellar>("labels"));
    }
};

inline constexpr auto labels_of = orm::reverse<&Label::cellar>;  // Venue → its labels
inline constexpr auto fans = orm::related_set<&Label::fans>;     // Label → its fans
inline constexpr auto favourites = orm::reverse<&Label::fans>;   // User → the labels they like

}  // namespace vineyard

namespace crush_lu {
namespace {

using E = MeetupEvent;
using R = EventRegistration;
using P = CrushProfile;
using orm::f;

class SeedPagesTest : public CrushTest {};

TEST_P(SeedPagesTest, Models) {
    using vineyard::Label;
    db.with_connection(true, std::source_location::current(), [](orm::Connection& connection) {
        const auto state = orm::schema::state_of<auth::User, Venue, Label>();
        const auto all = orm::migrations::create_all_sql(connection.dialect(), state);
        EXPECT_NE(all.find("vineyard_label_fans"), std::string::npos);
        // The two other models' tables are there already.
        const std::size_t first = all.find("CREATE TABLE \"vineyard_label\"");
        ASSERT_NE(first, std::string::npos);
    });
    const auto model = orm::schema_of(orm::info<Label>());
    EXPECT_EQ(model.table, "vineyard_label");
    EXPECT_EQ(model.find("cellar")->column, "cellar_id");
    EXPECT_TRUE(model.find("cellar")->null);
    EXPECT_EQ(model.find("colour")->choices.size(), 3U);
    EXPECT_EQ(model.find("colour")->max_length, 20);
    EXPECT_EQ(model.find("bottles")->default_value, "6");
    EXPECT_EQ(model.many_to_many.at(0).table, "vineyard_label_fans");
    EXPECT_EQ(model.find("cellar")->related_name, "labels");
}

TEST_P(SeedPagesTest, ValuesAreCheckedFirst) {
    Venue venue;
    venue.name = std::string(201, 'x');
    try {
        db.insert(venue);
        FAIL();
    } catch (const orm::ValidationError& error) {
        EXPECT_EQ(error.model + "." + error.field, "Venue.name");
    }
}

TEST_P(SeedPagesTest, Transactions) {
    const EventId event_id = meetup({.seats = 1});
    const UserId user = member();
    std::vector<std::string> sent;
    const auto send_mail = [&](UserId) { sent.emplace_back("mail"); };

    const R registration = db.atomic([&](orm::Transaction& tx) {
        const E event = tx.get(orm::select<E> | with_id(event_id) | orm::for_update);
        const auto held = tx.count(orm::select<R> | of_event(event_id) | orm::filter(seat_held));
        R row;
        row.event = event_id;
        row.user = user;
        row.status = is_full(event, held) ? R::Status::waitlist : R::Status::confirmed;
        tx.insert(row);
        tx.on_commit([&] { send_mail(user); });
        return row;
    });
    EXPECT_EQ(registration.status, R::Status::confirmed);
    EXPECT_EQ(sent.size(), 1U);

    db.atomic([&](orm::Transaction& tx) {
        try {
            tx.atomic([&](orm::Transaction& inner) {
                R again = registration;
                again.id = {};
                inner.insert(again);
            });
        } catch (const orm::UniqueViolation& taken) {
            EXPECT_EQ(taken.table, "crush_lu_eventregistration");
        }
        tx.update(orm::select<E> | with_id(event_id), orm::set<& E::is_published> = false);  // goes on
    });

    db.atomic({.isolation = orm::Isolation::serializable, .retries = 3}, [&](orm::Transaction& tx) {
        const auto held = tx.count(orm::select<R> | of_event(event_id) | orm::filter(seat_held));
        tx.update(orm::select<E> | with_id(event_id),
                  orm::set<& E::max_participants> = static_cast<std::int32_t>(held) + 10);
    });
    EXPECT_EQ(db.get(event_id).max_participants, 11);

    const auto report =
        db.atomic({.isolation = orm::Isolation::repeatable_read, .read_only = true},
                  [&](orm::Transaction& tx) { return std::pair(tx.count(orm::select<E>), tx.count(orm::select<R>)); });
    EXPECT_EQ(report, std::pair(std::int64_t{1}, std::int64_t{1}));

    std::vector<EventId> ids{event_id};
    db.atomic([&](orm::Transaction& tx) {
        tx.all(orm::select<E> | with_id(event_id) | orm::for_no_key_update);
        tx.all(orm::select<E> | with_id(event_id) | orm::for_share);
        tx.all(orm::select<E> | with_id(event_id) | orm::for_update(orm::nowait));
        tx.all(orm::select<E> | orm::filter(f<&E::id>.in(ids)) | orm::order_by<&E::id> |
               orm::for_update(orm::skip_locked));
    });
}

TEST_P(SeedPagesTest, FailedStatements) {
    const EventId event_id = meetup();
    const UserId user = member();
    join(user, event_id);
    R copy;
    copy.event = event_id;
    copy.user = user;
    EXPECT_THROW(db.atomic([&](orm::Transaction& tx) {
        try {
            tx.insert(copy);
        } catch (const orm::UniqueViolation&) {  // swallowed, and not in a tx.atomic
        }
    }),
                 orm::UsageError);
    // DoesNotExist, ValidationError and one's own exceptions are no failed statements.
    db.atomic([&](orm::Transaction& tx) {
        EXPECT_THROW(tx.get(EventId(4711)), orm::DoesNotExist);
        tx.update(orm::select<E> | with_id(event_id), orm::set<& E::is_cancelled> = true);
    });
    EXPECT_TRUE(db.get(event_id).is_cancelled);
}

TEST_P(SeedPagesTest, ListTakesOneStatement) {
    for (int i = 0; i < 20; ++i) meetup();
    orm::expect_queries(1, [&] { db.all(orm::select<E> | upcoming(now) | published | with_counts); });

    const orm::QueryScope scope;
    db.all(orm::select<P>);
    for (const orm::QueryRecord& query : scope.statements())
        EXPECT_LT(query.duration, std::chrono::seconds(1)) << query.text;
}

ON_EACH_DATABASE(SeedPagesTest);

TEST(SeedPages, ExamplesOfTheOtherPagesAreThoseAbove) {
    const std::string here = "platforms/crush_lu/tests/seed_examples_pages_test.cpp";
    pages::expect_examples("models.md", {here, "platforms/crush_lu/models.hpp"});
    pages::expect_examples("transactions.md",
                           {here, "orm/tests/sessions/advisory_test.cpp", "orm/tests/sessions/in_doubt_test.cpp"});
    pages::expect_examples("testing.md", {here});
}

}  // namespace
}  // namespace crush_lu
