#include "portage/run_path.h"

#include <gtest/gtest.h>

namespace staves::portage {
namespace {

TEST(RunPath, NamesTheDirectoryOfTheFileAndOfLibraries) {
  EXPECT_EQ(expand_run_path("$ORIGIN/../$LIB", "/opt/a/bin/x", true), "/opt/a/bin/../lib64");
  EXPECT_EQ(expand_run_path("${ORIGIN}/../${LIB}/y", "/opt/a/bin/x", false), "/opt/a/bin/../lib/y");
  EXPECT_EQ(expand_run_path("/usr/lib", "/opt/a/bin/x", true), "/usr/lib");
  EXPECT_EQ(expand_run_path("/$OTHER/$", "/opt/a/bin/x", true), "/$OTHER/$");
}

TEST(RunPath, ComesToAnEndInADirectoryThatIsNamedLikeAToken) {
  EXPECT_EQ(expand_run_path("$ORIGIN/a", "/opt/$ORIGIN/x", true), "/opt/$ORIGIN/a");
  EXPECT_EQ(expand_run_path("${ORIGIN}", "/opt/${ORIGIN}/$LIB/x", true), "/opt/${ORIGIN}/$LIB");
}

}  // namespace
}  // namespace staves::portage
