#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>

namespace staves::base {

/// The family of the sockets that lead to a host: at once of an address, and of a name as soon as one connection to it
/// was seen open, by any client of the process. Nobody asks a resolver for it. May be used from any thread.
class SocketFamily {
 public:
  explicit SocketFamily(const std::string& host);

  /// Nothing as long as it is not known.
  std::optional<boost::asio::ip::tcp> get() const;
  /// This one led there.
  void learn(const boost::asio::ip::tcp& family);
  /// A connection failed, so that the name may stand for something else by now.
  void forget();

 private:
  bool is_name_;
  std::shared_ptr<std::atomic<int>> family_;  ///< AF_INET or AF_INET6; 0: not known. Of a name that of all clients
};

}  // namespace staves::base
