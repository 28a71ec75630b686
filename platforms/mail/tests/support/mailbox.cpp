#include "mailbox.hpp"

#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace mail::test {

namespace fs = std::filesystem;

namespace {

std::string unquoted(std::string_view text) {
    std::string result;
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'A' + 10; };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '=' && text.substr(i + 1, 2) == "\r\n") {
            i += 2;
        } else if (text[i] == '=' && i + 2 < text.size()) {
            result += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else if (text[i] != '\r') {
            result += text[i];
        }
    }
    return result;
}

std::string from_base64(std::string_view text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string result;
    unsigned bits = 0, count = 0;
    for (const char c : text.substr(0, text.find('='))) {
        bits = bits << 6 | static_cast<unsigned>(alphabet.find(c));
        if ((count += 6) >= 8) result += static_cast<char>(bits >> (count -= 8) & 255);
    }
    return result;
}

std::string decoded(std::string value) {
    constexpr std::string_view start = "=?UTF-8?B?";
    std::string result;
    for (std::size_t at; (at = value.find(start)) != value.npos;) {
        if (result.empty()) result = value.substr(0, at);
        const std::size_t end = value.find("?=", at + start.size());
        result += from_base64(value.substr(at + start.size(), end - at - start.size()));
        value.erase(0, end + 2);
    }
    return result + (result.empty() || !value.starts_with("\r\n") ? value : "");
}

std::string header(const std::string& raw, const std::string& name) {
    const std::size_t at = raw.find("\r\n" + name + ": ");
    if (at == raw.npos || at > raw.find("\r\n\r\n")) return {};
    const std::size_t from = at + name.size() + 4;
    std::size_t end = raw.find("\r\n", from);
    while (raw[end + 2] == ' ') end = raw.find("\r\n", end + 2);
    return decoded(raw.substr(from, end - from));
}

std::string part(const std::string& raw, const std::string& type) {
    const std::size_t at = raw.find("Content-Type: " + type);
    if (at == raw.npos) return {};
    const std::size_t from = raw.find("\r\n\r\n", at) + 4;
    return unquoted(std::string_view(raw).substr(from, raw.find("\r\n--=_", from) - from));
}

}  // namespace

Mail parse(const std::string& raw) {
    Mail mail;
    mail.raw = raw;
    mail.to = header(raw, "To");
    mail.subject = header(raw, "Subject");
    mail.message_id = header(raw, "Message-ID");
    mail.language = header(raw, "Content-Language");
    mail.text = part(raw, "text/plain");
    mail.html = part(raw, "text/html");
    return mail;
}

Mailbox::Mailbox() {
    std::string name = (fs::temp_directory_path() / "entreprinder-mail-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for mail");
    folder_ = name;
    transport_ = make_transport({.folder = folder_});
}

Mailbox::~Mailbox() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::vector<Mail> Mailbox::read() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder_))
        if (entry.path().extension() == ".eml") files.push_back(entry.path());
    const auto number = [](const fs::path& path) { return std::stoll(path.filename().string()); };
    std::ranges::sort(files, {}, number);
    std::vector<Mail> mails;
    for (const fs::path& file : files) {
        std::ifstream in(file, std::ios::binary);
        mails.push_back(parse({std::istreambuf_iterator<char>(in), {}}));
    }
    return mails;
}

}  // namespace mail::test
