#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace staves::base {

/// A program to run. No shell is involved.
struct Command {
  std::vector<std::string> arguments;                ///< [0] is the program, looked up in PATH of `environment`
  std::map<std::string, std::string> environment{};  ///< all of it: nothing is inherited
  std::string directory{};                           ///< empty: the current one
  std::optional<std::chrono::milliseconds> deadline{};
  bool errors_apart = false;  ///< standard error goes to ours instead of into the stream
};

/// How it ended.
struct ProcessEnd {
  int exit_code = 0;     ///< 128 + signal when a signal ended it
  bool stopped = false;  ///< ended because the stop token or the deadline asked for it
};

/// Runs a command to its end. Standard output and error arrive as one stream, in lines without the newline (a line
/// above 64 KiB is split), on the calling thread. A stop request or the deadline sends SIGTERM to the whole process
/// group, then SIGKILL 10 s later. Errors: SpawnFailed (retry: never) when the program is not there or may not run.
Result<ProcessEnd> run_process(const Command& command, const std::function<void(std::string_view line)>& on_line,
                               std::stop_token stop = {});

/// Runs a command and gives what it wrote, at most 4 MiB (the rest is dropped).
/// Errors: SpawnFailed (never); CommandFailed (never) when the exit code is not 0, with the last line that it wrote.
Result<std::string> capture_output(const Command& command, std::stop_token stop = {});

}  // namespace staves::base
