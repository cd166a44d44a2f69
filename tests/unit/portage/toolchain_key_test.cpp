#include "portage/toolchain_key.h"

#include <map>

#include "base/digest.h"
#include "portage/kept_configuration.h"
#include "portage/key_variables.h"
#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

constexpr const char* own_make_conf =
    "# made by a release\nCOMMON_FLAGS=\"-O2\"\nCFLAGS=\"${COMMON_FLAGS}\"\nLC_MESSAGES=C.utf8\n";

/// A stage3 whose programs know what its make.conf says.
class ToolchainKey : public TemporaryRoot {
 protected:
  void SetUp() override {
    TemporaryRoot::SetUp();
    plan_.stage3 = "localhost/stage3@" + base::sha256_digest("stage3");
    plan_.tree.image = "localhost/tree@" + base::sha256_digest("tree");
    put_make_conf("");
  }
  void put_make_conf(const std::string& kept) const { put("etc/portage/make.conf", own_make_conf + kept); }
  Paths paths() const { return paths_below(root_); }

  Part<std::string> answer(const std::vector<std::string>& arguments) {
    ++asked_;
    if (arguments.front() == "gcc") return "14.3.0\nx86_64-pc-linux-gnu\n";
    std::map<std::string, std::string> values = {{"ARCH", "amd64"}, {"CHOST", "x86_64-pc-linux-gnu"}};
    std::istringstream lines(get("etc/portage/make.conf"));
    for (std::string line; std::getline(lines, line);) {
      if (const auto equals = line.find('='); equals != std::string::npos) {
        values[line.substr(0, equals)] = line.substr(equals + 1);
      }
    }
    std::string text;
    for (auto name = arguments.begin() + 3; name != arguments.end(); ++name) {
      text += *name + "=" + values[*name] + "\n";
    }
    return text;
  }
  KnownToolchain known() {
    const auto known = toolchain_key(paths(), plan_, "p", stage3_settings(paths()),
                                     [this](const auto& arguments) { return answer(arguments); });
    EXPECT_TRUE(known);
    return known.value_or(KnownToolchain());
  }
  std::string key() { return known().key; }
  /// The same for a stage3 that was built anew: another image, whose answers nobody remembers.
  std::string key_in_new_stage3() {
    plan_.stage3 = "localhost/stage3@" + base::sha256_digest("stage3 " + std::to_string(++stage3s_));
    return key();
  }

  api::Plan plan_;
  int asked_ = 0;
  int stage3s_ = 0;
};

TEST_F(ToolchainKey, IsTheSameForEveryStage3WithTheSameSettings) {
  put_make_conf("EXTRA_ECONF=\"--x\"\n");
  put("etc/portage/package.env", "a/b lto\n");
  put("etc/portage/env/lto", "CFLAGS=\"-flto\"\n");
  const auto first = key();
  EXPECT_EQ(key_in_new_stage3(), first) << "a stage3 that is made anew finds the packages of the one before";
}

TEST_F(ToolchainKey, TellsApartStage3sThatKeptOtherVariables) {
  const auto without = key();
  put_make_conf("EXTRA_ECONF=\"--x\"\n");
  const auto with = key_in_new_stage3();
  EXPECT_NE(with, without);
  put_make_conf("EXTRA_ECONF=\"--y\"\n");
  EXPECT_NE(key_in_new_stage3(), with);
}

TEST_F(ToolchainKey, TellsApartStage3sThatKeptOtherEnvironments) {
  std::vector<std::string> keys = {key()};
  const auto expect_another = [&](const fs::path& path, const char* text) {
    put(path, text);
    keys.push_back(key_in_new_stage3());
    EXPECT_EQ(std::ranges::count(keys, keys.back()), 1) << path;
  };
  expect_another("etc/portage/package.env", "a/b lto\n");
  expect_another("etc/portage/package.env", "a/c lto\n");
  expect_another("etc/portage/env/lto", "CFLAGS=\"-flto\"\n");
  expect_another("etc/portage/env/lto", "CFLAGS=\"-flto=2\"\n");
  expect_another("etc/portage/bashrc", "CFLAGS+=' -g'\n");
  expect_another("etc/portage/patches/a/b/one.patch", "--- a\n");
  expect_another("etc/portage/savedconfig/a/b", "CONFIG_X=y\n");
  expect_another("etc/portage/profile/make.defaults", "CPPFLAGS=\"-DX\"\n");
}

