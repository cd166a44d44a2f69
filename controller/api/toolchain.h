#pragma once

#include "api/fields.h"
#include "base/json.h"
#include "base/shared_text.h"

namespace staves::api {

/// What a stage3 compiles with, as it says itself. A text is empty when it does not say.
/// Source: CRD fields status.toolchain of a StavesBuilder and status.build.inputs.toolchain of a StavesImage.
struct Toolchain {
  base::SharedText arch{};      ///< "amd64": Portage's ARCH
  base::SharedText chost{};     ///< "x86_64-pc-linux-gnu"
  base::SharedText libc{};      ///< "glibc-2.41" or "musl-1.2.5"
  base::SharedText profile{};   ///< "default/linux/amd64/23.0"
  base::SharedText gcc{};       ///< "14.3.0"
  base::SharedText binutils{};  ///< "2.44"
  base::SharedText portage{};   ///< "3.0.69"
  friend bool operator==(const Toolchain&, const Toolchain&) = default;
};

/// Its members, those that are empty left out.
base::Json to_json(const Toolchain& toolchain);
Toolchain read_toolchain(const Fields& fields);

}  // namespace staves::api
