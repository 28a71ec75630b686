#include "web/token.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace web {
namespace {

constexpr std::string_view base64url_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

// Uniform over `alphabet`: bytes past the last whole multiple of its size are thrown away.
std::string random_of(std::string_view alphabet, std::size_t length) {
    const std::size_t limit = 256 - 256 % alphabet.size();
    std::string result;
    while (result.size() < length) {
        for (const char c : random_bytes(length - result.size() + 8)) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < limit && result.size() < length) result += alphabet[byte % alphabet.size()];
        }
    }
    return result;
}

}  // namespace

std::string random_bytes(std::size_t count) {
    std::string result(count, '\0');
    if (RAND_bytes(bytes(result), static_cast<int>(count)) != 1) throw std::runtime_error("no randomness available");
    return result;
}

std::string random_key(std::size_t length) {
    return random_of("abcdefghijklmnopqrstuvwxyz0123456789", length);
}
std::string random_code(std::size_t length) {
    return random_of("23456789ABCDEFGHJKMNPQRSTVWXYZ", length);
}

std::string sha256(std::string_view data) {
    std::string digest(32, '\0');
    if (EVP_Digest(data.data(), data.size(), bytes(digest), nullptr, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 failed");
    }
    return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
    std::string digest(32, '\0');
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(data), data.size(), bytes(digest),
             nullptr) == nullptr) {
        throw std::runtime_error("HMAC-SHA256 failed");
    }
    return digest;
}

std::string base64url(std::string_view data) {
    std::string text;
    text.reserve(data.size() * 4 / 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : data) {
        bits = ((bits << 8U) | static_cast<unsigned char>(c)) & 0xFFFFFU;
        count += 8;
        while (count >= 6) {
            count -= 6;
            text += base64url_digits[(bits >> static_cast<unsigned>(count)) & 63U];
        }
    }
    if (count > 0) text += base64url_digits[(bits << static_cast<unsigned>(6 - count)) & 63U];
    return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string data;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::size_t digit = base64url_digits.find(c);
        if (digit == base64url_digits.npos) return std::nullopt;
        bits = ((bits << 6U) | static_cast<std::uint32_t>(digit)) & 0xFFFFFU;
        count += 6;
        if (count >= 8) {
            count -= 8;
            data += static_cast<char>((bits >> static_cast<unsigned>(count)) & 255U);
        }
    }
    // Leftover bits must be zero: otherwise two texts would mean the same bytes.
    if ((bits & ((1U << static_cast<unsigned>(count)) - 1U)) != 0) return std::nullopt;
    return data;
}

std::string hex(std::string_view data) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : data) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Signer::Signer(std::string_view secret, std::string_view purpose) {
    if (secret.size() < 16) throw std::invalid_argument("the signing secret is shorter than 16 bytes");
    key_ = hmac_sha256(secret, purpose);
}

std::string Signer::sign(std::string_view payload) const {
    return std::string(payload).append(".").append(base64url(hmac_sha256(key_, payload)));
}

std::optional<std::string> Signer::verify(std::string_view token) const {
    const std::size_t dot = token.rfind('.');
    if (dot == token.npos) return std::nullopt;
    const std::string_view payload = token.substr(0, dot);
    if (!constant_time_equal(base64url(hmac_sha256(key_, payload)), token.substr(dot + 1))) return std::nullopt;
    return std::string(payload);
}

}  // namespace web
