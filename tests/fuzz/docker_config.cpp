#include "oci/credentials.h"
#include "tests/fuzz/target.h"

using namespace staves;

FUZZ_TARGET(docker_config) {
  const auto credentials = oci::Credentials::parse(bytes);
  if (!credentials) {
    fuzz::must(credentials.error().code == "InvalidCredentials", "a refusal has its code");
    return;
  }
  const auto credential = credentials->find("registry.example:5000", "team/app");
  const std::string text = oci::without_secrets("text " + credential.password + " text", credential);
  fuzz::must(credential.password.size() < 8 || !text.contains(credential.password), "a secret is taken out");
  (void)credentials->find("docker.io", "library/bash");
}
