#include "decide/names.h"

#include <gtest/gtest.h>

#include <set>

#include "decide/image_reference.h"
#include "support/makers.h"

namespace staves::decide {
namespace {

const std::string digest = make::stage3_digest;

TEST(JobName, DependsOnEverythingThatMakesABuildAndOnNothingElse) {
  const JobIdentity one{"uid", 1, 1, "sha256:a"};
  const std::set<std::string> names{
      job_name("bash", one), job_name("bash", {"other", 1, 1, "sha256:a"}), job_name("bash", {"uid", 2, 1, "sha256:a"}),
      job_name("bash", {"uid", 1, 2, "sha256:a"}), job_name("bash", {"uid", 1, 1, "sha256:b"})};
  EXPECT_EQ(names.size(), 5U);
  EXPECT_EQ(job_name("bash", one), job_name("bash", one));
}

TEST(JobName, FitsALabelAndNeverHasADotBeforeADash) {
  const std::string name = job_name(std::string(39, 'a') + ".b.c", {"uid", 1234567890, 1, "sha256:a"});
  EXPECT_LE(name.size(), 63U);
  EXPECT_EQ(name.find(".-"), std::string::npos) << name;
  EXPECT_TRUE(name.starts_with(std::string(39, 'a') + "-1234567890-")) << name;
}

TEST(LabelValue, KeepsShortTextsAndShortensLongOnesDifferently) {
  EXPECT_EQ(label_value("bash"), "bash");
  const std::string a = label_value(std::string(70, 'x') + "a");
  const std::string b = label_value(std::string(70, 'x') + "b");
  EXPECT_EQ(a.size(), 63U);
  EXPECT_NE(a, b);
}

TEST(ClaimName, IsTheBuildersOrTheExistingOne) {
  EXPECT_EQ(claim_name(*make::builder()), "glibc-cache");
  EXPECT_EQ(claim_name(*make::builder([](api::StavesBuilder& b) { b.spec.cache.existing_claim = "shared"; })),
            "shared");
}

TEST(WithDigest, ReplacesTheTagAndKeepsThePort) {
  EXPECT_EQ(with_digest("host:5000/a/b:tag", digest), "host:5000/a/b@" + digest);
  EXPECT_EQ(with_digest("host:5000/a/b", digest), "host:5000/a/b@" + digest);
  EXPECT_EQ(with_digest("a:tag@sha256:old", digest), "a@" + digest);
}

TEST(PinnedDigest, IsEmptyUnlessTheReferenceHasAWholeOne) {
  EXPECT_EQ(pinned_digest("host/a:tag@" + digest), digest);
  EXPECT_EQ(pinned_digest("host/a:tag"), "");
  EXPECT_EQ(pinned_digest("host/a@sha256:short"), "");
}

}  // namespace
}  // namespace staves::decide
