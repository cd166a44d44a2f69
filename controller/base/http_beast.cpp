#include <arpa/inet.h>
#include <netdb.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cctype>
#include <list>
#include <mutex>

#include "base/http.h"
#include "base/request_checks.h"
#include "base/silence.h"
#include "base/wire.h"

// Of the C library, which declares it in no header.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" int __nss_configure_lookup(const char* database, const char* services);

// The implementation that can be linked into a static program: a request is worked on by the thread that waits for it.
namespace staves::base {

namespace {

namespace http = boost::beast::http;
using Steady = std::chrono::steady_clock;

constexpr std::uint32_t most_head_bytes = 64U << 10U;
constexpr std::size_t most_idle = 4;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool is_address(const std::string& host) {
  std::array<char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

HttpResponse head_of(const Wire::Parser& parser) {
  HttpResponse head;
  head.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get()) {
    head.headers.emplace(lower(std::string(field.name_string())), std::string(field.value()));
  }
  return head;
}

class BeastClient final : public HttpClient {
 public:
  BeastClient(Wire::Route route, std::size_t most_body_bytes)
      : route_(std::move(route)), most_body_bytes_(most_body_bytes) {}

  Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop) override {
    const Patience patience{Steady::now() + request.deadline, std::move(stop)};
    TRY_ASSIGN(const auto to_send, to_library(request));
    const bool reads = is_reading(request);
    if (!request.repeatable && !reads) return send_over(std::make_unique<Wire>(route_), false, to_send, patience);
    auto idle = take_idle();
    const bool is_new = idle == nullptr;
    auto response = send_over(is_new ? std::make_unique<Wire>(route_) : std::move(idle), !is_new, to_send, patience);
    if (response || response.error().code != "ConnectionLost" || (is_new && !reads)) return response;
    // A connection from before may have died unseen, and the others with it.
    forget_idle();
    auto again = send_over(std::make_unique<Wire>(route_), false, to_send, patience);
    // That the second did not arrive says nothing of the first.
    return !again && again.error().code == "ConnectFailed" ? response : again;
  }

  Result<HttpResponse> stream(const HttpRequest& request, std::chrono::milliseconds idle,
                              const std::function<bool(std::string_view)>& on_bytes, std::stop_token stop) override {
    const Patience patience{Steady::now() + request.deadline, stop};
    TRY_ASSIGN(const auto to_send, to_library(request));
    Wire wire(route_);
    TRY(wire.connect(patience));
    const auto parser = new_parser();
    TRY_ASSIGN(HttpResponse response, exchange_heads(wire, *parser, to_send, patience));
    if (response.status != 200) return collect(wire, *parser, std::move(response), patience);
    while (true) {
      auto bytes = wire.read_body(*parser, {Steady::now() + idle, stop});
      if (!bytes) return fail(as_silence(std::move(bytes).error()));
      if (bytes->empty() || !on_bytes(*bytes)) return response;
    }
  }

 private:
  static std::unique_ptr<Wire::Parser> new_parser() {
    auto parser = std::make_unique<Wire::Parser>();
    parser->header_limit(most_head_bytes);
    // The limit of ours is kept where bytes are added up.
    parser->body_limit(std::numeric_limits<std::uint64_t>::max());
    return parser;
  }

  Result<HttpResponse> send_over(std::unique_ptr<Wire> wire, bool connected, const Wire::Request& to_send,
                                 const Patience& patience) {
    if (!connected) TRY(wire->connect(patience));
    const auto parser = new_parser();
    TRY_ASSIGN(HttpResponse head, exchange_heads(*wire, *parser, to_send, patience));
    auto response = collect(*wire, *parser, std::move(head), patience);
    if (response && parser->keep_alive()) keep_idle(std::move(wire));
    return response;
  }

  static Result<HttpResponse> exchange_heads(Wire& wire, Wire::Parser& parser, const Wire::Request& to_send,
                                             const Patience& patience) {
    TRY(wire.write(to_send, patience));
    if (to_send.method() == http::verb::head) parser.skip(true);
    TRY(wire.read_head(parser, patience));
    return head_of(parser);
  }

  /// Takes the rest of a response.
  Result<HttpResponse> collect(Wire& wire, Wire::Parser& parser, HttpResponse response,
                               const Patience& patience) const {
    while (true) {
      TRY_ASSIGN(const std::string bytes, wire.read_body(parser, patience));
      if (bytes.empty()) return response;
      if (response.body.size() + bytes.size() > most_body_bytes_) {
        return fail("BodyTooLarge", "the response has more than " + std::to_string(most_body_bytes_) + " bytes",
                    Retry::never());
      }
      response.body += bytes;
    }
  }

  Result<Wire::Request> to_library(const HttpRequest& request) const {
    const auto invalid = [&](const std::string& why) {
      return fail("InvalidRequest", request.method + " cannot be sent: " + why, Retry::never());
    };
    if (!request.target.starts_with('/')) return invalid("its target has to begin with a slash");
    if (std::ranges::any_of(request.target, [](unsigned char c) { return c <= ' ' || c >= 0x7f; })) {
      return invalid("its target is not percent-encoded");
    }
    const bool by_proxy = route_.proxy && !route_.origin.secure;
    Wire::Request to_send;
    to_send.version(11);
    to_send.method_string(request.method);
    // Without its default port, as a proxy of the other implementation sees it.
    const std::string origin = route_.origin.port == "80" ? route_.origin.host : route_.origin.authority();
    to_send.target(by_proxy ? "http://" + origin + request.target : request.target);
    to_send.set(http::field::host, route_.origin.authority());
    for (const auto& [name, value] : request.headers) {
      if (!is_one_line(name) || !is_one_line(value)) return invalid("the header " + name + " has a line break");
      to_send.set(name, value);
    }
    to_send.body() = request.body;
    to_send.prepare_payload();
    return to_send;
  }

  std::unique_ptr<Wire> take_idle() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    auto wire = std::move(idle_.back());
    idle_.pop_back();
    return wire;
  }
  void keep_idle(std::unique_ptr<Wire> wire) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < most_idle) idle_.push_back(std::move(wire));
  }
  void forget_idle() {
    const std::lock_guard lock(mutex_);
    idle_.clear();
  }

  Wire::Route route_;
  std::size_t most_body_bytes_;
  std::mutex mutex_;
  std::list<std::unique_ptr<Wire>> idle_;
};

}  // namespace

void prepare_http(unsigned) {
  // A static program can load neither the modules that the machine's nsswitch.conf names nor those of its openssl.cnf:
  // names are looked up in /etc/hosts and by DNS, as every C library does it.
  ::__nss_configure_lookup("hosts", "files dns");
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

Result<std::unique_ptr<HttpClient>> make_http_client(HttpClientOptions options) {
  Wire::Route route;
  TRY_ASSIGN(route.origin, parse_origin(options.origin));
  if (!options.proxy.empty()) {
    TRY_ASSIGN(route.proxy, parse_origin(options.proxy));
  }
  TRY_ASSIGN(route.tls, TlsSetup::parse(options.tls, route.origin.host));
  std::string name = options.tls.server_name.empty() ? route.origin.host : std::move(options.tls.server_name);
  if (!is_address(name)) route.tls_name = std::move(name);
  route.verify = options.tls.verify;
  return std::make_unique<BeastClient>(std::move(route), options.max_body_bytes);
}

}  // namespace staves::base
