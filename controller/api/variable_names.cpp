#include "api/variable_names.h"

#include <algorithm>
#include <array>

#include "api/characters.h"

namespace staves::api {

namespace {

constexpr std::size_t longest_name = 64;

// The same names stand in crds/, and a test compares them.
constexpr auto of_every_program =
    std::to_array<std::string_view>({"BASHOPTS",       "CDPATH",    "ENV",        "GCONV_PATH", "GLOBIGNORE",
                                     "HOME",           "IFS",       "PATH",       "PERL5LIB",   "PERL5OPT",
                                     "PROMPT_COMMAND", "PS4",       "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP",
                                     "SHELL",          "SHELLOPTS", "TMP",        "TMPDIR",     "USER"});
constexpr auto of_places = std::to_array<std::string_view>({"BINPKG_FORMAT", "BROOT", "DISTDIR", "EMERGE_DEFAULT_OPTS",
                                                            "EPREFIX", "EROOT", "PKGDIR", "PKG_TMPDIR", "PORTDIR",
                                                            "PORTDIR_OVERLAY", "ROOT", "RPMDIR", "SYNC", "SYSROOT"});

constexpr auto beginnings_of_every_program = std::to_array<std::string_view>({"BASH_", "LD_"});
constexpr auto beginnings_of_emerge = std::to_array<std::string_view>({"FETCHCOMMAND", "PORTAGE_", "RESUMECOMMAND"});
constexpr std::string_view mirrors = "GENTOO_MIRRORS";

template <std::size_t count>
bool begins_with_any(std::string_view name, const std::array<std::string_view, count>& beginnings) {
  return std::ranges::any_of(beginnings, [name](auto beginning) { return name.starts_with(beginning); });
}

std::string_view reason_to_refuse(std::string_view name) {
  if (begins_with_any(name, beginnings_of_every_program) || is_one_of(name, of_every_program)) {
    return "it changes how every program of the build runs";
  }
  if (begins_with_any(name, beginnings_of_emerge)) return "Staves decides how emerge runs";
  if (is_one_of(name, of_places)) return "Staves decides where things are and how emerge runs";
  if (name == mirrors) return "mirrors are named in spec.portage.mirrors of the StavesBuilder";
  return {};
}

}  // namespace

std::string refusal_of_variable(std::string_view name) {
  if (name.size() > longest_name || !begins_and_goes_on(name, upper_case, upper_case + digits + Characters("_"))) {
    return "must be named by upper-case letters, digits and _, begin with a letter and have at most 64 characters";
  }
  const std::string_view reason = reason_to_refuse(name);
  return reason.empty() ? "" : "must not set " + std::string(name) + ", because " + std::string(reason);
}

std::vector<std::string> names_of_refused_variables() {
  std::vector<std::string> all{std::string(mirrors)};
  const auto add = [&](const auto& names) {
    for (const std::string_view name : names) all.emplace_back(name);
  };
  add(beginnings_of_every_program);
  add(of_every_program);
  add(beginnings_of_emerge);
  add(of_places);
  return all;
}

}  // namespace staves::api
