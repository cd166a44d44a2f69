#include "api/repository.h"

#include <algorithm>

#include "api/characters.h"
#include "api/read_words.h"
#include "api/repository_words.h"
#include "api/spec_parts.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 3> types = {"git", "rsync", "zipfile"};
constexpr std::string_view member = "repositories";
constexpr Range priorities{.least = -999, .most = 999};

}  // namespace

std::string_view to_string(RepositoryType type) {
  return types[static_cast<std::size_t>(type)];
}

bool is_revision(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_repository_name(std::string_view text) {
  constexpr std::size_t longest = 40;
  return text.size() <= longest && begins_and_goes_on(text, alphanumeric_and("_"), alphanumeric_and("_-"));
}

std::vector<Repository> all_repositories(const std::vector<Repository>& builder, const std::vector<Repository>& image) {
  std::vector<Repository> all;
  for (const Repository& one : builder) {
    if (std::ranges::find(image, one.name, &Repository::name) == image.end()) all.push_back(one);
  }
  all.insert(all.end(), image.begin(), image.end());
  return all;
}

std::vector<Repository> read_repositories(const Fields& owner) {
  std::vector<Repository> repositories;
  for (const Fields& one : owner.objects(member)) {
    one.required_text("type");
    Repository repository{.name = read_word(one, "name", word::repository_name),
                          .type = one.choice("type", RepositoryType::Git, types),
                          .uri = read_word(one, "uri", word::repository_uri),
                          .branch = read_optional_word(one, "branch", word::branch),
                          .revision = read_optional_word(one, "revision", word::revision),
                          .secret_name = one.object("secretRef").text("name"),
                          .priority = {}};
    if (one.has("priority")) repository.priority = one.number("priority", 0, priorities);
    repositories.push_back(std::move(repository));
  }
  return repositories;
}

void put_repositories(base::Json& owner, const std::vector<Repository>& repositories) {
  for (const Repository& one : repositories) {
    base::Json json{{"name", one.name}, {"type", to_string(one.type)}, {"uri", one.uri}};
    put_text(json, "branch", one.branch);
    put_text(json, "revision", one.revision);
    if (!one.secret_name.empty()) json["secretRef"] = {{"name", one.secret_name}};
    if (one.priority) json["priority"] = *one.priority;
    owner[std::string(member)].push_back(std::move(json));
  }
}

std::vector<PlanRepository> read_plan_repositories(const Fields& owner) {
  std::vector<PlanRepository> repositories;
  for (const Fields& one : owner.objects(member)) {
    repositories.push_back({.name = read_word(one, "name", word::repository_name),
                            .type = one.choice("type", RepositoryType::Git, types),
                            .uri = read_word(one, "uri", word::repository_uri),
                            .branch = read_optional_word(one, "branch", word::branch),
                            .revision = read_optional_word(one, "revision", word::revision),
                            .priority = one.number("priority", 0, priorities),
                            .own_secret = one.flag("ownSecret")});
  }
  return repositories;
}

void put_plan_repositories(base::Json& owner, const std::vector<PlanRepository>& repositories) {
  for (const PlanRepository& one : repositories) {
    base::Json json{{"name", one.name}, {"type", to_string(one.type)}, {"uri", one.uri}, {"priority", one.priority}};
    put_text(json, "branch", one.branch);
    put_text(json, "revision", one.revision);
    if (one.own_secret) json["ownSecret"] = true;
    owner[std::string(member)].push_back(std::move(json));
  }
}

std::vector<RepositoryRevision> read_revisions(const Fields& owner) {
  std::vector<RepositoryRevision> revisions;
  for (const Fields& one : owner.objects(member)) {
    revisions.push_back({.name = read_word(one, "name", word::repository_name),
                         .revision = read_optional_word(one, "revision", word::revision)});
  }
  return revisions;
}

void put_revisions(base::Json& owner, const std::vector<RepositoryRevision>& revisions) {
  for (const RepositoryRevision& one : revisions) {
    owner[std::string(member)].push_back({{"name", one.name}, {"revision", one.revision}});
  }
}

}  // namespace staves::api
