#include "portage/image_locale.h"

#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

class ImageLocaleTest : public TemporaryRoot {
 protected:
  std::string refusal(const api::Locale& locale) {
    const auto checked = check_locale(root_, locale);
    return checked ? "" : std::string(api::to_string(checked.error().failure_class)) + ": " + checked.error().message;
  }
  void put_glibc() {
    put("var/db/pkg/sys-libs/glibc-2.42/SLOT", "2.2");
    put("usr/share/i18n/locales/de_DE", "x");
    put("usr/share/i18n/locales/sr_RS@latin", "x");
    put("usr/share/i18n/charmaps/UTF-8.gz", "x");
    put("usr/share/i18n/charmaps/ISO-8859-15", "x");
  }
};

TEST(ImageLocale, DirectoriesAreNamedAsGlibcLooksForThem) {
  EXPECT_EQ(locale_directory("de_DE.UTF-8"), "de_DE.utf8");
  EXPECT_EQ(locale_directory("de_DE.ISO-8859-15@euro"), "de_DE.iso885915@euro");
  EXPECT_EQ(locale_directory("de_DE.8859-15"), "de_DE.iso885915");
  EXPECT_EQ(locale_directory("en_GB"), "en_GB");
}

TEST(ImageLocale, DefinitionsHaveTheModifierAndNoCodeset) {
  EXPECT_EQ(locale_definition("sr_RS.UTF-8@latin"), "sr_RS@latin");
  EXPECT_EQ(locale_definition("en_GB"), "en_GB");
}

TEST_F(ImageLocaleTest, WhatTheStage3CanMakeIsAccepted) {
  put_glibc();
  EXPECT_EQ(refusal({"de_DE.UTF-8", "UTF-8"}), "");
  EXPECT_EQ(refusal({"sr_RS.UTF-8@latin", "UTF-8"}), "");
  EXPECT_EQ(refusal({"de_DE", "ISO-8859-15"}), "");
}

TEST_F(ImageLocaleTest, WhatTheStage3DoesNotKnowIsRefusedByField) {
  put_glibc();
  EXPECT_EQ(refusal({"xx_XX.UTF-8", "UTF-8"}),
            "InvalidConfiguration: spec.locale.name: the builder's stage3 has no definition of xx_XX "
            "(/usr/share/i18n/locales)");
  EXPECT_EQ(refusal({"de_DE.UTF-9", "UTF-9"}),
            "InvalidConfiguration: spec.locale.charset: the builder's stage3 has no character set UTF-9 "
            "(/usr/share/i18n/charmaps)");
}

TEST_F(ImageLocaleTest, MuslHasNoneButTheOneThatNeedsNoDefinition) {
  put("var/db/pkg/sys-libs/musl-1.2.5/SLOT", "0");
  EXPECT_TRUE(
      refusal({"de_DE.UTF-8", "UTF-8"})
          .starts_with(
              "InvalidConfiguration: spec.locale: the builder's libc is musl, which has no locale de_DE.UTF-8"));
  EXPECT_EQ(refusal({"C.UTF-8", "UTF-8"}), "");
  EXPECT_EQ(refusal({}), "");
}

}  // namespace
}  // namespace staves::portage
