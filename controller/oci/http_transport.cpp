#include "oci/http_transport.h"

#include <curl/curl.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <vector>

#include "base/files.h"
#include "oci/url.h"

namespace staves::oci {
namespace {

using base::fail;
using base::Result;
using base::Retry;

constexpr std::size_t max_kept_body = 4U << 20U;
constexpr std::size_t max_kept_headers = 128U << 10U;
constexpr std::uint64_t large_body = 4U << 20U;
constexpr long upload_buffer_bytes = 512L * 1024;

/// What the callbacks of one exchange share.
struct Flow {
  const TransportRequest& request;
  const std::stop_token& stop;
  TransportResponse response;
  std::size_t header_bytes = 0;
  std::uint64_t sent = 0;
  bool sink_told = false;
  std::optional<base::Error> error;
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::uint64_t body_size(const TransportRequest& request) {
  return request.file ? request.file->size : request.body.size();
}

std::size_t on_header(const char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& flow = *static_cast<Flow*>(user);
  const std::string_view line(bytes, size * count);
  if (line.starts_with("HTTP/")) {
    // Each "100 Continue" and proxy answer begins anew: the last head is the one that counts.
    flow.response.headers.clear();
    const auto space = line.find(' ');
    flow.response.status =
        space == std::string_view::npos
            ? 0
            : static_cast<int>(std::strtol(std::string(line.substr(space + 1, 3)).c_str(), nullptr, 10));
  } else if (const auto colon = line.find(':');
             colon != std::string_view::npos && flow.header_bytes < max_kept_headers) {
    flow.header_bytes += line.size();
    auto& value = flow.response.headers[lower(trimmed(line.substr(0, colon)))];
    if (!value.empty()) value += ", ";
    value += trimmed(line.substr(colon + 1));
  }
  return line.size();
}

/// The host of an address, as messages name it.
std::string whom(const std::string& url) {
  const auto parsed = parse_url(url);
  return parsed ? parsed->host : "the server";
}

/// Ends the transfer: who sends without end would keep us for ever.
std::size_t refuse_more(Flow& flow) {
  flow.error = base::Error{
      "BodyTooLarge",
      whom(flow.request.url) + ": its answer has more than " + std::to_string(max_kept_body >> 20U) + " MiB",
      Retry::never()};
  return 0;
}

std::size_t on_body(const char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& flow = *static_cast<Flow*>(user);
  const std::string_view piece(bytes, size * count);
  const bool wanted = flow.response.status == 200 || flow.response.status == 206;
  if (!flow.request.sink || !wanted) {
    if (piece.size() > max_kept_body - flow.response.body.size()) return refuse_more(flow);
    flow.response.body += piece;
    return piece.size();
  }
  if (!flow.sink_told && flow.request.before_sink) flow.request.before_sink(flow.response.status);
  flow.sink_told = true;
  if (auto taken = flow.request.sink(piece); !taken) {
    flow.error = std::move(taken).error();
    return 0;
  }
  return piece.size();
}

/// The next bytes of the request's body.
std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& flow = *static_cast<Flow*>(user);
  const std::size_t wanted = std::min<std::uint64_t>(size * count, body_size(flow.request) - flow.sent);
  auto got = static_cast<ssize_t>(wanted);
  if (flow.request.file) {
    const auto& file = *flow.request.file;
    got = ::pread(file.descriptor, buffer, wanted, static_cast<off_t>(file.offset + flow.sent));
  } else {
    flow.request.body.copy(buffer, wanted, flow.sent);
  }
  if (got < 0 || (got == 0 && wanted > 0)) {
    flow.error = base::Error{"FileUnreadable", "the file that is sent cannot be read", Retry::never()};
    return CURL_READFUNC_ABORT;
  }
  flow.sent += static_cast<std::uint64_t>(got);
  return static_cast<std::size_t>(got);
}

/// curl would send a body again by itself when a kept connection turns out to be dead. Only who knows what the server
/// has got may do that.
int on_seek(void* user, curl_off_t offset, int) {
  const auto& flow = *static_cast<Flow*>(user);
  return flow.sent == 0 && offset == 0 ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Flow*>(user)->stop.stop_requested() ? 1 : 0;
}

/// The headers of a request as curl wants them.
class HeaderList {
 public:
  explicit HeaderList(const TransportRequest& request) {
    // curl would call any body a form.
    if (!request.headers.contains("Content-Type")) add("Content-Type:");
    // Asking first costs a round trip, or a second of waiting where nobody answers: only what is large is worth it.
    if (body_size(request) < large_body) add("Expect:");
    for (const auto& [name, value] : request.headers) add(std::string(name).append(": ").append(value));
  }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList() { curl_slist_free_all(list_); }
  curl_slist* get() const { return list_; }

