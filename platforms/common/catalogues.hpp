/// The translations, compiled by msgfmt from locale/*.po and kept in the program. text.hpp is what uses them.
///
///     if (const char* text = platform::translation("de", "Log in")) ...
#pragma once

#include <string>
#include <string_view>

namespace platform {

/// Nothing where there is no such language or message. Lives as long as the program.
const char* translation(const std::string& language, std::string_view message);
const char* translation(const std::string& language, std::string_view one, int number);

}  // namespace platform
