#include "api/index_plan.h"
#include "api/plan.h"
#include "api/step_result.h"
#include "tests/fuzz/target.h"

using namespace staves;

FUZZ_TARGET(step_documents) {
  if (const auto result = api::parse_step_result(bytes)) {
    const std::string text = api::to_json(*result);
    fuzz::must(text.size() <= api::max_step_result_bytes, "a result fits a termination message");
    fuzz::must(api::parse_step_result(text).has_value(), "a result survives being written");
  }
  if (const auto progress = api::parse_progress(bytes)) {
    const std::string text = api::to_json(*progress);
    fuzz::must(text.size() <= 1024 && !text.contains('\n'), "progress is a line of a KiB");
    fuzz::must(api::parse_progress(text).has_value(), "progress survives being written");
  }
  if (const auto done = api::parse_step_done(bytes)) {
    fuzz::must(api::parse_step_done(api::to_json(*done)) == *done, "the end survives being written");
  }
  if (const auto plan = api::parse_plan(bytes)) {
    fuzz::must(api::parse_plan(api::to_json(*plan)) == *plan, "a plan survives being written");
  }
  if (const auto plan = api::parse_index_plan(bytes)) {
    fuzz::must(api::parse_index_plan(api::to_json(*plan)) == *plan, "the plan of an index survives being written");
  }
}
