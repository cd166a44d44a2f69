#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace staves::api {

/// A kind of text that becomes a file name, an argument or a word of a line: what it may be, and how long. Source: the
/// rules of crds/, which say the same to the API server; both readers of a spec, that of objects and that of
/// staves.toml, take them from here.
struct Word {
  std::size_t most_characters = 0;
  /// What a text must be ("a USE flag such as nls"), empty when it is that.
  std::string_view (*wanted)(std::string_view text) = nullptr;
};

namespace word {
extern const Word package;
extern const Word atom;
extern const Word use_flag;
extern const Word keyword;
extern const Word license;
extern const Word environment_name;
extern const Word profile;
extern const Word locale_name;
extern const Word charset;
extern const Word tag;
extern const Word image_name;
extern const Word repository;
extern const Word soname;
extern const Word mirror;
extern const Word object_name;  ///< of a Kubernetes object
extern const Word queue_name;   ///< of a LocalQueue of Kueue
extern const Word config_map_key;
extern const Word platform;  ///< see is_platform
extern const Word proxy;     ///< URL of an HTTP proxy, without a login: it becomes a variable that everybody may read
extern const Word no_proxy;  ///< hosts, comma-separated
}  // namespace word

/// What is wrong with a text: "must be a USE flag such as nls, ..." or "must have at most 80 characters"; empty when
/// nothing is.
std::string problem_of(const Word& word, std::string_view text);

/// How many Unicode characters a valid text has, as the API server counts them.
std::size_t characters_of(std::string_view text);

/// A key as a message shows it: at most 64 bytes, without control characters.
std::string shown_key(std::string_view key);

/// A list of words: how many, and whether each only once.
struct WordList {
  const Word* word = nullptr;
  std::size_t most = 0;
  bool unique = false;
};

namespace word_list {
extern const WordList packages;
extern const WordList use;
extern const WordList keywords;
extern const WordList license;
extern const WordList env;
extern const WordList tags;
extern const WordList sonames;
extern const WordList mirrors;
extern const WordList platforms;
}  // namespace word_list

inline constexpr std::size_t most_package_configs = 256;
inline constexpr std::size_t most_environments = 32;
inline constexpr std::size_t most_variables = 64;           ///< of one make.conf
inline constexpr std::size_t most_value_characters = 4096;  ///< of a variable, an argument or an annotation
inline constexpr std::size_t most_arguments = 64;
inline constexpr std::size_t most_annotations = 64;
inline constexpr std::size_t most_repositories = 8;
inline constexpr std::size_t most_platforms = 8;

}  // namespace staves::api
