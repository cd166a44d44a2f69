#pragma once

#include <optional>
#include <string_view>

namespace staves::api {

/// The number that a quantity of Kubernetes stands for: 1024 for "1Ki", 0.5 for "500m". Nothing when it is none.
/// Good for comparing: the API server writes "1024Mi" as "1Gi".
std::optional<double> quantity_value(std::string_view text);

}  // namespace staves::api
