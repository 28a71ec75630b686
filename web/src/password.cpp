#include "web/password.hpp"

#include <argon2.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <stdexcept>

#include "common_passwords.hpp"
#include "web/http.hpp"
#include "web/token.hpp"
#include "web/url.hpp"

namespace web {
namespace {

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;
constexpr std::string_view argon2_prefix = "$argon2id$";
constexpr std::size_t min_characters = 8;
constexpr int max_iterations = 10'000'000;

// Django writes "argon2" before the standard text.
std::string_view argon2_text(std::string_view stored) {
    if (stored.starts_with("argon2$argon2id$")) stored.remove_prefix(6);
    return stored.starts_with(argon2_prefix) ? stored : std::string_view();
}

// pbkdf2_sha256$<iterations>$<salt>$<base64 of 32 bytes>
bool verify_django(std::string_view password, std::string_view stored) {
    std::array<std::string_view, 4> parts;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::size_t dollar = i < 3 ? stored.find('$') : stored.npos;
        if (i < 3 && dollar == stored.npos) return false;
        parts[i] = stored.substr(0, dollar);
        stored.remove_prefix(dollar == stored.npos ? stored.size() : dollar + 1);
    }
    int iterations = 0;
    const auto [end, error] = std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), iterations);
    if (parts[0] != "pbkdf2_sha256" || error != std::errc() || end != parts[1].data() + parts[1].size() ||
        iterations < 1 || iterations > max_iterations) {
        return false;
    }
    std::array<unsigned char, 32> derived{};
    if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                          reinterpret_cast<const unsigned char*>(parts[2].data()), static_cast<int>(parts[2].size()),
                          iterations, EVP_sha256(), static_cast<int>(derived.size()), derived.data()) != 1) {
        return false;
    }
    std::array<unsigned char, 64> text{};
    const int length = EVP_EncodeBlock(text.data(), derived.data(), static_cast<int>(derived.size()));
    return constant_time_equal({reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length)},
                               parts[3]);
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

// Share of letters two texts have in common whatever their order, 0 … 1 (difflib's quick_ratio, as Django uses it).
double similarity(std::string_view a, std::string_view b) {
    std::array<int, 256> counts{};
    for (const char c : a) ++counts[static_cast<unsigned char>(c)];
    std::size_t common = 0;
    for (const char c : b) common += counts[static_cast<unsigned char>(c)]-- > 0 ? 1U : 0U;
    return 2.0 * static_cast<double>(common) / static_cast<double>(a.size() + b.size());
}

bool similar(std::string_view password, std::string_view personal) {
    constexpr double threshold = 0.7;
    const auto close = [&](std::string_view part) {
        return part.size() >= 3 && similarity(password, part) >= threshold;
    };
    if (close(personal) || close(personal.substr(0, personal.find('@')))) return true;
    while (!personal.empty()) {
        const std::size_t end = personal.find_first_of(" @.-_+,'");
        if (close(personal.substr(0, end))) return true;
        personal.remove_prefix(end == personal.npos ? personal.size() : end + 1);
    }
    return false;
}

}  // namespace

std::string hash_password(std::string_view password) {
    if (password.size() > max_password_bytes) throw std::invalid_argument("the password is too long");
    const std::string salt = random_bytes(salt_bytes);
    std::string encoded(
        argon2_encodedlen(argon2_passes, argon2_memory_kib, argon2_lanes, salt_bytes, hash_bytes, Argon2_id), '\0');
    const int code =
        argon2id_hash_encoded(argon2_passes, argon2_memory_kib, argon2_lanes, password.data(), password.size(),
                              salt.data(), salt.size(), hash_bytes, encoded.data(), encoded.size());
    if (code != ARGON2_OK) throw std::runtime_error(std::string("argon2: ") + argon2_error_message(code));
    encoded.resize(encoded.find('\0'));
    return encoded;
}

bool verify_password(std::string_view password, std::string_view stored) {
    if (password.size() > max_password_bytes) return false;
    if (const std::string encoded(argon2_text(stored)); !encoded.empty()) {
        return argon2id_verify(encoded.c_str(), password.data(), password.size()) == ARGON2_OK;
    }
    return verify_django(password, stored);
}

bool needs_upgrade(std::string_view stored) {
    if (!stored.starts_with(argon2_prefix)) return true;
    unsigned memory = 0;
    unsigned passes = 0;
    unsigned lanes = 0;
    const std::string text(stored);
    if (std::sscanf(text.c_str(), "$argon2id$v=19$m=%u,t=%u,p=%u$", &memory, &passes, &lanes) != 3) return true;
    return memory < argon2_memory_kib || passes < argon2_passes || lanes < argon2_lanes;
}

std::string unusable_password() {
    return "!" + random_key(40);
}

const std::string& dummy_hash() {
    static const std::string hash = hash_password(random_key());
    return hash;
}

bool is_common_password(std::string_view lower_case) {
    return std::find(common_passwords.begin(), common_passwords.end(), lower_case) != common_passwords.end();
}

std::vector<PasswordProblem> password_problem_kinds(std::string_view password,
                                                    const std::vector<std::string>& personal) {
    std::vector<PasswordProblem> problems;
    const std::string lower = to_lower(password);
    if (characters(password) < min_characters) problems.push_back(PasswordProblem::TooShort);
    if (password.size() > max_password_bytes) return {PasswordProblem::TooLong};
    if (!password.empty() && password.find_first_not_of("0123456789") == password.npos) {
        problems.push_back(PasswordProblem::Numeric);
    }
    if (is_common_password(lower)) problems.push_back(PasswordProblem::Common);
    if (std::any_of(personal.begin(), personal.end(),
                    [&](const std::string& text) { return similar(lower, to_lower(text)); })) {
        problems.push_back(PasswordProblem::Similar);
    }
    return problems;
}

std::string_view to_string(PasswordProblem problem) {
    switch (problem) {
        case PasswordProblem::TooShort:
            return "The password needs at least 8 characters.";
        case PasswordProblem::TooLong:
            return "The password is too long.";
        case PasswordProblem::Numeric:
            return "The password cannot be only digits.";
        case PasswordProblem::Common:
            return "This password is too common.";
        case PasswordProblem::Similar:
            return "The password is too similar to your name or e-mail address.";
    }
    return {};
}

std::vector<std::string> password_problems(std::string_view password, const std::vector<std::string>& personal) {
    std::vector<std::string> sentences;
    for (const PasswordProblem problem : password_problem_kinds(password, personal)) {
        sentences.emplace_back(to_string(problem));
    }
    return sentences;
}

std::string normalize_email(std::string_view email) {
    return to_lower(trim(email));
}

bool looks_like_email(std::string_view email) {
    const std::size_t at = email.find('@');
    if (email.size() > 254 || at == email.npos || at == 0 || at > 64 || email.find('@', at + 1) != email.npos)
        return false;
    const std::string_view domain = email.substr(at + 1);
    const std::size_t dot = domain.find('.');
    if (dot == domain.npos || dot == 0 || domain.ends_with('.') || domain.find("..") != domain.npos) return false;
    const bool clean = std::none_of(email.begin(), email.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '<' || c == '>' || c == ',' || c == ';' ||
               c == '"' || c == '\\' || c == '(' || c == ')';
    });
    return clean && is_utf8(email);
}

}  // namespace web
