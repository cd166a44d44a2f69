#include "portage/key_variables.h"

#include <algorithm>
#include <array>
#include <set>

namespace staves::portage {
namespace {

/// Part of every key, whoever sets them.
constexpr std::array<std::string_view, 9> always_asked = {
    "ARCH", "CHOST", "CFLAGS", "CXXFLAGS", "LDFLAGS", "FCFLAGS", "RUSTFLAGS", "CPU_FLAGS_X86", "CPU_FLAGS_ARM"};

/// Not a bit of a package depends on these. FEATURES is none of them: this step fixes some of its words, but others
/// (nostrip, splitdebug) decide much.
constexpr auto never_asked = std::to_array<std::string_view>(
    {// Portage compares these itself (--binpkg-respect-use).
     "USE", "L10N", "VIDEO_CARDS", "INPUT_DEVICES", "LUA_TARGETS", "LUA_SINGLE_TARGET", "PHP_TARGETS", "PYTHON_TARGETS",
     "PYTHON_SINGLE_TARGET", "RUBY_TARGETS",
     // What may be taken.
     "ACCEPT_KEYWORDS", "ACCEPT_LICENSE", "ACCEPT_PROPERTIES", "ACCEPT_RESTRICT",
     // How fast, and where from.
     "MAKEOPTS", "NINJAOPTS", "EMERGE_DEFAULT_OPTS", "PORTAGE_NICENESS", "PORTAGE_IONICE_COMMAND",
     "PORTAGE_SCHEDULING_POLICY", "GENTOO_MIRRORS", "FETCHCOMMAND", "RESUMECOMMAND",
     // Places: this step sets them, or repos.conf, which goes before.
     "DISTDIR", "PKGDIR", "PORTAGE_TMPDIR", "PORT_LOGDIR", "PORTDIR", "PORTDIR_OVERLAY",
     // What is said, and how. Portage is run with LC_ALL, which goes before these. LINGUAS is not one: builds read it.
     "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "NOCOLOR", "PORTAGE_ELOG_SYSTEM", "PORTAGE_ELOG_CLASSES",
     // Taken when a package is merged, not when it is made.
     "CONFIG_PROTECT", "CONFIG_PROTECT_MASK"});

/// These name a program, whose version nobody asks for.
constexpr std::array<std::string_view, 10> tools = {"CC", "CXX", "CPP", "FC",    "F77",
                                                    "LD", "AS",  "AR",  "RUSTC", "RUSTC_WRAPPER"};

bool is_one_of(std::string_view name, const auto& names) {
  return std::ranges::find(names, name) != names.end();
}

bool is_tool(std::string_view name) {
  return is_one_of(name, tools);
}

bool chooses_tools(const api::PortageSettings& settings) {
  const auto names_one = [](const api::MakeConf& variables) {
    return std::ranges::any_of(variables, [](const auto& one) { return is_tool(one.first); });
  };
  return names_one(settings.make_conf) ||
         std::ranges::any_of(settings.environments, [&](const auto& one) { return names_one(one.make_conf); });
}

}  // namespace

bool decides_bits(std::string_view name) {
  return !is_one_of(name, never_asked);
}

std::vector<std::string> key_variables(const api::Plan& plan, const Stage3Settings& stage3) {
  auto all = stage3.variables;
  for (const auto* variables : {&plan.builder_portage.make_conf, &plan.image_portage.make_conf}) {
    for (const auto& [name, value] : *variables) {
      all.insert(name);
    }
  }
  std::vector<std::string> names(always_asked.begin(), always_asked.end());
  for (const auto& name : all) {
    if (!is_one_of(name, always_asked) && decides_bits(name)) {
      names.push_back(name);
    }
  }
  return names;
}

bool chooses_tools(const api::Plan& plan, const Stage3Settings& stage3) {
  return std::ranges::any_of(stage3.variables, is_tool) || std::ranges::any_of(stage3.other_variables, is_tool) ||
         chooses_tools(plan.builder_portage) || chooses_tools(plan.image_portage);
}

}  // namespace staves::portage
