/// Whether an answer to a challenge is one at all, and whether it is right (JRN-4); no database in here.
///
///     switch (judge(challenge, "  ÉTÉ ")) {
///         case Verdict::invalid: return bad_request();     // nothing is stored
///         case Verdict::wrong: ...
///     }
#pragma once

#include <string_view>

#include "crush_lu/models.hpp"

namespace crush_lu {

enum class Verdict { invalid, wrong, right };

/// riddle and word scramble: 1..200 characters; multiple choice and would-you-rather: the key of an option, in any
/// case; timeline: a comma list that names each of 0..n-1 once; open text: 10..2000 characters after trimming.
Verdict judge(const JourneyChallenge& challenge, std::string_view answer);

}  // namespace crush_lu
