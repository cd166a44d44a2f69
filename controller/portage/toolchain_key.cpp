#include "portage/toolchain_key.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/files.h"
#include "base/process.h"
#include "portage/cache_places.h"
#include "portage/emerge_command.h"
#include "portage/failure_classes.h"
#include "portage/key_variables.h"
#include "portage/make_conf.h"
#include "portage/plain_text.h"
#include "portage/stage3_libc.h"

namespace staves::portage {
namespace {

constexpr std::size_t key_length = 16;
constexpr std::size_t most_remembered_bytes = 1024;
// Another one for every change of what a key is made of: what was remembered before is no answer any more.
constexpr std::string_view way_of_asking = "2";

namespace fs = std::filesystem;

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

/// The stage3's own settings, but for the values of its variables, which Portage tells.
std::string stage3_text(const Stage3Settings& stage3) {
  std::string text;
  for (const auto* names : {&stage3.variables, &stage3.other_variables}) {
    for (const auto& name : *names) {
      text += name + "\n";
    }
    text += "# files\n";
  }
  return text + stage3.files + "\n";
}

/// All that decides the answer: equal texts need not ask again. Quoted, so that no value can look like two.
std::string question(const api::Plan& plan, const std::string& profile, const Stage3Settings& stage3) {
  std::string text(way_of_asking);
  text += "\n" + plan.stage3 + "\n" + plan.tree.image + "\n" + profile + "\n" + stage3_text(stage3);
  for (const auto* settings : {&plan.builder_portage, &plan.image_portage}) {
    text += "# make.conf\n" + make_conf_lines(settings->make_conf) + "# environments\n" + environments_text(*settings);
  }
  return text;
}

/// What was answered before: key, arch, chost and gcc, a line each. Nothing when it is not such a text.
std::optional<KnownToolchain> recall(const fs::path& remembered) {
  const auto text = base::read_file(remembered, most_remembered_bytes);
  if (!text) return std::nullopt;
  std::istringstream lines(*text);
  KnownToolchain known;
  for (auto* one : {&known.key, &known.arch, &known.chost, &known.gcc}) {
    if (!std::getline(lines, *one)) return std::nullopt;
  }
  return is_partition_name(known.key) ? std::optional(known) : std::nullopt;
}

base::Result<void> remember(const fs::path& remembered, const KnownToolchain& known) {
  TRY(base::make_directories(remembered.parent_path()));
  return base::write_file_atomically(remembered,
                                     known.key + "\n" + known.arch + "\n" + known.chost + "\n" + known.gcc + "\n");
}

/// What portageq says of a variable: NAME=value, in quotes where the shell would want them.
std::string value_of(std::string_view name, const std::string& variables) {
  std::istringstream lines(variables);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != '=') continue;
    const std::string value = line.substr(name.size() + 1);
    const bool quoted =
        value.size() >= 2 && (value.front() == '\'' || value.front() == '"') && value.back() == value.front();
    return quoted ? value.substr(1, value.size() - 2) : value;
  }
  return {};
}

/// The answer without the words of FEATURES that depend on what the image keeps: Portage leaves documents out when it
/// merges a package, the package has them.
std::string deciding_lines(const std::string& variables) {
  std::istringstream lines(variables);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("FEATURES=")) {
      std::istringstream words(value_of("FEATURES", line));
      line = "FEATURES=";
      for (std::string word; words >> word;) {
        if (word != "nodoc" && word != "noinfo" && word != "noman") line += word + " ";
      }
    }
    text += line + "\n";
  }
  return text;
}

}  // namespace

Part<KnownToolchain> toolchain_key(const Paths& paths, const api::Plan& plan, const std::string& profile,
                                   const Stage3Settings& stage3, const AskStage3& ask) {
  const auto remembered = paths.binpkgs / ".toolchains" / base::short_hash(question(plan, profile, stage3), 32);
  if (auto known = recall(remembered)) return *std::move(known);
  // Portage's own answer: the stage3's, the builder's and the image's make.conf together, references followed.
  std::vector<std::string> command = {"portageq", "envvar", "-v"};
  std::ranges::copy(key_variables(plan, stage3), std::back_inserter(command));
  const auto variables = ask(command);
  if (!variables) {
    return std::unexpected(variables.error());
  }
  if (variables->find("CHOST=") == std::string::npos) {
    return fail_part(api::FailureClass::Internal, "configure",
                     "Portage does not tell the toolchain of the stage3: " + variables->substr(0, 300));
  }
  const auto compiler = ask({"gcc", "-dumpfullversion", "-dumpmachine"});
  // Of the stage3 itself only where it must be: one that was made anew with the same settings finds its packages.
  const std::string home_of_tools = chooses_tools(plan, stage3) ? plan.stage3 + "\n" : "";
  KnownToolchain known{.key = base::short_hash(deciding_lines(*variables) + libc_of(paths.system) + "\n" +
                                                   compiler.value_or("no gcc\n") + profile + "\n" + stage3.files +
                                                   "\n" + environments_text(plan.builder_portage) +
                                                   environments_text(plan.image_portage) + home_of_tools,
                                               key_length),
                       .arch = value_of("ARCH", *variables),
                       .chost = value_of("CHOST", *variables),
                       .gcc = compiler ? compiler->substr(0, compiler->find('\n')) : ""};
  if (auto kept = remember(remembered, known); !kept) return fail_part("configure", kept.error());
  return known;
}

Part<std::string> ask_stage3(const std::vector<std::string>& arguments, const std::stop_token& stop) {
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
      stop);
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

}  // namespace staves::portage
