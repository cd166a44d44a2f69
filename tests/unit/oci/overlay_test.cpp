#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <deque>
#include <fstream>

#include "base/files.h"
#include "oci/git_failure.h"
#include "oci/git_refs.h"
#include "oci/overlay_credentials.h"
#include "oci/placed_directory.h"
#include "tests/support/temporary_directory.h"

namespace staves::oci {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string revision(40, 'a');

/// Answers in order, and keeps what was asked.
class ScriptedTransport : public HttpTransport {
 public:
  explicit ScriptedTransport(std::deque<TransportResponse> answers) : answers_(std::move(answers)) {}
  base::Result<TransportResponse> send(const TransportRequest& request, std::stop_token) override {
    asked.push_back(request);
    if (answers_.empty()) return base::fail("ConnectFailed", "nobody there", base::Retry::soon());
    auto answer = answers_.front();
    answers_.pop_front();
    return answer;
  }
  std::vector<TransportRequest> asked;

 private:
  std::deque<TransportResponse> answers_;
};

TransportResponse answer(std::string body, int status = 200, std::map<std::string, std::string> headers = {}) {
  return {status, std::move(headers), std::move(body)};
}

const std::string version_two = "001e# service=git-upload-pack\n0000000eversion 2\n0013ls-refs=unborn0000";

TEST(GitRefs, OfAServerWithTheSecondProtocolAreAskedForByName) {
  ScriptedTransport transport({answer(version_two), answer("003d" + revision + " refs/heads/main\n0000")});
  EXPECT_EQ(find_branch(transport, "https://git.example/ours/", "main", {}), revision);
  ASSERT_EQ(transport.asked.size(), 2U);
  EXPECT_EQ(transport.asked[0].url, "https://git.example/ours/info/refs?service=git-upload-pack");
  EXPECT_EQ(transport.asked[1].url, "https://git.example/ours/git-upload-pack");
  EXPECT_THAT(transport.asked[1].body, HasSubstr("ref-prefix refs/heads/main\n"));
}

TEST(GitRefs, OfAServerThatDoesNotAnnounceTheServiceAreAskedForAsWell) {
  ScriptedTransport transport(
      {answer("000eversion 2\n0013ls-refs=unborn0000"), answer("003d" + revision + " refs/heads/main\n0000")});
  EXPECT_EQ(find_branch(transport, "https://git.example/ours", "main", {}), revision);
}

TEST(GitRefs, OfAnOldServerStandInItsFirstAnswer) {
  const std::string head = revision + " HEAD" + std::string(1, '\0') + "multi_ack\n";
  char length[5];
  std::snprintf(length, sizeof length, "%04x", static_cast<unsigned>(head.size() + 4));
  ScriptedTransport transport({answer("001e# service=git-upload-pack\n0000" + std::string(length) + head + "0000")});
  EXPECT_EQ(find_branch(transport, "http://git.example/ours", "", {}), revision);
}

TEST(GitRefs, ThatOnlyBeginAlikeAreNotTaken) {
  ScriptedTransport transport({answer(version_two), answer("003e" + revision + " refs/heads/main2\n0000")});
  const auto found = find_branch(transport, "https://git.example/ours", "main", {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, "RepositoryInvalid");
}

TEST(GitRefs, FollowTheRepositoryWhereItMoved) {
  ScriptedTransport transport(
      {answer("", 301, {{"location", "https://new.example/x/info/refs?service=git-upload-pack"}}), answer(version_two),
       answer("003d" + revision + " refs/heads/main\n0000")});
  EXPECT_EQ(find_branch(transport, "https://git.example/ours", "main", {}), revision);
  EXPECT_EQ(transport.asked.back().url, "https://new.example/x/git-upload-pack");
}

TEST(GitRefs, TellALoginAMissingRepositoryAndASilentServerApart) {
  const std::pair<std::deque<TransportResponse>, const char*> cases[] = {
      {{answer("", 401)}, "RepositoryAuthFailed"},  {{answer("", 404)}, "RepositoryInvalid"},
      {{answer("", 502)}, "RepositoryUnreachable"}, {{}, "RepositoryUnreachable"},
      {{answer("<html>")}, "RepositoryInvalid"},    {{answer("ffff")}, "RepositoryInvalid"}};
  for (const auto& [answers, code] : cases) {
    ScriptedTransport transport(answers);
    const auto found = find_branch(transport, "https://git.example/ours", "main", {});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, code);
  }
}

TEST(GitFailure, SaysWhatIsWrongWithWhichKey) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"git@host: Permission denied (publickey).", "RepositoryAuthFailed", "does not accept the key"},
      {"No ED25519 host key is known for host and you have requested strict checking.", "RepositoryAuthFailed",
       "known_hosts"},
      {"@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @", "RepositoryAuthFailed", "another one"},
      {"Load key \"/x\": error in libcrypto", "RepositoryAuthFailed", "cannot be read as a key"},
      {"fatal: could not read Username for 'http://host': terminal prompts disabled", "RepositoryAuthFailed",
       "user name and a password"},
      {"fatal: repository 'http://host/x/' not found", "RepositoryInvalid", "no such repository"},
      {"fatal: unable to access 'https://h/': Could not resolve host: h", "RepositoryUnreachable", "Could not resolve"},
      {"ssh: connect to host h port 22: Connection refused", "RepositoryUnreachable", "refused"},
      {"fatal: write error: No space left on device", "DiskFull", "full"}};
  for (const auto& [line, code, words] : cases) {
    const auto error = git_failure("ours", {line, "fatal: Could not read from remote repository."});
    EXPECT_EQ(error.code, code) << line;
    EXPECT_THAT(error.message, HasSubstr(words)) << line;
    EXPECT_THAT(error.message, HasSubstr("overlay ours"));
  }
}

