#include "decide/kueue.h"

namespace staves::decide {

const std::string& kueue_queue_of(const api::StavesImage& image, const api::StavesBuilder& builder) {
  return image.spec.queue_name.empty() ? builder.spec.queue_name : image.spec.queue_name;
}

std::string kueue_sentence(const std::string& queue) {
  if (queue.empty()) return "its Job is suspended (spec.suspend of the Job); whoever did that has to resume it";
  return "its Job is suspended until Kueue admits it from the queue " + queue +
         " (kubectl get localqueue,workload shows whether that exists and what it waits for)";
}

}  // namespace staves::decide
