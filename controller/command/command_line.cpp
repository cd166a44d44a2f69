#include "command/command_line.h"

#include <CLI/CLI.hpp>
#include <array>

#include "api/nearest_word.h"
#include "command/error_sentence.h"

namespace staves::command {

namespace {

constexpr std::array<std::string_view, 9> commands = {"apply",  "build",   "status", "logs",   "rebuild",
                                                      "cancel", "explain", "cache",  "version"};

CLI::App* add(CLI::App& app, Options& options, const std::string& name, const std::string& what) {
  CLI::App* command = app.add_subcommand(name, what);
  command->callback([&options, name] { options.command = name; });
  return command;
}

void add_cluster_options(CLI::App& app, Options& options) {
  app.add_option("--kubeconfig", options.kubeconfig, "kubeconfig file; without it KUBECONFIG, then ~/.kube/config")
      ->group("Cluster");
  app.add_option("--context", options.context, "context of the kubeconfig; without it the current one")
      ->group("Cluster");
  app.add_option("-n,--namespace", options.name_space, "namespace; without it that of the context")->group("Cluster");
}

void add_name(CLI::App& command, Options& options, const char* what, bool required) {
  command.add_option("NAME", options.name, what)->required(required);
}

void add_file_options(CLI::App& command, Options& options) {
  command
      .add_option(
          "-f,--filename", options.files,
          "a staves.toml, or a manifest of StavesImages and StavesBuilders; - is standard input; may be repeated")
      ->allow_extra_args(false);
  constexpr const char* group = "With a staves.toml";
  command
      .add_option("--builder", options.builder, "the StavesBuilder that builds it; without it the only one there is")
      ->group(group);
  command.add_option("--image", options.image, "REPOSITORY[:TAG] that the image is pushed to")->group(group);
  command.add_option("--push-secret", options.push_secret, "the Secret (kubernetes.io/dockerconfigjson) to push with")
      ->group(group);
  command.add_option("--name", options.object_name, "name of the StavesImage; without it the last part of `name`")
      ->group(group);
  command.add_option("--locale", options.locale, "NAME[/CHARSET] of the image's locale, such as de_DE.UTF-8")
      ->group(group);
  command
      .add_flag("--stdlib", options.stdlib,
                "take the compiler's libraries along (libstdc++, libgcc_s) whether they are needed or not")
      ->group(group);
  command.add_flag("--force-conflicts", options.force_conflicts,
                   "take over fields that someone else has set, such as kubectl apply");
}

/// Names of the predecessor whose work is done elsewhere now; each says where.
void add_predecessor_options(CLI::App& command, Options& options) {
  constexpr const char* group = "Of the predecessor, each says what to do instead";
  for (const char* name : {"--build-cache", "--portage"}) {
    command
        .add_option_function<std::string>(
            name, [&options, name](const std::string& value) { options.predecessor.emplace_back(name, value); })
        ->group(group);
  }
  for (const char* name : {"--ssh,--no-ssh", "--netrc", "--create-builder"}) {
    const std::string first = std::string(name).substr(0, std::string(name).find(','));
    command.add_flag_function(name, [&options, first](std::int64_t) { options.predecessor.emplace_back(first, ""); })
        ->group(group);
  }
}

void add_file_commands(CLI::App& app, Options& options) {
  CLI::App* apply = add(app, options, "apply", "create or change StavesImages from a staves.toml or a manifest");
  add_file_options(*apply, options);
  apply->add_flag("--dry-run", options.dry_run, "print the manifest and change nothing");
  add_predecessor_options(*apply, options);
  CLI::App* build = add(app, options, "build", "apply files, or take an image that is there, and follow the build");
  add_file_options(*build, options);
  add_name(*build, options, "an image that is there already, instead of -f", false);
  add_predecessor_options(*build, options);
  build->footer(
      "Exit codes: 0 built, 1 the build failed, 2 bad input, 3 no answer from the cluster, 130 Ctrl-C.\n"
      "Ctrl-C leaves the build running.");
}

void add_looking_commands(CLI::App& app, Options& options) {
  CLI::App* status = add(app, options, "status", "images with their builds, or all about one image");
  add_name(*status, options, "an image; without it all", false);
  status->add_flag("-A,--all-namespaces", options.all_namespaces, "of all namespaces");
  CLI::App* logs = add(app, options, "logs", "what the steps of a build have written");
  add_name(*logs, options, "the image", true);
  logs->add_flag("-f,--follow", options.follow, "go on until the build has ended");
  logs->add_option("--build", options.number, "number of the build; without it the last one")
      ->check(CLI::PositiveNumber);
  logs->add_option("--step", options.step, "only this step")
      ->check(CLI::IsMember({"tools", "sources", "emerge", "test", "publish"}));
  CLI::App* explain = add(app, options, "explain", "what the operator would do next about an image, and why");
  add_name(*explain, options, "the image", true);
  CLI::App* cache = add(app, options, "cache", "cache volumes of builders and how full they are");
  add_name(*cache, options, "a builder; without it all", false);
  cache->add_flag("-A,--all-namespaces", options.all_namespaces, "of all namespaces");
  cache->add_flag("--prune", options.prune, "is refused, with what to do instead: builds prune by themselves");
}

void add_asking_commands(CLI::App& app, Options& options) {
  CLI::App* rebuild = add(app, options, "rebuild", "build an image once more though nothing has changed");
  add_name(*rebuild, options, "the image", true);
  rebuild->add_flag("--wait", options.wait, "follow the build, as `build` does");
  CLI::App* cancel = add(app, options, "cancel", "end a build; its record and finished packages stay");
  add_name(*cancel, options, "the image", true);
  cancel->add_option("NUMBER", options.number, "number of the build; without it the one that runs")
      ->check(CLI::PositiveNumber);
}

void describe(CLI::App& app, Options& options) {
  app.require_subcommand(1);
  add_cluster_options(app, options);
  add_file_commands(app, options);
  add_looking_commands(app, options);
  add_asking_commands(app, options);
  add(app, options, "version", "the version of this program");
  for (CLI::App* command : app.get_subcommands({})) add_cluster_options(*command, options);
  app.footer("kubectl staves COMMAND --help says more about one.");
}

/// The first word that is no option of the cluster: what should be a command.
std::string_view command_word(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--kubeconfig" || word == "--context" || word == "-n" || word == "--namespace") {
      ++i;
    } else if (!word.starts_with('-')) {
      return word;
    }
  }
  return {};
}

