#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/plan.h"
#include "api/step_result.h"
#include "portage/part.h"
#include "portage/paths.h"

namespace staves::portage {

/// What is known of a root that is ready to become an image.
struct FinishedRoot {
  std::int64_t packages = 0;
  std::int64_t source_date_epoch = 0;  ///< newest BUILD_TIME of the packages, seconds since 1970
  api::LeftOut left_out;
  std::vector<api::LiveRevision> live;
  std::string packages_digest{};  ///< see package_set.h
};

/// Makes an image's root out of what emerge merged: checks that it is whole, adds what no package brings (locale,
/// libraries of the compiler, linker cache) and takes away what only Portage needs. The same packages give the same
/// bytes whenever they are merged. Errors: MissingLibrary, FileCollision (two packages with one configuration file),
/// Internal (an expected package is not there), DiskFull.
Part<FinishedRoot> finish_root(const Paths& paths, const api::Plan& plan);

}  // namespace staves::portage
