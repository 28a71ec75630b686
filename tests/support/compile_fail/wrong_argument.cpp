// expect: wrong_argument\.cpp:[0-9]+.*error
// expect: a price is a whole number of cents
// Proves the harness itself: see cmake/CompileFail.cmake.
#include <concepts>

template <typename T>
constexpr int price(T cents) {
    static_assert(std::integral<T>, "a price is a whole number of cents");
    return static_cast<int>(cents);
}

#ifdef FIXED
constexpr int coffee = price(250);
#else
constexpr int coffee = price(2.50);
#endif
static_assert(coffee > 0);
