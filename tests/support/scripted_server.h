#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/certificates.h"

namespace staves::test {

/// One request as it came over the wire.
struct SeenRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// One connection, in the hands of the script.
class ServerConnection {
 public:
  ~ServerConnection();
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  /// The next request; nothing when the client has closed or the server is shut down.
  /// `most_body` sees the head and says after how many bytes of the body to stop reading.
  using BodyLimit = std::function<std::size_t(const SeenRequest& head)>;
  std::optional<SeenRequest> read_request(const BodyLimit& most_body = {});
  /// False: the client is gone.
  bool write(std::string_view bytes);
  /// A whole response with Content-Length.
  bool respond(int status, std::string_view body, std::string_view extra_headers = "");
  /// Head of a response without a length: chunks follow.
  bool begin_chunks(int status = 200);
  bool write_chunk(std::string_view bytes);
  bool end_chunks() { return write("0\r\n\r\n"); }
  /// Blocks until the client closes or the server is shut down.
  void wait_for_close();
  /// Whether bytes can be written within `patience`.
  bool writable_within(std::chrono::milliseconds patience) const;
  /// The common name in the client's certificate; empty: none was shown.
  std::string client_name() const;
  /// The name that the client asked for in its TLS greeting.
  std::string asked_name() const;

 private:
  friend class ScriptedServer;
  struct Tls;
  ServerConnection(int socket, std::unique_ptr<Tls> tls);
  long read_some(char* bytes, std::size_t count);

  int socket_;
  std::unique_ptr<Tls> tls_;
  std::string unread_;
};

struct ServerTls {
  Identity identity;
  std::string client_ca_pem;  ///< not empty: clients are asked for a certificate
  bool only_old_versions = false;
};

/// A server on loopback that does to its clients what a test says, one thread a connection.
class ScriptedServer {
 public:
  using Script = std::function<void(ServerConnection& connection)>;

  explicit ScriptedServer(Script script, std::optional<ServerTls> tls = {});
  /// Breaks all connections and waits for their scripts.
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  int port() const { return port_; }
  /// "http(s)://127.0.0.1:port", or with another host.
  std::string origin(const std::string& host = "127.0.0.1") const;
  /// How many connections came so far.
  int connections() const { return connections_; }

 private:
  void accept_all();
  void serve(int socket);

  Script script_;
  std::optional<ServerTls> tls_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::list<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace staves::test
