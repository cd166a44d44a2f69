#include "portage/overlays.h"

#include <algorithm>

#include "base/files.h"
#include "base/process.h"
#include "portage/emerge_command.h"
#include "portage/failure_text.h"
#include "portage/plain_text.h"

namespace staves::portage {
namespace {

using api::FailureClass;
namespace fs = std::filesystem;

bool holds_directory(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool names_masters(const fs::path& overlay) {
  const auto text = base::read_file(overlay / "metadata/layout.conf", 64U << 10U);
  return text && (text->starts_with("masters") || text->find("\nmasters") != std::string::npos);
}

Part<> sync(const Paths& paths, const Overlay& overlay, const std::stop_token& stop) {
  base::Command command;
  command.arguments = {"emaint", "sync", "--repo", overlay.name};
  command.environment = portage_environment();
  command.directory = "/";
  std::vector<std::string> output;
  const auto end = base::run_process(command, [&](std::string_view line) { output.push_back(plain_text(line)); }, stop);
  if (!end) return fail_part("sync", end.error());
  const bool arrived = holds_directory(paths.inside(overlay.location) / "profiles");
  if (end->exit_code == 0 && arrived) return {};
  const bool is_ours = end->exit_code == 0;
  return std::unexpected(api::Failure{
      .failure_class = is_ours ? FailureClass::InvalidConfiguration : FailureClass::RepositoryUnreachable,
      .package = {},
      .phase = "sync",
      .message = "overlay " + overlay.name +
                 (is_ours ? ": what " + overlay.sync_uri + " has is no ebuild repository: there is no profiles/"
                          : ": emaint sync could not bring " + overlay.sync_uri),
      .log_tail = FailureText(output).tail()});
}

}  // namespace

Part<std::vector<Overlay>> locate_overlays(const Paths& paths, const api::Plan& plan,
                                           const std::vector<api::RepositoryRevision>& revisions) {
  std::vector<Overlay> overlays;
  for (const auto& one : plan.repositories) {
    Overlay overlay{.name = one.name,
                    .location = "/var/db/repos/" + one.name,
                    .priority = one.priority,
                    .revision = {},
                    .sync_type = std::string(api::to_string(one.type)),
                    .sync_uri = one.uri};
    if (one.type == api::RepositoryType::Git) {
      const auto found = std::ranges::find(revisions, one.name, &api::RepositoryRevision::name);
      if (found != revisions.end()) overlay.revision = found->revision;
      overlay.location = "/staves/overlays/" + one.name + "/" + overlay.revision;
      overlay.sync_type.clear();
      if (overlay.revision.empty() || !holds_directory(paths.inside(overlay.location))) {
        return fail_part(FailureClass::Internal, "configure",
                         "the overlay " + one.name + " is not at " + overlay.location + ": the cache volume lost it");
      }
    }
    overlays.push_back(std::move(overlay));
  }
  return overlays;
}

std::string overlay_sections(const Paths& paths, const std::vector<Overlay>& overlays, const std::string& tree) {
  std::string text;
  for (const auto& overlay : overlays) {
    text += "\n[" + overlay.name + "]\nlocation = " + overlay.location +
            "\npriority = " + std::to_string(overlay.priority) + "\nauto-sync = no\n";
    if (!overlay.sync_type.empty()) {
      text += "sync-type = " + overlay.sync_type + "\nsync-uri = " + overlay.sync_uri + "\n";
    } else if (!names_masters(paths.inside(overlay.location))) {
      text += "masters = " + tree + "\n";
    }
  }
  return text;
}

Part<> sync_overlays(const Paths& paths, const std::vector<Overlay>& overlays, const std::stop_token& stop) {
  for (const auto& overlay : overlays) {
    if (overlay.sync_type.empty()) continue;
    if (auto done = sync(paths, overlay, stop); !done) return done;
  }
  return {};
}

std::string revisions_hook(const std::vector<Overlay>& overlays) {
  // Names and revisions have no character that means anything to a shell.
  std::string members;
  for (const auto& overlay : overlays) {
    if (overlay.revision.empty()) continue;
    members += (members.empty() ? "\"" : ", \"") + overlay.name + "\": \"" + overlay.revision + "\"";
  }
  return members.empty() ? std::string() : "PORTAGE_REPO_REVISIONS='{" + members + "}'\n";
}

}  // namespace staves::portage
