#include "portage/toolchain_key.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/files.h"
#include "base/process.h"
#include "portage/emerge_command.h"
#include "portage/failure_classes.h"
#include "portage/make_conf.h"
#include "portage/plain_text.h"

namespace staves::portage {
namespace {

constexpr std::size_t key_length = 16;

/// Part of every key, whoever sets them.
constexpr std::array<std::string_view, 9> always_asked = {
    "ARCH", "CHOST", "CFLAGS", "CXXFLAGS", "LDFLAGS", "FCFLAGS", "RUSTFLAGS", "CPU_FLAGS_X86", "CPU_FLAGS_ARM"};

/// Not a bit of a package depends on these, or Portage compares them itself (--binpkg-respect-use).
constexpr std::array never_asked = std::to_array<std::string_view>(
    {"USE", "ACCEPT_KEYWORDS", "ACCEPT_LICENSE", "MAKEOPTS", "EMERGE_DEFAULT_OPTS", "GENTOO_MIRRORS", "VIDEO_CARDS",
     "INPUT_DEVICES", "LUA_TARGETS", "LUA_SINGLE_TARGET", "PHP_TARGETS", "PYTHON_TARGETS", "PYTHON_SINGLE_TARGET",
     "RUBY_TARGETS"});

/// These name a program, whose version nobody asks for.
constexpr std::array<std::string_view, 10> tools = {"CC", "CXX", "CPP", "FC",    "F77",
                                                    "LD", "AS",  "AR",  "RUSTC", "RUSTC_WRAPPER"};

bool is_one_of(std::string_view name, const auto& names) {
  return std::ranges::find(names, name) != names.end();
}

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

/// All that decides the answer: equal texts need not ask again. Quoted, so that no value can look like two.
std::string question(const api::Plan& plan, const std::string& profile) {
  std::string text = plan.stage3 + "\n" + plan.tree.image + "\n" + profile + "\n";
  for (const auto* settings : {&plan.builder_portage, &plan.image_portage}) {
    text += "# make.conf\n" + make_conf_lines(settings->make_conf) + "# environments\n" + environments_text(*settings);
  }
  return text;
}

/// The stage3, where a tool of the user's own choice comes from; empty when none is chosen.
std::string home_of_tools(const api::Plan& plan) {
  for (const auto& name : key_variables(plan)) {
    if (is_one_of(name, tools)) {
      return plan.stage3 + "\n";
    }
  }
  return {};
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

std::vector<std::string> key_variables(const api::Plan& plan) {
  auto all = plan.builder_portage.make_conf;
  all.insert(plan.image_portage.make_conf.begin(), plan.image_portage.make_conf.end());
  std::vector<std::string> names(always_asked.begin(), always_asked.end());
  for (const auto& [name, value] : all) {
    if (!is_one_of(name, always_asked) && !is_one_of(name, never_asked)) {
      names.push_back(name);
    }
  }
  return names;
}

Part<std::string> toolchain_key(const Paths& paths, const api::Plan& plan, const std::string& profile,
                                std::stop_token stop) {
  const auto remembered = paths.binpkgs / ".toolchains" / base::short_hash(question(plan, profile), 32);
  if (const auto key = base::read_file(remembered, key_length); key && is_key(*key)) {
    return *key;
  }
  // Portage's own answer: the stage3's, the builder's and the image's make.conf together, references followed.
  std::vector<std::string> command = {"portageq", "envvar", "-v"};
  std::ranges::copy(key_variables(plan), std::back_inserter(command));
  const auto variables = ask(command, stop);
  if (!variables) {
    return variables;
  }
  if (variables->find("CHOST=") == std::string::npos) {
    return fail_part(api::FailureClass::Internal, "configure",
                     "Portage does not tell the toolchain of the stage3: " + variables->substr(0, 300));
  }
  const auto compiler = ask({"gcc", "-dumpfullversion", "-dumpmachine"}, stop);
  auto key = base::short_hash(*variables + libc_of(paths.system) + "\n" + compiler.value_or("no gcc\n") + profile +
                                  "\n" + environments_text(plan.builder_portage) +
                                  environments_text(plan.image_portage) + home_of_tools(plan),
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
