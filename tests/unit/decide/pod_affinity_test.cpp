#include "decide/pod_affinity.h"

#include <gtest/gtest.h>

#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using base::Json;

constexpr const char* required = "requiredDuringSchedulingIgnoredDuringExecution";
constexpr const char* preferred = "preferredDuringSchedulingIgnoredDuringExecution";

api::StavesBuilder builder_with(const api::CacheSettings& cache) {
  api::StavesBuilder builder;
  builder.meta.name = "glibc";
  builder.spec.cache = cache;
  return builder;
}

TEST(PodAffinity, BuildsLandWhereTheVolumeIsInUse) {
  const Json affinity = render_affinity(builder_with({}));
  const Json& terms = affinity["podAffinity"][required];
  ASSERT_EQ(terms.size(), 1U);
  EXPECT_EQ(terms[0]["topologyKey"], "kubernetes.io/hostname");
  EXPECT_EQ(terms[0]["labelSelector"]["matchLabels"], Json({{"staves.dev/builder", "glibc"}}));
}

TEST(PodAffinity, BuildsSpreadOverNodesThatShareTheVolume) {
  api::CacheSettings shared;
  shared.access_mode = "ReadWriteMany";
  EXPECT_TRUE(render_affinity(builder_with(shared)).empty());
}

TEST(PodAffinity, AnExistingClaimMayBeSharedSoItsNodeIsOnlyPreferred) {
  api::CacheSettings existing;
  existing.existing_claim = "shared";
  const Json affinity = render_affinity(builder_with(existing));
  EXPECT_FALSE(affinity["podAffinity"].contains(required));
  EXPECT_EQ(affinity["podAffinity"][preferred].size(), 1U);
}

TEST(PodAffinity, WhatTheUserAsksForIsKept) {
  api::StavesBuilder builder = builder_with({});
  builder.spec.pod.affinity =
      R"({"nodeAffinity":{"a":1},"podAffinity":{")" + std::string(required) + R"(":[{"b":2}]}})";
  const Json affinity = render_affinity(builder);
  EXPECT_EQ(affinity["nodeAffinity"], Json({{"a", 1}}));
  EXPECT_EQ(affinity["podAffinity"][required].size(), 2U);
  EXPECT_EQ(affinity["podAffinity"][required][0], Json({{"b", 2}}));
}

}  // namespace
}  // namespace staves::decide
