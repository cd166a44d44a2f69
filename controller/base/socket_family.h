#pragma once

#include <atomic>
#include <boost/asio/io_service.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>

namespace staves::base {

/// The family of the sockets that lead to a host: at once of an address, and of a name as soon as the resolver has
/// answered, for which nobody waits. May be asked from any thread.
class SocketFamily {
 public:
  SocketFamily(boost::asio::io_service& service, std::string host);

  /// Nothing as long as it is not known.
  std::optional<boost::asio::ip::tcp> get() const;
  /// A connection failed, so that the name may stand for something else by now: it is looked up anew.
  void forget();

 private:
  void look_up() const;

  boost::asio::io_service& service_;
  std::string host_;
  bool is_name_;
  std::shared_ptr<std::atomic<int>> family_;  ///< AF_INET or AF_INET6; 0: not known
};

}  // namespace staves::base
