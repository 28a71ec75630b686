/// Django measures itself in a process of its own and reports medians.
#pragma once

#include "data.hpp"
#include "harness.hpp"

namespace bench {

/// `script` empty: left out. Notes why, when Django is not there.
void compare_django(Suite& suite, Data& data, const std::string& script);

}  // namespace bench
