#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace staves::test {

/// What came of an attempt to read.
enum class ReadState {
  Bytes,  ///< at least one
  Quiet,  ///< nothing within the time
  Ended,  ///< the other side has closed or broken the connection, or we are to stop
};

/// One TCP connection, with TLS when it has a context. For one thread. Every wait ends soon after `stop` is asked for.
class ByteStream {
 public:
  /// Takes a socket over. Errors: ConnectionLost (retry: soon) when the TLS greeting fails.
  static base::Result<std::unique_ptr<ByteStream>> accept(int socket, ssl_ctx_st* tls, std::stop_token stop);
  /// Connects to "host" and "port"; `tls` may be null. Errors: ConnectFailed (retry: soon).
  static base::Result<std::unique_ptr<ByteStream>> connect(const std::string& host, const std::string& port,
                                                           ssl_ctx_st* tls, std::stop_token stop);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  /// Appends what arrives within `patience` to `into`.
  ReadState read(std::string& into, std::chrono::milliseconds patience);
  /// False: the other side is gone.
  bool write(std::string_view bytes);
  /// The connection ends with a reset (RST) instead of an orderly close.
  void reset_at_end() { reset_ = true; }
  /// The connection ends without a word in TLS of the end (only FIN).
  void cut_at_end() { cut_ = true; }
  bool stopping() const { return stop_.stop_requested(); }
  const std::stop_token& stop() const { return stop_; }

 private:
  ByteStream(int socket, std::stop_token stop);
  bool start_tls(ssl_ctx_st* tls, bool server, const std::string& name);
  bool wait(short events, std::chrono::milliseconds patience);
  bool wait_for_tls(int result);

  int socket_;
  std::stop_token stop_;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> session_;
  bool reset_ = false;
  bool cut_ = false;
};

}  // namespace staves::test
