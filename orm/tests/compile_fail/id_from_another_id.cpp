// expect: conversion from .*Id<(shop::)?User>. to non-scalar type .*Id<(shop::)?Event>
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
orm::Id<E> id = orm::Id<E>(1);
#else
orm::Id<E> id = orm::Id<User>(1);
#endif
