#include "tests/support/fault_proxy/upstream.h"

#include "base/json.h"
#include "kube/server_address.h"
#include "nlohmann/json.hpp"

namespace staves::test {

namespace {

constexpr std::chrono::milliseconds patience{30'000};

}  // namespace

base::Result<Upstream> Upstream::make(const std::string& server, const kube::Access& access) {
  TRY_ASSIGN(const auto address, kube::parse_server_address(server));
  Upstream upstream;
  const auto host = address.origin.find("://") + 3;
  const auto colon = address.origin.rfind(':');
  upstream.host_ = address.origin.substr(host, colon - host);
  upstream.port_ = address.origin.substr(colon + 1);
  upstream.prefix_ = address.path;
  upstream.bearer_token_ = access.bearer_token;
  if (address.origin.starts_with("https://")) {
    TRY_ASSIGN(upstream.tls_, client_context(access.tls, upstream.host_));
  }
  return upstream;
}

base::Result<Line> Upstream::connect(std::stop_token stop) const {
  TRY_ASSIGN(auto stream, ByteStream::connect(host_, port_, tls_.get(), std::move(stop)));
  return Line{std::move(stream)};
}

std::string Upstream::request_text(Head request, const std::string& target, const std::string& body) const {
  request.first_line = request.word(0) + " " + prefix_ + target + " HTTP/1.1";
  for (const char* name : {"Accept-Encoding", "Authorization", "Transfer-Encoding", "Connection", "Expect"}) {
    request.remove(name);
  }
  request.set("Host", host_ + ":" + port_);
  if (!bearer_token_.empty()) request.set("Authorization", "Bearer " + bearer_token_);
  if (!body.empty() || request.word(0) != "GET") request.set("Content-Length", std::to_string(body.size()));
  return request.text() + body;
}

base::Result<std::string> Upstream::newest_version(std::stop_token stop) const {
  TRY_ASSIGN(Line line, connect(std::move(stop)));
  // Of Jobs, which a controller behind the proxy may list; it may have no right to the namespaces.
  const Head question{.first_line = "GET / HTTP/1.1", .headers = {{"Accept", "application/json"}}};
  line.stream->write(request_text(question, "/apis/batch/v1/jobs?limit=1", ""));
  const auto head = read_head(line, patience);
  const auto body = head ? read_body(BodyReader(line, *head, true), patience) : std::nullopt;
  const auto list = base::parse_json(body.value_or(""));
  const auto version = nlohmann::json::json_pointer("/metadata/resourceVersion");
  if (!list || !list->contains(version) || !list->at(version).is_string()) {
    return base::fail("ConnectionLost", "the server does not say its newest resource version", base::Retry::soon());
  }
  return list->at(version).get<std::string>();
}

}  // namespace staves::test
