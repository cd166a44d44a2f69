#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "portage/cache_contents.h"
#include "portage/cache_lease.h"
#include "portage/cache_pruning.h"
#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

constexpr const char* key = "0123456789abcdef";
constexpr const char* other_key = "fedcba9876543210";
constexpr std::int64_t package_bytes = 1000;

/// A cache volume with an emaint that records which partitions it was asked to mend.
class CacheTest : public TemporaryRoot {
 protected:
  void SetUp() override {
    TemporaryRoot::SetUp();
    places_ = {root_ / "binpkgs", root_ / "distfiles"};
  }

  fs::path put_package(const std::string& partition, const std::string& file, int hours_ago) {
    const std::string path = "binpkgs/" + partition + "/" + file;
    put(path, std::string(package_bytes, 'p'));
    age(root_ / path, hours_ago);
    return root_ / path;
  }
  static void age(const fs::path& path, int hours) {
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(hours));
  }
  CacheLease lease(const std::string& partition = key) {
    auto lease = CacheLease::begin(places_, partition, {});
    EXPECT_TRUE(lease.has_value()) << lease.error().message;
    return *std::move(lease);
  }
  static PlannedMerge binary(std::string cpv) { return {.cpv = std::move(cpv), .binary = true, .to_root = true}; }
  static PlannedMerge source(std::string cpv) { return {.cpv = std::move(cpv), .binary = false, .to_root = true}; }
  /// Whether a package of thirty hours that a build merges outlives one of twenty that none did.
  bool outlives_younger_ones(const std::string& file, std::string cpv) {
    const auto merged = put_package(key, file, 30);
    const auto never_merged = put_package(key, "app-misc/b/b-1-1.gpkg.tar", 20);
    {
      auto build = lease();
      EXPECT_TRUE(build.begin_plan({}));
      build.planned({binary(std::move(cpv))});
    }
    prune(package_bytes * 3 / 2);
    return fs::exists(merged) && !fs::exists(never_merged);
  }
  api::CacheCensus prune(std::int64_t most_bytes) { return prune_cache(places_, most_bytes, {}); }

  CachePlaces places_;
};

TEST_F(CacheTest, BelowItsBoundNothingGoes) {
  const auto package = put_package(key, "app-misc/a/a-1-1.gpkg.tar", 10);
  put("distfiles/a-1.tar.gz", "source");
  const auto census = prune(0);
  EXPECT_TRUE(fs::exists(package));
  EXPECT_EQ(census, (api::CacheCensus{package_bytes + 6, 1}));
  EXPECT_EQ(prune(package_bytes * 2), census);
}

TEST_F(CacheTest, ThePackagesThatNobodyUsedForLongestGoWhateverTheirPartition) {
  const auto oldest = put_package(other_key, "app-misc/a/a-1-1.gpkg.tar", 30);
  const auto old = put_package(key, "app-misc/b/b-1-1.gpkg.tar", 20);
  const auto young = put_package(key, "app-misc/c/c-1-1.gpkg.tar", 10);
  const auto census = prune(package_bytes * 2);
  EXPECT_FALSE(fs::exists(oldest));
  EXPECT_FALSE(fs::exists(old)) << "it goes a tenth below its bound";
  EXPECT_TRUE(fs::exists(young));
  EXPECT_EQ(census, (api::CacheCensus{package_bytes, 1}));
}

TEST_F(CacheTest, AMergeCountsAsAUse) {
  EXPECT_TRUE(outlives_younger_ones("app-misc/a/a-1-1.gpkg.tar", "app-misc/a-1-1"));
}

TEST_F(CacheTest, AMergeOfAPackageThatKnowsNoBuildIdCountsAsAUse) {
  EXPECT_TRUE(outlives_younger_ones("virtual/libc/libc-1-1.gpkg.tar", "virtual/libc-1"));
}

TEST_F(CacheTest, WhatAPodWasPackingWhenItDiedGoesAndWhatOneIsPackingStays) {
  const auto file = fs::path("binpkgs") / key / "app-misc/a-1.gpkg.tar.17";
  put(file, "half");
  {
    auto build = lease();
    ASSERT_TRUE(build.begin_plan({}));
    build.planned({source("app-misc/a-1")});
    prune(0);
    EXPECT_TRUE(there(file));
  }
  prune(0);
  EXPECT_FALSE(there(file));
}

