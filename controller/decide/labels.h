#pragma once

#include <string_view>

#include "api/object.h"

namespace staves::decide::label {

// Labels and annotations of Jobs, pods and claims. Source: design/0001-the-way-of-a-build.md, Names.
inline constexpr std::string_view managed_by = "app.kubernetes.io/managed-by";
inline constexpr std::string_view managed_by_staves = "staves";
inline constexpr std::string_view image = "staves.dev/image";
inline constexpr std::string_view builder = "staves.dev/builder";
inline constexpr std::string_view build_number = api::build_number_label;

}  // namespace staves::decide::label

namespace staves::decide::annotation {

inline constexpr std::string_view inputs = "staves.dev/inputs";
inline constexpr std::string_view attempt = "staves.dev/attempt";
inline constexpr std::string_view reasons = "staves.dev/reasons";
inline constexpr std::string_view plan = "staves.dev/plan";
inline constexpr std::string_view rendered = api::rendered_annotation;

}  // namespace staves::decide::annotation
