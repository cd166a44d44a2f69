#pragma once

#include <string>
#include <vector>

#include "api/step_result.h"
#include "tests/support/fake_cluster.h"

namespace staves::scenario {

/// Plays what a real cluster has besides the operator: the Job controller, the kubelet, and a user with kubectl.
class Farm {
 public:
  explicit Farm(test::FakeCluster& cluster, std::shared_ptr<const base::Clock> clock)
      : cluster_(cluster), clock_(std::move(clock)) {}

  /// What a user applies. The builder's stage3 is a tag, its tree is pinned.
  void apply_builder();
  void change_builder(const std::function<void(base::Json&)>& change);
  /// A builder "made", which the first one makes of packages.
  void apply_made_builder();
  void change_made_builder(const std::function<void(base::Json&)>& change);
  void delete_made_builder();
  /// A claim that the user made, bound.
  void apply_foreign_claim(const std::string& name);
  void apply_image(const std::vector<std::string>& packages = {"app-shells/bash"});
  void change_image(const std::function<void(base::Json&)>& change);
  void delete_image();
  /// Images of these names, with packages of their own.
  void apply_images(const std::vector<std::string>& names);
  void change_image(const std::string& name, const std::function<void(base::Json&)>& change);
  void delete_image(const std::string& name);
  /// So many images more that are what the first one is, with its status.
  void multiply_image(int more);

  /// The volume claim gets its volume.
  void bind_claims();
  /// Every Job that has neither ended nor a pod gets one.
  void make_pods();
  /// All containers of all pods run, but `sources`, which has done its part.
  void run_pods();
  /// The pods of that image run and end well, and so do their Jobs; the rest goes on.
  void succeed(const std::string& name);
  /// The pods that run end well, and so do their Jobs.
  void succeed();
  /// `emerge` of the pods that run fails, with a class that only the user can mend; the Job fails.
  void fail_for_good();
  /// The pods that run go away as by `kubectl delete pod`.
  void delete_pods();
  void delete_jobs();
  /// As Kueue does it: Jobs that have not ended may run, or may not and lose their pods.
  void resume_jobs();
  void suspend_jobs();
  /// What `publish` prints while it waits.
  void print_progress(const api::Progress& progress);

  std::vector<base::Json> jobs() const;
  base::Json image() const;
  base::Json image(const std::string& name) const;
  /// Names of images whose Jobs have not ended, sorted.
  std::vector<std::string> building() const;
  base::Json builder() const;
  base::Json made_builder() const;
  /// The image that the builder "made" is made of; null: there is none.
  base::Json image_of_made_builder() const;
  /// Status and reason of the image's condition Ready: "True/Built".
  std::string ready() const;
  std::string ready(const std::string& name) const;
  /// The same of the builder's CacheReady.
  std::string cache_ready() const;

 private:
  void set_suspended(bool suspended);
  void end_containers(base::Json& pod, const std::string& failed_step);
  void end_jobs(const char* condition, const char* reason, const std::string& of_image = {});

  test::FakeCluster& cluster_;
  std::shared_ptr<const base::Clock> clock_;
  int pods_made_ = 0;
};

}  // namespace staves::scenario
