#include "command/build.h"

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "api/object.h"
#include "command/apply.h"
#include "command/board.h"
#include "command/commands.h"
#include "command/error_sentence.h"
#include "command/find_object.h"
#include "command/predecessor_options.h"
#include "nlohmann/json.hpp"
#include "operate/stores.h"

namespace staves::command {

namespace {

using base::Json;

constexpr std::chrono::seconds tick{1};
constexpr std::chrono::seconds before_next_try{2};

/// What is followed and how far it is.
class Following {
 public:
  Following(const Setting& setting, const std::vector<FollowedImage>& images, Board& board)
      : setting_(setting), board_(board) {
    for (const FollowedImage& image : images) expected_[image.name] = image.expected;
  }

  /// A new state of an image.
  void see(const Json& object) {
    auto image = api::parse_stavesimage(object);
    if (!image) return;
    const auto expected = expected_.find(image->meta.name);
    if (expected == expected_.end() || ends_.contains(image->meta.name)) return;
    const Stage stage = stage_of(*image, expected->second);
    board_.update(*image, stage, setting_.clock->now());
    last_.insert_or_assign(image->meta.name, std::pair(*image, stage));
    if (is_over(stage)) ends_[image->meta.name] = exit_code_of(stage);
  }

  void gone(const std::string& name) {
    if (!expected_.contains(name) || ends_.contains(name)) return;
    board_.remark(name + ": it was deleted", setting_.clock->now());
    ends_[name] = exit_code::build_failed;
  }

  bool all_over() const { return ends_.size() == expected_.size(); }
  const std::map<std::string, Expectation>& expected() const { return expected_; }

  /// How each one ended, and the exit code of all.
  int tell() const {
    int code = exit_code::done;
    for (const auto& [name, ended] : ends_) {
      const auto last = last_.find(name);
      if (last != last_.end()) setting_.screen.out(ending_text(last->second.first, last->second.second));
      code = std::max(code, ended);
    }
    return code;
  }

