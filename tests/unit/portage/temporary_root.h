#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace staves::portage {

/// A test with an empty directory of its own that is gone afterwards.
class TemporaryRoot : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "portage-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void put(const std::filesystem::path& path, std::string_view text) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }
  std::string get(const std::filesystem::path& path) const {
    std::ostringstream text;
    text << std::ifstream(root_ / path, std::ios::binary).rdbuf();
    return text.str();
  }
  bool there(const std::filesystem::path& path) const {
    return std::filesystem::exists(std::filesystem::symlink_status(root_ / path));
  }

  std::filesystem::path root_;
};

}  // namespace staves::portage