class OverlayCredentialsTest : public ::testing::Test {
 protected:
  void put(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_.path() / path).parent_path());
    std::ofstream(root_.path() / path) << text;
  }
  CredentialPlaces places() {
    std::filesystem::create_directories(root_.path() / "made");
    return {.overlays = root_.path() / "overlays",
            .ssh = root_.path() / "ssh",
            .netrc = root_.path() / "netrc",
            .made = root_.path() / "made",
            .extra_ca = root_.path() / "trust/ca.crt",
            .system_roots = root_.path() / "system.crt"};
  }
  static api::PlanRepository overlay(std::string uri, bool own_secret) {
    return {.name = "ours",
            .type = api::RepositoryType::Git,
            .uri = std::move(uri),
            .branch = {},
            .revision = {},
            .priority = 0,
            .own_secret = own_secret};
  }
  test::TemporaryDirectory root_;
};

TEST_F(OverlayCredentialsTest, OfHttpGoToThatServerAloneAndIntoAFileOfOurs) {
  put("overlays/ours/username", "reader\n");
  put("overlays/ours/password", "s3cret\n");
  const auto made = write_git_configuration(places(), overlay("https://git.example:8443/ours", true));
  ASSERT_TRUE(made) << made.error().message;
  const std::string text = *base::read_file(made->git);
  EXPECT_THAT(text, HasSubstr("[http \"https://git.example:8443/\"]"));
  EXPECT_THAT(text, HasSubstr("followRedirects = false"));
  EXPECT_THAT(text, HasSubstr("Authorization: Basic cmVhZGVyOnMzY3JldA=="));
  struct stat status{};
  ASSERT_EQ(::stat(made->git.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(OverlayCredentialsTest, OfOneOverlayAreGoneWithTheNext) {
  put("overlays/ours/username", "reader");
  put("overlays/ours/password", "s3cret");
  ASSERT_TRUE(write_git_configuration(places(), overlay("https://git.example/ours", true)));
  const auto made = write_git_configuration(places(), overlay("https://git.example/ours", false));
  ASSERT_TRUE(made);
  EXPECT_THAT(*base::read_file(made->git), Not(HasSubstr("Authorization")));
}

TEST_F(OverlayCredentialsTest, OfSshAlwaysCheckTheHost) {
  put("ssh/ssh-privatekey", "key");
  put("ssh/known_hosts", "host key");
  const auto made = write_git_configuration(places(), overlay("ssh://git@git.example/ours", false));
  ASSERT_TRUE(made) << made.error().message;
  const std::string text = *base::read_file(made->ssh);
  EXPECT_THAT(text, HasSubstr("StrictHostKeyChecking yes"));
  EXPECT_THAT(text, HasSubstr("UserKnownHostsFile " + (root_.path() / "ssh/known_hosts").string()));
  EXPECT_THAT(text, HasSubstr("IdentitiesOnly yes"));
}

TEST_F(OverlayCredentialsTest, OfNobodyStillTrustTheRootsOfTheBuilderBesideTheSystems) {
  const auto before = write_git_configuration(places(), overlay("https://git.example/ours", false));
  ASSERT_TRUE(before);
  EXPECT_THAT(*base::read_file(before->git), Not(HasSubstr("sslCAInfo")));
  put("system.crt", "the system's");
  put("trust/ca.crt", "the builder's");
  for (const bool own_secret : {false, true}) {
    put("overlays/ours/username", "reader");
    put("overlays/ours/password", "s3cret");
    const auto made = write_git_configuration(places(), overlay("https://git.example/ours", own_secret));
    ASSERT_TRUE(made);
    const std::string text = *base::read_file(made->git);
    const auto place = (root_.path() / "made/ca.crt").string();
    EXPECT_THAT(text, HasSubstr("\tsslCAInfo = " + place + "\n"));
    EXPECT_LT(text.find("[http]"), text.find("sslCAInfo"));
    EXPECT_EQ(*base::read_file(place), "the system's\nthe builder's");
  }
}

TEST_F(OverlayCredentialsTest, ThatAreEmptyAreNamed) {
  put("overlays/ours/ssh-privatekey", "key");
  put("overlays/ours/known_hosts", "");
  const auto made = write_git_configuration(places(), overlay("ssh://git@git.example/ours", true));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "RepositoryAuthFailed");
  EXPECT_THAT(made.error().message, HasSubstr("known_hosts"));
}

}  // namespace
}  // namespace staves::oci
