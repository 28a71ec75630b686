#include <gmock/gmock.h>

#include "models.hpp"

namespace shop {
namespace {

using testing::ElementsAre;

static_assert(orm::member_name<&Event::title> == "title");
static_assert(orm::enum_names<Event::Type>.size() == 3);
static_assert(orm::to_string(Event::Type::speed_dating) == "speed_dating");
static_assert(orm::parse_enum<Event::Type>("mixer") == Event::Type::mixer);
static_assert(!orm::parse_enum<Event::Type>("Mixer"));
static_assert(orm::label_of(Event::Type::mixer) == "Social Mixer");
static_assert(orm::label_of(Registration::Status::waitlist) == "waitlist");

TEST(Reflection, ReadsNamesColumnsAndKeys) {
    const orm::ModelInfo& event = orm::info<Event>();
    EXPECT_EQ(event.table, "shop_event");
    EXPECT_EQ(event.class_name, "Event");
    std::vector<std::string> columns;
    for (const auto& member : event.members) columns.push_back(member.column);
    EXPECT_THAT(columns, ElementsAre("id", "title", "event_type", "event_date", "max_participants", "fee",
                                     "is_published", "venue_id"));
    EXPECT_EQ(event.key().column, "id");
    EXPECT_TRUE(event.generated_key);
    EXPECT_EQ(event.many_to_many.at(0).table, "shop_event_special_users");
    EXPECT_EQ(event.many_to_many.at(0).to_column(), "user_id");
    EXPECT_EQ(orm::info<Session>().key().column, "session_key");
}

TEST(Reflection, DescribesTheSchemaAsDjangoNamesIt) {
    const orm::schema::Model event = orm::schema_of(orm::info<Event>());
    const orm::schema::Field& type = *event.find("event_type");
    EXPECT_EQ(type.max_length, 20);
    EXPECT_EQ(type.choices.at(1).label, "Social Mixer");
    EXPECT_EQ(type.default_value, "'speed_dating'");
    const orm::schema::Field& venue = *event.find("venue");
    EXPECT_EQ(venue.to, "shop.venue");
    EXPECT_TRUE(venue.null);
    EXPECT_EQ(venue.on_delete, orm::OnDelete::set_null);
    EXPECT_EQ(event.indexes.at(1).name, "shop_event_published_idx");
    EXPECT_EQ(event.indexes.at(1).condition, "\"is_published\"");
    EXPECT_EQ(event.constraints.at(0).condition, "\"max_participants\" >= 0");
    EXPECT_EQ(orm::schema_of(orm::info<User>()).indexes.at(0).parts.at(0).expression, "LOWER(\"email\")");
    EXPECT_EQ(orm::schema_of(orm::info<User>()).find("id")->type, orm::schema::Type::identity32);
}

TEST(Reflection, UnknownMembersAreNamed) {
    try {
        orm::info<Event>().get("colour");
        FAIL();
    } catch (const orm::UsageError& e) {
        EXPECT_STREQ(e.what(), "Event has no column member \"colour\"");
    }
}

}  // namespace
}  // namespace shop
