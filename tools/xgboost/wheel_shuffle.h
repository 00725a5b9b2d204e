// Shuffles as the Linux wheel of XGBoost does, which is compiled with libstdc++: its algorithm draws one random number
// for two elements where the square of the length fits the generator's 32 bits. libc++, which emscripten uses, draws
// one an element, and would sample other columns from the same seed.
#pragma once
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

// A number below `bound` as libstdc++ drew it before GCC 11, with which the wheel is built: by division, where later
// versions multiply. The two differ once in some ten thousand draws.
template <typename Generator>
std::uint32_t wheel_below(Generator &generator, std::uint32_t bound) {
  const std::uint32_t scale = 0xffffffffu / bound;
  const std::uint32_t past = bound * scale;
  std::uint32_t drawn;
  do {
    drawn = static_cast<std::uint32_t>(generator());
  } while (drawn >= past);
  return drawn / scale;
}

template <typename Iterator, typename Generator>
void wheel_shuffle(Iterator first, Iterator last, Generator &generator) {
  static_assert(Generator::min() == 0 && Generator::max() == 0xffffffffu, "the generator must give 32-bit words");
  const auto n = static_cast<std::uint64_t>(std::distance(first, last));
  if (n < 2) return;
  std::uint64_t i = 1;
  if (n <= 0xffffffffull / n) {
    if (n % 2 == 0) {
      std::iter_swap(first + i, first + wheel_below(generator, 2));
      ++i;
    }
    for (; i < n; i += 2) {
      const std::uint32_t drawn = wheel_below(generator, static_cast<std::uint32_t>((i + 1) * (i + 2)));
      std::iter_swap(first + i, first + drawn / (i + 2));
      std::iter_swap(first + i + 1, first + drawn % (i + 2));
    }
    return;
  }
  for (; i < n; ++i) std::iter_swap(first + i, first + wheel_below(generator, static_cast<std::uint32_t>(i + 1)));
}
