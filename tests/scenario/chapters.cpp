#include "tests/scenario/chapters.h"

#include "base/digest.h"
#include "nlohmann/json.hpp"

namespace staves::scenario {

void apply(Play& play) {
  play.farm().apply_builder();
  play.farm().apply_image();
  play.settle();
}

void apply_with_volume(Play& play) {
  apply(play);
  play.farm().bind_claims();
  play.settle();
}

void apply_in_queue(Play& play) {
  play.farm().apply_builder();
  play.farm().change_builder([](base::Json& builder) { builder["spec"]["queueName"] = "builds"; });
  play.farm().apply_image();
  play.settle();
  play.farm().bind_claims();
  play.settle();
}

void run(Play& play) {
  play.farm().make_pods();
  play.settle();
  play.farm().run_pods();
  play.settle();
}

void succeed(Play& play) {
  play.farm().succeed();
  play.settle();
}

void build(Play& play) {
  run(play);
  succeed(play);
}

void apply_and_build(Play& play) {
  apply_with_volume(play);
  build(play);
}

void apply_for_two_platforms(Play& play) {
  play.farm().apply_builder();
  play.farm().apply_image();
  play.farm().change_image([](base::Json& image) { image["spec"]["platforms"] = {"linux/amd64", "linux/amd64/v3"}; });
  play.settle();
  play.farm().bind_claims();
  play.settle();
}

void apply_to_made_builder(Play& play) {
  play.farm().apply_builder();
  play.settle();
  play.farm().apply_made_builder();
  play.farm().apply_image();
  play.farm().change_image([](base::Json& image) { image["spec"]["builderRef"]["name"] = "made"; });
  play.settle();
  play.farm().bind_claims();
  play.settle();
  build(play);
}

void make_builder_no_more(Play& play) {
  play.farm().change_made_builder([](base::Json& builder) {
    builder["spec"].erase("packages");
    builder["spec"].erase("image");
  });
  play.settle();
}

void change_packages(Play& play, const std::string& second) {
  play.farm().change_image([&](base::Json& image) { image["spec"]["packages"] = {"app-shells/bash", second}; });
  play.settle();
}

void move_tree(Play& play, const std::string& to) {
  play.farm().change_builder([&](base::Json& builder) {
    builder["spec"]["portage"]["snapshot"]["image"] = "registry.example/tree@" + base::sha256_digest(to);
  });
  play.settle();
}

void ask_for_rebuild(Play& play, const std::string& value) {
  play.farm().change_image([&](base::Json& image) { image["metadata"]["annotations"]["staves.dev/rebuild"] = value; });
  play.settle();
}

}  // namespace staves::scenario
