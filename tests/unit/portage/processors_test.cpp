#include "portage/processors.h"

#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

class ShareTest : public TemporaryRoot {};

TEST_F(ShareTest, WithoutLimitsTheWholeNodeIsUsed) {
  EXPECT_EQ(read_share(root_, 16), (Share{16, 0}));
}

TEST_F(ShareTest, ALimitOfVersion2IsRoundedUp) {
  put("cpu.max", "250000 100000\n");
  put("memory.max", "4294967296\n");
  EXPECT_EQ(read_share(root_, 16), (Share{3, 4294967296U}));
}

TEST_F(ShareTest, Version2WritesMaxForNoLimit) {
  put("cpu.max", "max 100000\n");
  put("memory.max", "max\n");
  EXPECT_EQ(read_share(root_, 8), (Share{8, 0}));
}

TEST_F(ShareTest, LimitsOfVersion1AreRead) {
  put("cpu/cpu.cfs_quota_us", "200000\n");
  put("cpu/cpu.cfs_period_us", "100000\n");
  put("memory/memory.limit_in_bytes", "2147483648\n");
  EXPECT_EQ(read_share(root_, 8), (Share{2, 2147483648U}));
}

TEST_F(ShareTest, Version1WritesAHugeNumberForNoLimit) {
  put("cpu/cpu.cfs_quota_us", "-1\n");
  put("cpu/cpu.cfs_period_us", "100000\n");
  put("memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(read_share(root_, 8), (Share{8, 0}));
}

TEST_F(ShareTest, ASmallPartOfAProcessorIsOne) {
  put("cpu.max", "10000 100000\n");
  EXPECT_EQ(read_share(root_, 8).processors, 1);
}

TEST(Parallelism, PackagesTimesMakeJobsStaysNearTheProcessors) {
  for (const int processors : {1, 2, 3, 4, 6, 8, 16, 32, 64, 128}) {
    const auto split = parallelism({processors, 0});
    EXPECT_GE(split.packages * split.make_jobs, processors) << processors;
    EXPECT_LE(split.packages * split.make_jobs, 2 * processors) << processors;
  }
}

TEST(Parallelism, EachCompilerFindsMemory) {
  EXPECT_EQ(parallelism({16, 2ULL << 30U}), (Parallelism{4, 1}));
  EXPECT_EQ(parallelism({16, 512ULL << 20U}), (Parallelism{1, 1}));
}

}  // namespace
}  // namespace staves::portage
