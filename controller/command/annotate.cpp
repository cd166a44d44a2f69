#include "api/object.h"
#include "api/stavesimage.h"
#include "command/build.h"
#include "command/build_state.h"
#include "command/commands.h"
#include "command/error_sentence.h"
#include "command/find_object.h"
#include "decide/image_status.h"
#include "decide/platform_images.h"
#include "nlohmann/json.hpp"
#include "operate/stores.h"

// The verbs that are annotations: design 0001 and the API's reference say what the operator does about them.
namespace staves::command {

namespace {

base::Result<api::StavesImage> image_of(const Setting& setting, const std::string& name) {
  TRY_ASSIGN(const auto object, find_object(setting, operate::resource_type(api::stavesimage_kind()), name));
  return api::parse_stavesimage(object);
}

/// What an index compiles has builds of its own.
std::string images_of_platforms(const api::StavesImage& image) {
  if (!decide::is_index(image.spec)) return {};
  std::string names;
  for (const api::Platform& platform : image.spec.platforms) {
    names += (names.empty() ? "; its platforms are built as " : ", ") + decide::platform_image_name(image, platform);
  }
  return names;
}

}  // namespace

base::Result<int> run_rebuild(const Setting& setting, const Options& options) {
  TRY_ASSIGN(const auto image, image_of(setting, options.name));
  TRY_ASSIGN(const std::string trigger, ask_to_rebuild(setting, options.name));
  if (options.wait) return follow_builds(setting, {{options.name, {image.meta.generation, trigger}}});
  const std::string who = options.name + " -n " + setting.name_space;
  setting.screen.out(image.spec.suspend
                         ? options.name + " will be built once more when spec.suspend is no longer true\n"
                         : options.name + " will be built once more; follow it with: kubectl staves build " + who +
                               "\n");
  return exit_code::done;
}

base::Result<int> run_cancel(const Setting& setting, const Options& options) {
  TRY_ASSIGN(const auto image, image_of(setting, options.name));
  const api::BuildStatus& build = image.status.build;
  if (!decide::is_running(build)) {
    return bad_input(build.number == 0 ? options.name + " has had no build yet, so there is nothing to cancel" +
                                             images_of_platforms(image)
                                       : "no build of " + options.name + " runs: build " +
                                             std::to_string(build.number) + " has ended" + images_of_platforms(image));
  }
  if (options.number != 0 && options.number != build.number) {
    return bad_input("build " + std::to_string(options.number) + " of " + options.name + " does not run; build " +
                     std::to_string(build.number) + " " + std::string(state_of(build)));
  }
  const base::Json patch{{"metadata", {{"annotations", {{api::cancel_annotation, std::to_string(build.number)}}}}}};
  TRY(setting.cluster.patch(operate::resource_type(api::stavesimage_kind()), {setting.name_space, options.name},
                            {.type = kube::PatchType::Merge, .body = base::to_canonical_json(patch)}, setting.stop));
  setting.screen.out("build " + std::to_string(build.number) + " of " + options.name +
                     " is being cancelled; its record and the packages that it finished stay\n");
  return exit_code::done;
}

}  // namespace staves::command