base::Result<CommandLine> checked(CommandLine line) {
  const Options& options = line.options;
  const bool takes_files = options.command == "apply" || options.command == "build";
  if (takes_files && options.files.empty() == options.name.empty()) {
    return bad_input(options.command == "apply" ? "apply needs a file: -f staves.toml"
                                                : "build needs either files (-f staves.toml) or the name of an image");
  }
  const bool for_files = !options.builder.empty() || !options.image.empty() || !options.push_secret.empty() ||
                         !options.object_name.empty() || !options.locale.empty() || options.stdlib ||
                         options.force_conflicts;
  if (for_files && options.files.empty()) {
    return bad_input(
        "--builder, --image, --push-secret, --name, --locale, --stdlib and --force-conflicts go with -f; an image "
        "that is there already is changed by kubectl edit or apply");
  }
  if (options.all_namespaces && !options.name.empty()) {
    return bad_input("a name and --all-namespaces do not go together: choose the namespace with -n");
  }
  return line;
}

/// CLI11 names a subcommand by its path; a plugin is called by kubectl.
std::string help_of(const CLI::App& app) {
  const CLI::App* chosen = &app;
  for (const CLI::App* command : app.get_subcommands()) chosen = command;
  return chosen->help(chosen == &app ? "" : "kubectl staves");
}

}  // namespace

base::Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments, std::string_view version) {
  const std::string_view word = command_word(arguments);
  if (!word.empty() && std::ranges::find(commands, word) == commands.end()) {
    const std::string_view nearest = api::nearest_word(word, commands);
    return bad_input("there is no command '" + std::string(word) + "'" +
                     (nearest.empty() ? "" : "; did you mean '" + std::string(nearest) + "'?") +
                     " (see kubectl staves --help)");
  }
  CommandLine line;
  CLI::App app("Builds small container images from Gentoo packages, in your cluster.", "kubectl staves");
  app.set_version_flag("--version", std::string(version));
  describe(app, line.options);
  try {
    // It takes them from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    line.text = help_of(app);
    return line;
  } catch (const CLI::CallForVersion&) {
    line.text = std::string(version) + "\n";
    return line;
  } catch (const CLI::ParseError& wrong) {
    if (arguments.empty()) {
      line.text = app.help();
      return line;
    }
    const std::string about = word.empty() ? std::string() : " " + std::string(word);
    return bad_input(std::string(wrong.what()) + " (see kubectl staves" + about + " --help)");
  }
  return checked(std::move(line));
}

}  // namespace staves::command
