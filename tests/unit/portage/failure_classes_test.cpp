#include "portage/failure_classes.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "gtest/gtest.h"
#include "portage/plain_text.h"
#include "support/source_dir.h"

namespace staves::portage {
namespace {

using api::FailureClass;

FailureEvidence evidence(const std::string& text) {
  FailureEvidence result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) result.output.push_back(plain_text(line));
  return result;
}

struct Case {
  const char* name;
  const char* output;
  FailureClass failure_class;
  const char* package;
  const char* phase;
  const char* in_message;
};

std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.name;
}

class FailureClasses : public testing::TestWithParam<Case> {};

TEST_P(FailureClasses, IsTold) {
  const auto failure = classify(evidence(GetParam().output));
  EXPECT_EQ(api::to_string(failure.failure_class), api::to_string(GetParam().failure_class));
  EXPECT_EQ(failure.package, GetParam().package);
  EXPECT_EQ(failure.phase, GetParam().phase);
  EXPECT_NE(failure.message.find(GetParam().in_message), std::string::npos) << failure.message;
  EXPECT_LE(failure.log_tail.size(), 1800U);
}

const Case cases[] = {
    {"dependency",
     "\nemerge: there are no ebuilds to satisfy \"a/none\" for /rootfs/.\n(dependency required by \"a/app-1::gentoo\" "
     "[ebuild])\n(dependency required by \"a/app\" [argument])",
     FailureClass::PackageNotFound, "a/none", "resolve", "required by a/app-1"},
    {"use",
     "emerge: there are no ebuilds built with USE flags to satisfy \"a/b[x]\" for /rootfs/.\n!!! One of the following "
     "packages is required to complete your request:\n- a/b-1::gentoo (Change USE: +x)",
     FailureClass::UseConflict, "a/b-1", "resolve", "(Change USE: +x)"},
    {"several_masked",
     "!!! All ebuilds that could satisfy \"a/b\" for /rootfs/ have been masked.\n!!! One of the following masked "
     "packages is required to complete your request:\n"
     "- a/b-9999::gentoo (masked by: missing keyword)\n- a/b-3::gentoo (masked by: package.mask, ~amd64 keyword)\n- "
     "a/b-2::gentoo (masked by: ~amd64 keyword)",
     FailureClass::KeywordMasked, "a/b-2", "resolve", "~amd64 keyword"},
    {"binary_without_ebuild",
     "!!! All ebuilds that could satisfy \"a/b\" for /rootfs/ have been masked.\n!!! One of the following masked "
     "packages is required to complete your request:\n- a/b-1::gentoo (masked by: )",
     FailureClass::PackageNotFound, "a/b", "resolve", "there are no ebuilds to satisfy \"a/b\""},
    {"license",
     "!!! All ebuilds that could satisfy \"a/b\" for /rootfs/ have been masked.\n- a/b-1::gentoo (masked by: test-EULA "
     "license(s))",
     FailureClass::LicenseNotAccepted, "a/b-1", "resolve", "test-EULA"},
    {"eapi",
     "!!! All ebuilds that could satisfy \"a/b\" for /rootfs/ have been masked.\n- a/b-1::gentoo (masked by: EAPI 99)",
     FailureClass::BuilderTooOld, "a/b-1", "resolve", "EAPI 99"},
    {"newer_bash",
     " * ERROR: a/b-1::gentoo failed (setup phase):\n *   b.eclass requires >=bash-5.3 but only 5.2 was found",
     FailureClass::BuilderTooOld, "a/b-1", "setup", "requires >=bash-5.3"},
    {"compile",
     "main.c:1:1: error: no\n \x1b[31;01m*\x1b[0m ERROR: a/b-1::gentoo failed (compile phase):\n \x1b[31;01m*\x1b[0m   "
     "emake failed\n \x1b[31;01m*\x1b[0m ",
     FailureClass::CompileFailed, "a/b-1", "compile", "emake failed"},
    {"no_message", " * ERROR: a/b-1::gentoo failed (install phase):\n *   (no error message)",
     FailureClass::CompileFailed, "a/b-1", "install", "a/b-1 failed in the install phase"},
    {"postinst", " * something\n * ERROR: a/b-1::gentoo failed (postinst phase):\n *   no",
     FailureClass::PostinstFailed, "a/b-1", "postinst", "no"},
    {"killed_compiler",
     "gcc: fatal error: Killed signal terminated program cc1plus\n * ERROR: a/b-1::gentoo failed (compile phase):\n *  "
     " emake failed",
     FailureClass::OutOfMemory, "a/b-1", "compile", "Killed signal"},
    {"disk", ">>> Failed to install a/b-1 to /rootfs/, Log file:\n!!! [Errno 28] No space left on device: 'x' -> 'y'",
     FailureClass::DiskFull, "a/b-1", "", "No space left"},
    {"checksum",
     ">>> Failed to emerge a/b-1 for /rootfs/, Log file:\n!!! Previously fetched file: '/d/b.tar.gz'\n!!! Reason: "
     "Failed on BLAKE2B verification\n!!! Couldn't download 'b.tar.gz'. Aborting.",
     FailureClass::FetchFailed, "a/b-1", "fetch", "Failed on BLAKE2B verification"},
    {"damaged_binary",
     ">>> Failed to emerge a/b-1 for /rootfs/, Log file:\n!!! Digest verification failed:\n!!! "
     "/staves/cache/binpkgs/0/a/b/b-1-1.gpkg.tar\n!!! Reason: Failed on size verification",
     FailureClass::Internal, "a/b-1", "unpack", "damaged"},
    {"vanished_binary",
     ">>> Failed to emerge a/b-1 for /rootfs/, Log file:\n!!! Tried to use non-existent binary for 'a/b-1'\n!!! Likely "
     "caused by an outdated index. Run 'emaint binhost -f'.",
     FailureClass::Internal, "a/b-1", "unpack", "gone: a/b-1"},
    {"collision",
     " * Detected file collision(s):\n * \n * \t/rootfs/usr/bin/x\n * \n * Package 'a/b-1' NOT merged due to file "
     "collisions. If",
     FailureClass::FileCollision, "a/b-1", "merge", "/rootfs/usr/bin/x"},
    {"make_conf",
     "\"/etc/portage/make.conf\", line 15: No closing quotation\nTraceback (most recent call last):\n  File",
     FailureClass::InvalidConfiguration, "", "configure", "line 15"},
    {"profile", "!!! Your current profile is invalid. If you", FailureClass::InvalidConfiguration, "", "configure",
     "profile is invalid"},
    {"required_use",
     "!!! The ebuild selected to satisfy \"a/b\" for /rootfs/ has unmet requirements.\n- a/b-1::gentoo USE=\"x y\"\n\n "
     " The following REQUIRED_USE flag constraints are unsatisfied:\n    exactly-one-of ( x y )",
     FailureClass::RequiredUse, "a/b-1", "resolve", "exactly-one-of ( x y )"},
    {"unknown", "Traceback (most recent call last):\n!!! something else", FailureClass::Internal, "", "",
     "exit code 1: something else"},
    {"nothing", "", FailureClass::Internal, "", "", "exit code 1"},
};