TEST_F(CacheTest, OneBuildAtATimePacksIntoAPartitionAndTheNextIsTold) {
  auto first = lease();
  auto second = lease();
  ASSERT_TRUE(first.begin_plan({}) && second.begin_plan({}));
  auto packing = first.begin_packing({});
  EXPECT_TRUE(packing.lock && !packing.others_packed);
  std::atomic<bool> begun = false;
  std::jthread other([&](const std::stop_token& stop) {
    EXPECT_TRUE(second.begin_packing(stop).others_packed);
    begun = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(begun);
  packing.lock.reset();
  other.join();
}

TEST_F(CacheTest, OnlyWhatWasPackedAfterThePlanIsTold) {
  auto first = lease();
  auto second = lease();
  ASSERT_TRUE(first.begin_plan({}));
  EXPECT_FALSE(first.begin_packing({}).others_packed);
  ASSERT_TRUE(second.begin_plan({}));
  EXPECT_FALSE(second.begin_packing({}).others_packed);
  EXPECT_TRUE(first.begin_packing({}).others_packed);
}

TEST_F(CacheTest, WhoHasToPlanAnewHoldsNothingMeanwhileAndIsNoneThatPacked) {
  auto first = lease();
  auto second = lease();
  auto third = lease();
  ASSERT_TRUE(first.begin_plan({}) && second.begin_plan({}));
  EXPECT_TRUE(first.begin_packing({}).lock);
  ASSERT_TRUE(third.begin_plan({}));
  const auto to_plan_anew = second.begin_packing({});
  EXPECT_TRUE(to_plan_anew.others_packed && !to_plan_anew.lock);
  const auto packing = third.begin_packing({}, std::chrono::milliseconds(0));
  EXPECT_TRUE(packing.lock && !packing.others_packed);
}

TEST_F(CacheTest, ABuildThatPacksForTooLongFailsNoOther) {
  auto first = lease();
  auto second = lease();
  const auto packing = first.begin_packing({});
  const auto without = second.begin_packing({}, std::chrono::milliseconds(1));
  EXPECT_FALSE(without.lock || without.others_packed);
}

TEST_F(CacheTest, ABuildThatIsStoppedWaitsForNoOtherToPack) {
  auto first = lease();
  auto second = lease();
  const auto packing = first.begin_packing({});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(second.begin_packing(stop.get_token()).lock);
}

TEST_F(CacheTest, WhatARunningBuildNeedsStaysUntilItEnds) {
  const auto needed = put_package(key, "app-misc/a/a-1-1.gpkg.tar", 30);
  const auto to_be_compiled = put_package(key, "app-misc/b/b-1-7.gpkg.tar", 20);
  {
    auto build = lease();
    ASSERT_TRUE(build.begin_plan({}));
    build.planned({binary("app-misc/a-1-1"), source("app-misc/b-1")});
    EXPECT_EQ(prune(1).packages, 2);
    EXPECT_TRUE(fs::exists(needed) && fs::exists(to_be_compiled));
  }
  EXPECT_EQ(prune(1).packages, 0);
}

TEST_F(CacheTest, WhileABuildPlansNothingOfItsPartitionGoes) {
  const auto own = put_package(key, "app-misc/a/a-1-1.gpkg.tar", 30);
  put(fs::path("binpkgs") / key / "app-misc/a/a-1-2.gpkg.tar", "");
  auto build = lease();
  ASSERT_TRUE(build.begin_plan({}));
  prune(0);
  EXPECT_TRUE(there(fs::path("binpkgs") / key / "app-misc/a/a-1-2.gpkg.tar"));
  build.plan_ended();
  prune(0);
  EXPECT_FALSE(there(fs::path("binpkgs") / key / "app-misc/a/a-1-2.gpkg.tar"));
  EXPECT_TRUE(fs::exists(own));
}

TEST_F(CacheTest, WhatAPodThatWasKilledHadBegunToPackGoes) {
  put_package(key, "app-misc/a/a-1-1.gpkg.tar", 1);
  put(fs::path("binpkgs") / key / "app-misc/a/a-1-2.gpkg.tar", "");
  put(fs::path("binpkgs") / key / "app-misc/a/a-1-2.gpkg.tarx7k2.345", "half");
  put(fs::path("binpkgs") / key / "Packages", "VERSION: 0\n");
  put("distfiles/b.tar.gz.__download__", "half");
  put("distfiles/b.tar.gz._checksum_failure_.x7k2", "other");
  EXPECT_EQ(prune(0), (api::CacheCensus{package_bytes, 1}));
  std::vector<std::string> left;
  for (const auto& entry : fs::directory_iterator(root_ / "binpkgs" / key / "app-misc/a")) {
    left.push_back(entry.path().filename().string());
  }
  EXPECT_EQ(left, std::vector<std::string>{"a-1-1.gpkg.tar"});
  EXPECT_TRUE(there(fs::path("binpkgs") / key / "Packages"));
  EXPECT_FALSE(there("distfiles/b.tar.gz.__download__") || there("distfiles/b.tar.gz._checksum_failure_.x7k2"));
}

TEST_F(CacheTest, WhatARunningBuildPacksRightNowStays) {
  put(fs::path("binpkgs") / key / "app-misc/a/a-1-1.gpkg.tarx7k2.345", "half");
  auto build = lease();
  ASSERT_TRUE(build.begin_plan({}));
  build.planned({source("app-misc/a-1")});
  prune(0);
  EXPECT_TRUE(there(fs::path("binpkgs") / key / "app-misc/a/a-1-1.gpkg.tarx7k2.345"));
}

TEST_F(CacheTest, SourceArchivesTakeAQuarterAndStayWhileABuildMayUnpackThem) {
  for (const char* name : {"distfiles/a.tar.gz", "distfiles/b.tar.gz", "distfiles/c.tar.gz"}) {
    put(name, std::string(500, 's'));
  }
  {
    const auto build = lease();
    EXPECT_EQ(prune(4000).used_bytes, 1500);
  }
  EXPECT_EQ(prune(4000).used_bytes, 500);
  EXPECT_TRUE(there("distfiles/c.tar.gz"));
}

TEST_F(CacheTest, ALeaseThatNobodyHoldsIsOfNoAccount) {
  put("binpkgs/.in-use/0000000000000000", std::string(key) + "/app-misc/a-1-1\n");
  EXPECT_TRUE(leased_packages(places_).empty());
  EXPECT_FALSE(there("binpkgs/.in-use/0000000000000000"));
}

TEST_F(CacheTest, APartitionIsMarkedUntilItsIndexIsMended) {
  put_package(key, "app-misc/a/a-1-1.gpkg.tar", 30);
  prune(1);
  // There is no emaint here, so whoever uses the partition next has to mend it.
  EXPECT_TRUE(fs::exists(places_.repair_mark(key)));
  const auto build = CacheLease::begin(places_, key, {});
  ASSERT_FALSE(build.has_value());
  EXPECT_EQ(build.error().failure_class, api::FailureClass::Internal);
}

}  // namespace
}  // namespace staves::portage
