#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/http.h"

struct ssl_ctx_st;
struct x509_store_ctx_st;

namespace staves::base {

/// A TlsIdentity, parsed once and put into each new connection's context.
class TlsSetup {
 public:
  /// `host` is what the server's certificate has to be for, unless the identity has another name.
  /// Errors: InvalidCertificate (retry: never).
  static Result<std::shared_ptr<TlsSetup>> parse(const TlsIdentity& identity, const std::string& host);

  ~TlsSetup();
  TlsSetup(const TlsSetup&) = delete;
  TlsSetup& operator=(const TlsSetup&) = delete;

  /// Makes a context ready: TLS 1.2 or later, our roots and no others, our certificate. The setup must outlive it.
  void apply(ssl_ctx_st* context);

  /// Why the last certificate was refused; empty when none was.
  std::string last_refusal() const;

 private:
  struct Parts;
  TlsSetup();
  /// What OpenSSL calls instead of its own check, and instead of whatever else was put into the context.
  static int check(x509_store_ctx_st* chain, void* self);

  std::unique_ptr<Parts> parts_;
  mutable std::mutex mutex_;
  std::string refusal_;
};

}  // namespace staves::base
