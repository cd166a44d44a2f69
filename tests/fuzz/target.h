#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace staves::fuzz {

/// Something that has to stand any bytes.
struct Target {
  std::string name;
  void (*run)(std::string_view bytes);
};

/// All that are linked into this program.
inline std::vector<Target>& targets() {
  static std::vector<Target> all;
  return all;
}

inline bool add_target(const char* name, void (*run)(std::string_view)) {
  targets().push_back({name, run});
  return true;
}

/// Ends the program, which is how a fuzzer learns that something is wrong.
inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace staves::fuzz

/// FUZZ_TARGET(name) { ... bytes ... }: for libFuzzer when STAVES_FUZZ_ENGINE is defined, else for the test that runs
/// the seeds.
#ifdef STAVES_FUZZ_ENGINE
#define FUZZ_TARGET(name)                                                             \
  static void fuzz_##name(std::string_view bytes);                                    \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    fuzz_##name(std::string_view(reinterpret_cast<const char*>(data), size));         \
    return 0;                                                                         \
  }                                                                                   \
  static void fuzz_##name(std::string_view bytes)
#else
#define FUZZ_TARGET(name)                                                        \
  static void fuzz_##name(std::string_view bytes);                               \
  static const bool added_##name = staves::fuzz::add_target(#name, fuzz_##name); \
  static void fuzz_##name(std::string_view bytes)
#endif
