#include "tests/unit/command/desk.h"

namespace staves::command {
namespace {

using base::Json;

const Json failed_status{
    {"observedGeneration", 1},
    {"conditions", conditions("False", "BuildFailed", "build 2 failed")},
    {"build",
     {{"number", 2},
      {"step", "Done"},
      {"startTime", "2026-04-30T23:50:00Z"},
      {"completionTime", "2026-04-30T23:52:30Z"},
      {"reasons", {{{"reason", "Spec"}, {"changes", {{{"path", "packages"}, {"was", "[]"}, {"is", "[\"a/b\"]"}}}}}}},
      {"metrics",
       {{"compiledPackages", 3}, {"cachedPackages", 5}, {"steps", {{{"name", "emerge"}, {"seconds", 140.2}}}}}},
      {"failure",
       {{"class", "CompileFailed"},
        {"package", "a/b-1"},
        {"phase", "compile"},
        {"message", "emake failed"},
        {"logTail", "cc: error\n"}}}}},
    {"history",
     {{{"number", 2}, {"reasons", {"Spec"}}, {"result", "Failed"}, {"failureClass", "CompileFailed"}, {"seconds", 150}},
      {{"number", 1},
       {"reasons", {"First"}},
       {"result", "Succeeded"},
       {"digest", "sha256:0123456789abcdef"},
       {"seconds", 60}}}}};

TEST_F(Desk, StatusIsATableOfImages) {
  play.farm().apply_image();
  set_status(failed_status);
  ASSERT_EQ(run({"status"}), 0) << error;
  EXPECT_EQ(screen.output,
            "NAME   READY   REASON        BUILD      STEP   IMAGE   SIZE   BUILDER   AGE\n"
            "bash   False   BuildFailed   2 failed   -      -       -      glibc     0s\n");
}

TEST_F(Desk, StatusOfOneImageIsAPage) {
  play.farm().apply_image();
  set_status(failed_status);
  ASSERT_EQ(run({"status", "bash"}), 0) << error;
  EXPECT_EQ(screen.output,
            "Name        bash\n"
            "Namespace   team-a\n"
            "Builder     glibc\n"
            "Age         0s\n"
            "Packages    app-shells/bash\n"
            "Conditions:\n"
            "  Ready False, BuildFailed, for 60s\n"
            "    build 2 failed\n"
            "Build 2, failed in 2m30s:\n"
            "  because    Spec\n"
            "               packages: [] -> [\"a/b\"]\n"
            "  packages   3 compiled, 5 from the cache\n"
            "  pushed     -, - were there already\n"
            "  steps      emerge 2m20s\n"
            "  failure    CompileFailed, a/b-1 (compile)\n"
            "             emake failed\n"
            "             | cc: error\n"
            "  advice     " +
                std::string(api::advice(api::FailureClass::CompileFailed)) +
                "\n"
                "History:\n"
                "  BUILD   RESULT          WHY     TOOK    ENDED   IMAGE\n"
                "  2       CompileFailed   Spec    2m30s   -       -\n"
                "  1       Succeeded       First   60s     -       0123456789ab\n");
}

TEST_F(Desk, StatusOfAnIndexNamesItsPlatforms) {
  play.farm().apply_image();
  const auto digest = [](char digit) { return "sha256:" + std::string(64, digit); };
  set_status({{"conditions", conditions("True", "Built", "the registry holds it")},
              {"image",
               {{"reference", "registry.example/bash@" + digest('1')},
                {"digest", digest('1')},
                {"sizeBytes", 3072},
                {"uncompressedBytes", 9216},
                {"platforms",
                 {{{"platform", "linux/amd64"}, {"digest", digest('2')}, {"sizeBytes", 1024}},
                  {{"platform", "linux/amd64/v3"}, {"digest", digest('3')}, {"sizeBytes", 2048}}}}}}});
  ASSERT_EQ(run({"status", "bash"}), 0) << error;
  EXPECT_NE(screen.output.find("(9.2 kB unpacked)\nPlatform    linux/amd64, 222222222222, 1.0 kB\n"
                               "Platform    linux/amd64/v3, 333333333333, 2.0 kB\n"),
            std::string::npos)
      << screen.output;
}

TEST_F(Desk, StatusSaysWhereABuildStandsInTheQueue) {
  play.farm().apply_image();
  set_status({{"observedGeneration", 1},
              {"conditions", conditions("Unknown", "Queued", "2nd of 3 in the queue of builder glibc")},
              {"build",
               {{"number", 4},
                {"step", "Queued"},
                {"queuedTime", "2026-04-30T23:50:00Z"},
                {"inputs", {{"builder", {{"name", "glibc"}}}}},
                {"queue", {{"position", 2}, {"length", 3}, {"time", "2026-04-30T23:50:00Z"}}}}}});
  ASSERT_EQ(run({"status"}), 0) << error;
  EXPECT_TRUE(screen.output.contains("Queued   4 waits   Queued ")) << screen.output;
  ASSERT_EQ(run({"status", "bash"}), 0) << error;
  EXPECT_TRUE(screen.output.contains("Build 4, waits:\n")) << screen.output;
  EXPECT_TRUE(screen.output.contains("  queue      2nd of 3 in the queue of builder glibc\n")) << screen.output;
}

TEST_F(Desk, AnEmptyNamespaceIsSaidApartFromTheTable) {
  ASSERT_EQ(run({"status"}), 0) << error;
  EXPECT_EQ(screen.output, "");
  EXPECT_EQ(screen.errors, "There is no StavesImage in namespace team-a; -A looks in all of them.\n");
}

TEST_F(Desk, CacheShowsWhatTheBuilderReports) {
  play.farm().apply_builder();
  play.farm().change_builder([](Json& builder) {
    builder["status"] = {{"cache",
                          {{"claimName", "glibc-cache"},
                           {"capacity", "10Gi"},
                           {"usedBytes", 3'000'000},
                           {"packages", 12},
                           {"hits", 7},
                           {"misses", 5},
                           {"measuredTime", "2026-04-30T23:50:00Z"}}},
                         {"conditions", {{{"type", "CacheReady"}, {"status", "True"}, {"reason", "Bound"}}}}};
  });
  ASSERT_EQ(run({"cache"}), 0) << error;
  EXPECT_EQ(screen.output,
            "BUILDER   CLAIM         READY         CAPACITY   LIMIT    USED     PACKAGES   HITS   MISSES   MEASURED\n"
            "glibc     glibc-cache   True, Bound   10Gi       8.6 GB   3.0 MB   12         7      5        10m\n");
  EXPECT_EQ(run({"cache", "--prune"}), exit_code::bad_input);
}

}  // namespace
}  // namespace staves::command