TEST_F(ToolchainKey, IsThatOfAChainWhoseLowerBuilderChanged) {
  // The image between, built with the settings of the lower builder; its /etc/portage is the stage3's of the upper one.
  const auto key_with = [this](const std::string& value) {
    put_make_conf("");
    api::Plan lower;
    lower.builder_portage.make_conf = {{"EXTRA_ECONF", value}};
    EXPECT_TRUE(set_configuration_aside(paths(), lower));
    fs::create_directories(root_ / "rootfs");
    EXPECT_TRUE(keep_configuration(paths()));
    put("etc/portage/make.conf", get("rootfs/etc/portage/make.conf"));
    return key_in_new_stage3();
  };
  const auto before = key_with("--x");
  EXPECT_NE(key_with("--y"), before);
  EXPECT_EQ(key_with("--x"), before);
}

TEST_F(ToolchainKey, DoesNotDependOnWhatDecidesNoBit) {
  const auto before = key();
  put("etc/portage/make.conf",
      "# another release\nCOMMON_FLAGS=\"-O2\"\nCFLAGS=\"${COMMON_FLAGS}\"\nLC_MESSAGES=de_DE.utf8\nMAKEOPTS=\"-j3\"\n"
      "GENTOO_MIRRORS=\"https://m.test\"\nUSE=\"-nls\"\nL10N=\"de\"\nPKGDIR=\"/var/cache/binpkgs\"\n");
  put("etc/portage/package.use", "a/b x\n");
  put("etc/portage/package.accept_keywords", "a/b ~amd64\n");
  fs::create_directories(root_ / "etc/portage/env");
  EXPECT_EQ(key_in_new_stage3(), before);
}

TEST_F(ToolchainKey, CountsFeaturesButNotTheLeavingOutOfDocuments) {
  put_make_conf("FEATURES=\"candy nodoc noinfo noman\"\n");
  const auto without_documents = key();
  put_make_conf("FEATURES=\"candy\"\n");
  EXPECT_EQ(key_in_new_stage3(), without_documents) << "they are left out when a package is merged";
  put_make_conf("FEATURES=\"candy nostrip\"\n");
  EXPECT_NE(key_in_new_stage3(), without_documents);
}

TEST_F(ToolchainKey, IsOfOneStage3AloneWhereACompilerIsChosen) {
  const auto expect_own = [this](const char* why) {
    const auto before = key_in_new_stage3();
    EXPECT_NE(key_in_new_stage3(), before) << why;
  };
  put_make_conf("CC=clang\n");
  expect_own("by the make.conf of the stage3");
  put_make_conf("");
  put("etc/portage/env/clang", "CC=\"clang\"\n");
  expect_own("for single packages, in the stage3");
  fs::remove_all(root_ / "etc/portage/env");
  EXPECT_EQ(key_in_new_stage3(), key_in_new_stage3());
  plan_.image_portage.environments = {{.name = "clang", .make_conf = {{"CC", "clang"}}}};
  expect_own("for single packages, by the image");
  plan_.image_portage.environments.clear();
  plan_.builder_portage.make_conf = {{"CC", "clang"}};
  expect_own("by the builder");
}

TEST_F(ToolchainKey, IsAskedOnce) {
  const auto first = known();
  EXPECT_EQ(first.gcc, "14.3.0");
  EXPECT_EQ(first.chost, "x86_64-pc-linux-gnu");
  EXPECT_EQ(asked_, 2);
  EXPECT_EQ(known(), first);
  EXPECT_EQ(asked_, 2);
}

