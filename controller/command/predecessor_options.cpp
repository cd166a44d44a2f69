#include "command/predecessor_options.h"

#include <map>
#include <string_view>

#include "command/error_sentence.h"

namespace staves::command {

base::Done check_predecessor_options(const Options& options) {
  static const std::map<std::string_view, std::string_view> instead{
      {"--build-cache",
       "belongs to the builder, and every build uses it: size and storage class are spec.cache of the StavesBuilder. "
       "Leave the option out, and choose the builder with --builder"},
      {"--portage", "belongs to the builder: name the ebuild tree in spec.portage.snapshot.image of the StavesBuilder"},
      {"--ssh",
       "would send your own keys: put a key for the repositories into a kubernetes.io/ssh-auth Secret, and name it in "
       "spec.credentials.sshSecretRef of the StavesBuilder"},
      {"--netrc",
       "would send your own passwords: put a netrc into a Secret under the key netrc, and name it in "
       "spec.credentials.netrcSecretRef of the StavesBuilder"},
      {"--create-builder",
       "is no way to build an image: a builder is an object of its own, write a StavesBuilder with spec.from, "
       "spec.packages "
       "and spec.image and apply it"},
  };
  for (const auto& [name, value] : options.predecessor) {
    const auto found = instead.find(name);
    if (found != instead.end()) return bad_input(name + " " + std::string(found->second));
  }
  return {};
}

}  // namespace staves::command
