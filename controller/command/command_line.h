#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace staves::command {

/// What stands on the command line of kubectl-staves.
struct Options {
  std::string command;  ///< "apply", "build", ...

  // Which cluster: the words of kubectl.
  std::string kubeconfig;
  std::string context;
  std::string name_space;  ///< empty: the context's

  std::string name;                ///< the image, or of `cache` the builder
  std::vector<std::string> files;  ///< apply, build; "-": standard input
  // Besides a staves.toml.
  std::string builder;
  std::string image;  ///< REPOSITORY[:TAG]
  std::string push_secret;
  std::string object_name;
  std::string locale;  ///< NAME[/CHARSET]
  bool stdlib = false;
  bool dry_run = false;
  bool force_conflicts = false;

  bool all_namespaces = false;  ///< status, cache
  bool follow = false;          ///< logs
  bool wait = false;            ///< rebuild
  std::int64_t number = 0;      ///< logs, cancel; 0: the last build
  std::string step;             ///< logs; empty: all
  bool prune = false;           ///< cache

  /// Options of the predecessor that were given, with their values ("" for flags): those that cannot work here.
  std::vector<std::pair<std::string, std::string>> predecessor;
};

struct CommandLine {
  Options options;
  std::string text;  ///< not empty: what --help or --version has to say, and nothing else is to be done
};

/// Errors: BadInput (retry: never), with the nearest command that exists for one that does not.
base::Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments, std::string_view version);

}  // namespace staves::command
