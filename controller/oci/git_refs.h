#pragma once

#include <stop_token>
#include <string>

#include "base/result.h"
#include "oci/http_transport.h"

namespace staves::oci {

/// What a branch of a repository points to, asked of its server over http(s) without credentials and without git.
/// `branch` empty: the server's own default. At most three redirects are followed. Errors: RepositoryAuthFailed (retry:
/// when the spec changes): the server wants a login; RepositoryInvalid (when the spec changes): it has no such
/// repository or branch, or does not speak as git does; RepositoryUnreachable (soon); Cancelled (never).
/// Source: gitprotocol-http, gitprotocol-v2.
base::Result<std::string> find_branch(HttpTransport& transport, const std::string& uri, const std::string& branch,
                                      const std::stop_token& stop);

}  // namespace staves::oci
