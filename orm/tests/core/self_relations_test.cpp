/// A many-to-many from a model to itself, and one to its namesake in another app: the join table's columns are from_…
/// and to_…, as Django's.
#include "fixture.hpp"
#include "orm/migration_check.hpp"
#include "orm/migration_make.hpp"

namespace blog {
struct Topic {
    orm::Id<Topic> id;
    orm::Char<50> name;
    static consteval auto meta() { return orm::model<"blog", "topic">(); }
};
}  // namespace blog

namespace shop {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Topic {
    orm::Id<Topic> id;
    orm::Char<50> name;
    orm::ManyToMany<Topic> similar;
    orm::ManyToMany<blog::Topic> told_in;
    static consteval auto meta() {
        return orm::model<"shop", "topic">(orm::ordering<&Topic::name>,
                                           orm::related_name<&Topic::similar>("similar_to"));
    }
};

constexpr auto similar = orm::related_set<&Topic::similar>;
constexpr auto similar_to = orm::reverse<&Topic::similar>;

class SelfRelations : public Shop {
  protected:
    SelfRelations() : Shop(orm::schema::state_of<blog::Topic, Topic>()) {
        orm::register_models<blog::Topic, Topic>();
        db.add_related<&Topic::similar>(wine.id, std::vector{beer.id, food.id});
        db.add_related<&Topic::similar>(beer.id, std::vector{food.id});
    }
    Topic topic(const char* name) {
        Topic t;
        t.name = name;
        db.insert(t);
        return t;
    }
    template <class Relation>
    std::vector<std::string> names(const Topic& of, Relation relation) {
        const auto [found, related] = db.get(orm::select<Topic> | orm::filter(f<&Topic::id> == of.id) |
                                             orm::prefetch(relation | orm::order_by<&Topic::name>));
        std::vector<std::string> all;
        for (const Topic& t : related) all.push_back(t.name);
        return all;
    }
    Topic beer = topic("beer"), food = topic("food"), wine = topic("wine");
};

TEST_P(SelfRelations, HaveDjangosColumns) {
    for (const char* member : {"similar", "told_in"}) {
        const auto& join = orm::info<Topic>().get_many_to_many(member);
        EXPECT_EQ(join.from_column, "from_topic_id");
        EXPECT_EQ(join.to_column(), "to_topic_id");
    }
    const auto& guests = orm::info<Event>().get_many_to_many("special_users");
    EXPECT_EQ(guests.from_column, "event_id");
    EXPECT_EQ(guests.to_column(), "user_id");
}

TEST_P(SelfRelations, AreTheSameToModelsMigrationsAndDatabase) {
    using namespace orm::migrations;
    const orm::schema::State models = orm::schema::state_of<blog::Topic, Topic>();
    StatedAnswers answers;
    Registry registry;
    registry.add(detect_changes({}, models, answers));
    EXPECT_EQ(registry.state(), models);
    EXPECT_TRUE(detect_changes(registry.state(), models, answers, registry).empty());

    orm::schema::State by_hand = orm::schema::state_of<blog::Topic>();
    apply(create_model("Topic")
              .fields({id(), varchar("name", 50)})
              .many_to_many({many_to_many("similar", "shop.topic").related_name("similar_to"),
                             many_to_many("told_in", "blog.topic")})
              .ordering({"name"}),
          "shop", by_hand);
    EXPECT_EQ(by_hand.models.at("shop.topic").many_to_many, models.models.at("shop.topic").many_to_many);

    const orm::test::TestDatabase other(GetParam());
    orm::Database migrated(other.url());
    for (orm::Database* database : {&db, &migrated})
        database->with_connection(true, std::source_location::current(), [&](orm::Connection& connection) {
            if (database == &migrated) migrate(connection, registry);
            for (const auto& difference : check_database(connection, models)) ADD_FAILURE() << difference.text;
        });
}

TEST_P(SelfRelations, AreSeenFromBothSides) {
    EXPECT_THAT(names(wine, similar), ElementsAre("beer", "food"));
    EXPECT_THAT(names(food, similar), IsEmpty()) << "not symmetrical";
    EXPECT_THAT(names(food, similar_to), ElementsAre("beer", "wine"));
    EXPECT_THAT(names(wine, similar_to), IsEmpty());

    const auto where = [&](auto condition) { return db.all(orm::select<Topic> | orm::filter(condition)); };
    const auto named = [](const char* name) { return f<&Topic::name> == name; };
    EXPECT_THAT(where(orm::exists(similar.where(named("beer")))), ElementsAre(testing::Field(&Topic::id, wine.id)));
    EXPECT_THAT(where(orm::exists(similar_to.where(named("beer")))), ElementsAre(testing::Field(&Topic::id, food.id)));
    const auto counted =
        db.all(orm::select<Topic> | orm::values<&Topic::name> |
               orm::annotate(orm::count(similar), orm::count(similar_to)) | orm::order_by<&Topic::name>);
    ASSERT_EQ(counted.size(), 3U);
    EXPECT_EQ(counted[0], (std::tuple<orm::Char<50>, std::int64_t, std::int64_t>("beer", 1, 1)));
    EXPECT_EQ(counted[2], (std::tuple<orm::Char<50>, std::int64_t, std::int64_t>("wine", 2, 0)));
}

TEST_P(SelfRelations, Change) {
    db.add_related<&Topic::similar>(wine.id, std::vector{beer.id, wine.id});
    EXPECT_THAT(names(wine, similar), ElementsAre("beer", "food", "wine"));
    db.remove_related<&Topic::similar>(wine.id, std::vector{food.id});
    EXPECT_THAT(names(wine, similar), ElementsAre("beer", "wine"));
    db.set_related<&Topic::similar>(beer.id, std::vector{wine.id, beer.id});
    EXPECT_THAT(names(beer, similar), ElementsAre("beer", "wine"));
    db.clear_related<&Topic::similar>(wine.id);
    EXPECT_THAT(names(wine, similar), IsEmpty());
    EXPECT_THAT(names(wine, similar_to), ElementsAre("beer")) << "the other side stays";
    db.add_related_pairs<&Topic::similar>(std::vector{std::pair(food.id, wine.id), std::pair(food.id, food.id)});
    EXPECT_THAT(names(food, similar), ElementsAre("food", "wine"));
    db.erase(orm::select<Topic> | orm::filter(f<&Topic::id> == wine.id));
    EXPECT_THAT(names(food, similar), ElementsAre("food"));
    EXPECT_THAT(names(beer, similar), ElementsAre("beer")) << "rows of both sides go";
}

TEST_P(SelfRelations, HoldToANamesakeOfAnotherApp) {
    blog::Topic post;
    post.name = "tasting";
    db.insert(post);
    db.add_related<&Topic::told_in>(wine.id, std::vector{post.id});
    db.add_related<&Topic::told_in>(post.id, std::vector{beer.id});
    const auto told =
        orm::select<Topic> |
        orm::filter(orm::exists(orm::related_set<&Topic::told_in>.where(f<&blog::Topic::name> == "tasting")));
    EXPECT_EQ(db.count(told), 2);
    const auto rows = db.all(orm::select<blog::Topic> | orm::prefetch(orm::reverse<&Topic::told_in>));
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(std::get<1>(rows[0]).size(), 2U);
}

ON_EACH_DATABASE(SelfRelations);

}  // namespace
}  // namespace shop
