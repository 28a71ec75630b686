#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "mailbox.hpp"

namespace mail {
namespace {

using testing::HasSubstr;
using testing::Not;

const Sender sender{"Crush.lu", "noreply@crush.lu", "https://crush.lu"};
const Envelope anna{.to_name = "Anna",
                    .to_address = "anna@example.lu",
                    .language = "fr",
                    .message_id = "17.42@crush.lu",
                    .date = 1780310400};

TEST(Letter, HasBothPartsAndTheHeadersOfAMail) {
    Letter letter{"Soirée à Wëlz – 100 € <b>"};
    letter.say("Hello Anna,").quote("two\nlines & <i>tags</i>").link("The event", "/events/7/");
    const Message message = compose(letter, sender, anna);
    EXPECT_EQ(message.from, "noreply@crush.lu");
    EXPECT_EQ(message.to, "anna@example.lu");
    const test::Mail mail = test::parse(message.content);
    EXPECT_EQ(mail.subject, letter.subject);
    EXPECT_EQ(mail.to, "\"Anna\" <anna@example.lu>");
    EXPECT_EQ(mail.message_id, "<17.42@crush.lu>");
    EXPECT_EQ(mail.language, "fr");
    EXPECT_THAT(message.content, HasSubstr("\r\nDate: Mon, 1 Jun 2026 10:40:00 +0000\r\n"));
    EXPECT_THAT(mail.text, HasSubstr("Hello Anna,\n\n> two\n> lines & <i>tags</i>\n\nThe event:\n"
                                     "https://crush.lu/fr/events/7/\n"));
    EXPECT_THAT(mail.html, HasSubstr("two<br>\nlines &amp; &lt;i&gt;tags&lt;/i&gt;"));
    EXPECT_THAT(mail.html, HasSubstr("<a href=\"https://crush.lu/fr/events/7/\">The event</a>"));
    EXPECT_THAT(mail.html, HasSubstr("<title>Soirée à Wëlz – 100 € &lt;b&gt;</title>"));
}

TEST(Letter, StaysAsciiAndWithinTheLinesOfTheStandard) {
    std::string long_text;
    for (int i = 0; i < 200; ++i) long_text += "äöü €=  ";
    Letter letter{long_text};
    letter.say(long_text).say(std::string(3000, 'x')).say("ends in a blank \nand\ttab\t");
    Envelope envelope = anna;
    envelope.to_name = "Zoë \"Z\" Müller";
    const Message message = compose(letter, sender, envelope);
    std::istringstream lines(message.content);
    for (std::string line; std::getline(lines, line);) {
        ASSERT_TRUE(line.ends_with('\r')) << line;
        EXPECT_LE(line.size(), 79U) << line;
        for (const char c : line) ASSERT_LT(static_cast<unsigned char>(c), 128) << line;
    }
    const test::Mail mail = test::parse(message.content);
    EXPECT_EQ(mail.subject, long_text);
    EXPECT_THAT(mail.to, HasSubstr(envelope.to_name));
    EXPECT_THAT(mail.text, HasSubstr(long_text + "\n\n" + std::string(3000, 'x') + "\n"));
    EXPECT_THAT(mail.text, HasSubstr("ends in a blank \nand\ttab\t\n"));
}

TEST(Letter, NothingThatSomebodyTypedBecomesAHeader) {
    for (const std::string& bad : std::vector<std::string>{"x\r\nBcc: all@example.lu", "x\nBcc: all@example.lu", "x\ry",
                                                           std::string("x\0y", 3)}) {
        EXPECT_THROW(compose(Letter{bad}, sender, anna), std::invalid_argument);
        Envelope envelope = anna;
        envelope.to_name = bad;
        EXPECT_THROW(compose(Letter{"x"}, sender, envelope), std::invalid_argument);
        envelope = anna;
        envelope.to_address = "anna@example.lu" + bad;
        EXPECT_THROW(compose(Letter{"x"}, sender, envelope), std::invalid_argument);
    }
    for (const std::string bad : {"", "anna", "@example.lu", "anna@", "a@b@c", "anna@example.lu> SIZE=1", "a,b@c.lu"}) {
        Envelope envelope = anna;
        envelope.to_address = bad;
        EXPECT_THROW(compose(Letter{"x"}, sender, envelope), std::invalid_argument) << bad;
    }
    const Message message = compose(Letter{"=?UTF-8?B?eA==?= as typed"}, sender, anna);
    EXPECT_EQ(test::parse(message.content).subject, "=?UTF-8?B?eA==?= as typed");
}

TEST(Transport, RefusesAWrongAddressOfTheServer) {
    for (const std::string url : {"mail.example", "http://mail.example", "smtp://", "smtp://user:secret@mail.example",
                                  "smtp://mail.example/x", "smtp://mail.example\r\nQUIT"}) {
        try {
            make_transport({.url = url});
            ADD_FAILURE() << url;
        } catch (const std::invalid_argument& error) {
            EXPECT_THAT(error.what(), Not(HasSubstr("secret")));
        }
    }
    EXPECT_THROW(make_transport({.url = "smtp://mail.example:25", .starttls = "maybe"}), std::invalid_argument);
}

TEST(Transport, AFolderThatCannotBeWrittenIsForLater) {
    test::Mailbox box;
    std::filesystem::path file = box.folder() / "file";
    make_transport({.folder = box.folder()})->send({"a@b.lu", "c@d.lu", "x"}, "1");
    std::filesystem::rename(box.folder() / "1.eml", file);
    EXPECT_THROW(make_transport({.folder = file})->send({"a@b.lu", "c@d.lu", "x"}, "1"), NotNow);
}

}  // namespace
}  // namespace mail
