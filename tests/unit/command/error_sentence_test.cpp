#include "command/error_sentence.h"

#include "command/setting.h"
#include "gtest/gtest.h"

namespace staves::command {
namespace {

const Whereabouts where{.server = "https://cluster.example:6443", .name_space = "team-a"};

std::string sentence(const char* code, const char* message) {
  return error_sentence({code, message, base::Retry::never()}, where);
}

int exit_code(const char* code) {
  return exit_code_of({code, "", base::Retry::never()});
}

TEST(ErrorSentence, SaysWhatToDo) {
  EXPECT_EQ(
      sentence("ConnectFailed", "connecting to cluster.example:6443: Connection refused"),
      "connecting to cluster.example:6443: Connection refused. Check that the API server https://cluster.example:6443 "
      "runs and can be reached, and that this is the cluster you mean (kubectl config current-context)");
  EXPECT_EQ(
      sentence("Unauthorized", "Unauthorized"),
      "the cluster https://cluster.example:6443 does not know who you are. Log in to the cluster again, or check the "
      "user of your kubeconfig's context");
  EXPECT_EQ(sentence("NotFound", "the server could not find the requested resource"),
            "the cluster https://cluster.example:6443 does not know StavesImage: install the Staves operator there, or "
            "choose another cluster with --context");
  EXPECT_EQ(sentence("BadInput", "as it is"), "as it is");
}

TEST(ErrorSentence, ScriptsCanTellBadInputFromAClusterThatDoesNotAnswer) {
  EXPECT_EQ(exit_code("BadInput"), exit_code::bad_input);
  EXPECT_EQ(exit_code("Invalid"), exit_code::bad_input);
  EXPECT_EQ(exit_code("ConnectFailed"), exit_code::no_cluster);
  EXPECT_EQ(exit_code("Forbidden"), exit_code::no_cluster);
  EXPECT_EQ(exit_code("Cancelled"), exit_code::stopped);
}

}  // namespace
}  // namespace staves::command
