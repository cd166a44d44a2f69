#include "api/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace staves::api {
namespace {

using testing::HasSubstr;

std::vector<FailureClass> all_classes() {
  std::vector<FailureClass> all;
  for (int value = 0; value <= static_cast<int>(FailureClass::Internal); ++value)
    all.push_back(static_cast<FailureClass>(value));
  return all;
}

TEST(Failure, SpellsEveryClassAsTheEnumDoesAndReadsItBack) {
  EXPECT_EQ(to_string(FailureClass::PackageNotFound), "PackageNotFound");
  EXPECT_EQ(to_string(FailureClass::KeywordMasked), "KeywordMasked");
  EXPECT_EQ(to_string(FailureClass::FetchFailed), "FetchFailed");
  EXPECT_EQ(to_string(FailureClass::MissingLibrary), "MissingLibrary");
  EXPECT_EQ(to_string(FailureClass::InvalidConfiguration), "InvalidConfiguration");
  EXPECT_EQ(to_string(FailureClass::TooLarge), "TooLarge");
  EXPECT_EQ(to_string(FailureClass::RegistryUnreachable), "RegistryUnreachable");
  EXPECT_EQ(to_string(FailureClass::Internal), "Internal");
  std::set<std::string_view> spellings;
  for (const auto value : all_classes()) {
    EXPECT_EQ(failure_class_from(to_string(value)), value);
    spellings.insert(to_string(value));
  }
  EXPECT_EQ(spellings.size(), all_classes().size());
  EXPECT_EQ(failure_class_from("keywordmasked"), std::nullopt);
}

TEST(Failure, TriesAgainOnlyWhatTheUserDidNotCause) {
  EXPECT_TRUE(only_user_can_mend(FailureClass::CompileFailed));
  EXPECT_TRUE(only_user_can_mend(FailureClass::RegistryAuthFailed));
  EXPECT_TRUE(only_user_can_mend(FailureClass::TooLarge));
  EXPECT_FALSE(only_user_can_mend(FailureClass::Evicted));
  EXPECT_TRUE(only_user_can_mend(FailureClass::OutOfMemory));
  EXPECT_FALSE(only_user_can_mend(FailureClass::Internal));
}

TEST(Failure, AdvisesSomethingOfItsOwnForEveryClass) {
  std::set<std::string_view> texts;
  for (const auto value : all_classes()) {
    EXPECT_GT(advice(value).size(), 40U) << to_string(value);
    EXPECT_TRUE(advice(value).ends_with('.')) << to_string(value);
    texts.insert(advice(value));
  }
  EXPECT_EQ(texts.size(), all_classes().size());
  EXPECT_THAT(std::string(advice(FailureClass::KeywordMasked)), HasSubstr("spec.packageConfig"));
  EXPECT_THAT(std::string(advice(FailureClass::RegistryAuthFailed)), HasSubstr("spec.image.pushSecretRef"));
  EXPECT_THAT(std::string(advice(FailureClass::OutOfMemory)), HasSubstr("spec.build.resources.limits.memory"));
}

TEST(Failure, ClaimsNoRefusalWhereNoRegistryWasAsked) {
  const std::string text(advice(FailureClass::RegistryAuthFailed));
  EXPECT_EQ(text.find("refused"), std::string::npos) << "a Secret may be missing: " << text;
  EXPECT_THAT(text, HasSubstr("kubernetes.io/dockerconfigjson"));
}

TEST(Failure, BlamesNotOnlyPortageForAConfiguration) {
  const std::string text(advice(FailureClass::InvalidConfiguration));
  EXPECT_EQ(text.find("Portage"), std::string::npos) << "a registry's address may be wrong: " << text;
  EXPECT_THAT(text, HasSubstr("spec.image"));
}

}  // namespace
}  // namespace staves::api
