/// What a letter says, once: the text and the HTML that people receive are both made from it.
///
///     mail::Letter letter{tr("You have a seat: {}", event.title)};
///     letter.say(tr("Hello {},", name)).say(tr("see you on {}.", day));
///     letter.quote(feedback).link(tr("The event"), "/events/7/");
///
/// Texts are plain: whatever they hold is escaped in the HTML.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mail {

struct Letter {
    struct Part {
        enum class Kind : std::uint8_t { paragraph, quote, link } kind{};
        std::string text;
        std::string path{};  ///< link: on the sender's site, without language
    };

    std::string subject;
    std::vector<Part> parts{};

    Letter& say(std::string text) { return add({Part::Kind::paragraph, std::move(text)}); }
    /// Somebody else's words; an empty quote is left out.
    Letter& quote(std::string text) { return text.empty() ? *this : add({Part::Kind::quote, std::move(text)}); }
    Letter& link(std::string label, std::string path) {
        return add({Part::Kind::link, std::move(label), std::move(path)});
    }

  private:
    Letter& add(Part part) {
        parts.push_back(std::move(part));
        return *this;
    }
};

/// Who writes: the platform's name and address, not those of the host on which something happened.
struct Sender {
    std::string name;     ///< "Crush.lu"
    std::string address;  ///< "noreply@crush.lu"
    std::string site;     ///< "https://crush.lu": what links start with
    std::string team{};   ///< where the people who run the platform read what happens; empty: they do not
};

/// A message as a server takes it: headers and both parts, lines ended by CRLF.
struct Message {
    std::string from;  ///< the envelope's addresses
    std::string to;
    std::string content;
};

struct Envelope {
    std::string to_name{};
    std::string to_address{};
    std::string language = "en";
    std::string message_id{};  ///< without brackets; the same for each try of one letter
    std::int64_t date = 0;     ///< seconds since 1970, UTC
};

bool is_address(std::string_view text);

/// Throws std::invalid_argument for a subject, name or address with a line break or another control character, and for
/// an address that is none: nothing that a person typed becomes a header.
Message compose(const Letter& letter, const Sender& sender, const Envelope& envelope);

/// `text` as a header's value: as it is when it is plain ASCII, else RFC 2047 words of at most 75 characters.
std::string encoded_header(std::string_view text);
/// RFC 2045; lines of at most 76 characters ended by CRLF.
std::string quoted_printable(std::string_view text);

}  // namespace mail
