#include "base/socket_family.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <map>
#include <mutex>

namespace staves::base {

namespace {

using boost::asio::ip::tcp;
using Family = std::shared_ptr<std::atomic<int>>;

/// 0 for a name.
int family_of_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  if (::inet_pton(AF_INET, host.c_str(), address.data()) == 1) return AF_INET;
  return ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1 ? AF_INET6 : 0;
}

/// Of the same name always the same one.
Family family_of_name(const std::string& host) {
  static std::mutex mutex;
  static std::map<std::string, Family> names;
  const std::lock_guard lock(mutex);
  Family& family = names[host];
  if (!family) family = std::make_shared<std::atomic<int>>(0);
  return family;
}

}  // namespace

SocketFamily::SocketFamily(const std::string& host)
    : is_name_(family_of_address(host) == 0),
      family_(is_name_ ? family_of_name(host) : std::make_shared<std::atomic<int>>(family_of_address(host))) {}

std::optional<tcp> SocketFamily::get() const {
  const int family = *family_;
  if (family == 0) return std::nullopt;
  return family == AF_INET6 ? tcp::v6() : tcp::v4();
}

void SocketFamily::learn(const tcp& family) {
  if (is_name_) *family_ = family.family();
}

void SocketFamily::forget() {
  if (is_name_) *family_ = 0;
}

}  // namespace staves::base
