#include "portage/image_libraries.h"

#include <algorithm>

#include "portage/toolchain_libraries.h"
#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

/// Where this machine's loader finds a library that this test program itself uses.
fs::path loaded(const std::string& soname) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const auto slash = line.find('/');
    if (slash != std::string::npos &&
        fs::path(line.substr(slash)).filename().string().starts_with(soname.substr(0, soname.find(".so"))))
      return line.substr(slash);
  }
  return {};
}

/// An image with one real program, its loader and its libc, and without the libraries of the compiler.
class ImageLibrariesTest : public TemporaryRoot {
 protected:
  void SetUp() override {
    TemporaryRoot::SetUp();
    program_ = *read_elf(fs::canonical("/proc/self/exe"));
    fs::create_directories(root_ / "usr/bin");
    fs::create_directories(root_ / "usr/lib64");
    fs::create_symlink("usr/lib64", root_ / "lib64");
    fs::copy_file("/proc/self/exe", root_ / "usr/bin/program");
    const auto loader = fs::path(program_.interpreter);
    fs::create_directories((root_ / loader.relative_path()).parent_path());
    fs::copy_file(fs::canonical(loader), root_ / loader.relative_path());
    for (const char* soname : {"libc.so.6", "libm.so.6"}) copy(soname);
    for (const auto& soname : program_.needed) {
      if (!is_toolchain_library(soname)) copy(soname);
    }
  }

  void copy(const std::string& soname) const {
    const auto path = loaded(soname);
    if (!path.empty()) fs::copy_file(path, root_ / "usr/lib64" / soname, fs::copy_options::skip_existing);
  }

  std::vector<std::string> missing_sonames() const {
    std::vector<std::string> sonames;
    for (const auto& one : ImageLibraries(root_).missing()) sonames.push_back(one.soname);
    std::ranges::sort(sonames);
    return sonames;
  }

  const FindLibrary find_ = [](const std::string& soname, bool) -> std::optional<fs::path> {
    const auto path = loaded(soname);
    return path.empty() ? std::nullopt : std::optional(path);
  };
  ElfFile program_;
};

TEST_F(ImageLibrariesTest, AProgramSaysWhatItNeeds) {
  EXPECT_TRUE(program_.is_64);
  EXPECT_NE(program_.interpreter.find("/ld-"), std::string::npos);
  EXPECT_NE(std::ranges::find(program_.needed, "libstdc++.so.6"), program_.needed.end());
  EXPECT_EQ(read_elf(fs::canonical(loaded("libstdc++.so.6")))->soname, "libstdc++.so.6");
}

TEST_F(ImageLibrariesTest, OtherFilesAreNoPrograms) {
  put("text", "#!/bin/sh\n");
  put("short", "\177ELF");
  put("damaged", get("usr/bin/program").substr(0, 100));
  for (const char* name : {"text", "short", "damaged", "absent"})
    EXPECT_EQ(read_elf(root_ / name), std::nullopt) << name;
}

TEST_F(ImageLibrariesTest, WhatTheCompilerBringsIsMissing) {
  const auto missing = missing_sonames();
  EXPECT_NE(std::ranges::find(missing, "libstdc++.so.6"), missing.end());
  EXPECT_EQ(std::ranges::find(missing, "libc.so.6"), missing.end());
}

TEST_F(ImageLibrariesTest, AutoAddsWhatIsNeededAndWhatThatNeeds) {
  ImageLibraries libraries(root_);
  auto added = add_toolchain_libraries(libraries, root_, {}, find_);
  ASSERT_TRUE(added);
  // This program is the one that is looked at, and a sanitizer brings a library of its own.
  std::erase_if(*added, [](const std::string& soname) { return soname.find("san.so") != std::string::npos; });
  EXPECT_EQ(*added, (std::vector<std::string>{"libgcc_s.so.1", "libstdc++.so.6"}));
  EXPECT_TRUE(there("usr/lib64/libstdc++.so.6"));
  EXPECT_EQ(missing_sonames(), std::vector<std::string>{});
  EXPECT_TRUE(check_libraries(ImageLibraries(root_), api::ToolchainMode::Auto));
}

