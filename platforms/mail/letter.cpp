#include "mail/letter.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>

namespace mail {

namespace {

using Kind = Letter::Part::Kind;

constexpr std::string_view hex = "0123456789ABCDEF";

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 32 || c == 127;
}

void refuse_control(const char* what, std::string_view value) {
    for (const char c : value)
        if (is_control(c))
            throw std::invalid_argument(std::string("a mail's ") + what + " holds a line break or control character");
}

void check_address(const char* what, std::string_view address) {
    refuse_control(what, address);
    if (!is_address(address)) throw std::invalid_argument(std::string("a mail's ") + what + " is no e-mail address");
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t k) -> unsigned {
            return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
        };
        const unsigned three = byte(0) << 16 | byte(1) << 8 | byte(2);
        text += alphabet[three >> 18];
        text += alphabet[three >> 12 & 63];
        text += i + 1 < bytes.size() ? alphabet[three >> 6 & 63] : '=';
        text += i + 2 < bytes.size() ? alphabet[three & 63] : '=';
    }
    return text;
}

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// `"Anna \"Ann\" Weber" <anna@example.lu>`
std::string mailbox(const std::string& name, const std::string& address) {
    if (name.empty()) return address;
    std::string shown = encoded_header(name);
    if (shown == name) {
        shown = "\"";
        for (const char c : name) (c == '"' || c == '\\' ? shown += '\\' : shown) += c;
        shown += '"';
    }
    return shown + " <" + address + ">";
}

std::string rfc_date(std::int64_t seconds) {
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto moment = static_cast<std::time_t>(seconds);
    std::tm utc{};
    gmtime_r(&moment, &utc);
    std::array<char, 32> rest{};
    std::strftime(rest.data(), rest.size(), " %Y %H:%M:%S +0000", &utc);
    return std::string(days[static_cast<std::size_t>(utc.tm_wday)]) + ", " + std::to_string(utc.tm_mday) + " " +
           months[static_cast<std::size_t>(utc.tm_mon)] + rest.data();
}

std::string escaped(std::string_view text) {
    std::string html;
    for (const char c : text) switch (c) {
            case '&':
                html += "&amp;";
                break;
            case '<':
                html += "&lt;";
                break;
            case '>':
                html += "&gt;";
                break;
            case '"':
                html += "&quot;";
                break;
            case '\n':
                html += "<br>\n";
                break;
            case '\r':
                break;
            default:
                html += c;
        }
    return html;
}

std::string address_of(const Letter::Part& part, const Sender& sender, const Envelope& envelope) {
    return sender.site + "/" + envelope.language + part.path;
}

std::string plain_text(const Letter& letter, const Sender& sender, const Envelope& envelope) {
    std::string text;
    for (const Letter::Part& part : letter.parts) {
        if (!text.empty()) text += '\n';
        if (part.kind == Kind::quote) {
            text += "> ";
            for (const char c : part.text)
                if (c != '\r') text += c == '\n' ? std::string("\n> ") : std::string(1, c);
        } else {
            for (const char c : part.text)
                if (c != '\r') text += c;
        }
        if (part.kind == Kind::link) text += ":\n" + address_of(part, sender, envelope);
        text += '\n';
    }
    return text + "\n-- \n" + sender.name + "\n" + sender.site + "/\n";
}

std::string html(const Letter& letter, const Sender& sender, const Envelope& envelope) {
    std::string body;
    for (const Letter::Part& part : letter.parts) switch (part.kind) {
            case Kind::paragraph:
                body += "<p>" + escaped(part.text) + "</p>\n";
                break;
            case Kind::quote:
                body += "<blockquote style=\"margin:1em 0;padding:0 0 0 1em;border-left:3px solid #ccc\">" +
                        escaped(part.text) + "</blockquote>\n";
                break;
            case Kind::link:
                body += "<p><a href=\"" + escaped(address_of(part, sender, envelope)) + "\">" + escaped(part.text) +
                        "</a></p>\n";
        }
    return "<!doctype html>\n<html lang=\"" + escaped(envelope.language) +
           "\">\n<head><meta charset=\"utf-8\">\n<title>" + escaped(letter.subject) +
           "</title></head>\n<body style=\"font-family:sans-serif;line-height:1.5;max-width:36em\">\n" + body +
           "<p style=\"color:#777\">" + escaped(sender.name) + "</p>\n</body>\n</html>\n";
}

}  // namespace

std::string encoded_header(std::string_view text) {
    bool plain = text.find("=?") == text.npos && text.size() <= 900;
    for (const char c : text) plain = plain && c >= 32 && c < 127;
    if (plain) return std::string(text);
    std::string value;
    while (!text.empty()) {
        std::size_t length = std::min<std::size_t>(36, text.size());  // 60 characters, and room for the header's name
        while (length < text.size() && length > 1 && continues(text[length])) --length;
        value += (value.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(text.substr(0, length)) + "?=";
        text.remove_prefix(length);
    }
    return value;
}

std::string quoted_printable(std::string_view text) {
    std::string result, line;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        if (c == '\n') {
            result += line + "\r\n";
            line.clear();
            continue;
        }
        const bool last = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
        const bool plain = (c > 32 && c < 127 && c != '=') || ((c == ' ' || c == '\t') && !last);
        std::string piece(1, c);
        if (!plain) piece = {'=', hex[static_cast<unsigned char>(c) >> 4], hex[static_cast<unsigned char>(c) & 15]};
        if (line.size() + piece.size() > 75) {
            result += line + "=\r\n";
            line.clear();
        }
        line += piece;
    }
    return line.empty() ? result : result + line + "\r\n";
}

bool is_address(std::string_view text) {
    const std::size_t at = text.find('@');
    return at != 0 && at != text.npos && at + 1 != text.size() && text.find('@', at + 1) == text.npos &&
           text.find_first_of(" <>\",;:\\()[]") == text.npos && std::none_of(text.begin(), text.end(), is_control);
}

Message compose(const Letter& letter, const Sender& sender, const Envelope& envelope) {
    refuse_control("subject", letter.subject);
    refuse_control("recipient's name", envelope.to_name);
    refuse_control("sender's name", sender.name);
    refuse_control("message id", envelope.message_id);
    check_address("recipient", envelope.to_address);
    check_address("sender", sender.address);
    // No line of quoted-printable text holds "=_".
    const std::string boundary = "=_" + envelope.message_id.substr(0, envelope.message_id.find('@'));
    std::string content = "From: " + mailbox(sender.name, sender.address) +
                          "\r\nTo: " + mailbox(envelope.to_name, envelope.to_address) +
                          "\r\nSubject: " + encoded_header(letter.subject) + "\r\nDate: " + rfc_date(envelope.date) +
                          "\r\nMessage-ID: <" + envelope.message_id + ">\r\nContent-Language: " + envelope.language +
                          "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0" +
                          "\r\nContent-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n";
    const auto part = [&](const char* type, const std::string& text) {
        content += "\r\n--" + boundary + "\r\nContent-Type: text/" + type +
                   "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted_printable(text);
    };
    part("plain", plain_text(letter, sender, envelope));
    part("html", html(letter, sender, envelope));
    content += "\r\n--" + boundary + "--\r\n";
    return {sender.address, envelope.to_address, std::move(content)};
}

}  // namespace mail
