#include "portage/failure_classes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "portage/damaged_binary.h"
#include "portage/failure_text.h"

namespace staves::portage {
namespace {

using api::Failure;
using api::FailureClass;
using Found = std::optional<Failure>;

std::string package_of(std::string_view text) {
  return std::string(text.substr(0, std::min(text.find("::"), text.find_first_of(" :)"))));
}

Failure resolver_failure(FailureClass failure_class, std::string package, std::string message,
                         const FailureText& text) {
  return {.failure_class = failure_class,
          .package = std::move(package),
          .phase = "resolve",
          .message = std::move(message),
          .log_tail = text.tail()};
}

/// "; required by A, required by B": the chain that Portage prints below a package that it cannot have.
std::string required_by(const FailureText& text, std::size_t from) {
  std::string chain;
  for (auto at = text.find("(dependency required by \"", from); at;
       at = text.find("(dependency required by \"", *at + 1)) {
    if (text.line(*at).find("[argument]") == std::string_view::npos) {
      chain += "; required by " + package_of(between(text.line(*at), "required by \"", "\""));
    }
  }
  return chain;
}

Found bad_configuration(const FailureText& text) {
  if (text.has("Traceback (most recent call last)") || text.has("ParseError")) {
    for (std::size_t number = 0; number < text.size(); ++number) {
      const auto line = text.line(number);
      if (line.find("\"/etc/portage/") != std::string_view::npos && line.find(", line ") != std::string_view::npos) {
        return Failure{FailureClass::InvalidConfiguration, "", "configure", std::string(sentence(line)),
                       text.tail(number)};
      }
    }
  }
  if (const auto at = text.find("Your current profile is invalid")) {
    return Failure{FailureClass::InvalidConfiguration, "", "configure", std::string(sentence(text.line(*at))),
                   text.tail()};
  }
  if (const auto at = text.find("is not a valid package atom")) {
    const auto line = text.line(*at);
    return resolver_failure(FailureClass::InvalidConfiguration, std::string(between(line, "'", "'")),
                            std::string(sentence(line)), text);
  }
  if (const auto at = text.find("emerge: there are no sets to satisfy")) {
    const auto line = text.line(*at);
    return resolver_failure(FailureClass::PackageNotFound, std::string(between(line, "'", "'")),
                            std::string(sentence(line)), text);
  }
  if (const auto at = text.find("The short ebuild name \"")) {
    const auto line = text.line(*at);
    return resolver_failure(FailureClass::PackageNotFound, std::string(between(line, "\"", "\"")),
                            std::string(sentence(line)), text);
  }
  return std::nullopt;
}

Found not_found(const FailureText& text) {
  for (const std::string_view mark :
       {"there are no ebuilds to satisfy \"", "there are no binary packages to satisfy \"",
        "there are no ebuilds built with USE flags to satisfy \""}) {
    const auto at = text.find(mark);
    if (!at) {
      continue;
    }
    const auto atom = std::string(between(text.line(*at), mark, "\""));
    if (mark.find("USE flags") == std::string_view::npos) {
      return resolver_failure(FailureClass::PackageNotFound, atom,
                              "there are no ebuilds to satisfy \"" + atom + "\"" + required_by(text, *at), text);
    }
    const auto change = text.find("- ", *at + 1);
    const auto offer = change ? std::string(text.line(*change).substr(2)) : std::string();
    return resolver_failure(FailureClass::UseConflict, offer.empty() ? atom : package_of(offer),
                            "no ebuild has the USE flags of \"" + atom + "\": " + offer + required_by(text, *at), text);
  }
  return std::nullopt;
}

FailureClass mask_class(std::string_view reason) {
  if (reason.find("EAPI") != std::string_view::npos) {
    return FailureClass::BuilderTooOld;
  }
  if (reason.find("package.mask") != std::string_view::npos || reason.find("corruption") != std::string_view::npos) {
    return FailureClass::PackageMasked;
  }
  if (reason.find("license") != std::string_view::npos) {
    return FailureClass::LicenseNotAccepted;
  }
  return reason.find("keyword") != std::string_view::npos ? FailureClass::KeywordMasked : FailureClass::PackageMasked;
}

/// Of several masked versions the one with the fewest obstacles is spoken of; live ebuilds come last.
Found masked(const FailureText& text) {
  const auto at = text.find("All ebuilds that could satisfy \"");
  if (!at) {
    return std::nullopt;
  }
  std::string_view best;
  std::ptrdiff_t best_obstacles = 100;
  for (auto number = *at + 1; number < text.size(); ++number) {
    const auto reason = between(text.line(number), "(masked by: ", ")");
    const auto obstacles =
        std::ranges::count(reason, ',') + (reason.find("missing keyword") != std::string_view::npos ? 10 : 0);
    if (!reason.empty() && obstacles < best_obstacles) {
      best = text.line(number);
      best_obstacles = obstacles;
    }
  }
  // Masked by nothing: a binary package that must not be taken, because no ebuild of it is left.
  if (best.empty()) {
    const auto atom = std::string(between(text.line(*at), "\"", "\""));
    return resolver_failure(FailureClass::PackageNotFound, atom,
                            "there are no ebuilds to satisfy \"" + atom + "\"" + required_by(text, *at), text);
  }
  // A licence's reason ends in "license(s)", which holds a bracket of its own.
  const auto open = best.find("(masked by: ");
  const auto reason = open == std::string_view::npos ? std::string_view() : best.substr(open);
  const auto package = best.size() > 2 ? package_of(best.substr(2)) : std::string(between(text.line(*at), "\"", "\""));
  return resolver_failure(
      mask_class(reason), package,
      package + " is " + std::string(between(std::string(reason) + "\n", "(", ")\n")) + required_by(text, *at), text);
}

Found conflict(const FailureText& text) {
  if (const auto at = text.find("REQUIRED_USE flag constraints are unsatisfied")) {
    const auto from = text.find("has unmet requirements").value_or(*at);
    const auto chosen = text.line(from + 1);
    const auto package =
        chosen.starts_with("- ") ? package_of(chosen.substr(2)) : std::string(between(text.line(from), "\"", "\""));
    return resolver_failure(FailureClass::RequiredUse, package,
                            package + " needs: " + std::string(sentence(text.line(*at + 1))), text);
  }
  if (const auto at = text.find("Error: circular dependencies:")) {
    auto next = *at + 1;
    while (next < text.size() && text.line(next).find('(') == std::string_view::npos) {
      ++next;
    }
    return resolver_failure(FailureClass::UseConflict, package_of(between(text.line(next), "(", ",")),
                            "circular dependencies: " + std::string(sentence(text.line(next))), text);
  }
  if (const auto at = text.find("Multiple package instances within a single package slot")) {
    auto next = *at + 1;
    while (next < text.size() && (text.line(next).empty() || text.line(next).starts_with("!!!"))) {
      ++next;
    }
    return resolver_failure(FailureClass::Blocked, package_of(text.line(next)),
                            "slot conflict: two versions of " + package_of(text.line(next)) + " are asked for at once",
                            text);
  }
  if (const auto at = text.find("[blocks B"); at && text.has("cannot be")) {
    const auto line = text.line(*at);
    return resolver_failure(FailureClass::Blocked, std::string(between(line, "blocking ", ")")),
                            std::string(between(line, "(", ")")), text);
  }
  return std::nullopt;
}

/// The package that emerge was at when it failed.
std::string failed_package(const FailureText& text) {
  for (const std::string_view mark : {">>> Failed to emerge ", ">>> Failed to install "}) {
    if (const auto at = text.find(mark)) {
      return package_of(text.line(*at).substr(mark.size()));
    }
  }
  return {};
}

struct PhaseFailure {
  std::size_t line = 0;
  std::string package;
  std::string phase;
  std::string message;
};

std::optional<PhaseFailure> phase_failure(const FailureText& text) {
  for (auto at = text.find("ERROR: "); at; at = text.find("ERROR: ", *at + 1)) {
    const auto line = text.line(*at);
    const auto phase = between(line, " failed (", " phase)");
    if (phase.empty() || line.find("::") == std::string_view::npos) {
      continue;
    }
    PhaseFailure failure{.line = *at,
                         .package = package_of(between(line, "ERROR: ", " failed (")),
                         .phase = std::string(phase),
                         .message = {}};
    // A full disk writes its own lines between those of Portage.
    for (auto next = *at + 1; next < std::min(*at + 4, text.size()) && failure.message.empty(); ++next) {
      if (text.line(next).starts_with(" * ")) {
        failure.message = sentence(text.line(next));
      }
    }
    if (failure.message.empty() || failure.message == "(no error message)") {
      failure.message = failure.package + " failed in the " + failure.phase + " phase";
    }
    return failure;
  }
  return std::nullopt;
}

Found surroundings(const FailureText& text, const std::optional<PhaseFailure>& phase) {
  if (const auto at = text.find("No space left on device")) {
    return Failure{FailureClass::DiskFull, phase ? phase->package : failed_package(text), phase ? phase->phase : "",
                   std::string(sentence(text.line(*at))), text.tail(*at)};
  }
  if (!phase) {
    return std::nullopt;
  }
  for (const std::string_view mark : {" Killed ", "Killed signal terminated program", "(Killed)",
                                      "virtual memory exhausted", "cannot allocate memory", "std::bad_alloc"}) {
    if (const auto at = text.find(mark)) {
      return Failure{FailureClass::OutOfMemory, phase->package, phase->phase, std::string(sentence(text.line(*at))),
                     text.tail(phase->line + 1)};
    }
  }
  return std::nullopt;
}

Found fetch(const FailureText& text) {
  if (const auto damaged = damaged_binary(text)) {
    return Failure{FailureClass::Internal, failed_package(text), "unpack",
                   "a binary package of the cache is damaged or gone: " + *damaged, text.tail()};
  }
  struct Rule {
    std::string_view mark;
    std::string_view phase;
  };
  // A wrong checksum makes Portage fetch again, so that it also ends with "Couldn't download".
  constexpr std::array<Rule, 4> rules = {{{"!!! Reason: Failed on ", "fetch"},
                                          {"has fetch restriction turned on", "fetch"},
                                          {"!!! Couldn't download '", "fetch"},
                                          {"Fetch failed for", "fetch"}}};
  for (const auto& rule : rules) {
    if (const auto at = text.find(rule.mark)) {
      std::string message(sentence(text.line(*at)));
      if (rule.mark.find("Reason") != std::string_view::npos && *at > 0) {
        message = std::string(between(text.line(*at - 1), "'", "'")) + ": " + message;
      }
      return Failure{FailureClass::FetchFailed, failed_package(text), std::string(rule.phase), message, text.tail()};
    }
  }
  return std::nullopt;
}

bool is_too_old(std::string_view message) {
  return message.find("Cannot find the latest") != std::string_view::npos ||
         message.find("requires >=") != std::string_view::npos ||
         message.find("You must upgrade to a newer version of portage") != std::string_view::npos;
}

Found merge(const FailureText& text, const std::optional<PhaseFailure>& phase) {
  if (const auto at = text.find("NOT merged due to file collisions")) {
    const auto list = text.find("Detected file collision(s):");
    std::string_view file;
    for (auto next = list.value_or(*at) + 1; list && next < std::min(*list + 4, text.size()) && file.empty(); ++next) {
      file = sentence(text.line(next));
    }
    file = file == "*" ? std::string_view() : file;
    const auto package = package_of(between(text.line(*at), "Package '", "'"));
    return Failure{FailureClass::FileCollision, package, "merge",
                   package + " installs a file of another package: " + std::string(file), text.tail(*at)};
  }
  if (!phase) {
    return std::nullopt;
  }
  constexpr std::array<std::string_view, 5> installing = {"preinst", "postinst", "prerm", "postrm", "config"};
  const bool in_install = std::ranges::find(installing, phase->phase) != installing.end();
  const auto failure_class = is_too_old(phase->message)  ? FailureClass::BuilderTooOld
                             : in_install                ? FailureClass::PostinstFailed
                             : phase->phase == "nofetch" ? FailureClass::FetchFailed
                                                         : FailureClass::CompileFailed;
  return Failure{failure_class, phase->package, phase->phase, phase->message, text.tail(phase->line + 1)};
}

Failure unknown(const FailureText& text, int exit_code) {
  std::string message = "emerge ended with exit code " + std::to_string(exit_code);
  for (std::size_t number = text.size(); number > 0; --number) {
    const auto line = text.line(number - 1);
    if (line.starts_with("!!! ") || line.find("Error: ") != std::string_view::npos || line.starts_with("emerge: ")) {
      message += ": " + std::string(sentence(line));
      break;
    }
  }
  return {FailureClass::Internal, failed_package(text), "", message, text.tail()};
}

}  // namespace

api::Failure classify(const FailureEvidence& evidence) {
  const FailureText text(evidence.output);
  for (const auto rule : {bad_configuration, not_found, masked, conflict}) {
    if (auto found = rule(text)) {
      return *std::move(found);
    }
  }
  const auto phase = phase_failure(text);
  if (auto found = surroundings(text, phase)) {
    return *std::move(found);
  }
  // A file may be missing while another package fails; the phase is what stopped the build then.
  if (auto found = merge(text, phase)) {
    return *std::move(found);
  }
  if (auto found = fetch(text)) {
    return *std::move(found);
  }
  return unknown(text, evidence.exit_code);
}

}  // namespace staves::portage
