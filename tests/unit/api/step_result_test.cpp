#include "api/step_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/bounded_text.h"

namespace staves::api {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

const std::string digest = "sha256:" + std::string(64, 'c');

StepResult failed(Failure failure) {
  StepResult result;
  result.outcome = Outcome::Failed;
  result.failure = std::move(failure);
  return result;
}

StepResult read_back(const StepResult& result) {
  const std::string text = to_json(result);
  EXPECT_LE(text.size(), max_step_result_bytes);
  EXPECT_EQ(valid_utf8(text), text);
  const auto read = parse_step_result(text);
  EXPECT_TRUE(read) << text;
  return read.value_or(StepResult{});
}

TEST(StepResult, ReadsBackWhatItWrote) {
  StepResult emerged;
  emerged.outcome = Outcome::Succeeded;
  emerged.timings = {{"resolve", 0.8}, {"merge", 12.125}};
  emerged.emerge = EmergeResult{.compiled = 3,
                                .cached = 30,
                                .packages = 20,
                                .warnings = {{"a/b-1", "setup", "careful"}},
                                .compiled_names = {"a/b-1"},
                                .left_out = {.files = 4, .bytes = 5},
                                .live = {{.package = "a/b-9999", .revision = "0a1b"}},
                                .cache = CacheCensus{.used_bytes = 4096, .packages = 3},
                                .toolchain = {.arch = "amd64", .libc = "musl-1.2.5", .gcc = "14.3.0"},
                                .packages_digest = digest};
  EXPECT_EQ(read_back(emerged), emerged);

  StepResult unchanged = emerged;
  unchanged.outcome = Outcome::Unchanged;
  EXPECT_EQ(read_back(unchanged), unchanged);

  StepResult published;
  published.outcome = Outcome::Succeeded;
  published.publish = PublishResult{.digest = digest,
                                    .size_bytes = 10,
                                    .uncompressed_bytes = 30,
                                    .layers = 1,
                                    .pushed_bytes = 4,
                                    .reused_bytes = 6,
                                    .platform = "linux/amd64"};
  EXPECT_EQ(read_back(published), published);

  const auto failure = failed({FailureClass::CompileFailed, "a/b-1", "compile", "it broke", "line 1\nline 2"});
  EXPECT_EQ(read_back(failure), failure);

  StepResult stopped;
  stopped.outcome = Outcome::Stopped;
  EXPECT_EQ(read_back(stopped), stopped);
}

TEST(StepResult, WritesSecondsWithThreeDecimals) {
  StepResult result;
  result.outcome = Outcome::Succeeded;
  result.timings = {{"resolve", 0.123456}};
  EXPECT_DOUBLE_EQ(read_back(result).timings.at(0).second, 0.123);
}

TEST(StepResult, LetsOnlyTheLogTailGiveWayWhenThatIsEnough) {
  std::string log;
  for (int line = 0; line < 500; ++line) log += "line \"" + std::to_string(line) + "\" with ünïcode\n";
  auto result = failed({FailureClass::CompileFailed, "a/b-1", "compile", "it broke", log});
  result.emerge = EmergeResult{.compiled = 1,
                               .warnings = {{"a/b", "setup", "careful"}},
                               .compiled_names = {"a/b-1"},
                               .left_out = {2, 3},
                               .live = {{"a/b-1", "0a1b"}}};
  const auto read = read_back(result);
  ASSERT_TRUE(read.failure && read.emerge);
  EXPECT_EQ(read.failure->message, "it broke");
  EXPECT_EQ(read.emerge, result.emerge);
  EXPECT_THAT(read.failure->log_tail, EndsWith("line \"499\" with ünïcode\n"));
  EXPECT_TRUE(read.failure->log_tail.starts_with("line ")) << "whole lines";
  EXPECT_GT(to_json(result).size(), max_step_result_bytes - 64) << "and no more than that";
}

TEST(StepResult, GivesWarningsUpBeforeNamesAndNamesBeforeTheMessage) {
  auto result = failed({FailureClass::Internal, "", "", std::string(900, 'm'), std::string(4000, 'l')});
  result.emerge = EmergeResult{};
  for (int i = 0; i < 40; ++i) result.emerge->warnings.push_back({"a/b", "setup", std::string(100, 'w')});
  for (int i = 0; i < 10; ++i) result.emerge->compiled_names.push_back("sys-libs/name-" + std::to_string(i));
  const auto some_warnings = read_back(result);
  EXPECT_EQ(some_warnings.failure->log_tail, "");
  EXPECT_GT(some_warnings.emerge->warnings.size(), 0U);
  EXPECT_LT(some_warnings.emerge->warnings.size(), 40U);
  EXPECT_EQ(some_warnings.emerge->compiled_names, result.emerge->compiled_names);
  EXPECT_EQ(some_warnings.failure->message, result.failure->message);

  for (int i = 10; i < 200; ++i) result.emerge->compiled_names.push_back("sys-libs/name-" + std::to_string(i));
  const auto some_names = read_back(result);
  EXPECT_EQ(some_names.emerge->warnings.size(), 0U);
  EXPECT_GT(some_names.emerge->compiled_names.size(), 10U);
  EXPECT_EQ(some_names.failure->message, result.failure->message);
}

TEST(StepResult, StaysWithinItsBoundWhateverItIsGiven) {
  const std::string binary(2500, '\x01');
  const std::string broken = std::string(1500, '\xE2') + std::string(1500, '"');
  for (const auto& text : {binary, broken, std::string(2500, '\n')}) {
    auto result = failed({FailureClass::CompileFailed, text, text, text, text});
    for (int i = 0; i < 60; ++i) result.timings.emplace_back(text, 1e300);
    result.emerge = EmergeResult{.compiled = INT64_MAX,
                                 .cached = INT64_MAX,
                                 .packages = INT64_MAX,
                                 .warnings = {},
                                 .compiled_names = {},
                                 .left_out = {},
                                 .live = {},
                                 .cache = CacheCensus{INT64_MAX, INT64_MAX},
                                 .toolchain = {.arch = std::string(5000, 'a'), .profile = std::string(5000, 'p')}};
    for (int i = 0; i < 30; ++i) result.emerge->warnings.push_back({text, text, text});
    for (int i = 0; i < 30; ++i) result.emerge->compiled_names.push_back(text);
    for (int i = 0; i < 30; ++i) result.emerge->live.push_back({text, text});
    result.publish = PublishResult{.digest = digest, .platform = text};
    const auto read = read_back(result);
    ASSERT_TRUE(read.failure);
    EXPECT_EQ(read.failure->failure_class, FailureClass::CompileFailed);
    EXPECT_EQ(read.publish->digest, digest);
  }
}

TEST(StepResult, RefusesWhatIsNoResult) {
  for (const auto* text :
       {"", "null", "[]", "make: *** error", "{}", R"({"outcome":"Great"})", R"({"outcome":1})",
        R"({"outcome":"Failed"})", R"({"outcome":"Succeeded","failure":{"class":"Internal"}})",
        R"({"outcome":"Succeeded","publish":{"digest":"x"}})", R"({"outcome":"Succeeded","emerge":{"compiled":-1}})",
        R"({"outcome":"Succeeded","emerge":{"warnings":[1]}})",
        R"({"outcome":"Succeeded","timings":[{"name":"x","seconds":"y"}]})"}) {
    const auto read = parse_step_result(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, "ResultMalformed");
  }
}

TEST(StepResult, IgnoresMembersOfALaterVersionAndReadsItsClassesAsInternal) {
  const auto read =
      parse_step_result(R"({"outcome":"Failed","failure":{"class":"MoonPhase","message":"m"},"later":[1]})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->failure->failure_class, FailureClass::Internal);
  EXPECT_EQ(read->failure->message, "m");
}

TEST(Progress, IsOneLineOfAtMostAKibibyteAndReadsBack) {
  const Progress progress{
      .total = 41, .done = 17, .from_cache = 10, .compiled = 7, .current = "sys-libs/ncurses-6.5 (compile)"};
  const auto read = parse_progress(to_json(progress));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, progress);
  const std::string long_line = to_json(Progress{.total = INT64_MAX,
                                                 .done = INT64_MAX,
                                                 .from_cache = INT64_MAX,
                                                 .compiled = INT64_MAX,
                                                 .current = std::string(9000, '\n')});
  EXPECT_LE(long_line.size(), 1024U);
  EXPECT_EQ(long_line.find('\n'), std::string::npos);
  EXPECT_EQ(parse_progress("17 of 41").error().code, "ResultMalformed");
}

TEST(StepDone, ReadsBackAndRefusesWhatIsNoEnd) {
  const StepDone done{.outcome = Outcome::Succeeded, .source_date_epoch = 1700000000, .packages = 20};
  ASSERT_TRUE(parse_step_done(to_json(done)));
  EXPECT_EQ(*parse_step_done(to_json(done)), done);
  EXPECT_EQ(to_json(StepDone{.outcome = Outcome::Stopped}), R"({"outcome":"Stopped"})");
  EXPECT_EQ(parse_step_done("{}").error().message, "outcome must be set");
  EXPECT_EQ(parse_step_done(R"({"outcome":"Succeeded","packages":-1})").error().code, "ResultMalformed");
}

}  // namespace
}  // namespace staves::api
