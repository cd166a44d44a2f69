#include "operate/git_branches.h"

#include "oci/git_refs.h"

namespace staves::operate {

ResolveTag resolve_by_git() {
  return [](const TagQuestion& question, const std::stop_token& stop) -> base::Result<std::string> {
    const auto mark = question.reference.rfind('#');
    if (mark == std::string::npos) {
      return base::fail("RepositoryInvalid", "no address", base::Retry::when_spec_changes());
    }
    const std::string uri = question.reference.substr(0, mark);
    const auto transport = oci::make_http_transport(transport_options(question.route, uri));
    return oci::find_branch(*transport, uri, question.reference.substr(mark + 1), stop);
  };
}

}  // namespace staves::operate