INSTANTIATE_TEST_SUITE_P(Output, FailureClasses, testing::ValuesIn(cases),
                         [](const auto& one) { return std::string(one.param.name); });

struct Printed {
  FailureClass failure_class;
  std::string package;
  std::string phase;
};

const std::map<std::string, Printed> printed = {
    {"ambiguous-name", {FailureClass::PackageNotFound, "core", "resolve"}},
    {"bad-make-conf", {FailureClass::InvalidConfiguration, "", "configure"}},
    {"bad-option", {FailureClass::Internal, "", ""}},
    {"bad-profile", {FailureClass::InvalidConfiguration, "", "configure"}},
    {"binary-damaged", {FailureClass::Internal, "app-misc/postinst-1", "unpack"}},
    {"blocked", {FailureClass::Blocked, "app-misc/blocker-1", "resolve"}},
    {"checksum", {FailureClass::FetchFailed, "app-misc/bad-digest-1", "fetch"}},
    {"circular", {FailureClass::UseConflict, "app-misc/circular-a-1", "resolve"}},
    {"collision-owned", {FailureClass::FileCollision, "app-misc/collide-1", "merge"}},
    {"disk-full-build", {FailureClass::DiskFull, "app-misc/disk-hog-1", "install"}},
    {"disk-full-root", {FailureClass::DiskFull, "app-misc/disk-hog-1", ""}},
    {"fetch-failed", {FailureClass::FetchFailed, "app-misc/fetch-fails-1", "fetch"}},
    {"fetch-no-network", {FailureClass::FetchFailed, "app-misc/hello-2.10", "fetch"}},
    {"fetch-restricted", {FailureClass::FetchFailed, "app-misc/fetch-restricted-1", "fetch"}},
    {"interrupted", {FailureClass::Internal, "", ""}},
    {"invalid-atom", {FailureClass::InvalidConfiguration, "app-misc/hello==", "resolve"}},
    {"masked-corruption", {FailureClass::PackageMasked, "app-misc/loose-1", "resolve"}},
    {"masked-dependency-keyword", {FailureClass::KeywordMasked, "app-misc/testing-only-2", "resolve"}},
    {"masked-eapi", {FailureClass::BuilderTooOld, "app-misc/future-1", "resolve"}},
    {"masked-keyword", {FailureClass::KeywordMasked, "app-misc/testing-only-2", "resolve"}},
    {"masked-license", {FailureClass::LicenseNotAccepted, "app-misc/licensed-1", "resolve"}},
    {"masked-missing-keyword", {FailureClass::KeywordMasked, "app-misc/live-9999", "resolve"}},
    {"masked-package-mask", {FailureClass::PackageMasked, "app-misc/masked-1", "resolve"}},
    {"newer-tool", {FailureClass::BuilderTooOld, "app-misc/newer-tool-1", "configure"}},
    {"out-of-memory", {FailureClass::OutOfMemory, "app-misc/mem-hog-1", "compile"}},
    {"phase-compile-die", {FailureClass::CompileFailed, "app-misc/broken-compile-1", "compile"}},
    {"phase-compile-emake", {FailureClass::CompileFailed, "app-misc/broken-make-1", "compile"}},
    {"phase-install", {FailureClass::CompileFailed, "app-misc/broken-install-1", "install"}},
    {"phase-postinst", {FailureClass::PostinstFailed, "app-misc/broken-postinst-1", "postinst"}},
    {"phase-preinst", {FailureClass::PostinstFailed, "app-misc/broken-preinst-1", "preinst"}},
    {"phase-pretend", {FailureClass::CompileFailed, "app-misc/broken-pretend-1", "pretend"}},
    {"phase-unpack", {FailureClass::CompileFailed, "app-misc/broken-unpack-1", "unpack"}},
    {"portage-crash", {FailureClass::Internal, "", ""}},
    {"required-use", {FailureClass::RequiredUse, "app-misc/conflict-1", "resolve"}},
    {"slot-conflict", {FailureClass::Blocked, "dev-libs/versioned", "resolve"}},
    {"unknown-atom", {FailureClass::PackageNotFound, "app-misc/nosuch", "resolve"}},
    {"unknown-name", {FailureClass::PackageNotFound, "nosuchname", "resolve"}},
    {"unknown-slot", {FailureClass::PackageNotFound, "app-misc/hello:9", "resolve"}},
    {"unknown-version", {FailureClass::PackageNotFound, ">=app-misc/hello-99", "resolve"}},
    {"unsatisfied-dependency", {FailureClass::PackageNotFound, "app-misc/does-not-exist", "resolve"}},
    {"use-change-atom", {FailureClass::UseConflict, "app-misc/flagged-1", "resolve"}},
    {"use-change-dependency", {FailureClass::UseConflict, "app-misc/flagged-1", "resolve"}},
    {"use-missing-iuse", {FailureClass::UseConflict, "app-misc/flagged-1", "resolve"}},
};

