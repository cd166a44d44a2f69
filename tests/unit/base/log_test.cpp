#include "base/log.h"

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace staves::base {
namespace {

class Log : public testing::Test {
 protected:
  void TearDown() override { set_log_level(LogLevel::Info); }
};

TEST_F(Log, WritesOneJsonLine) {
  testing::internal::CaptureStderr();
  log_info("a \"quoted\"\nmessage", {{"image", "team-a/bash"}, {"bytes", "\xff"}});
  const std::string text = testing::internal::GetCapturedStderr();
  ASSERT_EQ(std::ranges::count(text, '\n'), 1);
  const auto line = nlohmann::json::parse(text);
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["message"], "a \"quoted\"\nmessage");
  EXPECT_EQ(line["image"], "team-a/bash");
  EXPECT_TRUE(line["time"].get<std::string>().ends_with("Z"));
}

TEST_F(Log, LeavesOutWhatIsBelowTheLevel) {
  testing::internal::CaptureStderr();
  log_debug("hidden");
  ASSERT_TRUE(set_log_level("error"));
  log_warning("hidden too");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(Log, KnowsItsLevelsByName) {
  EXPECT_TRUE(set_log_level("debug"));
  EXPECT_TRUE(set_log_level("warning"));
  EXPECT_FALSE(set_log_level("verbose"));
}

}  // namespace
}  // namespace staves::base
