#include "oci/mounted_plan.h"

#include "oci/mounted_file.h"

namespace staves::oci {
namespace {

base::Result<std::string> read_text(const std::filesystem::path& path) {
  TRY_ASSIGN(auto text, read_mounted_file(path));
  if (!text) return base::fail("FileNotFound", "there is no plan at " + path.string(), base::Retry::never());
  return *std::move(text);
}

}  // namespace

base::Result<api::Plan> read_mounted_plan(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto text, read_text(path));
  return api::parse_plan(text);
}

base::Result<api::IndexPlan> read_mounted_index_plan(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto text, read_text(path));
  return api::parse_index_plan(text);
}

}  // namespace staves::oci
