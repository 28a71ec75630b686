/// Chance that is the same on every machine and with every standard library: xoshiro256** seeded by splitmix64.
///
///     Random chance(seed, "events");               // a stream of its own: more events change no member
///     auto n = chance.between(12, 40);
///     if (chance.one_in(10)) ...
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace cli::demo {

class Random {
  public:
    Random(std::uint64_t seed, std::string_view stream) {
        for (const char c : stream) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
        for (std::uint64_t& word : state_) {
            seed += 0x9E3779B97F4A7C15ULL;
            std::uint64_t z = seed;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
            word = z ^ (z >> 31);
        }
    }

    std::uint64_t next() {
        const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
        const std::uint64_t t = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = rotate(state_[3], 45);
        return result;
    }

    /// 0 … n-1; n is not 0. The bias of the remainder is below n / 2^64.
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
    template <class Integer>
    Integer between(Integer least, Integer most) {
        return static_cast<Integer>(least + static_cast<Integer>(below(static_cast<std::size_t>(most - least) + 1)));
    }
    bool percent(unsigned chance) { return below(100) < chance; }
    bool one_in(std::size_t n) { return below(n) == 0; }

    template <class List>
    const auto& pick(const List& list) {
        return list[below(std::size(list))];
    }
    /// `count` different elements, or all there are, in random order.
    template <class List>
    auto pick_some(const List& list, std::size_t count) {
        std::vector<typename List::value_type> some(std::begin(list), std::end(list));
        shuffle(some, count);
        if (count < some.size()) some.resize(count);
        return some;
    }
    /// Puts a random choice of `count` elements first.
    template <class T>
    void shuffle(std::vector<T>& list, std::size_t count = SIZE_MAX) {
        for (std::size_t i = 0; i + 1 < list.size() && i < count; ++i)
            std::swap(list[i], list[i + below(list.size() - i)]);
    }

  private:
    static std::uint64_t rotate(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace cli::demo
