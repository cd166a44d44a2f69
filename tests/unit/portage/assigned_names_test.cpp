#include "portage/assigned_names.h"

#include <gmock/gmock.h>

#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AssignedNames : public TemporaryRoot {
 protected:
  std::set<std::string> names() const { return assigned_names(root_, root_ / "etc/portage/make.conf"); }
};

TEST_F(AssignedNames, AreThoseBeforeAnEqualsSignAndNotInCommentsOrValues) {
  put("etc/portage/make.conf",
      "# CC=clang\nCFLAGS=\"-O2 X=1\nY=2\" # LD=lld\nexport CXX = g++\nA='\"' B=\\#x\nC=\"\\\" D=4\"\nE=\"=\" F=6");
  EXPECT_THAT(names(), ElementsAre("A", "B", "C", "CFLAGS", "CXX", "E", "F"));
}

TEST_F(AssignedNames, OfADirectoryAreThoseOfItsFiles) {
  put("etc/portage/make.conf/00-flags", "CFLAGS=-O2\n");
  put("etc/portage/make.conf/more/zz-staves", "EXTRA_ECONF=\"--x\"\n");
  EXPECT_THAT(names(), ElementsAre("CFLAGS", "EXTRA_ECONF"));
}

TEST_F(AssignedNames, OfSourcedFilesCount) {
  put("etc/portage/make.conf", "source beside\nsource \"/usr/share/far\"\nsource ${NOWHERE}/x\nCC=clang\n");
  put("etc/portage/beside", "LD=lld\nsource make.conf\n");
  put("usr/share/far", "AR=llvm-ar\n");
  EXPECT_THAT(names(), ElementsAre("AR", "CC", "LD"));
}

TEST_F(AssignedNames, AreNoneWithoutAFile) {
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(AssignedNames, AreNothingThatAProgramTakesForAnOption) {
  put("etc/portage/make.conf", "-v=1\n--help=1\n9=1\na.b=1\n=\n");
  EXPECT_THAT(names(), IsEmpty());
}

}  // namespace
}  // namespace staves::portage
