#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "kube/cluster.h"
#include "nlohmann/json.hpp"

namespace staves::contract {

/// A Cluster that the contract is tried on, with a namespace that is there and is the test's own.
struct ClusterUnderTest {
  std::shared_ptr<kube::Cluster> cluster;
  std::string name_space;
  bool streams_lists = true;  ///< false: a server without the feature WatchList
};

/// Which one, and how to get it; it is asked once for each case.
struct ClusterChoice {
  std::string name;
  std::function<ClusterUnderTest()> get;
};

/// What every Cluster has to keep, a real one and a fake one: the cases are in *_contract.cpp, and whoever has a
/// Cluster instantiates them.
class ClusterContract : public ::testing::TestWithParam<ClusterChoice> {
 protected:
  void SetUp() override;

  /// A ConfigMap of this case, labelled with its name.
  base::Json config_map(const std::string& name, const std::string& value = "1") const;
  /// Creates it; the test fails when that fails.
  base::Json created(const std::string& name, const std::string& value = "1");
  kube::ObjectKey key(const std::string& name) const { return {under_test_.name_space, unique(name)}; }
  /// Names of one case do not meet those of another.
  std::string unique(const std::string& name) const { return case_ + "-" + name; }
  std::string selector() const { return "case=" + case_; }
  kube::Cluster& cluster() { return *under_test_.cluster; }
  const std::string& name_space() const { return under_test_.name_space; }
  bool streams_lists() const { return under_test_.streams_lists; }

  static const kube::ResourceType config_maps;

 private:
  ClusterUnderTest under_test_;
  std::string case_;
};

}  // namespace staves::contract
