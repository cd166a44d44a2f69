#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/http.h"

namespace staves::test {

/// What a ScriptedHttpClient answers, and what it was asked.
struct HttpScript {
  struct Answer {
    base::Result<base::HttpResponse> response;
    std::vector<std::string> pieces;  ///< of a stream, before its end
  };

  void answer(int status, std::string body, base::HttpHeaders headers = {}) {
    answers.push_back({base::HttpResponse{status, std::move(headers), std::move(body)}, {}});
  }
  void stream(std::vector<std::string> pieces) {
    answers.push_back({base::HttpResponse{200, {}, {}}, std::move(pieces)});
  }
  void fail(std::string code) { answers.push_back({base::fail(std::move(code), "scripted", base::Retry::soon()), {}}); }

  std::deque<Answer> answers;
  std::vector<base::HttpRequest> requests;
  std::vector<std::chrono::milliseconds> idles;    ///< of the streams
  std::size_t pieces_given = 0;                    ///< of all streams
  std::vector<base::HttpClientOptions> made_with;  ///< one for each client
};

/// Answers from a script, in order, whichever client of it is asked.
class ScriptedHttpClient final : public base::HttpClient {
 public:
  explicit ScriptedHttpClient(std::shared_ptr<HttpScript> script) : script_(std::move(script)) {}

  base::Result<base::HttpResponse> send(const base::HttpRequest& request, std::stop_token) override {
    return next(request).response;
  }

  base::Result<base::HttpResponse> stream(const base::HttpRequest& request, std::chrono::milliseconds idle,
                                          const std::function<bool(std::string_view)>& on_bytes,
                                          std::stop_token) override {
    script_->idles.push_back(idle);
    const HttpScript::Answer answer = next(request);
    for (const std::string& piece : answer.pieces) {
      ++script_->pieces_given;
      if (!on_bytes(piece)) break;
    }
    return answer.response;
  }

 private:
  HttpScript::Answer next(const base::HttpRequest& request) {
    script_->requests.push_back(request);
    if (script_->answers.empty()) return {base::fail("ScriptEnded", request.target, base::Retry::never()), {}};
    HttpScript::Answer answer = std::move(script_->answers.front());
    script_->answers.pop_front();
    return answer;
  }

  std::shared_ptr<HttpScript> script_;
};

}  // namespace staves::test
