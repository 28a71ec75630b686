/// What a worker would send of Crush.lu's letters, as people would read it.
///
///     PostOffice office(db);
///     join(anna, event);
///     EXPECT_EQ(office.deliver(orm::utc_now()).at(0).subject, "You have a seat: Wine");
#pragma once

#include <gmock/gmock.h>

#include "common/text.hpp"
#include "crush_lu/letters.hpp"
#include "mailbox.hpp"
#include "orm/outbox.hpp"

namespace crush_lu {

class PostOffice {
  public:
    explicit PostOffice(orm::Database& db) : db_(db) { add_letters(letters_, "https://crush.lu", "team@crush.lu"); }

    /// What a worker sends at that moment; later calls see only what is new.
    std::vector<mail::test::Mail> deliver(orm::Timestamp at) {
        mail::test::Mailbox box;
        orm::Worker worker(db_, {.now = [at] { return at; }});
        mail::deliver(worker, letters_, box.transport());
        worker.run_due();
        EXPECT_EQ(orm::outbox::depth(db_, at).dead, 0);
        return box.read();
    }
    const mail::Letters& letters() const { return letters_; }

    /// Nothing is left in English when the letter is written in German and French; quotes are somebody's own words.
    void expect_translated(const std::string& name, mail::Recipient to) {
        const mail::Letter english = write(name, to, "en");
        for (const char* language : {"de", "fr"}) {
            const mail::Letter other = write(name, to, language);
            EXPECT_NE(other.subject, english.subject) << name;
            ASSERT_EQ(other.parts.size(), english.parts.size());
            for (std::size_t i = 0; i < other.parts.size(); ++i) {
                if (other.parts[i].kind == mail::Letter::Part::Kind::quote) continue;
                EXPECT_NE(other.parts[i].text, english.parts[i].text) << name << " in " << language;
            }
        }
    }
    mail::Letter write(const std::string& name, mail::Recipient to, const std::string& language) {
        const platform::LanguageScope scope(language);
        to.language = language;
        const auto letter = letters_.all().find("crush_lu." + name)->second(db_, to);
        EXPECT_TRUE(letter) << name;
        return letter.value_or(mail::Letter{});
    }

  private:
    orm::Database& db_;
    mail::Letters letters_;
};

}  // namespace crush_lu
