#include "orm/migration.hpp"

namespace crush_lu::migrations {

orm::migrations::Migration m0001_initial() {
    using namespace orm::migrations;
    Migration migration{.app = "crush_lu", .name = "0001_initial"};
    migration.dependencies = {{"auth", "0001_initial"}};
    migration.operations = {
        create_model("CrushCoach")
            .fields({
                id(),
                one_to_one("user", "auth.user").unique().related_name("crushcoach"),
                varchar("specialization", 100).default_to(""),
                text("bio").default_to(""),
                integer("max_active_reviews").default_to(10),
                boolean("is_active").default_to(true),
                timestamp("last_assigned_at").null(),
            })
            .constraints({
                check("crush_coach_max_reviews", "\"max_active_reviews\" >= 0"),
            }),
        create_model("CrushProfile")
            .fields({
                id(),
                one_to_one("user", "auth.user").unique().related_name("crushprofile"),
                date("date_of_birth").null(),
                varchar("gender", 20).default_to(""),
                varchar("location", 100).default_to(""),
                text("bio").default_to(""),
                varchar("phone", 20).default_to(""),
                varchar("looking_for", 20)
                    .null()
                    .choices({{"friends", "Friends"},
                              {"dating", "Dating"},
                              {"both", "Friends and dating"},
                              {"networking", "Networking"}})
                    .default_sql("NULL"),
                array("interests", Type::varchar, 50).default_to("[]"),
                varchar("photo_1", 100).default_to(""),
                varchar("photo_2", 100).default_to(""),
                varchar("photo_3", 100).default_to(""),
                boolean("show_full_name").default_to(false),
                boolean("show_exact_age").default_to(true),
                boolean("blur_photos").default_to(false),
                varchar("completion_status", 20)
                    .choices({{"not_started", "Not started"},
                              {"step1", "Basics saved"},
                              {"step2", "About me saved"},
                              {"step3", "Photos saved"},
                              {"submitted", "Submitted"}})
                    .default_to("not_started"),
                boolean("is_approved").default_to(false),
                boolean("is_active").default_to(true),
                timestamp("approved_at").null(),
            })
            .indexes({
                index("crush_profile_approved_idx", {"is_approved", "is_active"}),
            }),
        create_model("JourneyConfiguration")
            .fields({
                id(),
                varchar("name", 200).default_to(""),
                text("description").default_to(""),
                boolean("is_active").default_to(true),
                timestamp("created_at").auto_now_add(),
            }),
        create_model("JourneyChapter")
            .fields({
                id(),
                foreign_key("journey", "crush_lu.journeyconfiguration").related_name("chapters"),
                integer("chapter_number").default_to(0),
                varchar("title", 200).default_to(""),
                text("description").default_to(""),
            })
            .constraints({
                unique("crush_lu_journeychapter_journey_id_chapter_number_deb33db4_uniq",
                       {"journey_id", "chapter_number"}),
            })
            .ordering({"chapter_number"}),
        create_model("JourneyChallenge")
            .fields({
                id(),
                foreign_key("chapter", "crush_lu.journeychapter").related_name("challenges"),
                varchar("challenge_type", 30)
                    .choices({{"riddle", "Riddle"},
                              {"multiple_choice", "Multiple Choice"},
                              {"word_scramble", "Word Scramble"},
                              {"timeline_sort", "Timeline Sort"},
                              {"would_you_rather", "Would You Rather"},
                              {"open_text", "Open Text"}})
                    .default_to("riddle"),
                text("question").default_to(""),
                varchar("correct_answer", 500).default_to(""),
                json("options").null().default_sql("NULL"),
                text("hint").default_to(""),
                integer("order").default_to(0),
            })
            .ordering({"order"}),
        create_model("JourneyProgress")
            .fields({
                id(),
                foreign_key("user", "auth.user").related_name("journey_progress"),
                foreign_key("journey", "crush_lu.journeyconfiguration").related_name("progress"),
                integer("current_chapter").default_to(1),
                json("completed_challenges").default_to("[]"),
                json("unlocked_rewards").default_to("[]"),
                boolean("completed").default_to(false),
                timestamp("completed_at").null(),
            })
            .constraints({
                unique("crush_lu_journeyprogress_user_id_journey_id_78cfde9e_uniq", {"user_id", "journey_id"}),
            }),
        create_model("JourneyAnswer")
            .fields({
                id(),
                foreign_key("progress", "crush_lu.journeyprogress").related_name("answers"),
                foreign_key("challenge", "crush_lu.journeychallenge").related_name("answers"),
                text("answer").default_to(""),
                boolean("is_correct").default_to(false),
                integer("attempts").default_to(1),
                timestamp("created_at").auto_now_add(),
                timestamp("completed_at").null(),
            })
            .constraints({
                unique("crush_lu_journeyanswer_progress_id_challenge_id_f1760e3f_uniq",
                       {"progress_id", "challenge_id"}),
            }),
        create_model("JourneyReward")
            .fields({
                id(),
                foreign_key("chapter", "crush_lu.journeychapter").related_name("rewards"),
                varchar("reward_type", 20)
                    .choices({{"poem", "Poem"}, {"photo_reveal", "Photo Reveal"}, {"future_letter", "Future Letter"}})
                    .default_to("poem"),
                varchar("title", 200).default_to(""),
                text("content").default_to(""),
                varchar("photo", 100).default_to(""),
            }),
        create_model("JourneyUnlock")
            .fields({
                id(),
                foreign_key("progress", "crush_lu.journeyprogress").related_name("unlocks"),
                foreign_key("reward", "crush_lu.journeyreward").related_name("unlocks"),
                timestamp("created_at").auto_now_add(),
            })
            .constraints({
                unique("crush_lu_journeyunlock_progress_id_reward_id_2615799d_uniq", {"progress_id", "reward_id"}),
            }),
        create_model("ProfileSubmission")
            .fields({
                id(),
                foreign_key("profile", "crush_lu.crushprofile").related_name("submissions"),
                foreign_key("coach", "crush_lu.crushcoach")
                    .null()
                    .on_delete(set_null)
                    .related_name("submissions")
                    .default_sql("NULL"),
                varchar("status", 20)
                    .choices({{"pending", "Pending"},
                              {"approved", "Approved"},
                              {"rejected", "Rejected"},
                              {"revision", "Revision Requested"}})
                    .default_to("pending"),
                timestamp("created_at").auto_now_add(),
                timestamp("reviewed_at").null(),
                text("coach_notes").default_to(""),
                text("feedback_to_user").default_to(""),
            })
            .indexes({
                index("crush_lu_pr_coach_i_3cd3ea_idx", {"coach_id", "status"}),
                index("crush_lu_pr_status_260c49_idx", {"status", "created_at"}),
                index("crush_submission_one_pending", {"profile_id"}).unique().where("\"status\" = 'pending'"),
            })
            .ordering({"-created_at"}),
        create_model("SpecialUserExperience")
            .fields({
                id(),
                one_to_one("user", "auth.user").unique().related_name("special_experience"),
                foreign_key("journey", "crush_lu.journeyconfiguration")
                    .null()
                    .on_delete(set_null)
                    .related_name("special_experiences")
                    .default_sql("NULL"),
                text("custom_welcome_message").default_to(""),
                timestamp("created_at").auto_now_add(),
            }),
        create_model("Venue")
            .fields({
                id(),
                varchar("name", 200).default_to(""),
                varchar("address", 200).default_to(""),
                varchar("city", 100).default_to(""),
                integer("capacity").default_to(0),
            })
            .constraints({
                check("crush_venue_capacity", "\"capacity\" >= 0"),
            })
            .ordering({"name"}),
        create_model("MeetupEvent")
            .fields({
                id(),
                varchar("title", 200).default_to(""),
                text("description").default_to(""),
                varchar("event_type", 20)
                    .choices({{"speed_dating", "Speed Dating"},
                              {"mixer", "Social Mixer"},
                              {"activity", "Activity Meetup"},
                              {"themed", "Themed Event"}})
                    .default_to("speed_dating"),
                timestamp("event_date"),
                integer("duration_minutes").default_to(120),
                varchar("location", 200).default_to(""),
                varchar("address", 200).default_to(""),
                foreign_key("venue", "crush_lu.venue")
                    .null()
                    .on_delete(set_null)
                    .related_name("events")
                    .default_sql("NULL"),
                integer("max_participants").default_to(0),
                integer("min_age").default_to(18),
                integer("max_age").default_to(99),
                decimal("registration_fee", 6, 2).default_sql("0.00"),
                timestamp("registration_deadline"),
                boolean("is_published").default_to(false),
                boolean("is_cancelled").default_to(false),
                boolean("is_private_invitation").default_to(false),
                varchar("invitation_code", 50).default_to(""),
                timestamp("invitation_expires_at").null(),
                integer("max_invited_guests").default_to(20),
            })
            .many_to_many({
                many_to_many("special_users", "auth.user").related_name("invited_events"),
            })
            .indexes({
                index("event_date_published_idx", {"event_date", "is_published"}),
                index("crush_lu_me_is_priv_33ed94_idx", {"is_private_invitation"}),
                index("event_published_date_idx", {"event_date"}).where("\"is_published\""),
                index("crush_event_code_uniq", {"(LOWER(\"invitation_code\"))"})
                    .unique()
                    .where("LENGTH(\"invitation_code\") > 0"),
            })
            .constraints({
                check("crush_event_ages", "(\"min_age\" >= 18) AND (\"min_age\" <= \"max_age\")"),
                check("crush_event_capacity", "\"max_participants\" >= 1"),
                check("crush_event_deadline", "\"registration_deadline\" <= \"event_date\""),
                check("crush_event_fee", "\"registration_fee\" >= 0"),
                check("crush_event_duration", "(\"duration_minutes\" >= 1) AND (\"duration_minutes\" <= 10080)"),
            })
            .ordering({"event_date"}),
        create_model("EventConnection")
            .fields({
                id(),
                foreign_key("event", "crush_lu.meetupevent").related_name("connections"),
                foreign_key("from_user", "auth.user").related_name("connections_sent"),
                foreign_key("to_user", "auth.user").related_name("connections_received"),
                varchar("status", 20)
                    .choices({{"pending", "Pending"}, {"connected", "Connected"}, {"declined", "Declined"}})
                    .default_to("pending"),
                varchar("note", 300).default_to(""),
                timestamp("connected_at").null(),
                timestamp("created_at").auto_now_add(),
            })
            .indexes({
                index("crush_lu_ev_to_user_6bda0d_idx", {"to_user_id", "status"}),
                index("crush_lu_ev_from_us_3ebcbb_idx", {"from_user_id", "status"}),
            })
            .constraints({
                unique("crush_lu_eventconnection_event_id_from_user_id_to_3eb4f560_uniq",
                       {"event_id", "from_user_id", "to_user_id"}),
                check("crush_connection_not_self", "\"from_user_id\" <> \"to_user_id\""),
            }),
        create_model("ConnectionMessage")
            .fields({
                id(),
                foreign_key("connection", "crush_lu.eventconnection").related_name("messages"),
                foreign_key("sender", "auth.user").related_name("messages_sent"),
                text("content").default_to(""),
                boolean("is_read").default_to(false),
                timestamp("created_at").auto_now_add(),
            })
            .indexes({
                index("crush_lu_co_connect_e93b1e_idx", {"connection_id", "created_at"}),
                index("crush_message_unread_idx", {"connection_id"}).where("NOT (\"is_read\")"),
            })
            .ordering({"created_at"}),
        create_model("EventRegistration")
            .fields({
                id(),
                foreign_key("event", "crush_lu.meetupevent").related_name("registrations"),
                foreign_key("user", "auth.user").related_name("event_registrations"),
                varchar("status", 20)
                    .choices({{"pending", "Pending"},
                              {"confirmed", "Confirmed"},
                              {"waitlist", "Waitlist"},
                              {"attended", "Attended"},
                              {"no_show", "No Show"},
                              {"cancelled", "Cancelled"}})
                    .default_to("pending"),
                boolean("payment_confirmed").default_to(false),
                timestamp("payment_date").null(),
                text("dietary_restrictions").default_to(""),
                text("special_requests").default_to(""),
                timestamp("created_at").auto_now_add(),
                timestamp("queued_at").auto_now_add(),
            })
            .indexes({
                index("crush_lu_ev_event_i_3ae9d1_idx", {"event_id", "status"}),
                index("crush_lu_ev_user_id_30c045_idx", {"user_id", "status"}),
                index("crush_lu_ev_event_i_6769e2_idx", {"event_id", "status", "queued_at"}),
            })
            .constraints({
                unique("crush_lu_eventregistration_event_id_user_id_52c32bb9_uniq", {"event_id", "user_id"}),
            }),
    };
    return migration;
}

}  // namespace crush_lu::migrations
