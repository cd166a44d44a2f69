#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/scripted_server.h"

namespace staves::test {

/// What a fake registry does; set it before the first request, or within FakeRegistry::change.
struct RegistryBehaviour {
  std::string basic;  ///< "Basic ..." that is wanted; empty: not asked for
  std::string realm;  ///< of a token server; empty: no tokens asked for
  std::set<std::string> good_tokens;
  bool forbidden = false;                        ///< answers 403 to every write
  int too_large_status = 0;                      ///< answer to every PATCH when not 0
  std::vector<std::size_t> cut_uploads_after;    ///< each PATCH takes one: the line breaks after so many bytes
  std::vector<std::size_t> cut_downloads_after;  ///< each GET of a blob takes one
  bool forget_cut_uploads = false;
  bool lose_commit_answer = false;  ///< the line breaks after the first PUT of a blob was carried out
  bool know_ranges = true;
  int busy = 0;  ///< so many requests are answered with 429
  std::string retry_after;
  std::string upload_origin;      ///< begins the Location of uploads; empty: relative
  std::string redirect_blobs_to;  ///< origin that GETs of blobs are sent to
  std::string mountable_from;     ///< repository whose blobs can be mounted
  std::string pretended_digest;   ///< told for every manifest
};

/// A registry in memory over plain http on loopback.
class FakeRegistry {
 public:
  struct Seen {
    std::string method;
    std::string target;
    std::map<std::string, std::string> headers;
    std::size_t body_bytes = 0;
    std::string header(const std::string& name) const {
      const auto found = headers.find(name);
      return found == headers.end() ? std::string() : found->second;
    }
  };

  FakeRegistry();

  std::string host() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  std::string origin() const { return server_.origin(); }

  void change(const std::function<void(RegistryBehaviour&)>& how);
  void put_blob(const std::string& digest, std::string bytes);
  void put_manifest(const std::string& name, std::string bytes, const std::string& media_type);
  std::string blob(const std::string& digest) const;
  std::string manifest(const std::string& name) const;
  std::vector<Seen> seen() const;
  /// How many requests began with "METHOD /path".
  int count(const std::string& beginning) const;

 private:
  struct Answer {
    int status = 404;
    std::string headers;
    std::string body;
    std::size_t cut_after = std::string::npos;  ///< bytes of the body that are sent before the line breaks
    bool no_answer = false;
  };

  void serve(ServerConnection& connection);
  std::size_t body_limit(const SeenRequest& head);
  Answer answer(const SeenRequest& request, bool cut);
  bool denied(const SeenRequest& request, Answer& answer) const;
  Answer upload(const SeenRequest& request, const std::string& repository, const std::string& id,
                const std::string& query, bool cut);
  Answer download(const SeenRequest& request, const std::string& digest);
  Answer manifest_answer(const SeenRequest& request, const std::string& name);

  mutable std::mutex mutex_;
  RegistryBehaviour behaviour_;
  std::map<std::string, std::string> blobs_;
  std::map<std::string, std::string> uploads_;
  std::map<std::string, std::pair<std::string, std::string>> manifests_;
  std::vector<Seen> seen_;
  int next_upload_ = 1;
  ScriptedServer server_;  ///< last: its threads use all of the above
};

}  // namespace staves::test
