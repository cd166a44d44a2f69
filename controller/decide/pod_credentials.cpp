#include "decide/pod_credentials.h"

#include <algorithm>
#include <string>
#include <vector>

#include "api/repository.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using api::Repository;
using base::Json;

constexpr int only_owner_reads = 0400;

std::vector<Repository> repositories_of(const ImageObservation& seen) {
  return api::all_repositories(seen.builder->spec.repositories, seen.wanted->spec.repositories);
}

/// Names of overlays are no names of volumes.
std::string volume_name(std::size_t place) {
  return "overlay-" + std::to_string(place + 1);
}

Json item(const char* key, const char* path) {
  return {{"key", key}, {"path", path}};
}

Json secret_volume(const std::string& name, const std::string& secret, Json items) {
  return {{"name", name},
          {"secret", {{"secretName", secret}, {"defaultMode", only_owner_reads}, {"items", std::move(items)}}}};
}

Json ssh_items() {
  return Json::array({item("ssh-privatekey", "ssh-privatekey"), item("known_hosts", "known_hosts")});
}

Json items_of(const Repository& repository) {
  if (repository.uri.starts_with("ssh://")) return ssh_items();
  return Json::array({item("username", "username"), item("password", "password")});
}

Json mount(const std::string& volume, const std::string& path, const char* sub_path = "", bool read_only = true) {
  Json json{{"name", volume}, {"mountPath", path}};
  if (*sub_path != '\0') json["subPath"] = sub_path;
  if (read_only) json["readOnly"] = true;
  return json;
}

void put_builder_mounts(const ImageObservation& seen, Json& mounts) {
  const api::BuilderCredentials& own = seen.builder->spec.credentials;
  if (!own.ssh_secret_name.empty()) mounts.push_back(mount("ssh", "/staves/secrets/ssh"));
  if (!own.netrc_secret_name.empty()) mounts.push_back(mount("netrc", "/staves/secrets/netrc"));
}

}  // namespace

bool brings_overlays(const ImageObservation& seen) {
  return std::ranges::any_of(repositories_of(seen),
                             [](const Repository& one) { return one.type == api::RepositoryType::Git; });
}

bool mounts_secrets(const ImageObservation& seen) {
  const api::BuilderCredentials& own = seen.builder->spec.credentials;
  return !own.ssh_secret_name.empty() || !own.netrc_secret_name.empty() ||
         std::ranges::any_of(repositories_of(seen), [](const Repository& one) { return !one.secret_name.empty(); });
}

Json render_credential_volumes(const ImageObservation& seen) {
  Json volumes = Json::array();
  const auto repositories = repositories_of(seen);
  for (std::size_t i = 0; i < repositories.size(); ++i) {
    const Repository& one = repositories[i];
    if (!one.secret_name.empty()) volumes.push_back(secret_volume(volume_name(i), one.secret_name, items_of(one)));
  }
  const api::BuilderCredentials& own = seen.builder->spec.credentials;
  if (!own.ssh_secret_name.empty()) volumes.push_back(secret_volume("ssh", own.ssh_secret_name, ssh_items()));
  if (!own.netrc_secret_name.empty()) {
    // The name that wget and curl look for in the home directory.
    volumes.push_back(secret_volume("netrc", own.netrc_secret_name, Json::array({item("netrc", ".netrc")})));
  }
  if (brings_overlays(seen)) {
    volumes.push_back({{"name", "credentials"}, {"emptyDir", {{"medium", "Memory"}, {"sizeLimit", "1Mi"}}}});
  }
  return volumes;
}

Json sources_overlay_mounts(const ImageObservation& seen) {
  Json mounts = Json::array();
  if (!brings_overlays(seen)) return mounts;
  mounts.push_back(mount("cache", "/staves/overlays", "overlays", false));
  mounts.push_back(mount("cache", "/staves/metadata", "metadata", false));
  mounts.push_back(mount("credentials", "/staves/credentials", "", false));
  const auto repositories = repositories_of(seen);
  for (std::size_t i = 0; i < repositories.size(); ++i) {
    if (repositories[i].secret_name.empty()) continue;
    mounts.push_back(mount(volume_name(i), "/staves/secrets/overlays/" + repositories[i].name));
  }
  put_builder_mounts(seen, mounts);
  return mounts;
}

Json emerge_overlay_mounts(const ImageObservation& seen) {
  Json mounts = Json::array();
  if (brings_overlays(seen)) {
    mounts.push_back(mount("cache", "/staves/overlays", "overlays"));
    mounts.push_back(mount("cache", "/var/cache/edb/dep", "metadata", false));
  }
  put_builder_mounts(seen, mounts);
  return mounts;
}

}  // namespace staves::decide
