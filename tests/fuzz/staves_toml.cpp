#include "api/staves_toml.h"

#include "api/stavesimage.h"
#include "nlohmann/json.hpp"
#include "tests/fuzz/target.h"

using namespace staves;

FUZZ_TARGET(staves_toml) {
  const auto members = api::parse_staves_toml(bytes);
  if (!members) {
    fuzz::must(members.error().code == "InvalidSpec", "a refusal is of the spec");
    fuzz::must(members.error().message.starts_with("line "), "a refusal has a place");
    return;
  }
  // What is accepted from a file is accepted from fields.
  const base::Json object{{"metadata", {{"namespace", "n"}, {"name", "i"}, {"uid", "u"}}},
                          {"spec",
                           {{"builderRef", {{"name", "b"}}},
                            {"image", {{"repository", "registry.example/i"}}},
                            {"stavesToml", {{"inline", std::string(bytes)}}}}}};
  const auto image = api::parse_stavesimage(object);
  fuzz::must(image.has_value(), "the resource can be read");
  const auto whole = api::with_staves_toml(*image, bytes);
  fuzz::must(!whole.invalid, "what the file says is a spec");
  fuzz::must(!whole.spec.packages.empty() && !whole.spec.image.tags.empty(), "the spec is whole");
}
