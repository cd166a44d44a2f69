#pragma once

#include "oci/registry.h"
#include "tests/support/fake_registry.h"

namespace staves::test {

/// Options that reach fakes in plain http and do not wait.
inline oci::RegistryOptions quick_options(const std::vector<std::string>& hosts) {
  oci::RegistryOptions options;
  options.insecure_registries = hosts;
  options.retry = {4, std::chrono::milliseconds(1), std::chrono::milliseconds(5)};
  return options;
}

/// A Docker configuration with one entry.
inline oci::Credentials credentials_for(const std::string& host, const std::string& user, const std::string& password) {
  return *oci::Credentials::parse(R"({"auths":{")" + host + R"(":{"username":")" + user + R"(","password":")" +
                                  password + R"("}}})");
}

}  // namespace staves::test
