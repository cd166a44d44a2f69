#include <map>

#include "command/commands.h"
#include "command/error_sentence.h"
#include "command/find_object.h"

namespace staves::command {

base::Result<int> run_command(const Setting& setting, const Options& options) {
  using Run = base::Result<int> (*)(const Setting&, const Options&);
  static const std::map<std::string, Run> commands{
      {"apply", run_apply},     {"build", run_build},   {"status", run_status},   {"logs", run_logs},
      {"rebuild", run_rebuild}, {"cancel", run_cancel}, {"explain", run_explain}, {"cache", run_cache}};
  const auto found = commands.find(options.command);
  if (found == commands.end()) return bad_input("there is no command '" + options.command + "'");
  Options cleaned = options;
  cleaned.name = bare_name(options.name);
  return found->second(setting, cleaned);
}

}  // namespace staves::command
