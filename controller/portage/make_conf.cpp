#include "portage/make_conf.h"

#include <cctype>
#include <cstddef>
#include <sstream>

namespace staves::portage {
namespace {

// Written before the user's own values, so that these may be changed. sandbox needs ptrace, which not every node
// allows.
constexpr std::string_view defaults = R"(
# --- Staves: defaults
FEATURES="${FEATURES} -sandbox -usersandbox"
EMERGE_DEFAULT_OPTS=""
)";

// What the image leaves out in any case need not be merged first.
constexpr std::string_view without_documents = "FEATURES=\"${FEATURES} nodoc noinfo noman\"\n";

// No namespaces and no users but root in an unprivileged container; a disposable root needs neither fsync nor locks
// between phases. protect-owned stays on: without it a file collision ends with success.
constexpr std::string_view fixed = R"(
# --- Staves: fixed
FEATURES="${FEATURES} -ipc-sandbox -network-sandbox -pid-sandbox -mount-sandbox -userpriv -userfetch -usersync -news"
FEATURES="${FEATURES} -buildpkg-live -binpkg-logs -binpkg-docompress parallel-install -merge-wait -merge-sync -ebuild-locks"
FEATURES="${FEATURES} -preserve-libs -unmerge-orphans -qa-unresolved-soname-deps observability protect-owned -collision-protect"
FEATURES="${FEATURES} -getbinpkg -binpkg-signing -binpkg-request-signature -keepwork -keeptemp"
PORTAGE_ELOG_SYSTEM="save"
PORTAGE_ELOG_CLASSES="log warn error"
PORTAGE_TMPDIR="/var/tmp"
)";

/// Unless the user says otherwise, whose word in FEATURES would be lost behind ours.
constexpr std::string_view into_the_cache = "FEATURES=\"${FEATURES} buildpkg\"\n";

bool keeps_out_of_the_cache(const api::MakeConf& builder, const api::MakeConf& image) {
  const api::MakeConf& last = image.contains("FEATURES") ? image : builder;
  const auto features = last.find("FEATURES");
  if (features == last.end()) return false;
  std::istringstream words(features->second);
  for (std::string word; words >> word;) {
    if (word == "-buildpkg") return true;
  }
  return false;
}

bool is_name_start(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_name_part(char c) {
  return is_name_start(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Length of `${NAME}` at the front of `text`, 0 when there is none.
std::size_t reference_length(std::string_view text) {
  if (!text.starts_with("${") || text.size() < 4 || !is_name_start(text[2])) {
    return 0;
  }
  std::size_t end = 3;
  while (end < text.size() && is_name_part(text[end])) {
    ++end;
  }
  return end < text.size() && text[end] == '}' ? end + 1 : 0;
}

/// Portage reads a value twice: shlex takes quotes and backslashes off, then expansion walks over what is left,
/// with a notion of quotes of its own. `Expansion` follows that second walk.
struct Expansion {
  bool single = false;
  bool twofold = false;

  void pass(char c) {
    if (c == '\'' && !twofold) {
      single = !single;
    } else if (c == '"' && !single) {
      twofold = !twofold;
    }
  }
};

}  // namespace

std::string quoted_value(std::string_view value) {
  // shlex takes the word "source" for its include statement, quoted or not.
  const std::string_view end = value == "source" ? " \"" : "\"";
  std::string out = "\"";
  Expansion expansion;
  for (std::size_t at = 0; at < value.size(); ++at) {
    const char c = value[at];
    if (const auto length = reference_length(value.substr(at)); length > 0) {
      out += value.substr(at, length);
      at += length - 1;
    } else if (c == '"') {
      out += "\\\"";
    } else if (c == '\\') {
      out += expansion.single ? "\\\\" : "\\\\\\\\";
    } else if (c == '$') {
      out += expansion.single ? "$" : "\\$";
    } else {
      out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    }
    // Directly after a backslash Portage's expansion takes a quote as it is and does not count it.
    if (at == 0 || expansion.single || value[at - 1] != '\\') {
      expansion.pass(c);
    }
  }
  return out.append(end);
}

std::string make_conf_lines(const api::MakeConf& variables) {
  std::string out;
  for (const auto& [name, value] : variables) {
    out += name + "=" + quoted_value(value) + "\n";
  }
  return out;
}

std::string make_conf_addition(const api::MakeConf& builder, const api::MakeConf& image, const BuildVariables& build) {
  std::string out(defaults);
  if (!build.documents) {
    out += without_documents;
  }
  out += "MAKEOPTS=\"-j" + std::to_string(build.make_jobs) + "\"\n";
  if (!build.mirrors.empty()) {
    out += "GENTOO_MIRRORS=" + quoted_value(build.mirrors) + "\n";
  }
  out += "# --- Staves: builder\n" + make_conf_lines(builder);
  out += "# --- Staves: image\n" + make_conf_lines(image);
  out += fixed;
  if (!keeps_out_of_the_cache(builder, image)) {
    out += into_the_cache;
  }
  out += "DISTDIR=" + quoted_value(build.distdir) + "\n";
  if (!build.pkgdir.empty()) {
    out += "PKGDIR=" + quoted_value(build.pkgdir) + "\n";
  }
  return out;
}

}  // namespace staves::portage
