// The published schema and the types that read it say the same: fields, defaults, enumerations, bounds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "api/stavesbuilder.h"
#include "api/stavesimage.h"
#include "nlohmann/json.hpp"
#include "tests/unit/api/schema.h"

namespace staves::api {
namespace {

using base::Json;
using testing::HasSubstr;

/// What a kind's types make of an object.
struct Reading {
  Json spec;
  Json status;
  std::optional<base::Error> invalid;
};

template <class T>
Reading reading_of(const base::Result<T>& object) {
  EXPECT_TRUE(object) << object.error().message;
  if (!object) return {};
  Reading reading{to_json(object->spec), to_json(object->status), {}};
  if (object->invalid) reading.invalid = *object->invalid;
  return reading;
}

/// A kind with what the tests need to know of it.
struct KindUnderTest {
  std::string file;
  Json smallest_spec;
  std::map<std::string, Json> fixed;
  std::function<Reading(const Json&)> read;
};

const std::string some_digest = "sha256:" + std::string(64, 'e');
const std::string some_revision(40, 'e');
const std::string some_uri = "https://git.example/ours";  // of git, and an archive's

void PrintTo(const KindUnderTest& kind, std::ostream* out) {
  *out << kind.file;
}

KindUnderTest stavesimage_under_test() {
  const Json number = 7;
  return {.file = "stavesimages.yaml",
          .smallest_spec = Json::parse(
              R"({"builderRef": {"name": "b"}, "packages": ["a/b"], "image": {"repository": "r.example/i"}})"),
          // Words that are no enumeration in the schema, so that an older one does not refuse a newer controller, and
          // members that the operator derives from others.
          .fixed = {{"status.conditions[].status", "True"},
                    {"status.history[].result", "Succeeded"},
                    {"status.build.reasons[].reason", "Trigger"},
                    {"status.build.failure.class", "CompileFailed"},
                    {"status.build.step", "Publish"},
                    {"spec.repositories[].revision", some_revision},
                    {"spec.repositories[].uri", some_uri},
                    {"spec.rebuild.schedule", "0 3 * * *"},
                    {"status.build.inputs.repositories[].revision", some_revision},
                    {"status.image.digest", some_digest},
                    {"status.image.shortDigest", std::string(12, 'e')},
                    {"status.image.platforms[].digest", some_digest},
                    {"status.image.sizeBytes", number},
                    {"status.image.platforms[].sizeBytes", number}},
          .read = [](const Json& object) { return reading_of(parse_stavesimage(object)); }};
}

KindUnderTest stavesbuilder_under_test() {
  return {.file = "stavesbuilders.yaml",
          .smallest_spec = Json::parse(R"({"stage3": {"image": "s"}, "portage": {"snapshot": {"image": "t"}}})"),
          .fixed = {{"spec.portage.repositories[].revision", some_revision},
                    {"spec.portage.repositories[].uri", some_uri},
                    {"status.conditions[].status", "True"}},
          .read = [](const Json& object) { return reading_of(parse_stavesbuilder(object)); }};
}

Json object_with(const Json& spec, const Json& status = Json::object()) {
  return {{"metadata", {{"namespace", "n"}, {"name", "i"}, {"uid", "u"}}}, {"spec", spec}, {"status", status}};
}

/// The path of a list's first item, as complaints name it.
std::string first_of(std::string path) {
  for (std::size_t at = path.find("[]"); at != std::string::npos; at = path.find("[]")) path.insert(at + 1, "0");
  return path;
}

class SchemaDrift : public testing::TestWithParam<KindUnderTest> {
 protected:
  const KindUnderTest& kind() const { return GetParam(); }
  Json schema() const { return read_schema(kind().file); }
  Json sample(const std::string& member) const {
    return sample_of(schema().at("properties").at(member), member, kind().fixed);
  }
  void for_each_leaf_of_the_spec(const std::function<void(const std::string&, const Json&)>& visit) const {
    for_each_property(schema(), "", [&](const std::string& path, const Json& property) {
      if (path.starts_with("spec.") && !is_opaque(path)) visit(path, property);
    });
  }
  std::string complaint_about(const Json& object) const {
    const auto invalid = kind().read(object).invalid;
    return invalid ? invalid->message : "";
  }
};

TEST_P(SchemaDrift, EveryFieldIsReadAndWritten) {
  const Json object = object_with(sample("spec"), sample("status"));
  const auto read = kind().read(object);
  EXPECT_FALSE(read.invalid) << read.invalid->message;
  EXPECT_EQ(read.spec, object["spec"]) << Json::diff(object["spec"], read.spec).dump(1);
  EXPECT_EQ(read.status, object["status"]) << Json::diff(object["status"], read.status).dump(1);
}

TEST_P(SchemaDrift, EveryFieldMakesADifference) {
  const Json object = object_with(sample("spec"), sample("status"));
  const auto all = kind().read(object);
  for_each_property(schema(), "", [&](const std::string& path, const Json&) {
    if (!path.starts_with("spec.") && !path.starts_with("status.")) return;
    if (kind().fixed.contains(path)) return;
    Json less = object;
    const auto pointer = [&] {
      std::string text = path;
      std::ranges::replace(text, '.', '/');
      for (std::size_t at = text.find("[]"); at != std::string::npos; at = text.find("[]")) text.replace(at, 2, "/0");
      return Json::json_pointer("/" + text);
    }();
    less[pointer.parent_pointer()].erase(pointer.back());
    const auto rest = kind().read(less);
    EXPECT_TRUE(rest.spec != all.spec || rest.status != all.status || rest.invalid) << path << " is read by nothing";
  });
}

TEST_P(SchemaDrift, DefaultsOfTheSchemaAreThoseOfTheTypes) {
  const Json spec = kind().read(object_with(kind().smallest_spec)).spec;
  int defaults = 0;
  for_each_leaf_of_the_spec([&](const std::string& path, const Json& property) {
    if (!property.contains("default") || property["type"] == "object") return;
    EXPECT_EQ(value_at({{"spec", spec}}, path), property["default"]) << path;
    ++defaults;
  });
  EXPECT_GT(defaults, 1);
}

TEST_P(SchemaDrift, DefaultsOfTheTypesAreInTheSchemaOrInItsWords) {
  const Json spec = kind().read(object_with(kind().smallest_spec)).spec;
  for_each_leaf_of_the_spec([&](const std::string& path, const Json& property) {
    const Json value = value_at({{"spec", spec}}, path);
    const Json given = value_at({{"spec", kind().smallest_spec}}, path);
    if (value.is_null() || value == given || value.is_object() || property.contains("default")) return;
    for (const Json& word : value.is_array() ? value : Json::array({value})) {
      ASSERT_TRUE(word.is_string()) << path;
      EXPECT_THAT(property["description"].get<std::string>(), HasSubstr(word.get<std::string>())) << path;
    }
  });
}

TEST_P(SchemaDrift, EnumerationsAreTheSameOnBothSides) {
  const Json spec = sample("spec");
  int enumerations = 0;
  for_each_leaf_of_the_spec([&](const std::string& path, const Json& property) {
    if (!property.contains("enum")) return;
    std::string allowed;
    for (const auto& one : property["enum"]) {
      allowed += (allowed.empty() ? "" : ", ") + one.get<std::string>();
      EXPECT_EQ(complaint_about(with_value(object_with(spec), path, one)), "") << path;
    }
    EXPECT_EQ(complaint_about(with_value(object_with(spec), path, "Nothing")),
              first_of(path) + " must be one of " + allowed);
    ++enumerations;
  });
  EXPECT_GT(enumerations, 1);
}

TEST_P(SchemaDrift, BoundsOfIntegersAreTheSameOnBothSides) {
  const Json spec = sample("spec");
  int integers = 0;
  for_each_leaf_of_the_spec([&](const std::string& path, const Json& property) {
    if (property["type"] != "integer") return;
    const auto least = property.at("minimum").get<std::int64_t>();
    const auto most = property.at("maximum").get<std::int64_t>();
    for (const auto& inside : {least, most})
      EXPECT_EQ(complaint_about(with_value(object_with(spec), path, inside)), "");
    for (const auto& outside : {least - 1, most + 1}) {
      EXPECT_THAT(complaint_about(with_value(object_with(spec), path, outside)),
                  HasSubstr(first_of(path) + " must be an integer"));
    }
    ++integers;
  });
  EXPECT_GT(integers, 0);
}

/// What a schema has to say about a value of its type, so that no object can be as large as it likes.
void expect_bounded(const std::string& path, const Json& schema) {
  if (schema.contains("x-kubernetes-preserve-unknown-fields")) return;
  const std::string type = schema.value("type", "string");
  if (type == "string" && !schema.contains("enum") && schema.value("format", "") != "date-time") {
    EXPECT_TRUE(schema.contains("maxLength")) << path;
  }
  if (type == "array") {
    EXPECT_TRUE(schema.contains("maxItems") && schema.contains("x-kubernetes-list-type")) << path;
    expect_bounded(path + "[]", schema.at("items"));
  }
  if (schema.contains("additionalProperties")) {
    EXPECT_TRUE(schema.contains("maxProperties")) << path;
    expect_bounded(path + "{}", schema["additionalProperties"]);
  }
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [name, property] : properties.items()) {
    EXPECT_GT(property.value("description", "").size(), 5U) << path << "." << name << " explains nothing";
    expect_bounded(path + "." + name, property);
  }
}

TEST_P(SchemaDrift, EverythingIsBoundedAndExplained) {
  for (const auto* member : {"spec", "status"}) expect_bounded(member, schema()["properties"][member]);
}

INSTANTIATE_TEST_SUITE_P(Kinds, SchemaDrift, testing::Values(stavesimage_under_test(), stavesbuilder_under_test()),
                         [](const auto& kind) { return kind.param.file.substr(0, kind.param.file.find('.')); });

TEST(SchemaDrift, BothKindsSayTheSameAboutPortage) {
  const Json image = read_schema("stavesimages.yaml")["properties"]["spec"]["properties"];
  const Json builder = read_schema("stavesbuilders.yaml")["properties"]["spec"]["properties"]["portage"]["properties"];
  for (const auto* name : {"packageConfig", "makeConf", "environments", "repositories"}) {
    EXPECT_TRUE(image[name].is_object()) << name;
    EXPECT_EQ(image[name], builder[name]) << name;
  }
}

TEST(SchemaDrift, WordsOfTheStatusAreExplained) {
  const Json build = read_schema("stavesimages.yaml")["properties"]["status"]["properties"]["build"]["properties"];
  const auto classes = build["failure"]["properties"]["class"]["description"].get<std::string>();
  for (int value = 0; value <= static_cast<int>(FailureClass::Internal); ++value) {
    EXPECT_THAT(classes, HasSubstr(std::string(to_string(static_cast<FailureClass>(value)))));
  }
  const auto reasons = build["reasons"]["items"]["properties"]["reason"]["description"].get<std::string>();
  for (int value = 0; value <= static_cast<int>(BuildReason::Retry); ++value) {
    EXPECT_THAT(reasons, HasSubstr(std::string(to_string(static_cast<BuildReason>(value)))));
  }
  const auto steps = build["step"]["description"].get<std::string>();
  for (int value = 0; value <= static_cast<int>(Step::Done); ++value) {
    EXPECT_THAT(steps, HasSubstr(std::string(to_string(static_cast<Step>(value)))));
  }
}

}  // namespace
}  // namespace staves::api
