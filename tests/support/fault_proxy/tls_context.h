#pragma once

#include <memory>

#include "base/http.h"
#include "base/result.h"
#include "tests/support/certificates.h"

struct ssl_ctx_st;

namespace staves::test {

using TlsContext = std::shared_ptr<ssl_ctx_st>;

/// For a server that shows this identity.
TlsContext server_context(const Identity& identity);

/// For a client that trusts and shows what `tls` says; the server's name is checked when `tls` verifies.
/// Errors: InvalidCertificate (retry: never).
base::Result<TlsContext> client_context(const base::TlsIdentity& tls, const std::string& host);

}  // namespace staves::test
