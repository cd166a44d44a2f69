#include "tests/contract/cluster_contract.h"
#include "tests/support/fake_cluster.h"

namespace staves::contract {
namespace {

ClusterUnderTest fake() {
  return {std::make_shared<test::FakeCluster>(std::make_shared<base::SystemClock>()), "team"};
}

INSTANTIATE_TEST_SUITE_P(Fake, ClusterContract, ::testing::Values(ClusterChoice{"FakeCluster", fake}),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace staves::contract
