#include "api/failure_json.h"

#include "api/spec_parts.h"
#include "nlohmann/json.hpp"

namespace staves::api {

base::Json failure_to_json(const Failure& failure) {
  base::Json json{{"class", to_string(failure.failure_class)}};
  put_text(json, "package", failure.package);
  put_text(json, "phase", failure.phase);
  put_text(json, "message", failure.message);
  put_text(json, "logTail", failure.log_tail);
  return json;
}

Failure read_failure(const Fields& fields) {
  return {.failure_class = failure_class_from(fields.required_text("class")).value_or(FailureClass::Internal),
          .package = fields.text("package"),
          .phase = fields.text("phase"),
          .message = fields.text("message"),
          .log_tail = fields.text("logTail")};
}

}  // namespace staves::api
