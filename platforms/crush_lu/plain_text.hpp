/// Comparing what people type (JRN-4), with ICU.
///
///     normalised("  Été ") == normalised("e\u0301te\u0301")
///     normalised("Rock 'n' Roll!", Loosely::yes) == "rock n roll"
#pragma once

#include <string>
#include <string_view>

namespace crush_lu {

enum class Loosely { no, yes };

/// NFKC with full case folding ("STRASSE" is "straße"), without blanks at the ends, blanks inside collapsed to one.
/// Loosely: punctuation and accents do not count either. Empty when `text` is not UTF-8.
std::string normalised(std::string_view text, Loosely loosely = Loosely::no);

/// The same without any blanks.
std::string without_blanks(std::string text);

/// Nothing that could be seen: blanks, control and formatting characters only.
bool is_blank(std::string_view text);

}  // namespace crush_lu
