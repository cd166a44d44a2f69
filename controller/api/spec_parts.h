#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/fields.h"
#include "api/image_config.h"
#include "api/portage_settings.h"
#include "base/json.h"

namespace staves::api {

// What both specs and the plan share: the same members with the same names wherever they stand.

/// packageConfig, makeConf and environments of the object that has them.
PortageSettings read_portage_settings(const Fields& owner);
void put_portage_settings(base::Json& owner, const PortageSettings& settings);

ToolchainLibraries read_toolchain_libraries(const Fields& fields);
base::Json to_json(const ToolchainLibraries& libraries);

ImageTarget read_image_target(const Fields& fields);
base::Json to_json(const ImageTarget& target);

/// An empty name where the owner has no locale.
Locale read_locale(const Fields& owner);
void put_locale(base::Json& owner, const Locale& locale);

/// An empty command where the owner has no test.
ImageTest read_image_test(const Fields& owner);
void put_image_test(base::Json& owner, const ImageTest& test);

ImageConfig read_image_config(const Fields& fields);
base::Json to_json(const ImageConfig& config);

/// Sets a member unless the value is empty.
void put_text(base::Json& object, std::string_view name, const std::string& value);
void put_texts(base::Json& object, std::string_view name, const std::vector<std::string>& values);
void put_object(base::Json& object, std::string_view name, base::Json value);
/// Sets a member to what a compact JSON text says, unless the text is empty.
void put_json_text(base::Json& object, std::string_view name, std::string_view json);

}  // namespace staves::api
