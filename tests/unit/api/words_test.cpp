// The API server and the operator agree about what a word is: the rules of crds/ and the types of api/words.h.
#include "api/words.h"

#include <gtest/gtest.h>

#include <random>
#include <regex>
#include <set>

#include "api/variable_names.h"
#include "nlohmann/json.hpp"
#include "tests/unit/api/schema.h"

namespace staves::api {
namespace {

using base::Json;

Json schema_at(const char* file, const char* pointer) {
  return read_schema(file).at(Json::json_pointer("/properties/spec/properties" + std::string(pointer)));
}

/// All r'...' in the rules of a schema, in their order.
std::vector<std::regex> patterns_of(const Json& schema) {
  std::vector<std::regex> patterns;
  for (const Json& rule : schema.at("x-kubernetes-validations")) {
    const auto text = rule["rule"].get<std::string>();
    for (auto at = text.find("r'"); at != std::string::npos; at = text.find("r'", at)) {
      const auto end = text.find('\'', at + 2);
      patterns.emplace_back(text.substr(at + 2, end - at - 2));
      at = end;
    }
  }
  return patterns;
}

std::vector<std::string> names_in_quotes(const Json& schema) {
  std::vector<std::string> names;
  const std::regex quoted("'([^']+)'");
  for (const Json& rule : schema.at("x-kubernetes-validations")) {
    const auto text = rule["rule"].get<std::string>();
    if (text.contains("r'")) continue;
    for (std::sregex_iterator match(text.begin(), text.end(), quoted), end; match != end; ++match) {
      names.push_back((*match)[1]);
    }
  }
  return names;
}

/// Texts that are nearly words: pieces of words in any order.
std::vector<std::string> made_texts() {
  static const std::vector<std::string> pieces = {"a",          "b2",
                                                  "A",          "-",
                                                  "_",          ".",
                                                  "/",          "..",
                                                  "+",          "*",
                                                  "~",          "@",
                                                  "=",          ">=",
                                                  "<",          ":",
                                                  "::",         "[",
                                                  "]",          "1",
                                                  "1.2",        "-1",
                                                  "-1.2",       "-r1",
                                                  "_p3",        "_rc",
                                                  "cat/",       "name",
                                                  "**",         "$",
                                                  " ",          "\n",
                                                  "#",          ";",
                                                  "é",          ".so",
                                                  ".so.",       "https://",
                                                  "http:",      "foo-1",
                                                  "a/b-1",      "a/b",
                                                  "=a/b-1",     "localhost/",
                                                  "r.example/", "r.example:5000/",
                                                  ":65535/",    ":65536/",
                                                  "__",         "--",
                                                  ",",          "?",
                                                  "-*",         "de",
                                                  "_DE",        "C",
                                                  ".UTF-8",     "%",
                                                  "linux/",     "amd64",
                                                  "/v3",        "arm/v7"};
  std::mt19937 random(7);  // the same texts in every run
  std::vector<std::string> made;
  for (int i = 0; i < 6'000; ++i) {
    std::string text;
    const auto count = random() % 5;
    for (unsigned part = 0; part <= count; ++part) text += pieces[random() % pieces.size()];
    made.push_back(std::move(text));
  }
  return made;
}

const std::vector<std::string>& texts() {
  static const std::vector<std::string> all = made_texts();
  return all;
}

void expect_agreement(const Word& word, const std::function<bool(const std::string&)>& by_schema) {
  std::set<bool> seen;
  for (const std::string& text : texts()) {
    const bool allowed = by_schema(text);
    seen.insert(allowed);
    ASSERT_EQ(problem_of(word, text).empty(), allowed) << '"' << text << "\": " << problem_of(word, text);
  }
  EXPECT_EQ(seen.size(), 2U) << "no text is allowed, or all are";
}

/// A word with a single rule that is a single pattern.
void expect_pattern(const Word& word, const Json& schema) {
  EXPECT_EQ(word.most_characters, schema.at("maxLength").get<std::size_t>());
  const auto pattern = patterns_of(schema).at(0);
  expect_agreement(word, [&](const std::string& text) { return std::regex_search(text, pattern); });
}

TEST(Words, OfPackageConfigAreThoseOfTheSchema) {
  const Json config = schema_at("stavesimages.yaml", "/packageConfig/items/properties");
  expect_pattern(word::use_flag, config["use"]["items"]);
  expect_pattern(word::keyword, config["keywords"]["items"]);
  expect_pattern(word::license, config["license"]["items"]);
  expect_pattern(word::environment_name, config["env"]["items"]);
}

TEST(Words, OfImagesAreThoseOfTheSchema) {
  const Json image = schema_at("stavesimages.yaml", "/image/properties");
  expect_pattern(word::tag, image["tags"]["items"]);
  expect_pattern(word::repository, image["repository"]);
  expect_pattern(word::soname, schema_at("stavesimages.yaml", "/toolchainLibraries/properties/include/items"));
  expect_pattern(word::platform, schema_at("stavesimages.yaml", "/platforms/items"));
  expect_pattern(word::config_map_key,
                 schema_at("stavesimages.yaml", "/stavesToml/properties/configMapRef/properties/key"));
}

TEST(Words, OfLocalesAreThoseOfTheSchema) {
  const Json locale = schema_at("stavesimages.yaml", "/locale/properties");
  expect_pattern(word::locale_name, locale["name"]);
  expect_pattern(word::charset, locale["charset"]);
}

TEST(Words, OfBuildersAreThoseOfTheSchema) {
  expect_pattern(word::mirror, schema_at("stavesbuilders.yaml", "/portage/properties/mirrors/items"));
  const Json profile = schema_at("stavesbuilders.yaml", "/portage/properties/profile");
  const auto pattern = patterns_of(profile).at(0);
  expect_agreement(word::profile, [&](const std::string& text) {
    return !text.empty() && std::regex_search(text, pattern);  // an empty one is none
  });
}

/// The rules about versions say: needs one, must not have one, may end in a star only after =.
bool version_is_right(const std::vector<std::regex>& patterns, std::size_t first, const std::string& text) {
  const bool has_operator = !text.empty() && std::string_view("<>=~").contains(text.front());
  const bool star = text.starts_with('=');
  return (!has_operator || std::regex_search(text, patterns.at(first + 1))) &&
         (has_operator || text.starts_with('@') || !std::regex_search(text, patterns.at(first + 3))) &&
         (star || !std::regex_search(text, patterns.at(first + 4)));
}

TEST(Words, ThatArePackagesAreThoseOfTheSchema) {
  const Json packages = schema_at("stavesimages.yaml", "/packages/items");
  const auto patterns = patterns_of(packages);
  ASSERT_EQ(patterns.size(), 6U);
  const auto sets = names_in_quotes(packages);
  EXPECT_EQ(sets.size(), 19U);
  for (const std::string& set : sets) EXPECT_NE(problem_of(word::package, set), "") << set;
  expect_agreement(word::package, [&](const std::string& text) {
    return std::regex_search(text, patterns[0]) && version_is_right(patterns, 1, text);
  });
}

TEST(Words, ThatAreAtomsAreThoseOfTheSchema) {
  const auto patterns = patterns_of(schema_at("stavesimages.yaml", "/packageConfig/items/properties/atom"));
  ASSERT_EQ(patterns.size(), 6U);
  expect_agreement(word::atom, [&](const std::string& text) {
    return std::regex_search(text, patterns[0]) && version_is_right(patterns, 1, text);
  });
}

TEST(Words, ThatAreVariablesAreThoseOfTheSchema) {
  const Json make_conf = schema_at("stavesimages.yaml", "/makeConf");
  const auto refused = names_in_quotes(make_conf);
  EXPECT_GT(refused.size(), 30U);
  for (const std::string& name : refused) {
    EXPECT_TRUE(refusal_of_variable(name).starts_with("must not set " + name)) << name << refusal_of_variable(name);
  }
  std::string rules;
  for (const Json& rule : make_conf["x-kubernetes-validations"]) rules += rule["rule"].get<std::string>();
  for (const std::string& name : names_of_refused_variables()) {
    EXPECT_TRUE(rules.contains("'" + name + "'")) << name << " is refused by the operator alone";
  }
  for (const char* free : {"CFLAGS", "USE", "FEATURES", "MAKEOPTS", "PYTHON_TARGETS", "L10N", "CPU_FLAGS_X86",
                           "ACCEPT_LICENSE", "RUSTFLAGS", "VIDEO_CARDS", "SLEEPER_SECONDS"}) {
    EXPECT_EQ(refusal_of_variable(free), "") << free;
  }
}

}  // namespace
}  // namespace staves::api
