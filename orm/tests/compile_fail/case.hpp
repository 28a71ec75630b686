// What every case has beside the models. Included after them, not around: the compiler prints a line for each file
// between the mistake and the user, and has ten.
#pragma once

using namespace shop;
using namespace std::chrono_literals;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}
