#include "portage/left_out.h"

#include "portage/live_revisions.h"
#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

constexpr const char* headers[] = {"usr/include/z.h",          "usr/lib64/libz.a",          "usr/lib64/libz.la",
                                   "usr/lib64/pkgconfig/z.pc", "usr/lib64/cmake/z/z.cmake", "usr/share/pkgconfig/z.pc",
                                   "usr/share/aclocal/z.m4"};
constexpr const char* documents[] = {"usr/share/man/man1/z.1", "usr/share/info/z.info", "usr/share/doc/z/README"};
constexpr const char* translations[] = {"usr/share/locale/fr/LC_MESSAGES/z.mo", "usr/share/i18n/locales/fr_FR",
                                        "usr/lib/locale/fr_FR.utf8/LC_CTYPE", "usr/lib/locale/locale-archive"};
constexpr const char* portage_state[] = {"var/cache/edb/mtimedb", "var/lib/portage/world", "etc/portage/make.conf",
                                         "var/log/emerge.log"};
constexpr const char* needed[] = {"usr/lib64/libz.so.1",
                                  "usr/lib64/libz.so",
                                  "usr/lib64/ImageMagick/coders/png.la",
                                  "usr/lib64/tcl/libtcl.a",
                                  "usr/share/vim/doc/help.txt",
                                  "usr/share/X11/locale/C/Compose",
                                  "usr/share/locale/locale.alias",
                                  "usr/lib/locale/C.utf8/LC_CTYPE",
                                  "etc/passwd"};

class LeftOutTest : public TemporaryRoot {
 protected:
  void SetUp() override {
    TemporaryRoot::SetUp();
    put_all(headers);
    put_all(documents);
    put_all(translations);
    put_all(portage_state);
    put_all(needed);
  }
  template <std::size_t count>
  void put_all(const char* const (&names)[count]) {
    for (const char* name : names) put(name, "12345");
  }
  template <std::size_t count>
  void expect_all(const char* const (&names)[count], bool kept) {
    for (const char* name : names) EXPECT_EQ(there(name), kept) << name;
  }
  api::LeftOut leave(const api::Keep& keep = {}, const std::string& locale = "",
                     const std::vector<std::string>& packages = {}) {
    api::LeftOut out;
    EXPECT_TRUE(leave_out(root_, {.cpvs = packages, .newest_build_time = 0}, keep, {locale, "UTF-8"}, out));
    return out;
  }
};

TEST_F(LeftOutTest, WhatNoProgramNeedsGoesAndIsCounted) {
  const auto out = leave();
  expect_all(headers, false);
  expect_all(documents, false);
  expect_all(translations, false);
  expect_all(portage_state, false);
  expect_all(needed, true);
  EXPECT_EQ(out.files, 18);
  EXPECT_EQ(out.bytes, 18 * 5);
}

TEST_F(LeftOutTest, WhatIsToBeKeptStays) {
  EXPECT_EQ(leave({.headers = true, .documents = true, .translations = true, .portage_state = true}), api::LeftOut{});
  expect_all(headers, true);
  expect_all(documents, true);
  expect_all(translations, true);
  expect_all(portage_state, true);
}

TEST_F(LeftOutTest, EachKindStaysByItself) {
  leave({.headers = false, .documents = true, .translations = false, .portage_state = false});
  expect_all(headers, false);
  expect_all(documents, true);
  expect_all(translations, false);
}

TEST_F(LeftOutTest, ACompilerKeepsItsHeaders) {
  leave({}, "", {"sys-devel/gcc-15.2.1"});
  expect_all(headers, true);
  expect_all(documents, false);
}

TEST_F(LeftOutTest, AnImageWithPortageKeepsItsConfiguration) {
  leave({}, "", {"sys-apps/portage-3.0.83"});
  EXPECT_TRUE(there("etc/portage/make.conf"));
  EXPECT_TRUE(there("var/lib/portage/world"));
  EXPECT_FALSE(there("var/cache/edb"));
}

TEST_F(LeftOutTest, TheLocaleOfTheImageKeepsItsTranslations) {
  leave({}, "fr_FR.UTF-8");
  EXPECT_TRUE(there("usr/share/locale/fr/LC_MESSAGES/z.mo"));
  EXPECT_TRUE(there("usr/lib/locale/fr_FR.utf8/LC_CTYPE"));
  EXPECT_FALSE(there("usr/lib/locale/locale-archive"));
}

TEST_F(LeftOutTest, TheDatabaseForgetsWhatIsNotThereAnyMore) {
  put("var/db/pkg/sys-libs/zlib-1/CONTENTS",
      "dir /usr\nobj /usr/include/z.h 0123 5\nobj /usr/lib64/libz.so.1 0123 5\nobj /usr/share/a b/c d 0123 5\n"
      "sym /usr/lib64/gone.so -> libz.so.1 5\ndir /usr/include\n");
  put("usr/share/a b/c d", "");
  leave();
  ASSERT_TRUE(forget_absent_files(root_ / "var/db/pkg", root_));
  EXPECT_EQ(get("var/db/pkg/sys-libs/zlib-1/CONTENTS"),
            "dir /usr\nobj /usr/lib64/libz.so.1 0123 5\nobj /usr/share/a b/c d 0123 5\n");
}

TEST(LeftOut, TranslationsServeALocaleAsProgramsLookForThem) {
  EXPECT_TRUE(serves_locale("de", "de_AT.UTF-8"));
  EXPECT_TRUE(serves_locale("de_AT", "de_AT.UTF-8"));
  EXPECT_FALSE(serves_locale("de_DE", "de_AT.UTF-8"));
  EXPECT_FALSE(serves_locale("de@hebrew", "de_AT.UTF-8"));
  EXPECT_TRUE(serves_locale("sr@latin", "sr_RS.UTF-8@latin"));
  EXPECT_TRUE(serves_locale("sr", "sr_RS.UTF-8@latin"));
  EXPECT_FALSE(serves_locale("en_GB", "en_US"));
  EXPECT_FALSE(serves_locale("d", "de_DE"));
  EXPECT_FALSE(serves_locale("de", ""));
}

TEST(LiveRevisions, AreReadFromTheEnvironmentOfThePackage) {
  EXPECT_EQ(revision_in("declare -x A=\"b\"\ndeclare -x EGIT_VERSION=\"0a1b\"\n"), "0a1b");
  EXPECT_EQ(revision_in("declare -x HG_REV_ID=\"12+\"\n"), "12+");
  EXPECT_EQ(revision_in("declare -- ESVN_WC_REVISION=\"1234\"\n"), "1234");
  EXPECT_EQ(revision_in("declare -x EGIT_VERSION=\"$(id)\"\ndeclare -x NOT_EGIT_VERSION=\"1\"\nEGIT_VERSION=2\n"), "");
  EXPECT_EQ(revision_in(""), "");
}

}  // namespace
}  // namespace staves::portage
