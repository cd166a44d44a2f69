#include "decide/claim_difference.h"

#include <gtest/gtest.h>

#include "api/quantity.h"
#include "decide/decide.h"
#include "support/makers.h"

namespace staves::decide {
namespace {

api::VolumeClaim pending_claim() {
  api::VolumeClaim claim;
  claim.phase = "Pending";
  claim.storage_class_name = "slow";
  claim.requested = "50Gi";
  claim.access_modes = {"ReadWriteOnce"};
  return claim;
}

api::CacheSettings wanting(const std::string& size, const std::string& storage_class) {
  api::CacheSettings wanted;
  wanted.size = size;
  wanted.storage_class_name = storage_class;
  return wanted;
}

/// The condition CacheReady in what is written about a builder that wants the StorageClass "fast".
std::string written(const api::VolumeClaim& claim) {
  BuilderObservation seen;
  seen.wanted = make::builder([](api::StavesBuilder& builder) { builder.spec.cache.storage_class_name = "fast"; });
  seen.claim = std::make_shared<const api::VolumeClaim>(claim);
  seen.now = make::at();
  for (const Action& action : decide_builder(seen).actions) {
    if (const auto* patch = std::get_if<PatchStatus>(&action)) return patch->patch;
  }
  return {};
}

TEST(ClaimDifference, NamesTheClassTheSizeAndTheAccessModeThatAreOthers) {
  api::CacheSettings wanted = wanting("60Gi", "fast");
  wanted.access_mode = "ReadWriteMany";
  EXPECT_EQ(claim_difference(wanted, pending_claim()),
            "the StorageClass slow where spec.cache says fast, the size 50Gi where spec.cache says 60Gi, "
            "the access mode ReadWriteOnce where spec.cache says ReadWriteMany");
}

TEST(ClaimDifference, IsNoneForWhatTheSpecLeavesOpenOrTheServerWritesInAnotherWay) {
  EXPECT_EQ(claim_difference(wanting("51200Mi", ""), pending_claim()), "");
  api::CacheSettings mine = wanting("1Gi", "");
  mine.existing_claim = "mine";
  EXPECT_EQ(claim_difference(mine, pending_claim()), "");
  EXPECT_EQ(claim_difference(wanting("50Gi", "fast"), {}), "") << "what is not known does not differ";
}

TEST(CacheReady, SaysHowToReplaceAClaimThatDiffersAndHasNoVolume) {
  const std::string patch = written(pending_claim());
  EXPECT_NE(patch.find("\"ClaimDiffers\""), std::string::npos) << patch;
  EXPECT_NE(patch.find("kubectl delete pvc glibc-cache"), std::string::npos) << patch;
}

TEST(CacheReady, StaysTrueForABoundClaimThatDiffersAndSaysSo) {
  api::VolumeClaim claim = pending_claim();
  claim.phase = "Bound";
  const std::string patch = written(claim);
  EXPECT_EQ(patch.find("\"ClaimDiffers\""), std::string::npos) << patch;
  EXPECT_NE(patch.find("it is used as it is, with the StorageClass slow"), std::string::npos) << patch;
}

TEST(Quantity, IsComparedByWhatItStandsFor) {
  EXPECT_EQ(api::quantity_value("1024Mi"), api::quantity_value("1Gi"));
  EXPECT_EQ(api::quantity_value("500m"), 0.5);
  EXPECT_EQ(api::quantity_value("1e3"), api::quantity_value("1k"));
  EXPECT_EQ(api::quantity_value("1E"), 1e18);
  EXPECT_EQ(api::quantity_value("much"), std::nullopt);
}

}  // namespace
}  // namespace staves::decide
