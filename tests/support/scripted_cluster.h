#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include "kube/cluster.h"
#include "nlohmann/json.hpp"

namespace staves::test {

/// Answers lists and watches from a script, in order; when a script has ended it asks the test to stop. Writes are
/// noted.
class ScriptedCluster : public kube::Cluster {
 public:
  struct ListAnswer {
    base::Result<kube::ListPage> page;
    std::vector<base::Json> items;
  };
  struct WatchAnswer {
    base::Done end;
    std::vector<std::pair<kube::WatchEventType, base::Json>> events;
    std::function<void()> before_end;  ///< may be empty
  };
  struct Write {
    std::string verb;
    std::string what;  ///< plural and key, or plural and namespace
    std::string body;
  };

  std::deque<ListAnswer> lists;
  std::deque<WatchAnswer> watches;
  std::vector<kube::ListQuery> list_queries;
  std::vector<kube::WatchQuery> watch_queries;
  std::stop_token watch_stop;  ///< of the last watch
  std::function<void()> on_script_end;
  std::deque<base::Result<base::Json>> write_answers;  ///< success when it is empty

  std::vector<Write> writes() {
    const std::lock_guard lock(mutex_);
    return writes_;
  }

  base::Result<base::Json> get(const kube::ResourceType&, const kube::ObjectKey&, std::stop_token) override {
    return base::fail("NotFound", "scripted", base::Retry::never());
  }
  base::Result<base::Json> create(const kube::ResourceType& type, const std::string& name_space,
                                  const std::string& body, std::stop_token) override {
    return note({"create", type.plural + " " + name_space, body});
  }
  base::Result<base::Json> patch(const kube::ResourceType& type, const kube::ObjectKey& key, const kube::Patch& patch,
                                 std::stop_token) override {
    return note({"patch", type.plural + " " + to_text(key), patch.body});
  }
  base::Done remove(const kube::ResourceType&, const kube::ObjectKey&, const kube::Removal&, std::stop_token) override {
    return {};
  }

  base::Result<kube::ListPage> list(const kube::ResourceType&, const kube::ListQuery& query,
                                    const kube::OnItem& on_item, std::stop_token) override {
    list_queries.push_back(query);
    if (lists.empty()) return ended();
    const ListAnswer answer = std::move(lists.front());
    lists.pop_front();
    for (const base::Json& item : answer.items) on_item(item);
    return answer.page;
  }

  base::Done watch(const kube::ResourceType&, const kube::WatchQuery& query, const kube::OnWatchEvent& on_event,
                   std::stop_token stop) override {
    watch_queries.push_back(query);
    watch_stop = std::move(stop);
    if (watches.empty()) return ended();
    const WatchAnswer answer = std::move(watches.front());
    watches.pop_front();
    for (const auto& [type, object] : answer.events) {
      if (!on_event(type, object)) return {};
    }
    if (answer.before_end) answer.before_end();
    return answer.end;
  }

  base::Result<std::string> log_tail(const kube::LogTail&, std::stop_token) override { return std::string(); }
  base::Done log(const kube::LogQuery&, const std::function<bool(std::string_view)>&, std::stop_token) override {
    return {};
  }

 private:
  std::unexpected<base::Error> ended() {
    if (on_script_end) on_script_end();
    return base::fail("Cancelled", "the script has ended", base::Retry::never());
  }

  base::Result<base::Json> note(Write write) {
    const std::lock_guard lock(mutex_);
    writes_.push_back(std::move(write));
    if (write_answers.empty()) return base::Json::object();
    auto answer = std::move(write_answers.front());
    write_answers.pop_front();
    return answer;
  }

  std::mutex mutex_;
  std::vector<Write> writes_;
};

}  // namespace staves::test
