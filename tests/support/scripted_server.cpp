#include "tests/support/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace staves::test {

struct ServerConnection::Tls {
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context{nullptr, SSL_CTX_free};
  std::unique_ptr<SSL, void (*)(SSL*)> session{nullptr, SSL_free};
};

namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

SSL_CTX* make_context(const ServerTls& tls) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  BIO* certificate = BIO_new_mem_buf(tls.identity.certificate_pem.data(), -1);
  X509* parsed = PEM_read_bio_X509(certificate, nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(context, parsed);
  X509_free(parsed);
  BIO_free(certificate);
  BIO* key = BIO_new_mem_buf(tls.identity.key_pem.data(), -1);
  EVP_PKEY* parsed_key = PEM_read_bio_PrivateKey(key, nullptr, nullptr, nullptr);
  SSL_CTX_use_PrivateKey(context, parsed_key);
  EVP_PKEY_free(parsed_key);
  BIO_free(key);
  if (tls.only_old_versions) {
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
  }
  if (!tls.client_ca_pem.empty()) {
    BIO* ca = BIO_new_mem_buf(tls.client_ca_pem.data(), -1);
    X509* root = PEM_read_bio_X509(ca, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root);
    X509_free(root);
    BIO_free(ca);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }
  return context;
}

}  // namespace

ServerConnection::ServerConnection(int socket, std::unique_ptr<Tls> tls) : socket_(socket), tls_(std::move(tls)) {}

ServerConnection::~ServerConnection() {
  if (tls_ && tls_->session && SSL_is_init_finished(tls_->session.get()) == 1) SSL_shutdown(tls_->session.get());
}

long ServerConnection::read_some(char* bytes, std::size_t count) {
  return tls_ ? SSL_read(tls_->session.get(), bytes, static_cast<int>(count)) : ::recv(socket_, bytes, count, 0);
}

bool ServerConnection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const long written = tls_ ? SSL_write(tls_->session.get(), bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::optional<SeenRequest> ServerConnection::read_request(const BodyLimit& most_body) {
  std::array<char, 16384> buffer{};
  const auto read_more = [&] {
    const long count = read_some(buffer.data(), buffer.size());
    if (count > 0) unread_.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
  };
  std::size_t end = 0;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return std::nullopt;
  }
  SeenRequest request;
  std::size_t at = unread_.find("\r\n");
  const std::string first = unread_.substr(0, at);
  request.method = first.substr(0, first.find(' '));
  request.target = first.substr(request.method.size() + 1, first.rfind(' ') - request.method.size() - 1);
  while (at < end) {
    const std::size_t next = unread_.find("\r\n", at + 2);
    const std::string line = unread_.substr(at + 2, next - at - 2);
    const std::size_t colon = line.find(':');
    request.headers[lower(line.substr(0, colon))] =
        line.substr(std::min(line.size(), line.find_first_not_of(' ', colon + 1)));
    at = next;
  }
  const auto length = request.headers.find("content-length");
  const std::size_t announced = length == request.headers.end() ? 0 : std::stoul(length->second);
  const std::size_t whole = end + 4 + (most_body ? std::min(announced, most_body(request)) : announced);
  while (unread_.size() < whole) {
    if (!read_more()) return std::nullopt;
  }
  request.body = unread_.substr(end + 4, whole - end - 4);
  unread_.erase(0, whole);
  return request;
}

bool ServerConnection::respond(int status, std::string_view body, std::string_view extra_headers) {
  std::string text =
      "HTTP/1.1 " + std::to_string(status) + " Scripted\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  text.append(extra_headers).append("\r\n").append(body);
  return write(text);
}

bool ServerConnection::begin_chunks(int status) {
  return write("HTTP/1.1 " + std::to_string(status) + " Scripted\r\nTransfer-Encoding: chunked\r\n\r\n");
}

bool ServerConnection::write_chunk(std::string_view bytes) {
  std::array<char, 24> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
  return write(std::string(size.data()).append(bytes) + "\r\n");
}

void ServerConnection::wait_for_close() {
  std::array<char, 4096> ignored{};
  while (read_some(ignored.data(), ignored.size()) > 0) {
  }
}

bool ServerConnection::writable_within(std::chrono::milliseconds patience) const {
  pollfd polled{socket_, POLLOUT, 0};
  return ::poll(&polled, 1, static_cast<int>(patience.count())) > 0;
}

std::string ServerConnection::client_name() const {
  X509* shown = tls_ ? SSL_get0_peer_certificate(tls_->session.get()) : nullptr;
  if (shown == nullptr) return {};
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name.data(), static_cast<int>(name.size()));
  return name.data();
}

std::string ServerConnection::asked_name() const {
  const char* name = tls_ ? SSL_get_servername(tls_->session.get(), TLSEXT_NAMETYPE_host_name) : nullptr;
  return name == nullptr ? std::string() : std::string(name);
}

ScriptedServer::ScriptedServer(Script script, std::optional<ServerTls> tls)
    : script_(std::move(script)), tls_(std::move(tls)) {
  // OpenSSL writes without MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener_, 64) != 0)
    std::abort();
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

std::string ScriptedServer::origin(const std::string& host) const {
  return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port_);
}

void ScriptedServer::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    ++connections_;
    const int at_once = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    {
      const std::lock_guard lock(mutex_);
      open_.push_back(socket);
    }
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void ScriptedServer::serve(int socket) {
  {
    std::unique_ptr<ServerConnection::Tls> tls;
    bool ready = true;
    if (tls_) {
      tls = std::make_unique<ServerConnection::Tls>();
      tls->context.reset(make_context(*tls_));
      tls->session.reset(SSL_new(tls->context.get()));
      SSL_set_fd(tls->session.get(), socket);
      ready = SSL_accept(tls->session.get()) == 1;
    }
    ServerConnection connection(socket, std::move(tls));
    if (ready) script_(connection);
  }
  const std::lock_guard lock(mutex_);
  open_.remove(socket);
  ::close(socket);
}

}  // namespace staves::test
