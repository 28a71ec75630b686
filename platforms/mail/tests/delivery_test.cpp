#include "accounts/language.hpp"
#include "common/text.hpp"
#include "mail/mail.hpp"
#include "mailbox.hpp"
#include "platform_test.hpp"
#include "smtp_server.hpp"

namespace mail {
namespace {

using namespace std::chrono_literals;
using State = orm::outbox::StoredJob::State;
using orm::f;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Delivery : public platform::test::PlatformTest {
  protected:
    Delivery() {
        letters.sender("shop", {"Shop", "noreply@shop.lu", "https://shop.lu"});
        letters.add("shop.hello", [](orm::Executor&, const Recipient& to) -> std::optional<Letter> {
            if (to.detail("skip") == "yes") return std::nullopt;
            Letter letter{std::string(platform::tr("Cancelled: {}", std::to_string(to.about)))};
            letter.say(to.user ? std::string(to.user->first_name) : "you");
            return letter;
        });
    }
    bool queue(const Notice& notice) {
        return db.atomic([&](orm::Transaction& tx) { return mail::queue(tx, notice); });
    }
    void work(Transport& transport) {
        orm::Worker worker(db, {.now = [this] { return now; }});
        deliver(worker, letters, transport);
        worker.run_due();
        now += 3h;  // longer than any pause
    }
    orm::outbox::StoredJob job() {
        return db.get(orm::select<orm::outbox::StoredJob> | orm::filter(f<&orm::outbox::StoredJob::kind> == "mail"));
    }

    Letters letters;
    test::Mailbox box;
    orm::Timestamp now = orm::utc_now() + 1min;
};

TEST_P(Delivery, IsInTheRecipientsLanguageAtSendingTime) {
    const auth::User anna = user("anna");
    EXPECT_TRUE(queue({.template_name = "shop.hello", .to = anna.id, .about = 7, .key = "1"}));
    EXPECT_FALSE(queue({.template_name = "shop.hello", .to = anna.id, .about = 7, .key = "1"}));
    EXPECT_TRUE(queue({.template_name = "shop.hello", .to = anna.id, .about = 8, .key = "2"}));
    const platform::LanguageScope of_the_request("fr");
    auth::remember_language(db, anna.id, "it");  // not one of ours: changes nothing
    auth::remember_language(db, anna.id, "fr");
    auth::remember_language(db, anna.id, "de");
    work(box.transport());
    const auto mails = box.read();
    ASSERT_THAT(mails, SizeIs(2));
    EXPECT_EQ(mails[0].subject, "Abgesagt: 7");
    EXPECT_EQ(mails[0].language, "de");
    EXPECT_NE(mails[0].message_id, mails[1].message_id);
    EXPECT_EQ(platform::text_language(), "fr") << "the worker's language leaked";
}

TEST_P(Delivery, AnOldNameWithATabIsNoReasonForNoLetter) {
    const auth::User anna = user("anna");
    db.update(orm::select<auth::User>, orm::set<& auth::User::first_name> = "An\tna");
    queue({.template_name = "shop.hello", .to = anna.id, .about = 7});
    work(box.transport());
    ASSERT_THAT(box.read(), SizeIs(1));
    EXPECT_THAT(box.read()[0].raw, HasSubstr("To: \"An na\" <"));
}

TEST_P(Delivery, GoesToAddressesToo) {
    queue({.template_name = "shop.hello", .address = "guest@example.lu", .language = "fr", .about = 3});
    work(box.transport());
    ASSERT_THAT(box.read(), SizeIs(1));
    EXPECT_EQ(box.read()[0].subject, "Annulé : 3");
    EXPECT_EQ(box.read()[0].to, "guest@example.lu");
    EXPECT_THROW(queue({.template_name = "shop.hello"}), orm::UsageError);
}

TEST_P(Delivery, WhoIsGoneOrNeedsNoLetterGetsNone) {
    const auth::User gone = user("gone"), off = user("off"), anna = user("anna");
    for (const auth::User& one : {gone, off}) queue({.template_name = "shop.hello", .to = one.id});
    queue({.template_name = "shop.hello", .to = anna.id, .details = orm::Json(R"({"skip": "yes"})")});
    db.erase(gone);
    db.update(orm::select<auth::User> | orm::filter(f<&auth::User::id> == off.id),
              orm::set<& auth::User::is_active> = false);
    work(box.transport());
    EXPECT_THAT(box.read(), IsEmpty());
    EXPECT_EQ(orm::outbox::depth(db).waiting, 0);
    EXPECT_EQ(orm::outbox::depth(db).dead, 0);
}

TEST_P(Delivery, ALetterThatNobodyKnowsYetWaits) {
    queue({.template_name = "shop.newer", .address = "guest@example.lu"});
    work(box.transport());
    EXPECT_EQ(job().state, State::queued);
    EXPECT_THAT(job().last_error, HasSubstr("shop.newer"));
}

TEST_P(Delivery, AProviderThatIsDownGetsItLaterAndOnce) {
    test::SmtpServer server(box.folder());
    const auto transport = make_transport({.url = server.url(), .starttls = "off"});
    server.stop();
    queue({.template_name = "shop.hello", .to = user("anna").id, .about = 7});
    work(*transport);
    work(*transport);
    EXPECT_EQ(job().state, State::queued);
    EXPECT_EQ(job().attempts, 2);
    const test::SmtpServer again(box.folder(), server.port());
    work(*transport);
    work(*transport);
    const auto mails = box.read();
    ASSERT_THAT(mails, SizeIs(1));
    EXPECT_EQ(mails[0].subject, "Cancelled: 7");
    EXPECT_EQ(mails[0].to, "anna@example.lu");
    EXPECT_EQ(job().state, State::done);
}

TEST_P(Delivery, ForNowAndForGoodAreToldApart) {
    const test::SmtpServer server(box.folder());
    const auto transport = make_transport({.url = server.url(), .starttls = "off"});
    queue({.template_name = "shop.hello", .address = "nobody@example.lu"});
    work(*transport);
    EXPECT_EQ(job().state, State::dead);
    EXPECT_THAT(job().last_error, HasSubstr("550"));
    db.erase(orm::select<orm::outbox::StoredJob>);
    queue({.template_name = "shop.hello", .address = "busy@example.lu"});
    work(*transport);
    EXPECT_EQ(job().state, State::queued);
    EXPECT_THAT(job().last_error, HasSubstr("451"));
    work(*transport);
    EXPECT_EQ(job().state, State::done);
    EXPECT_THAT(box.read(), SizeIs(1));
}

TEST_P(Delivery, ASenderThatTheServerDoesNotTakeMakesLettersWait) {
    const test::SmtpServer server(box.folder());
    const auto transport = make_transport({.url = server.url(), .starttls = "off"});
    letters.sender("shop", {"Shop", "unknown@shop.lu", "https://shop.lu"});
    queue({.template_name = "shop.hello", .address = "anna@example.lu"});
    work(*transport);
    EXPECT_EQ(job().state, State::queued) << "the operator's to mend, and no reason to lose every letter";
    EXPECT_THAT(job().last_error, HasSubstr("550"));
    letters.sender("shop", {"Shop", "noreply@shop.lu", "https://shop.lu"});
    work(*transport);
    EXPECT_EQ(job().state, State::done);
    EXPECT_THAT(box.read(), SizeIs(1));
}

ON_EACH_DATABASE(Delivery);

TEST(Smtp, TellsWhatTheServerRefused) {
    const test::Mailbox box;
    const test::SmtpServer server(box.folder());
    const auto transport = make_transport({.url = server.url(), .starttls = "off"});
    const std::string text = "Subject: x\r\n\r\nHello.\r\n", unwanted = "Subject: unwanted\r\n\r\nHello.\r\n";
    EXPECT_THROW(transport->send({"unknown@shop.lu", "anna@example.lu", text}, "1"), NotNow);
    EXPECT_THROW(transport->send({"noreply@shop.lu", "nobody@example.lu", text}, "1"), Refused);
    EXPECT_THROW(transport->send({"noreply@shop.lu", "anna@example.lu", unwanted}, "1"), Refused);
    transport->send({"noreply@shop.lu", "anna@example.lu", text}, "1");
    EXPECT_THAT(box.read(), SizeIs(1));
}

TEST(Smtp, EncryptsAndLogsIn) {
    const test::Mailbox box;
    const test::SmtpServer server(box.folder(), 0, "app", "p@ss wörd");
    const Message message{"noreply@shop.lu", "anna@example.lu", "Subject: x\r\n\r\n.a dot\r\n"};
    TransportOptions options{
        .url = server.url(), .username = "app", .password = "p@ss wörd", .ca_file = box.folder() / "cert.pem"};
    make_transport(options)->send(message, "1");
    ASSERT_THAT(box.read(), SizeIs(1));
    EXPECT_EQ(box.read()[0].raw, message.content);
    const auto fails = [&](const TransportOptions& with) {
        EXPECT_THROW(make_transport(with)->send(message, "1"), NotNow);
    };
    TransportOptions wrong = options;
    wrong.password = "guessed";
    fails(wrong);
    wrong = options;
    wrong.ca_file.clear();  // a certificate that nobody vouches for
    fails(wrong);
    EXPECT_THAT(box.read(), SizeIs(1));
}

TEST(Smtp, DoesNotSpeakInTheOpenWhereEncryptionIsRequired) {
    const test::Mailbox box;
    const test::SmtpServer server(box.folder());  // offers no STARTTLS
    EXPECT_THROW(make_transport({.url = server.url()})->send({"a@b.lu", "c@d.lu", "x\r\n"}, "1"), NotNow);
    make_transport({.url = server.url(), .starttls = "optional"})->send({"a@b.lu", "c@d.lu", "x\r\n"}, "1");
    EXPECT_THAT(box.read(), SizeIs(1));
}

}  // namespace
}  // namespace mail
