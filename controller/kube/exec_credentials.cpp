#include "kube/exec_credentials.h"

#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/json.h"
#include "kube/file_text.h"
#include "kube/pem.h"

namespace staves::kube {

namespace {

using base::Json;

/// What a plugin said.
struct Said {
  std::string token;
  std::string certificate_pem;
  std::string private_key_pem;
  std::optional<base::TimePoint> expires;
};

std::unexpected<Error> unreadable(const std::string& message) {
  return base::fail("CredentialsUnreadable", message, base::Retry::soon());
}

std::string text_at(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<Said> parse_said(std::string_view output, const std::string& api_version) {
  const auto document = base::parse_json(output, {.bytes = 1U << 20U});
  if (!document || !document->is_object()) return unreadable("the credential plugin wrote no JSON object");
  if (text_at(*document, "kind") != "ExecCredential" || text_at(*document, "apiVersion") != api_version) {
    return unreadable("the credential plugin wrote no ExecCredential of " + api_version);
  }
  const auto status = document->find("status");
  if (status == document->end() || !status->is_object()) return unreadable("the credential plugin wrote no status");
  Said said{
      text_at(*status, "token"), text_at(*status, "clientCertificateData"), text_at(*status, "clientKeyData"), {}};
  if (said.certificate_pem.empty() != said.private_key_pem.empty()) {
    return unreadable("the credential plugin wrote only one of certificate and key");
  }
  if (said.token.empty() && said.certificate_pem.empty()) {
    return unreadable("the credential plugin wrote neither a token nor a certificate");
  }
  if (const std::string expiry = text_at(*status, "expirationTimestamp"); !expiry.empty()) {
    auto time = base::parse_rfc3339(expiry);
    if (!time) return unreadable("the credential plugin wrote an expirationTimestamp that is no time");
    said.expires = *time;
  }
  return said;
}

/// The text of KUBERNETES_EXEC_INFO.
Result<std::string> exec_info(const ExecPlugin& plugin) {
  Json info{{"apiVersion", plugin.exec.api_version}, {"kind", "ExecCredential"}, {"spec", {{"interactive", false}}}};
  if (!plugin.exec.provide_cluster_info) return base::to_canonical_json(info);
  std::string ca = plugin.cluster.ca.text;
  if (ca.empty() && !plugin.cluster.ca.file.empty()) {
    TRY_ASSIGN(ca, read_credential_file(plugin.cluster.ca.file));
  }
  Json cluster{{"server", plugin.cluster.server}};
  if (!ca.empty()) cluster["certificate-authority-data"] = encode_base64(ca);
  if (!plugin.cluster.tls_server_name.empty()) cluster["tls-server-name"] = plugin.cluster.tls_server_name;
  if (plugin.cluster.insecure_skip_tls_verify) cluster["insecure-skip-tls-verify"] = true;
  if (!plugin.cluster.proxy_url.empty()) cluster["proxy-url"] = plugin.cluster.proxy_url;
  info["spec"]["cluster"] = std::move(cluster);
  return base::to_canonical_json(info);
}

class ExecCredentials final : public Credentials {
 public:
  ExecCredentials(std::shared_ptr<Credentials> rest, ExecPlugin plugin, std::shared_ptr<const base::Clock> clock,
                  CaptureOutput capture)
      : rest_(std::move(rest)), plugin_(std::move(plugin)), clock_(std::move(clock)), capture_(std::move(capture)) {
    if (!capture_) capture_ = base::capture_output;
  }

  Result<std::shared_ptr<const Access>> current(std::stop_token stop) override {
    TRY_ASSIGN(const auto under, rest_->current(stop));
    std::unique_lock lock(mutex_);
    if (is_due()) TRY(renew(lock, stop));
    if (last_ != nullptr && under == under_) return last_;
    under_ = under;
    Access access = *under;
    if (!said_->token.empty()) access.bearer_token = said_->token;
    if (!said_->certificate_pem.empty()) {
      access.tls.certificate_pem = said_->certificate_pem;
      access.tls.private_key_pem = said_->private_key_pem;
    }
    last_ = std::make_shared<const Access>(std::move(access));
    return last_;
  }

  void refused(const std::shared_ptr<const Access>& access) override {
    const std::lock_guard lock(mutex_);
    // Many requests may be refused at once: only the first of them is news.
    if (access != last_) return;
    rest_->refused(under_);
    said_.reset();
  }

 private:
  /// One start of the plugin. Whoever comes while it runs waits for its answer instead of starting it once more.
  struct Run {
    bool ended = false;
    Done result;
  };

  static constexpr std::chrono::seconds leeway{10};

  bool is_due() const { return !said_ || (said_->expires && clock_->now() + leeway >= *said_->expires); }
  bool is_valid() const { return said_ && (!said_->expires || clock_->now() < *said_->expires); }

  /// Asks the plugin, or waits for whoever asks it unless the old answer is still good. Without the lock meanwhile: who
  /// may not wait for so long goes on.
  Done renew(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    Done result;
    do {
      const bool is_mine = run_ == nullptr;
      if (is_mine) run_ = std::make_shared<Run>();
      const auto run = run_;
      if (is_mine) {
        ask_for_all(lock, stop);
      } else if (is_valid()) {
        return {};
      } else if (!ended_.wait(lock, stop, [&] { return run->ended; })) {
        return base::fail("Cancelled", "told to stop while the credential plugin runs", base::Retry::never());
      }
      result = run->result;
      // Whoever asked could not wait for the answer, or somebody found it refused before we had the lock: not our end.
    } while (result ? !said_ : result.error().code == "Cancelled" && !stop.stop_requested());
    // The old answer is good until its last moment.
    if (!result && is_valid()) return {};
    return result;
  }

  void ask_for_all(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    lock.unlock();
    auto said = ask(stop);
    lock.lock();
    run_->ended = true;
    if (said) {
      said_ = *std::move(said);
      last_.reset();
    } else if (stop.stop_requested()) {
      run_->result = base::fail("Cancelled", "told to stop while the credential plugin ran", base::Retry::never());
    } else {
      run_->result = base::fail(std::move(said).error());
    }
    run_.reset();
    ended_.notify_all();
  }

  Result<Said> ask(const std::stop_token& stop) const {
    base::Command command;
    command.arguments = plugin_.exec.arguments;
    command.arguments.insert(command.arguments.begin(), plugin_.exec.command);
    command.environment = plugin_.environment;
    for (const auto& [name, value] : plugin_.exec.environment) command.environment[name] = value;
    TRY_ASSIGN(command.environment["KUBERNETES_EXEC_INFO"], exec_info(plugin_));
    command.deadline = std::chrono::minutes(1);
    // Warnings of the plugin are for the reader of our log and would spoil its answer.
    command.errors_apart = true;
    const auto output = capture_(command, stop);
    // The output of a failed plugin may hold a secret, so it is not quoted.
    if (!output)
      return unreadable("the credential plugin '" + plugin_.exec.command + "' failed: " + output.error().code);
    return parse_said(*output, plugin_.exec.api_version);
  }

  std::shared_ptr<Credentials> rest_;
  ExecPlugin plugin_;
  std::shared_ptr<const base::Clock> clock_;
  CaptureOutput capture_;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::shared_ptr<Run> run_;  ///< null: the plugin does not run
  std::optional<Said> said_;
  std::shared_ptr<const Access> under_;
  std::shared_ptr<const Access> last_;
};

}  // namespace

std::shared_ptr<Credentials> make_exec_credentials(std::shared_ptr<Credentials> rest, ExecPlugin plugin,
                                                   std::shared_ptr<const base::Clock> clock, CaptureOutput capture) {
  return std::make_shared<ExecCredentials>(std::move(rest), std::move(plugin), std::move(clock), std::move(capture));
}

}  // namespace staves::kube