// What a real emerge printed; calls that ended with 0 are among the files and are none of the classifier's business.
TEST(GoldenFailures, EachIsToldByWhatPortagePrinted) {
  const std::filesystem::path directory = source_dir() / "tests/golden/portage/failures";
  for (const auto& [name, expected] : printed) {
    std::ifstream file(directory / (name + ".txt"));
    ASSERT_TRUE(file) << name;
    FailureEvidence lines;
    for (std::string line; std::getline(file, line);) lines.output.push_back(plain_text(line));
    const auto failure = classify(lines);
    EXPECT_EQ(api::to_string(failure.failure_class), api::to_string(expected.failure_class))
        << name << ": " << failure.message;
    EXPECT_EQ(failure.package, expected.package) << name;
    EXPECT_EQ(failure.phase, expected.phase) << name;
    EXPECT_FALSE(failure.message.empty()) << name;
    EXPECT_FALSE(failure.log_tail.empty() && name != "interrupted") << name;
  }
}

TEST(FailureTail, EndsWithTheFailureAndHoldsWhatStandsBeforeIt) {
  std::string text;
  for (int number = 0; number < 200; ++number)
    text += ">>> Jobs: 0 of 1 complete\nline " + std::to_string(number) + "\n";
  const auto failure = classify(
      evidence(text + " * ERROR: a/b-1::gentoo failed (compile phase):\n *   no\n * Call stack:\n *   ebuild.sh"));
  EXPECT_NE(failure.log_tail.find("line 199\n * ERROR: a/b-1::gentoo failed (compile phase):\n *   no"),
            std::string::npos)
      << failure.log_tail;
  EXPECT_EQ(failure.log_tail.find("Jobs"), std::string::npos);
  EXPECT_EQ(failure.log_tail.find("Call stack"), std::string::npos);
}

TEST(PlainText, HasNoColoursAndNoControlCharacters) {
  EXPECT_EQ(plain_text("\x1b[31;01m * \x1b[39;49;00mPackage:\ta\x07"), " * Package: a");
  EXPECT_EQ(plain_text("10%\r100%\r"), "100%");
  EXPECT_EQ(plain_text("\x1b]0;title\x07text"), "text");
  EXPECT_EQ(plain_text("cut \x1b["), "cut ");
}

}  // namespace
}  // namespace staves::portage
