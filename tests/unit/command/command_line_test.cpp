#include "command/command_line.h"

#include "gtest/gtest.h"

namespace staves::command {
namespace {

base::Result<CommandLine> parse(std::vector<std::string> words) {
  return parse_command_line(words, "1.2.3");
}

std::string refusal_of(std::vector<std::string> words) {
  const auto line = parse(std::move(words));
  return line ? "accepted" : line.error().message;
}

TEST(CommandLine, TakesTheOptionsOfTheClusterAnywhere) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-n", "team-a", "--context", "c", "status", "bash"},
        std::vector<std::string>{"status", "bash", "--namespace=team-a", "--context=c"}}) {
    const auto line = parse(words);
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_EQ(line->options.command, "status");
    EXPECT_EQ(line->options.name, "bash");
    EXPECT_EQ(line->options.name_space, "team-a");
    EXPECT_EQ(line->options.context, "c");
  }
}

TEST(CommandLine, TakesFilesAndAName) {
  const auto files = parse({"build", "-f", "a.toml", "-f", "b.toml", "--builder", "glibc"});
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_EQ(files->options.files, (std::vector<std::string>{"a.toml", "b.toml"}));
  const auto name = parse({"build", "bash"});
  ASSERT_TRUE(name) << name.error().message;
  EXPECT_EQ(name->options.name, "bash");
}

TEST(CommandLine, AWrongWordIsToldWithTheNearestRightOne) {
  EXPECT_EQ(refusal_of({"statuz"}), "there is no command 'statuz'; did you mean 'status'? (see kubectl staves --help)");
  EXPECT_EQ(refusal_of({"-n", "x", "frobnicate"}), "there is no command 'frobnicate' (see kubectl staves --help)");
}

TEST(CommandLine, WhatDoesNotGoTogetherIsRefused) {
  EXPECT_EQ(refusal_of({"apply"}), "apply needs a file: -f staves.toml");
  EXPECT_EQ(refusal_of({"build"}), "build needs either files (-f staves.toml) or the name of an image");
  EXPECT_EQ(refusal_of({"build", "bash", "-f", "x"}),
            "build needs either files (-f staves.toml) or the name of an image");
  EXPECT_TRUE(refusal_of({"build", "bash", "--builder", "x"}).contains("go with -f"));
  EXPECT_TRUE(refusal_of({"status", "bash", "-A"}).contains("do not go together"));
  EXPECT_TRUE(refusal_of({"logs"}).contains("NAME is required"));
  EXPECT_TRUE(refusal_of({"logs", "x", "--step", "brew"}).contains("--step"));
  EXPECT_TRUE(refusal_of({"cancel", "x", "minus"}).contains("NUMBER"));
  EXPECT_TRUE(refusal_of({"status", "--frobnicate"}).contains("--frobnicate"));
}

TEST(CommandLine, HelpDoesNotOfferWhatIsRefused) {
  const auto cache = parse({"cache", "--help"});
  ASSERT_TRUE(cache);
  EXPECT_TRUE(cache->text.contains("--prune")) << cache->text;
  EXPECT_TRUE(cache->text.contains("is refused")) << cache->text;
  EXPECT_FALSE(cache->text.contains("remove what no image needs")) << cache->text;
}

TEST(CommandLine, HelpTellsOfEveryCommandAndOption) {
  const auto all = parse({"--help"});
  ASSERT_TRUE(all);
  for (const char* command : {"apply", "build", "status", "logs", "rebuild", "cancel", "explain", "cache", "version"}) {
    EXPECT_TRUE(all->text.contains(command)) << all->text;
  }
  EXPECT_EQ(parse({})->text, all->text);
  const auto one = parse({"build", "--help"});
  ASSERT_TRUE(one);
  for (const char* option : {"--builder", "--image", "--build-cache", "--namespace", "Exit codes"}) {
    EXPECT_TRUE(one->text.contains(option)) << one->text;
  }
  EXPECT_EQ(parse({"--version"})->text, "1.2.3\n");
}

}  // namespace
}  // namespace staves::command