TEST_F(ToolchainKey, IsNotRememberedForAnybodyElse) {
  key();
  const auto expect_asked = [this] {
    asked_ = 0;
    key();
    EXPECT_EQ(asked_, 2);
  };
  plan_.image_portage.make_conf = {{"CFLAGS", "-O3"}};
  expect_asked();
  plan_.image_portage.make_conf["EXTRA_ECONF"] = "--disable-nls";
  expect_asked();
  plan_.image_portage.make_conf = {{"CFLAGS", "-O3\"\nEXTRA_ECONF=\"--disable-nls"}};
  expect_asked();
  plan_.image_portage.make_conf = {};
  plan_.builder_portage.make_conf = {{"CFLAGS", "-O3"}};
  expect_asked();
  put_make_conf("EXTRA_ECONF=\"--x\"\n");
  expect_asked();
  put("etc/portage/package.env", "a/b lto\n");
  expect_asked();
}

TEST_F(ToolchainKey, OfAnEarlierReleaseIsAskedAgain) {
  // As it was remembered before the stage3's own settings counted.
  const auto text =
      plan_.stage3 + "\n" + plan_.tree.image + "\np\n# make.conf\n# environments\n# make.conf\n# environments\n";
  put(fs::path("staves/cache/binpkgs/.toolchains") / base::short_hash(text, 32),
      "0123456789abcdef\namd64\nx86_64-pc-linux-gnu\n14.3.0\n");
  EXPECT_NE(key(), "0123456789abcdef");
}

TEST_F(ToolchainKey, NeedsAnAnswer) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(toolchain_key(paths(), plan_, "p", {}, [&stop](const auto& arguments) {
    return ask_stage3(arguments, stop.get_token());
  })) << "there is no Portage to ask";
}

TEST(KeyVariables, AreTheSameWhenMakeConfSetsNone) {
  const std::vector<std::string> always = {"ARCH",    "CHOST",     "CFLAGS",        "CXXFLAGS",     "LDFLAGS",
                                           "FCFLAGS", "RUSTFLAGS", "CPU_FLAGS_X86", "CPU_FLAGS_ARM"};
  api::Plan plan;
  EXPECT_EQ(key_variables(plan, {}), always);
  plan.builder_portage.make_conf = {{"CFLAGS", "-O3"}, {"MAKEOPTS", "-j3"}, {"GENTOO_MIRRORS", "https://m.test"}};
  plan.image_portage.make_conf = {{"USE", "-nls"},   {"ACCEPT_KEYWORDS", "~amd64"}, {"ACCEPT_LICENSE", "*"},
                                  {"CFLAGS", "-Os"}, {"EMERGE_DEFAULT_OPTS", "-v"}, {"PYTHON_TARGETS", "x"}};
  const Stage3Settings stage3{.variables = {"CFLAGS", "LC_MESSAGES", "USE"}, .other_variables = {"X"}, .files = {}};
  EXPECT_EQ(key_variables(plan, stage3), always) << "Portage compares these, or they change no bit";
}

TEST(KeyVariables, AreEveryOtherOneOfStage3BuilderAndImageOnce) {
  api::Plan plan;
  plan.builder_portage.make_conf = {{"CPPFLAGS", "-DA"}, {"FEATURES", "nostrip"}, {"MYCMAKEARGS", "-DB=1"}};
  plan.image_portage.make_conf = {{"CC", "clang"}, {"CPPFLAGS", "-DB"}, {"EXTRA_ECONF", "--x"}, {"EXTRA_EMAKE", "V=1"}};
  const Stage3Settings stage3{.variables = {"COMMON_FLAGS", "EXTRA_ECONF"}, .other_variables = {}, .files = {}};
  const auto names = key_variables(plan, stage3);
  const std::vector<std::string> own(names.begin() + 9, names.end());
  EXPECT_EQ(own, (std::vector<std::string>{"CC", "COMMON_FLAGS", "CPPFLAGS", "EXTRA_ECONF", "EXTRA_EMAKE", "FEATURES",
                                           "MYCMAKEARGS"}));
}

}  // namespace
}  // namespace staves::portage
