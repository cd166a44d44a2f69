#include "command/file_objects.h"

#include <fstream>

#include "tests/support/temporary_directory.h"
#include "tests/unit/command/desk.h"

namespace staves::command {
namespace {

class Files : public Desk {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(directory.path() / name) << text;
    return (directory.path() / name).string();
  }
  const test::TemporaryDirectory directory;
};

constexpr const char* toml =
    "name = 'staves/bash'\npackages = ['app-shells/bash']\ncommand = ['/bin/bash', '-c']\n\n['app-shells/bash']\nuse = "
    "['-nls']\n";
constexpr const char* manifest =
    "apiVersion: staves.dev/v1alpha1\nkind: StavesImage\nmetadata: {name: bash}\nspec:\n  builderRef: {name: glibc}\n  "
    "packages: [app-shells/bash]\n  image: {repository: registry.example/bash}\n";

TEST_F(Files, AStavesTomlIsShownAsTheManifestThatItStandsFor) {
  const auto path = file("staves.toml", toml);
  EXPECT_EQ(run({"apply", "-f", path, "--builder", "glibc", "--image", "registry.example/team/bash:5.2",
                 "--push-secret", "registry", "--locale", "de_DE@euro/ISO-8859-15", "--stdlib", "--dry-run"}),
            0)
      << error;
  EXPECT_EQ(screen.output,
            "apiVersion: staves.dev/v1alpha1\n"
            "kind: StavesImage\n"
            "metadata:\n"
            "  name: bash\n"
            "  namespace: team-a\n"
            "spec:\n"
            "  builderRef:\n"
            "    name: glibc\n"
            "  config:\n"
            "    entrypoint:\n"
            "      - /bin/bash\n"
            "      - \"-c\"\n"
            "  image:\n"
            "    annotations:\n"
            "      org.opencontainers.image.title: staves/bash\n"
            "    pushSecretRef:\n"
            "      name: registry\n"
            "    repository: registry.example/team/bash\n"
            "    tags:\n"
            "      - \"5.2\"\n"
            "  locale:\n"
            "    name: \"de_DE@euro\"\n"
            "    charset: ISO-8859-15\n"
            "  packageConfig:\n"
            "    - atom: app-shells/bash\n"
            "      use:\n"
            "        - \"-nls\"\n"
            "  packages:\n"
            "    - app-shells/bash\n"
            "  toolchainLibraries:\n"
            "    mode: Always\n");
  EXPECT_EQ(play.cluster().writes(), 0);
}

TEST_F(Files, TheOnlyBuilderNeedsNoName) {
  const auto path = file("staves.toml", toml);
  EXPECT_EQ(run({"apply", "-f", path, "--image", "registry.example/bash"}), exit_code::bad_input);
  EXPECT_TRUE(error.contains("namespace team-a has no StavesBuilder")) << error;
  play.farm().apply_builder();
  EXPECT_EQ(run({"apply", "-f", path, "--image", "registry.example/bash"}), 0) << error;
  EXPECT_EQ(screen.output, "StavesImage bash created\n");
  EXPECT_EQ(play.farm().image()["spec"]["builderRef"]["name"], "glibc");
}

TEST_F(Files, AManifestIsAppliedAsItIs) {
  const auto path = file("images.yaml", manifest);
  EXPECT_EQ(run({"apply", "-f", path}), 0) << error;
  EXPECT_EQ(screen.output, "StavesImage bash created\n");
  EXPECT_EQ(run({"apply", "-f", path, "--builder", "other"}), exit_code::bad_input);
  EXPECT_TRUE(error.contains("instead of --builder: write spec.builderRef.name there")) << error;
}

TEST_F(Files, WhatCannotBeReadIsToldWithItsPlace) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {file("a.toml", "packages = ['x/y'\n"), "line "},
      {file("b.toml", "packagez = ['x/y']\n"), "packages"},
      {file("c.toml", "packages = ['app-shells/bash']\n"), "--image REPOSITORY[:TAG]"},
      {file("d.yaml", "a: [1\n"), "line "},
      {file("e.yaml", "kind: Pod\napiVersion: v1\n"), "use kubectl apply"},
      {file("f.yaml", "kind: StavesImage\napiVersion: v1\n"), "apiVersion must be staves.dev/v1alpha1"},
      {file("g.yaml", "kind: StavesImage\napiVersion: staves.dev/v1alpha1\n"), "metadata.name"},
      {(directory.path() / "missing.toml").string(), "No such file"},
      {directory.path().string(), "folder"},
  };
  for (const auto& [path, words] : wrong) {
    EXPECT_EQ(run({"apply", "-f", path, "--builder", "glibc", "--name", "x"}), exit_code::bad_input) << path;
    EXPECT_TRUE(error.starts_with(path + ": ")) << error;
    EXPECT_TRUE(error.contains(words) || error.contains("instead of")) << error;
  }
  EXPECT_EQ(play.cluster().writes(), 0);
}

TEST_F(Files, AnOptionOfThePredecessorThatCannotWorkSaysWhatToDoInstead) {
  const auto path = file("staves.toml", toml);
  const std::vector<std::vector<std::string>> options{
      {"--build-cache", "x"}, {"--portage", "x"}, {"--ssh"}, {"--netrc"}, {"--create-builder"}};
  for (const auto& option : options) {
    std::vector<std::string> words{"build", "-f", path, "--builder", "glibc", "--image", "r.example/x"};
    words.insert(words.end(), option.begin(), option.end());
    EXPECT_EQ(run(words), exit_code::bad_input) << option.front();
    EXPECT_TRUE(error.starts_with(option.front() + " ")) << error;
    EXPECT_FALSE(error.contains("once this version")) << error;
  }
  EXPECT_EQ(play.cluster().writes(), 0);
}

TEST_F(Files, WhoSentItsKeysAndPasswordsIsToldWhichSecretsTakeThem) {
  const auto path = file("staves.toml", toml);
  for (const auto& [option, field] : {std::pair{"--ssh", "spec.credentials.sshSecretRef of the StavesBuilder"},
                                      std::pair{"--netrc", "spec.credentials.netrcSecretRef of the StavesBuilder"}}) {
    EXPECT_EQ(run({"build", "-f", path, "--builder", "glibc", "--image", "r.example/x", option}), exit_code::bad_input);
    EXPECT_TRUE(error.contains(field)) << error;
  }
}

}  // namespace
}  // namespace staves::command
