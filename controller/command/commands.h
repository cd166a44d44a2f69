#pragma once

#include "base/result.h"
#include "command/command_line.h"
#include "command/setting.h"

namespace staves::command {

// Each gives the exit code of kubectl-staves; an error is told by error_sentence and gives exit_code_of.

base::Result<int> run_apply(const Setting& setting, const Options& options);
base::Result<int> run_build(const Setting& setting, const Options& options);
base::Result<int> run_status(const Setting& setting, const Options& options);
base::Result<int> run_logs(const Setting& setting, const Options& options);
base::Result<int> run_rebuild(const Setting& setting, const Options& options);
base::Result<int> run_cancel(const Setting& setting, const Options& options);
base::Result<int> run_explain(const Setting& setting, const Options& options);
base::Result<int> run_cache(const Setting& setting, const Options& options);

/// The command that the options name.
base::Result<int> run_command(const Setting& setting, const Options& options);

}  // namespace staves::command
