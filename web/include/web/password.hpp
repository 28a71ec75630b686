// Password hashing and the rules of AUTH-2. New hashes are argon2id; Django's pbkdf2_sha256 hashes verify and ask to be
// upgraded.
//
//   std::string stored = web::hash_password("correct horse");
//   if (web::verify_password(given, stored) && web::needs_upgrade(stored)) stored = web::hash_password(given);
//   web::verify_password(given, web::dummy_hash());      // unknown address: takes as long (AUTH-4)
//   for (const std::string& problem : web::password_problems(given, {email, first_name})) ...
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace web {

// OWASP Password Storage Cheat Sheet (2023): argon2id with 19 MiB, 2 passes, 1 lane; about 15–30 ms.
inline constexpr std::uint32_t argon2_memory_kib = 19456;
inline constexpr std::uint32_t argon2_passes = 2;
inline constexpr std::uint32_t argon2_lanes = 1;
inline constexpr std::size_t max_password_bytes = 1024;  // longer ones never verify: hashing megabytes is an attack

std::string hash_password(std::string_view password);  // std::invalid_argument over max_password_bytes
// False for wrong passwords and for hashes of unknown or damaged form; never throws for bad input.
bool verify_password(std::string_view password, std::string_view stored);
bool needs_upgrade(std::string_view stored);  // anything but argon2id with at least today's parameters
std::string unusable_password();              // "!" and noise: verifies with nothing
const std::string& dummy_hash();

// Which rules of AUTH-2 a password breaks. `personal`: names, e-mail; parts of 3 or more letters count.
enum class PasswordProblem : std::uint8_t { TooShort, TooLong, Numeric, Common, Similar };
std::vector<PasswordProblem> password_problem_kinds(std::string_view password,
                                                    const std::vector<std::string>& personal = {});
std::vector<std::string> password_problems(std::string_view password, const std::vector<std::string>& personal = {});
std::string_view to_string(PasswordProblem problem);  // English sentence, a translation key
bool is_common_password(std::string_view lower_case);

// AUTH-1: surrounding blanks off, ASCII letters lower.
std::string normalize_email(std::string_view email);
// One @, non-empty sides, a dot in the domain, no blanks or control characters, at most 254 bytes. Only a mail proves
// it.
bool looks_like_email(std::string_view email);

}  // namespace web
