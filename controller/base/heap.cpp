#include "base/heap.h"

#include <malloc.h>

namespace staves::base {

void share_heaps() {
  ::mallopt(M_ARENA_MAX, 2);
}

void trim_heaps() {
  ::malloc_trim(0);
}

}  // namespace staves::base
