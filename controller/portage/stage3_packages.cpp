#include "portage/stage3_packages.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>

#include "base/log.h"
#include "base/process.h"
#include "portage/emerge_command.h"
#include "portage/key_variables.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

/// md5 of a file in hex, as the package database has it; empty when it cannot be read.
std::string md5_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (!file || !context || EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr) != 1) return {};
  std::array<char, 64U << 10U> block{};
  while (file.read(block.data(), block.size()) || file.gcount() > 0) {
    EVP_DigestUpdate(context.get(), block.data(), static_cast<std::size_t>(file.gcount()));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) return {};
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += digits[digest[i] >> 4U];
    hex += digits[digest[i] & 15U];
  }
  return hex;
}

/// "obj PATH MD5 MTIME", where a path may have spaces.
bool is_as_recorded(const fs::path& system, std::string_view line) {
  if (!line.starts_with("obj ")) return true;
  line.remove_prefix(4);
  const auto before_time = line.rfind(' ');
  const auto before_sum = before_time == std::string_view::npos ? before_time : line.rfind(' ', before_time - 1);
  if (before_sum == std::string_view::npos) return false;
  const auto sum = line.substr(before_sum + 1, before_time - before_sum - 1);
  return md5_of(system / fs::path(line.substr(0, before_sum)).relative_path()) == sum;
}

/// Of a small file of the package database; none when it is not there.
std::vector<std::string> words_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istream_iterator<std::string>(file), std::istream_iterator<std::string>()};
}

}  // namespace

bool builds_as_the_stage3(const api::Plan& plan) {
  const auto keeps_bits = [](const api::PortageSettings& settings) {
    const auto is_used = [](const api::PackageConfig& config) { return !config.env.empty(); };
    return std::ranges::none_of(settings.package_config, is_used) &&
           std::ranges::none_of(settings.make_conf, [](const auto& one) { return decides_bits(one.first); });
  };
  return keeps_bits(plan.builder_portage) && keeps_bits(plan.image_portage);
}

std::vector<std::string> in_stage3(const fs::path& system, const std::vector<PlannedMerge>& list,
                                   const std::string& tree) {
  std::vector<std::string> there;
  std::error_code failed;
  for (const auto& merge : list) {
    const fs::path installed = system / "var/db/pkg" / merge.cpv;
    if (merge.binary || !merge.to_root || merge.repository != tree || !fs::exists(installed / "CONTENTS", failed)) {
      continue;
    }
    const auto words = words_of(installed / "PROPERTIES");
    if (words_of(installed / "repository") == std::vector{tree} && std::ranges::find(words, "live") == words.end()) {
      there.push_back(merge.cpv);
    }
  }
  return there;
}

bool is_as_built(const fs::path& system, const std::string& cpv) {
  std::ifstream contents(system / "var/db/pkg" / cpv / "CONTENTS");
  if (!contents) return false;
  for (std::string line; std::getline(contents, line);) {
    if (!is_as_recorded(system, line)) {
      base::log_info("a package of the stage3 is not as it was built", {{"package", cpv}, {"file", line}});
      return false;
    }
  }
  return true;
}

void pack_stage3_packages(const std::vector<std::string>& cpvs, const std::stop_token& stop) {
  base::Command command{.arguments = {"quickpkg", "--include-config=y", "--umask=0022"},
                        .environment = portage_environment(),
                        .directory = "/",
                        .deadline = {}};
  for (const auto& cpv : cpvs) {
    command.arguments.push_back("=" + cpv);
  }
  const auto end = base::run_process(command, [](std::string_view line) { std::cout << line << '\n'; }, stop);
  if (end && end->exit_code == 0) return;
  base::log_warning("packages of the stage3 could not be packed; they are compiled",
                    {{"reason", end ? "exit code " + std::to_string(end->exit_code) : end.error().message}});
}

}  // namespace staves::portage