TEST_F(ImageLibrariesTest, NeverLeavesThemToTheUser) {
  ImageLibraries libraries(root_);
  EXPECT_EQ(
      add_toolchain_libraries(libraries, root_, {.mode = api::ToolchainMode::Never, .include = {}}, find_)->size(), 0U);
  EXPECT_TRUE(check_libraries(libraries, api::ToolchainMode::Never));
  EXPECT_FALSE(check_libraries(libraries, api::ToolchainMode::Auto));
}

TEST_F(ImageLibrariesTest, AnIncludedLibraryThatIsNotThereIsTheUsersToMend) {
  ImageLibraries libraries(root_);
  const auto added = add_toolchain_libraries(libraries, root_,
                                             {.mode = api::ToolchainMode::Auto, .include = {"libnothing.so.1"}}, find_);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().failure_class, api::FailureClass::MissingLibrary);
  EXPECT_NE(added.error().message.find("libnothing.so.1"), std::string::npos);
}

TEST_F(ImageLibrariesTest, ALibraryOutsideOfTheSearchedDirectoriesIsNotFoundByAProgram) {
  fs::create_directories(root_ / "opt/private");
  fs::rename(root_ / "usr/lib64/libm.so.6", root_ / "opt/private/libm.so.6");
  EXPECT_NE(std::ranges::count(missing_sonames(), "libm.so.6"), 0);
  put("etc/ld.so.conf", "# comment\n/opt/private\n");
  EXPECT_EQ(std::ranges::count(missing_sonames(), "libm.so.6"), 0);
}

TEST_F(ImageLibrariesTest, ACommentAfterADirectoryIsNoPartOfIt) {
  fs::create_directories(root_ / "opt/private");
  fs::copy_file(loaded("libstdc++.so.6"), root_ / "opt/private/libstdc++.so.6");
  put("etc/ld.so.conf", "  /opt/private \t # of a package\n   # nothing\n");
  const auto missing = missing_sonames();
  EXPECT_EQ(std::ranges::find(missing, "libstdc++.so.6"), missing.end());
}

TEST_F(ImageLibrariesTest, APluginMayNeedWhatItsProgramHasLoaded) {
  fs::create_directories(root_ / "opt/private");
  fs::copy_file(fs::canonical(loaded("libstdc++.so.6")), root_ / "opt/private/plugin.so");
  fs::copy_file(fs::canonical(loaded("libgcc_s.so.1")), root_ / "opt/private/libgcc_s.so.1");
  for (const auto& one : ImageLibraries(root_).missing()) EXPECT_NE(one.file, "/opt/private/plugin.so");
}

TEST_F(ImageLibrariesTest, ALibraryOfAnotherKindOfMachineIsNotTheOne) {
  auto bytes = get("usr/lib64/libm.so.6");
  bytes[18] = 40;  // e_machine: ARM
  put("usr/lib64/libm.so.6", bytes);
  EXPECT_NE(std::ranges::count(missing_sonames(), "libm.so.6"), 0);
}

TEST_F(ImageLibrariesTest, LinksAreFollowedInsideOfTheImage) {
  fs::create_directories(root_ / "opt/private");
  fs::rename(root_ / "usr/lib64/libm.so.6", root_ / "opt/private/libm.so.6");
  fs::create_symlink("/opt/private/libm.so.6", root_ / "usr/lib64/libm.so.6");
  EXPECT_EQ(std::ranges::count(missing_sonames(), "libm.so.6"), 0);
}

TEST_F(ImageLibrariesTest, AMissingLoaderIsTold) {
  fs::remove(root_ / fs::path(program_.interpreter).relative_path());
  const auto missing = ImageLibraries(root_).missing();
  ASSERT_FALSE(missing.empty());
  EXPECT_EQ(missing[0], (MissingLibrary{"/usr/bin/program", program_.interpreter, true}));
}

TEST(ToolchainLibraries, OnlyThoseOfTheCompilerAreItsOwn) {
  EXPECT_TRUE(is_toolchain_library("libgcc_s.so.1"));
  EXPECT_TRUE(is_toolchain_library("libstdc++.so.6"));
  EXPECT_FALSE(is_toolchain_library("libm.so.6"));
  EXPECT_FALSE(is_toolchain_library("libgomp-plugin.so.1"));
}

}  // namespace
}  // namespace staves::portage
