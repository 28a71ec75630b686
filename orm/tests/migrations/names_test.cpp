// Names that a Django 5.1 database really has.
#include <gtest/gtest.h>

#include "orm/schema.hpp"

using namespace orm::schema;

TEST(Names, SchemaEditorNamesAreDjangos) {
    EXPECT_EQ(constraint_name("auth_user", {"username"}, "_like"), "auth_user_username_6821ab7c_like");
    EXPECT_EQ(constraint_name("django_session", {"expire_date"}, ""), "django_session_expire_date_a5c62663");
    EXPECT_EQ(constraint_name("django_session", {"session_key"}, "_like"), "django_session_session_key_c0390e0f_like");
    EXPECT_EQ(constraint_name("auth_user_groups", {"user_id", "group_id"}, "_uniq"),
              "auth_user_groups_user_id_group_id_94350c0c_uniq");
    EXPECT_EQ(constraint_name("auth_user_groups", {"user_id"}, "_fk_auth_user_id"),
              "auth_user_groups_user_id_6a12ed8b_fk_auth_user_id");
}

TEST(Names, LongOnesAreShortenedLikeDjangos) {
    EXPECT_EQ(constraint_name("auth_permission", {"content_type_id", "codename"}, "_uniq"),
              "auth_permission_content_type_id_codename_01ab375a_uniq");
    EXPECT_EQ(constraint_name("auth_permission", {"content_type_id"}, "_fk_django_content_type_id"),
              "auth_permission_content_type_id_2f476e4b_fk_django_co");
    EXPECT_EQ(constraint_name("auth_group_permissions", {"permission_id"}, "_fk_auth_permission_id"),
              "auth_group_permissio_permission_id_84c5c92e_fk_auth_perm");
    EXPECT_EQ(constraint_name("auth_group_permissions", {"permission_id"}, "_fk_auth_permission_id", 200),
              "auth_group_permissions_permission_id_84c5c92e_fk_auth_permission_id");
}

TEST(Names, IndexNamesHaveThreeParts) {
    std::string name = index_name("crush_lu_meetupevent", {"event_date", "is_published"});
    EXPECT_EQ(name.substr(0, 20), "crush_lu_me_event_d_");
    EXPECT_EQ(name.size(), 20U + 6 + 4);
    EXPECT_NE(name, index_name("crush_lu_meetupevent", {"-event_date", "is_published"}));
}
