#include "portage/merge_progress.h"

#include "gtest/gtest.h"
#include "portage/progress_watch.h"

namespace staves::portage {
namespace {

TEST(MergeList, LinesOfTheListAreRead) {
  EXPECT_EQ(planned_merge("[ebuild  N     ] sys-libs/ncurses-6.5_p20250802:0/6::gentoo to /rootfs/ USE=\"cxx\" 0 KiB"),
            (PlannedMerge{"sys-libs/ncurses-6.5_p20250802", false, true, "gentoo"}));
  EXPECT_EQ(planned_merge("[binary  N     ] app-shells/bash-5.2.15-1::gentoo to /rootfs/ 0 KiB"),
            (PlannedMerge{"app-shells/bash-5.2.15-1", true, true, "gentoo"}));
  EXPECT_EQ(planned_merge("[ebuild     U  ] dev-build/make-4.4.1::gentoo [4.3::gentoo] 0 KiB"),
            (PlannedMerge{"dev-build/make-4.4.1", false, false, "gentoo"}));
}

TEST(MergeList, OtherLinesAreNot) {
  for (const char* line : {"[blocks B      ] app-misc/hello (\"app-misc/hello\" is hard blocking app-misc/blocker-1)",
                           "[uninstall     ] a/b-1", "[ebuild  N", ">>> Emerging", "", "[nomerge       ] a/b-1"}) {
    EXPECT_EQ(planned_merge(line), std::nullopt) << line;
  }
}

TEST(MergeList, OnlyWhatIsCompiledForBothRootsIsCompiledTwice) {
  EXPECT_EQ(compiled_twice({{"a/lib-1", false, false},
                            {"a/lib-1", false, true},
                            {"a/tool-1", false, false},
                            {"a/app-1", false, true},
                            {"a/bin-1", true, false},
                            {"a/bin-1", false, true}}),
            std::vector<std::string>{"a/lib-1"});
}

TEST(MergeProgress, CountsWhatIsCompiledAndWhatComesFromTheCache) {
  MergeProgress progress;
  progress.begin_call();
  for (const char* line : {"[binary  N     ] sys-apps/baselayout-2.18-1::gentoo to /rootfs/ 0 KiB",
                           ">>> Emerging binary (1 of 1) sys-apps/baselayout-2.18::gentoo for /rootfs/",
                           ">>> Installing (1 of 1) sys-apps/baselayout-2.18::gentoo to /rootfs/",
                           ">>> Completed (1 of 1) sys-apps/baselayout-2.18::gentoo to /rootfs/"}) {
    progress.read(line);
  }
  progress.begin_call();
  for (const char* line :
       {"[ebuild  N     ] dev-build/tool-1::gentoo 0 KiB", "[ebuild  N     ] app-misc/app-1::gentoo to /rootfs/ 0 KiB",
        ">>> Emerging (1 of 2) dev-build/tool-1::gentoo", ">>> Completed (1 of 2) dev-build/tool-1::gentoo",
        ">>> Emerging (2 of 2) app-misc/app-1::gentoo for /rootfs/"}) {
    progress.read(line);
  }
  EXPECT_EQ(progress.progress(),
            (api::Progress{.total = 3, .done = 2, .from_cache = 1, .compiled = 1, .current = "app-misc/app-1"}));
  EXPECT_TRUE(progress.read(">>> Completed (2 of 2) app-misc/app-1::gentoo to /rootfs/"));
  EXPECT_EQ(progress.compiled(), (std::vector<std::string>{"dev-build/tool-1", "app-misc/app-1"}));
}

TEST(MergeProgress, ThePackageThatIsUnderWayLongestIsTheCurrentOne) {
  MergeProgress progress;
  for (const char* line :
       {">>> Emerging (1 of 3) a/slow-1::gentoo for /rootfs/", ">>> Emerging (2 of 3) a/quick-1::gentoo for /rootfs/",
        ">>> Completed (2 of 3) a/quick-1::gentoo to /rootfs/"})
    progress.read(line);
  EXPECT_EQ(progress.progress().current, "a/slow-1");
  progress.read(">>> Completed (1 of 3) a/slow-1::gentoo to /rootfs/");
  EXPECT_EQ(progress.progress().current, "");
}

TEST(MergeProgress, WhatWasCompiledForTheBuilderDoesNotComeFromTheCache) {
  MergeProgress progress;
  for (const char* line : {">>> Emerging (1 of 1) a/lib-1::gentoo", ">>> Completed (1 of 1) a/lib-1::gentoo"})
    progress.read(line);
  progress.begin_call();
  for (const char* line : {">>> Emerging binary (1 of 1) a/lib-1::gentoo for /rootfs/",
                           ">>> Completed (1 of 1) a/lib-1::gentoo to /rootfs/"})
    progress.read(line);
  EXPECT_EQ(progress.from_cache(), 0);
  EXPECT_EQ(progress.compiled(), std::vector<std::string>{"a/lib-1"});
}

TEST(ProgressWatch, TheTaskThatRunsLongestIsTheCurrentOne) {
  EXPECT_EQ(
      current_task(
          R"({"type":"snapshot","tasks":[{"cpv":"a/b-1","elapsed":1.5,"kind":"build","phase":"compile"},{"cpv":"a/c-1","elapsed":0.5,"kind":"build","phase":"unpack"}]})"),
      "a/b-1 (compile)");
}

TEST(ProgressWatch, APackageThatIsMergedHasNoPhaseOfItsOwn) {
  EXPECT_EQ(
      current_task(R"({"type":"snapshot","tasks":[{"cpv":"a/b-1","elapsed":1,"kind":"merge","phase":"package"}]})"),
      "a/b-1 (merge)");
}

TEST(ProgressWatch, OtherTextsTellNothing) {
  for (const char* text : {"", "{", "[]", R"({"type":"other","tasks":[{"cpv":"a/b-1"}]})", R"({"type":"snapshot"})",
                           R"({"type":"snapshot","tasks":[7]})"}) {
    EXPECT_EQ(current_task(text), "") << text;
  }
}

}  // namespace
}  // namespace staves::portage
