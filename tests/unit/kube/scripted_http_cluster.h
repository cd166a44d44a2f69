#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kube/http_cluster.h"
#include "tests/support/manual_clock.h"
#include "tests/support/scripted_http_client.h"

namespace staves::kube {

inline const ResourceType jobs{"batch", "v1", "jobs", "Job"};

/// Hands out the tokens "token-1", "token-2", ... : a new one after each refusal.
class CountingCredentials final : public Credentials {
 public:
  Result<std::shared_ptr<const Access>> current(std::stop_token) override {
    if (fresh_ == nullptr) fresh_ = std::make_shared<const Access>(Access{tls, "token-" + std::to_string(++tokens)});
    return fresh_;
  }
  void refused(const std::shared_ptr<const Access>&) override { fresh_.reset(); }
  void rotate(const std::string& ca) {
    tls.ca_pem = ca;
    fresh_.reset();
  }
  base::TlsIdentity tls;
  int tokens = 0;

 private:
  std::shared_ptr<const Access> fresh_;
};

class NotingObserver final : public RequestObserver {
 public:
  void requested(std::string_view method, int status, std::chrono::milliseconds) override {
    notes.push_back(std::string(method) + " " + std::to_string(status));
  }
  void waited(std::string_view method, std::chrono::milliseconds time) override {
    waits.push_back(std::string(method) + " " + std::to_string(time.count()));
  }
  void retried(std::string_view method, int status) override {
    retries.push_back(std::string(method) + " " + std::to_string(status));
  }
  std::vector<std::string> notes;
  std::vector<std::string> retries;
  std::vector<std::string> waits;
};

/// A real HttpCluster over a scripted connection.
struct Scripted {
  explicit Scripted(const std::string& server = "https://api.example:6443", double qps = 0, int burst = 0,
                    bool repeat_writes = HttpClusterOptions().repeat_writes) {
    HttpClusterOptions options;
    options.repeat_writes = repeat_writes;
    options.connection = {server, "", "", credentials};
    options.field_manager = "tester";
    options.user_agent = "tester/1";
    options.observer = observer;
    if (qps > 0) options.limiter = std::make_shared<RateLimiter>(qps, burst, clock);
    options.make_client = [this](base::HttpClientOptions made_with) -> Result<std::unique_ptr<base::HttpClient>> {
      if (no_client) return base::fail(*no_client);
      http->made_with.push_back(std::move(made_with));
      return std::make_unique<test::ScriptedHttpClient>(http);
    };
    options.sleep = [this](std::chrono::milliseconds time, std::stop_token) {
      pauses.push_back(time);
      clock->advance(time);
      return !stopped;
    };
    cluster = *make_http_cluster(std::move(options));
  }
  const base::HttpRequest& request(std::size_t index = 0) const { return http->requests.at(index); }

  std::shared_ptr<test::HttpScript> http = std::make_shared<test::HttpScript>();
  std::shared_ptr<CountingCredentials> credentials = std::make_shared<CountingCredentials>();
  std::shared_ptr<NotingObserver> observer = std::make_shared<NotingObserver>();
  std::shared_ptr<test::ManualClock> clock = std::make_shared<test::ManualClock>();
  std::vector<std::chrono::milliseconds> pauses;
  bool stopped = false;                  ///< waits end early
  std::optional<base::Error> no_client;  ///< why no connection can be made, when it cannot
  std::unique_ptr<Cluster> cluster;
};

}  // namespace staves::kube
