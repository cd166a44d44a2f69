#include "portage/make_conf.h"

#include "gtest/gtest.h"

namespace staves::portage {
namespace {

struct Case {
  const char* value;
  const char* written;
};

// What is written here was read back with Portage's own parser: each arrives as its value.
class QuotedValue : public testing::TestWithParam<Case> {};

TEST_P(QuotedValue, ArrivesAsItIs) {
  EXPECT_EQ(quoted_value(GetParam().value), GetParam().written);
}

INSTANTIATE_TEST_SUITE_P(MakeConf, QuotedValue,
                         testing::Values(Case{"-O2 -pipe", R"~("-O2 -pipe")~"}, Case{"", R"~("")~"},
                                         Case{"${CFLAGS} -g", R"~("${CFLAGS} -g")~"},
                                         Case{"say \"hi\"", R"~("say \"hi\"")~"}, Case{"a\\", R"~("a\\\\")~"},
                                         Case{"$X", R"~("\$X")~"}, Case{"$(id)", R"~("\$(id)")~"},
                                         Case{"`id`", R"~("`id`")~"}, Case{"${", R"~("\${")~"},
                                         Case{"${}", R"~("\${}")~"}, Case{"a # b", R"~("a # b")~"},
                                         Case{"'$x'", R"~("'$x'")~"}, Case{"'\\'", R"~("'\\'")~"},
                                         Case{"source", R"~("source ")~"}));

TEST(MakeConf, PutsPackagesIntoTheCacheUnlessTheUserSaysOtherwise) {
  const auto says_so = [](const api::MakeConf& builder, const api::MakeConf& image) {
    return make_conf_addition(builder, image, {.mirrors = {}, .pkgdir = {}, .distdir = "/d"}).contains("} buildpkg\"");
  };
  EXPECT_TRUE(says_so({}, {}));
  EXPECT_TRUE(says_so({}, {{"FEATURES", "${FEATURES} -buildpkg-live"}}));
  EXPECT_FALSE(says_so({{"FEATURES", "${FEATURES} -buildpkg"}}, {}));
  EXPECT_FALSE(says_so({}, {{"FEATURES", "-buildpkg noclean"}}));
  EXPECT_TRUE(says_so({{"FEATURES", "-buildpkg"}}, {{"FEATURES", "noclean"}})) << "the image has the last word";
}

TEST(MakeConf, ALineBreakCannotBeginALine) {
  EXPECT_EQ(quoted_value("a\nEVIL=1\r\tb"), R"("a EVIL=1  b")");
}

TEST(MakeConf, AQuoteCannotEndTheValue) {
  EXPECT_EQ(make_conf_lines({{"A", "\" B=\"1"}}), "A=\"\\\" B=\\\"1\"\n");
}

TEST(MakeConf, TheImageComesAfterTheBuilderAndTheRulesOfTheBuildComeLast) {
  const auto text = make_conf_addition({{"USE", "builder"}}, {{"FEATURES", "sandbox"}, {"USE", "image"}},
                                       {.mirrors = "http://m", .pkgdir = "/p", .distdir = "/d", .make_jobs = 3});
  const auto builder = text.find("USE=\"builder\"");
  const auto image = text.find("USE=\"image\"");
  const auto features = text.find("FEATURES=\"sandbox\"");
  const auto fixed = text.find("protect-owned");
  ASSERT_NE(builder, std::string::npos);
  EXPECT_LT(text.find("MAKEOPTS=\"-j3\""), builder);
  EXPECT_LT(builder, image);
  EXPECT_LT(features, fixed);
  EXPECT_NE(text.find("DISTDIR=\"/d\""), std::string::npos);
  EXPECT_NE(text.find("PKGDIR=\"/p\""), std::string::npos);
  EXPECT_NE(text.find("GENTOO_MIRRORS=\"http://m\""), std::string::npos);
}

TEST(MakeConf, DocumentsAreMergedOnlyForAnImageThatKeepsThem) {
  EXPECT_NE(make_conf_addition({}, {}, {.mirrors = {}, .pkgdir = {}, .distdir = "/d"}).find("nodoc noinfo noman"),
            std::string::npos);
  const auto kept = make_conf_addition({}, {}, {.mirrors = {}, .pkgdir = {}, .distdir = "/d", .documents = true});
  EXPECT_EQ(kept.find("noman"), std::string::npos);
}

TEST(MakeConf, LiveEbuildsNeverReachTheCache) {
  const auto text =
      make_conf_addition({}, {{"FEATURES", "buildpkg-live"}}, {.mirrors = {}, .pkgdir = {}, .distdir = "/d"});
  const auto ours = text.find("-buildpkg-live");
  ASSERT_NE(ours, std::string::npos);
  EXPECT_LT(text.find("FEATURES=\"buildpkg-live\""), ours);
}

TEST(MakeConf, WithoutMirrorsTheStage3sOwnAreUsed) {
  EXPECT_EQ(make_conf_addition({}, {}, {.mirrors = {}, .pkgdir = {}, .distdir = "/d"}).find("GENTOO_MIRRORS"),
            std::string::npos);
}

}  // namespace
}  // namespace staves::portage
