#include "base/socket_family.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>

namespace staves::base {

namespace {

using boost::asio::ip::tcp;

/// 0 for a name.
int family_of_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  if (::inet_pton(AF_INET, host.c_str(), address.data()) == 1) return AF_INET;
  return ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1 ? AF_INET6 : 0;
}

}  // namespace

SocketFamily::SocketFamily(boost::asio::io_service& service, std::string host)
    : service_(service),
      host_(std::move(host)),
      is_name_(family_of_address(host_) == 0),
      family_(std::make_shared<std::atomic<int>>(family_of_address(host_))) {
  look_up();
}

std::optional<tcp> SocketFamily::get() const {
  const int family = *family_;
  if (family == 0) return std::nullopt;
  return family == AF_INET6 ? tcp::v6() : tcp::v4();
}

void SocketFamily::forget() {
  if (!is_name_) return;
  *family_ = 0;
  look_up();
}

void SocketFamily::look_up() const {
  if (!is_name_) return;
  const auto resolver = std::make_shared<tcp::resolver>(service_);
  // Whoever connects tries the addresses in the resolver's order: the first one's family counts.
  resolver->async_resolve(host_, "", [resolver, family = family_](const auto& failed, const auto& found) {
    if (!failed && !found.empty()) *family = found.begin()->endpoint().protocol().family();
  });
}

}  // namespace staves::base
