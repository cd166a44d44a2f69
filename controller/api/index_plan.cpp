#include "api/index_plan.h"

#include "api/document.h"
#include "api/spec_parts.h"
#include "api/words.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

constexpr base::JsonLimits limits{.bytes = 256U << 10U, .depth = 16};
constexpr std::size_t fewest_images = 2;

IndexPlan read_index_plan(const Fields& fields) {
  IndexPlan plan{.image_namespace = fields.required_text("namespace"),
                 .image_name = fields.required_text("name"),
                 .number = fields.required_number("number", {.least = 1}),
                 .attempt = fields.number("attempt", 1, {.least = 1}),
                 .inputs_digest = fields.text("inputsDigest"),
                 .target = read_image_target(fields.object("image")),
                 .images = {},
                 .insecure_registries = fields.texts("insecureRegistries"),
                 .push_secret = fields.text("pushSecret")};
  for (const Fields& one : fields.objects("images")) plan.images.push_back(read_indexed_image(one));
  if (plan.images.size() < fewest_images || plan.images.size() > most_platforms)
    fields.must_be("images", "a list of 2 to 8 images");
  return plan;
}

}  // namespace

base::Result<IndexPlan> parse_index_plan(std::string_view json) {
  return parse_document(json, limits, "InvalidPlan", read_index_plan);
}

std::string to_json(const IndexPlan& plan) {
  base::Json json{{"namespace", plan.image_namespace},
                  {"name", plan.image_name},
                  {"number", plan.number},
                  {"attempt", plan.attempt},
                  {"inputsDigest", plan.inputs_digest},
                  {"image", to_json(plan.target)}};
  for (const IndexedImage& image : plan.images) json["images"].push_back(to_json(image));
  put_texts(json, "insecureRegistries", plan.insecure_registries);
  put_text(json, "pushSecret", plan.push_secret);
  return base::to_canonical_json(json);
}

}  // namespace staves::api
