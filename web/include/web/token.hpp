// Randomness and signatures: keys from the system's CSPRNG, HMAC-SHA256, comparison in constant time.
//
//   std::string key = web::random_key();                                          // 32 characters of a-z0-9
//   web::Signer signer(secret, "password-reset");
//   std::string token = signer.sign("42:1700000000");                              // "42:1700000000.<43 characters>"
//   std::optional<std::string> payload = signer.verify(token);                     // none when tampered with
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace web {

std::string random_bytes(std::size_t count);      // std::runtime_error if the system has no randomness
std::string random_key(std::size_t length = 32);  // of [a-z0-9]: 5.17 bits each
std::string random_code(std::size_t length);      // of 23456789ABCDEFGHJKMNPQRSTVWXYZ: nothing to mistake
std::string sha256(std::string_view data);        // 32 bytes
std::string hmac_sha256(std::string_view key, std::string_view data);  // 32 bytes
std::string base64url(std::string_view data);                          // without padding
std::optional<std::string> base64url_decode(std::string_view text);
std::string hex(std::string_view data);
bool constant_time_equal(std::string_view a, std::string_view b);  // time depends on the lengths only

// Signs texts for one purpose: a token of one purpose never verifies for another.
class Signer {
  public:
    Signer(std::string_view secret, std::string_view purpose);  // std::invalid_argument: secret under 16 bytes
    std::string sign(std::string_view payload) const;
    std::optional<std::string> verify(std::string_view token) const;

  private:
    std::string key_;
};

}  // namespace web
