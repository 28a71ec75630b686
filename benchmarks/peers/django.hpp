/// Django runs in a process of its own, which stands ready for the run of its database and takes its turns there.
#pragma once

#include "data.hpp"
#include "harness.hpp"

namespace bench {

/// From now on it takes part in the cases that `script` knows. Empty: left out. Notes why, when Django is not there.
void invite_django(Suite& suite, Data& data, const std::string& script);

}  // namespace bench