 private:
  const Setting& setting_;
  Board& board_;
  std::map<std::string, Expectation> expected_;
  std::map<std::string, std::pair<api::StavesImage, Stage>> last_;
  std::map<std::string, int> ends_;
};

/// One list and the watch that goes on from it.
base::Done look(const Setting& setting, Following& following) {
  const auto type = operate::resource_type(api::stavesimage_kind());
  std::vector<std::string> there;
  TRY_ASSIGN(const auto page, setting.cluster.list(
                                  type, {.name_space = setting.name_space},
                                  [&](const Json& object) {
                                    there.push_back(object.at("metadata").value("name", std::string()));
                                    following.see(object);
                                  },
                                  setting.stop));
  for (const auto& [name, expected] : following.expected()) {
    if (std::ranges::find(there, name) == there.end()) following.gone(name);
  }
  if (following.all_over()) return {};
  return setting.cluster.watch(
      type, {.name_space = setting.name_space, .resource_version = page.resource_version},
      [&](kube::WatchEventType event, const Json& object) {
        if (event == kube::WatchEventType::Deleted) {
          following.gone(object.at("metadata").value("name", std::string()));
        } else if (event == kube::WatchEventType::Added || event == kube::WatchEventType::Modified) {
          following.see(object);
        }
        return !following.all_over();
      },
      setting.stop);
}

bool may_pass(const base::Error& error) {
  return error.code == "Expired" || error.code == "ConnectFailed" || error.code == "ConnectionLost" ||
         error.code == "DeadlineExceeded" || error.retry.what == base::RetryClass::After;
}

std::string goes_on(const Setting& setting, const std::vector<FollowedImage>& images) {
  std::string text = "\nThe build goes on in the cluster.\n";
  for (const FollowedImage& image : images) {
    const std::string who = image.name + " -n " + setting.name_space;
    text += "  follow it:  kubectl staves logs -f " + who + "\n  cancel it:  kubectl staves cancel " + who + "\n";
  }
  return text;
}

/// Nothing is applied whose builder is neither there nor among the objects.
base::Done check_builders(const Setting& setting, const std::vector<Json>& objects) {
  const Json::json_pointer to_builder("/spec/builderRef/name");
  std::set<std::string> brought;
  for (const Json& object : objects) {
    if (object.value("kind", "") == api::stavesbuilder_kind().name) {
      brought.insert(object.at("metadata").value("name", std::string()));
    }
  }
  for (const Json& object : objects) {
    const std::string name = object.value("kind", "") == api::stavesimage_kind().name
                                 ? object.value(to_builder, std::string())
                                 : std::string();
    if (name.empty() || brought.contains(name)) continue;
    TRY(find_object(setting, operate::resource_type(api::stavesbuilder_kind()), name));
  }
  return {};
}

/// Applies what the files say; gives the images among it.
base::Result<std::vector<FollowedImage>> apply_files(const Setting& setting, const Options& options) {
  TRY_ASSIGN(const auto objects, wanted_objects(setting, options));
  for (const Json& object : objects) {
    if (object.at("metadata").value("namespace", setting.name_space) != setting.name_space) {
      return bad_input("build follows the images of one namespace, and a file names another one than " +
                       setting.name_space + ": choose it with -n");
    }
  }
  TRY(check_builders(setting, objects));
  std::vector<Json> applied_images;
  for (const Json& object : objects) {
    TRY_ASSIGN(Json applied, apply_object(setting, object, options.force_conflicts));
    const bool is_image = applied.value("kind", object.value("kind", std::string())) == api::stavesimage_kind().name;
    if (is_image) applied_images.push_back(std::move(applied));
  }
  // Only now: a builder may stand below its images.
  std::vector<FollowedImage> images;
  for (const Json& applied : applied_images) TRY(add_followed(setting, applied, images));
  if (images.empty()) return bad_input("there is no StavesImage in the files, so there is nothing to build");
  return images;
}

}  // namespace

base::Done add_followed(const Setting& setting, const Json& object, std::vector<FollowedImage>& images) {
  TRY_ASSIGN(const auto image, api::parse_stavesimage(object));
  FollowedImage followed{image.meta.name, {.generation = image.meta.generation}};
  // A builder that is missing may come, but more likely its name is wrong.
  TRY(find_object(setting, operate::resource_type(api::stavesbuilder_kind()), image.spec.builder_name));
  if (stage_of(image, followed.expected) == Stage::Failed) {
    setting.screen.out("StavesImage " + followed.name + ": it failed before, so it is tried again\n");
    TRY_ASSIGN(followed.expected.trigger, ask_to_rebuild(setting, followed.name));
  }
  images.push_back(std::move(followed));
  return {};
}

base::Result<std::string> ask_to_rebuild(const Setting& setting, const std::string& name) {
  std::string value = base::to_rfc3339(setting.clock->now());
  const Json patch{{"metadata", {{"annotations", {{api::rebuild_annotation, value}}}}}};
  TRY(setting.cluster.patch(operate::resource_type(api::stavesimage_kind()), {setting.name_space, name},
                            {.type = kube::PatchType::Merge, .body = base::to_canonical_json(patch)}, setting.stop));
  return value;
}

base::Result<int> follow_builds(const Setting& setting, const std::vector<FollowedImage>& images) {
  std::vector<std::string> names;
  for (const FollowedImage& image : images) names.push_back(image.name);
  Board board(setting.screen, names);
  Following following(setting, images, board);
  std::jthread ticker;
  if (setting.screen.is_terminal()) {
    ticker = std::jthread([&](const std::stop_token& end) {
      while (kube::real_sleep()(tick, end)) board.tick(setting.clock->now());
    });
  }
  while (!following.all_over()) {
    const auto looked = look(setting, following);
    if (setting.stop.stop_requested()) {
      ticker = {};
      setting.screen.err(goes_on(setting, images));
      return exit_code::stopped;
    }
    // Nothing happened for a while, which is no trouble: the next look tells.
    if (looked || looked.error().code == "Silent") continue;
    if (!may_pass(looked.error())) return base::fail(looked.error());
    if (looked.error().code != "Expired") {
      board.remark("the API server does not answer (" + looked.error().message + "), trying again",
                   setting.clock->now());
    }
    setting.sleep(before_next_try, setting.stop);
  }
  ticker = {};
  return following.tell();
}

base::Result<int> run_build(const Setting& setting, const Options& options) {
  TRY(check_predecessor_options(options));
  if (options.name.empty()) {
    TRY_ASSIGN(const auto images, apply_files(setting, options));
    return follow_builds(setting, images);
  }
  std::vector<FollowedImage> images;
  TRY_ASSIGN(const Json object, find_object(setting, operate::resource_type(api::stavesimage_kind()), options.name));
  TRY(add_followed(setting, object, images));
  return follow_builds(setting, images);
}

}  // namespace staves::command
