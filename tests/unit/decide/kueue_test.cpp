#include "decide/kueue.h"

#include <gtest/gtest.h>

#include "decide/render_job.h"
#include "nlohmann/json.hpp"
#include "unit/decide/built_status.h"

namespace staves::decide::testing {
namespace {

using base::Json;

auto in_queue(const char* name) {
  return [name](auto& object) { object.spec.queue_name = name; };
}

Json job_of(const std::shared_ptr<const api::StavesImage>& image,
            const std::shared_ptr<const api::StavesBuilder>& builder) {
  ImageObservation seen = make::observation();
  seen.wanted = image;
  seen.builder = builder;
  api::BuildStatus build;
  build.number = 1;
  build.job_name = "bash-1";
  return Json::parse(render_job(seen, inputs_of(*image, *builder), build).body);
}

Json queue_label(const Json& object) {
  return object["metadata"]["labels"].value("kueue.x-k8s.io/queue-name", Json());
}

TEST(Kueue, GetsASuspendedJobWithTheQueueOfTheImageOrElseOfTheBuilder) {
  const Json of_builder = job_of(make::image(), make::builder(in_queue("builds")));
  EXPECT_EQ(queue_label(of_builder), "builds");
  EXPECT_EQ(of_builder["spec"]["suspend"], true);
  EXPECT_EQ(queue_label(job_of(make::image(in_queue("urgent")), make::builder(in_queue("builds")))), "urgent");
}

TEST(Kueue, GetsNoPodsOfTheirOwn) {
  EXPECT_TRUE(queue_label(job_of(make::image(in_queue("builds")), make::builder())["spec"]["template"]).is_null());
}

TEST(Kueue, GetsNothingWithoutAQueue) {
  const Json job = job_of(make::image(), make::builder());
  EXPECT_TRUE(queue_label(job).is_null());
  EXPECT_FALSE(job["spec"].contains("suspend"));
}

TEST(Kueue, IsNoInputAndNoSettingThatMendsAFailure) {
  const Inputs without = inputs_of(*make::image(), *make::builder());
  const Inputs with = inputs_of(*make::image(in_queue("a")), *make::builder(in_queue("b")));
  EXPECT_EQ(with.digest, without.digest);
  EXPECT_EQ(with.settings, without.settings);
}

TEST(Kueue, GetsAWaitingJobAnewWhenAnotherQueueIsNamed) {
  const auto image = make::image(in_queue("a"));
  const auto digest = [&](const auto& one) {
    return job_of(one, make::builder())["metadata"]["annotations"]["staves.dev/rendered"];
  };
  EXPECT_NE(digest(image), digest(make::image(in_queue("b"))));
  EXPECT_NE(digest(image), digest(make::image()));
}

}  // namespace
}  // namespace staves::decide::testing
