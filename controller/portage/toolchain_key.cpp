#include "portage/toolchain_key.h"

#include <algorithm>
#include <vector>

#include "base/digest.h"
#include "base/files.h"
#include "base/process.h"
#include "portage/emerge_command.h"
#include "portage/failure_classes.h"
#include "portage/plain_text.h"

namespace staves::portage {
namespace {

constexpr std::size_t key_length = 16;

/// Environments that some package uses: flags that Portage keeps for single packages.
std::string environments_text(const api::PortageSettings& settings) {
  std::string text;
  for (const auto& config : settings.package_config) {
    for (const auto& name : config.env) {
      text += config.atom + "=" + name + "\n";
    }
  }
  for (const auto& environment : settings.environments) {
    text += "[" + environment.name + "]\n";
    for (const auto& [name, value] : environment.make_conf) {
      text += name + "=" + value + "\n";
    }
  }
  return text;
}

/// All that decides the answer: equal texts need not ask again.
std::string question(const api::Plan& plan, const std::string& profile) {
  std::string text = plan.stage3 + "\n" + plan.tree.image + "\n" + profile + "\n";
  for (const auto* settings : {&plan.builder_portage, &plan.image_portage}) {
    for (const auto& [name, value] : settings->make_conf) {
      text += name + "=" + value + "\n";
    }
    text += environments_text(*settings);
  }
  return text;
}

bool is_key(const std::string& text) {
  return text.size() == key_length && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// "glibc-2.42-r1": the libc of the stage3 as its package database names it.
std::string libc_of(const std::filesystem::path& system) {
  std::error_code failed;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(system / "var/db/pkg/sys-libs", failed)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("glibc-") || name.starts_with("musl-")) {
      names.push_back(name);
    }
  }
  return names.empty() ? "unknown" : *std::ranges::min_element(names);
}

Part<std::string> ask(const std::vector<std::string>& arguments, std::stop_token stop) {
  FailureEvidence evidence;
  std::string text;
  const base::Command command{
      .arguments = arguments, .environment = portage_environment(), .directory = "/", .deadline = {}};
  const auto end = base::run_process(
      command,
      [&](std::string_view line) {
        evidence.output.push_back(plain_text(line));
        text += evidence.output.back() + "\n";
      },
      std::move(stop));
  if (!end) {
    return fail_part("configure", end.error());
  }
  // portageq ends with 1 also when one of the variables is merely not set.
  if (end->exit_code > 1 || text.empty() || text.find("Traceback") != std::string::npos ||
      text.find("profile is invalid") != std::string::npos) {
    evidence.exit_code = end->exit_code;
    return std::unexpected(classify(evidence));
  }
  return text;
}

}  // namespace

Part<std::string> toolchain_key(const Paths& paths, const api::Plan& plan, const std::string& profile,
                                std::stop_token stop) {
  const auto remembered = paths.binpkgs / ".toolchains" / base::short_hash(question(plan, profile), 32);
  if (const auto key = base::read_file(remembered, key_length); key && is_key(*key)) {
    return *key;
  }
  const auto variables = ask({"portageq", "envvar", "-v", "ARCH", "CHOST", "CFLAGS", "CXXFLAGS", "LDFLAGS", "FCFLAGS",
                              "RUSTFLAGS", "CPU_FLAGS_X86", "CPU_FLAGS_ARM"},
                             stop);
  if (!variables) {
    return variables;
  }
  if (variables->find("CHOST=") == std::string::npos) {
    return fail_part(api::FailureClass::Internal, "configure",
                     "Portage does not tell the toolchain of the stage3: " + variables->substr(0, 300));
  }
  const auto compiler = ask({"gcc", "-dumpfullversion", "-dumpmachine"}, stop);
  const auto key =
      base::short_hash(*variables + libc_of(paths.system) + "\n" + compiler.value_or("no gcc\n") + profile + "\n" +
                           environments_text(plan.builder_portage) + environments_text(plan.image_portage),
                       key_length);
  if (auto kept = base::make_directories(remembered.parent_path()); !kept) {
    return fail_part("configure", kept.error());
  }
  if (auto kept = base::write_file_atomically(remembered, key); !kept) {
    return fail_part("configure", kept.error());
  }
  return key;
}

}  // namespace staves::portage
