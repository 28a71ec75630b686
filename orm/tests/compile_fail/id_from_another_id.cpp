// expect: conversion from .*Id<(shop::)?User>. to non-scalar type .*Id<(shop::)?Event>
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
orm::Id<E> id = orm::Id<E>(1);
#else
orm::Id<E> id = orm::Id<User>(1);
#endif