 private:
  void add(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }
  curl_slist* list_ = nullptr;
};

void set_body(CURL* easy, const TransportRequest& request, Flow& flow) {
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (request.method == "GET") {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  } else if (request.method == "DELETE") {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "DELETE");
  } else {
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, &flow);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, &flow);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(body_size(request)));
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, upload_buffer_bytes);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

std::unexpected<base::Error> to_error(CURLcode code, CURL* easy, std::string_view text, const std::string& url) {
  const std::string why = whom(url) + ": " + (text.empty() ? std::string(curl_easy_strerror(code)) : std::string(text));
  double connected = 0;
  curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME, &connected);
  switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
      return fail("Cancelled", "told to stop while talking to " + whom(url), Retry::never());
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return fail("InvalidUrl", why, Retry::never());
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
      return fail("TlsFailed", why, Retry::soon());
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return fail("ConnectFailed", why, Retry::soon());
    case CURLE_OPERATION_TIMEDOUT:
      return fail(connected > 0 ? "ConnectionLost" : "ConnectFailed", why, Retry::soon());
    default:
      return fail("ConnectionLost", why, Retry::soon());
  }
}

class CurlTransport final : public HttpTransport {
 public:
  explicit CurlTransport(TransportOptions options) : options_(std::move(options)) {
    static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(global);
    if (!options_.extra_ca_pem.empty()) roots_ = system_roots() + "\n" + options_.extra_ca_pem;
  }

  ~CurlTransport() override {
    for (CURL* easy : idle_) curl_easy_cleanup(easy);
  }

  Result<TransportResponse> send(const TransportRequest& request, std::stop_token stop) override {
    CURL* easy = take();
    auto response = exchange(easy, request, stop);
    give_back(easy);
    return response;
  }

 private:
  Result<TransportResponse> exchange(CURL* easy, const TransportRequest& request, const std::stop_token& stop) {
    Flow flow{request, stop, {}, 0, 0, false, {}};
    const HeaderList headers(request);
    std::array<char, CURL_ERROR_SIZE> text{};
    set_connection(easy);
    set_body(easy, request, flow);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, text.data());
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &flow);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &flow);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &flow);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    const CURLcode code = curl_easy_perform(easy);
    if (flow.error) return fail(*std::move(flow.error));
    // A server may refuse an upload and close before it has read all: its answer says more than the broken pipe.
    const bool refused = code == CURLE_SEND_ERROR && flow.response.status >= 400;
    if (code != CURLE_OK && !refused) return to_error(code, easy, text.data(), request.url);
    return std::move(flow.response);
  }

  void set_connection(CURL* easy) const {
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "staves");
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.total.count()));
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.stall_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 256L * 1024);
    curl_easy_setopt(easy, CURLOPT_PROXY, options_.proxy.c_str());
    curl_easy_setopt(easy, CURLOPT_NOPROXY, options_.no_proxy.c_str());
    if (!roots_.empty()) {
      curl_blob blob{const_cast<char*>(roots_.data()), roots_.size(), CURL_BLOB_NOCOPY};
      curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
    }
  }

  std::string system_roots() {
    CURL* easy = take();
    const char* path = nullptr;
    curl_easy_getinfo(easy, CURLINFO_CAINFO, &path);
    auto text = base::read_file(path == nullptr ? "/etc/ssl/certs/ca-certificates.crt" : path);
    give_back(easy);
    return text ? *std::move(text) : std::string();
  }

  CURL* take() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return curl_easy_init();
    CURL* easy = idle_.back();
    idle_.pop_back();
    return easy;
  }

  void give_back(CURL* easy) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(easy);
  }

  TransportOptions options_;
  std::string roots_;
  std::mutex mutex_;
  std::vector<CURL*> idle_;  ///< they keep their connections open
};

}  // namespace

std::unique_ptr<HttpTransport> make_http_transport(TransportOptions options) {
  return std::make_unique<CurlTransport>(std::move(options));
}

}  // namespace staves::oci
