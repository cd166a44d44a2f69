#include "api/staves_toml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"

namespace staves::api {
namespace {

using base::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Json read(std::string_view text) {
  const auto spec = parse_staves_toml(text);
  EXPECT_TRUE(spec) << spec.error().message;
  return spec.value_or(Json());
}

std::string complaint(std::string_view text) {
  const auto spec = parse_staves_toml(text);
  if (spec) return "accepted as " + spec->dump();
  EXPECT_EQ(spec.error().code, "InvalidSpec");
  EXPECT_EQ(spec.error().retry, base::Retry::when_spec_changes());
  return spec.error().message;
}

TEST(StavesToml, NamePackagesAndCommandAreTitlePackagesAndEntrypoint) {
  EXPECT_EQ(read(R"(
name = 'staves/bash'
packages = ['app-shells/bash', '=net-misc/curl-8*', '@system']
command = ['/bin/bash', '-c']
)"),
            Json::parse(R"({
    "packages": ["app-shells/bash", "=net-misc/curl-8*", "@system"],
    "config": {"entrypoint": ["/bin/bash", "-c"]},
    "image": {"annotations": {"org.opencontainers.image.title": "staves/bash"}}})"));
}

TEST(StavesToml, VersionIsATagAndAnAnnotationAndAnnotationsWin) {
  EXPECT_EQ(read(R"(
annotations = { "org.opencontainers.image.version" = "five", 'dev.example/team' = 'a' }
packages = ['a/b']
version = "5.2"
)")["image"],
            Json::parse(R"({"tags": ["5.2"], "annotations": {
    "org.opencontainers.image.version": "five", "dev.example/team": "a"}})"));
}

TEST(StavesToml, TablesNamedByAtomsArePackageConfigInTheOrderOfTheFile) {
  EXPECT_EQ(read(R"(
packages = ['app-shells/bash']
['sys-libs/zlib']
unmask = true
['app-shells/bash']
use = ['-nls', 'plugins']
keywords = ['~amd64']
license = ['@EULA']
env = ['nocache']
['*/*']
mask = true
)")["packageConfig"],
            Json::parse(R"([
    {"atom": "sys-libs/zlib", "unmask": true},
    {"atom": "app-shells/bash", "use": ["-nls", "plugins"], "keywords": ["~amd64"], "license": ["@EULA"], "env": ["nocache"]},
    {"atom": "*/*", "mask": true}])"));
}

TEST(StavesToml, ScalarsOfEnvAreMakeConfAndTablesAreEnvironments) {
  const Json spec = read(R"(
packages = ['a/b']
[env]
CFLAGS="${CFLAGS} -O3"
SECONDS_TO_SLEEP=600
[env.nocache]
FEATURES="-buildpkg"
[env.empty]
)");
  EXPECT_EQ(spec["makeConf"], Json::parse(R"({"CFLAGS": "${CFLAGS} -O3", "SECONDS_TO_SLEEP": "600"})"));
  EXPECT_EQ(spec["environments"], Json::parse(R"([{"name": "nocache", "makeConf": {"FEATURES": "-buildpkg"}},
                                                  {"name": "empty", "makeConf": {}}])"));
}

TEST(StavesToml, LocaleIsLocale) {
  EXPECT_EQ(read("packages = ['a/b']\n[locale]\nname = 'de_DE.UTF-8'\n")["locale"],
            Json::parse(R"({"name": "de_DE.UTF-8"})"));
  EXPECT_EQ(complaint("packages = ['a/b']\n[locale]\ncharset = 'UTF-8'\n"),
            "line 2, column 2: locale must have a name such as de_DE.UTF-8");
}

TEST(StavesToml, RepositoriesAreOverlaysInTheOrderOfTheFile) {
  EXPECT_EQ(read(R"(
packages = ['a/b']
[[repositories]]
name = 'ours'
type = 'git'
uri = 'ssh://git@git.example:2222/team/ours.git'
branch = 'release/2'
priority = 70
[[repositories]]
name = 'theirs'
type = 'rsync'
uri = 'rsync://sync.example/theirs'
)")["repositories"],
            Json::parse(R"([
    {"name": "ours", "type": "git", "uri": "ssh://git@git.example:2222/team/ours.git", "branch": "release/2", "priority": 70},
    {"name": "theirs", "type": "rsync", "uri": "rsync://sync.example/theirs"}])"));
}

TEST(StavesToml, TheShortAddressOfGitIsWrittenOut) {
  const auto uri_of = [](std::string_view address) {
    return read("packages = ['a/b']\n[[repositories]]\nname = 'o'\ntype = 'git'\nuri = '" + std::string(address) +
                "'\n")["repositories"][0]["uri"];
  };
  EXPECT_EQ(uri_of("git@git.example:team/ours.git"), "ssh://git@git.example/team/ours.git");
  EXPECT_EQ(uri_of("git@git.example:/srv/ours.git"), "ssh://git@git.example/srv/ours.git");
  EXPECT_EQ(uri_of("https://git.example:8443/ours.git"), "https://git.example:8443/ours.git");
}

TEST(StavesToml, WhatIsWrongWithAnOverlayIsToldWithItsPlace) {
  const std::string good = "packages = ['a/b']\n[[repositories]]\nname = 'o'\ntype = 'git'\n";
  EXPECT_EQ(complaint(good), "line 2, column 1: an entry of repositories must have uri");
  EXPECT_THAT(
      complaint(good + "uri = 'https://me:hunter2@git.example/o.git'\n"),
      AllOf(HasSubstr("line 5, column 7: uri must be of the form https://HOST/PATH"), Not(HasSubstr("hunter2"))));
  EXPECT_EQ(complaint(good + "uri = 'https://git.example/o.git'\nbranhc = 'x'\n"),
            "line 6, column 1: unknown key branhc; did you mean branch?");
}

TEST(StavesToml, ValuesArriveWithQuotesNewlinesAndShellAsTheyAre) {
  EXPECT_EQ(
      read("packages = ['a/b']\n[env]\nA = '''\n\"quoted\" $(touch /x) `id`\n; # no comment'''\n")["makeConf"]["A"],
      "\"quoted\" $(touch /x) `id`\n; # no comment");
}

TEST(StavesToml, AnUnknownKeyIsToldWithTheNearestKnownOne) {
  EXPECT_EQ(complaint("name = 'a'\npackagess = ['a/b']\n"),
            "line 2, column 1: unknown key packagess; did you mean packages?");
  EXPECT_EQ(complaint("packages = ['a/b']\n['a/b']\n  usse = ['x']\n"),
            "line 3, column 3: unknown key usse; did you mean use?");
  EXPECT_EQ(complaint("packages = ['a/b']\nfoobar = 1\n"),
            "line 2, column 1: unknown key foobar; known are name, packages, command, version, annotations, env, "
            "repositories, locale");
}

TEST(StavesToml, OfSeveralProblemsTheFirstInTheFileIsTold) {
  EXPECT_THAT(complaint("zzzz = 1\n['a/b']\nuse = 3\n[env]\nPATH = 'x'\n"), HasSubstr("line 1, column 1: "));
}

TEST(StavesToml, AWrongTypeIsToldWithItsPlace) {
  EXPECT_EQ(complaint("packages = 'a/b'\n"), "line 1, column 12: packages must be a list of strings, not a string");
  EXPECT_EQ(complaint("packages = ['a/b', 3]\n"),
            "line 1, column 20: an item of packages must be a string in quotes, not an integer");
  EXPECT_EQ(complaint("packages = ['a/b']\n[env]\nA = true\n"),
            "line 3, column 5: A must be a string in quotes, not true or false");
  EXPECT_EQ(complaint("packages = ['a/b']\n[env]\nA = 2020-01-01\n"),
            "line 3, column 5: A must be a string in quotes, not a date");
}

TEST(StavesToml, WordsThatCannotBeAreToldWithTheirPlace) {
  EXPECT_THAT(complaint("packages = ['../etc/passwd']\n"),
              HasSubstr("line 1, column 13: an item of packages must be a package atom"));
  EXPECT_THAT(complaint("packages = ['@world']\n"), HasSubstr("about packages that are already installed"));
  EXPECT_THAT(complaint("packages = ['a/b']\n['a/b']\nuse = ['x\\ny']\n"),
              HasSubstr("line 3, column 8: an item of use"));
  EXPECT_EQ(complaint("packages = ['a/b']\n[env]\nLD_PRELOAD = 'x'\n"),
            "line 3, column 1: must not set LD_PRELOAD, because it changes how every program of the build runs");
  EXPECT_THAT(complaint("packages = ['a/b']\n[env.\"../x\"]\nA = 'x'\n"),
              HasSubstr("line 2, column 6: [env.../x] must be"));
}

TEST(StavesToml, WhatIsNoTomlIsToldWithItsPlace) {
  EXPECT_THAT(complaint("packages = ['a/b'\n"), HasSubstr("line 1, column 19: "));
  EXPECT_THAT(complaint("a = 1\na = 2\n"), HasSubstr("line 2, column "));
  EXPECT_THAT(complaint("packages = ['a\xff']\n"), HasSubstr("line 1, column "));
  EXPECT_THAT(complaint(std::string_view("\0", 1)), HasSubstr("line 1, column 1: "));
  EXPECT_THAT(complaint(""), HasSubstr("line 1, column 1: packages must be set"));
}

TEST(StavesToml, DepthAndSizeAreBounded) {
  EXPECT_THAT(complaint(std::string(70'000, '#')), HasSubstr("at most 64 KiB"));
  std::string deep = "[a";
  for (int i = 0; i < 30'000; ++i) deep += ".a";
  EXPECT_THAT(complaint(deep + "]\n"), HasSubstr("line 1, column 35: a line must have at most 16 dots"));
  EXPECT_THAT(complaint("x = " + std::string(30'000, '[')), HasSubstr("line 1, column "));
  EXPECT_THAT(complaint("packages = ['a/b']\n[annotations]\nx = 'a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u'"),
              HasSubstr("accepted"));
}

TEST(StavesImageFromToml, IsACompleteResource) {
  const auto image = stavesimage_from_toml("name = 'registry.example/staves/Bash'\n", {.builder_name = "glibc"});
  EXPECT_FALSE(image);
  const auto made = stavesimage_from_toml(
      "name = 'registry.example:5000/staves/builder-python3.6'\nversion='1'\npackages = ['a/b']\n",
      {.name_space = "team-a", .builder_name = "glibc"});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ((*made)["apiVersion"], "staves.dev/v1alpha1");
  EXPECT_EQ((*made)["metadata"], Json::parse(R"({"name": "builder-python3-6", "namespace": "team-a"})"));
  EXPECT_EQ((*made)["spec"]["builderRef"]["name"], "glibc");
  EXPECT_EQ((*made)["spec"]["image"]["repository"], "registry.example:5000/staves/builder-python3.6");
  EXPECT_EQ((*made)["spec"]["image"]["tags"], Json::parse(R"(["1"])"));
}

TEST(StavesImageFromToml, SaysWhatIsMissing) {
  const auto missing = [](std::string_view text, const StavesImageRequest& request) {
    const auto image = stavesimage_from_toml(text, request);
    return image ? "made" : image.error().message;
  };
  EXPECT_THAT(missing("packages = ['a/b']", {.builder_name = "b", .repository = "r.example/x"}), HasSubstr("no name"));
  EXPECT_THAT(missing("packages = ['a/b']", {.name = "n", .repository = "r.example/x"}), HasSubstr("StavesBuilder"));
  EXPECT_THAT(missing("name = 'staves/bash'\npackages = ['a/b']", {.builder_name = "b"}), HasSubstr("repository"));
}

}  // namespace
}  // namespace staves::api
