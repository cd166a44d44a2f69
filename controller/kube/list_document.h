#pragma once

#include <string_view>

#include "kube/cluster.h"

namespace staves::kube {

/// Reads the text of one page and hands its items over one by one, so that never more than one of them is in memory as
/// a tree. Items that nest more than 64 levels deep are left out and counted. Errors: MalformedJson (retry: soon), also
/// when metadata.resourceVersion is missing; items may have been handed over before.
Result<ListPage> read_list(std::string_view text, const OnItem& on_item);

}  // namespace staves::kube
