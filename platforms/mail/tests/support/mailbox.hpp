/// A folder of its own for mail, and what people would read in it.
///
///     mail::test::Mailbox box;
///     box.transport().send(message, "1");
///     EXPECT_EQ(box.read().front().subject, "Hello");
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "mail/transport.hpp"

namespace mail::test {

struct Mail {
    std::string raw;
    std::string to, subject, message_id, language;  ///< decoded
    std::string text, html;
};
/// Takes a message with two quoted-printable parts apart.
Mail parse(const std::string& raw);

class Mailbox {
  public:
    Mailbox();
    ~Mailbox();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;
    Transport& transport() { return *transport_; }
    const std::filesystem::path& folder() const { return folder_; }
    /// All mails, in the order of their files' names.
    std::vector<Mail> read() const;

  private:
    std::filesystem::path folder_;
    std::unique_ptr<Transport> transport_;
};

}  // namespace mail::test
