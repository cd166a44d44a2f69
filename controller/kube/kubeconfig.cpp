#include "kube/kubeconfig.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

#include "kube/pem.h"

namespace staves::kube {

namespace {

constexpr std::size_t most_bytes = 1U << 20U;
constexpr int deepest = 16;

std::unexpected<Error> invalid(const std::string& message) {
  return base::fail("InvalidKubeconfig", message, base::Retry::never());
}

/// Looks through a document before a tree is built from it, and throws at what no kubeconfig has.
class Guard final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw YAML::ParserException(mark, "it has an alias");
  }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    enter(mark);
  }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    enter(mark);
  }
  void OnMapEnd() override { --depth_; }

 private:
  void enter(const YAML::Mark& mark) {
    if (++depth_ > deepest) throw YAML::ParserException(mark, "it nests too deeply");
  }
  int depth_ = 0;
};

Result<YAML::Node> load(std::string_view yaml) {
  if (yaml.size() > most_bytes) return invalid("the kubeconfig is larger than 1 MiB");
  try {
    const std::string text(yaml);
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    Guard guard;
    parser.HandleNextDocument(guard);
    return YAML::Load(text);
  } catch (const YAML::Exception& failure) {
    // The parser's message names a position and a rule, never a value.
    return invalid("the kubeconfig is not YAML that we read: line " + std::to_string(failure.mark.line + 1) + ": " +
                   failure.msg);
  } catch (const std::exception&) {
    return invalid("the kubeconfig is not YAML");
  }
}

/// Reads the members of one entry, and remembers the first that is wrong.
class Members {
 public:
  Members(const YAML::Node& node, std::string where, const std::filesystem::path& directory)
      : node_(node), where_(std::move(where)), directory_(directory) {
    if (node_.IsDefined() && !node_.IsNull() && !node_.IsMap()) complain("is no map");
  }

  bool has(const char* name) const { return node_.IsMap() && node_[name].IsDefined() && !node_[name].IsNull(); }

  std::string text(const char* name) {
    if (!has(name)) return {};
    const YAML::Node value = node_[name];
    if (value.IsScalar()) return value.Scalar();
    complain(std::string("has a ") + name + " that is no text");
    return {};
  }

  bool flag(const char* name) {
    const std::string value = text(name);
    if (value.empty() || value == "false") return false;
    if (value != "true") complain(std::string("has a ") + name + " that is neither true nor false");
    return true;
  }

  std::filesystem::path file(const char* name) {
    const std::string value = text(name);
    return value.empty() ? std::filesystem::path() : directory_ / value;
  }

  /// `<name>-data` wins over the file `<name>`.
  KubeconfigPem pem(const std::string& name) {
    KubeconfigPem pem;
    const std::string data = text((name + "-data").c_str());
    if (data.empty()) {
      pem.file = file(name.c_str());
      return pem;
    }
    auto decoded = decode_base64(data);
    if (!decoded || decoded->empty()) complain("has a " + name + "-data that is not base64");
    pem.text = decoded.value_or("");
    return pem;
  }

  YAML::Node child(const char* name) const { return has(name) ? node_[name] : YAML::Node(); }
  const std::filesystem::path& directory() const { return directory_; }
  void complain(const std::string& what) {
    if (wrong_.empty()) wrong_ = where_ + " " + what;
  }
  Done verdict() const {
    if (wrong_.empty()) return {};
    return invalid(wrong_);
  }

 private:
  YAML::Node node_;
  std::string where_;
  const std::filesystem::path& directory_;
  std::string wrong_;
};

KubeconfigCluster read_cluster(Members& members) {
  KubeconfigCluster cluster;
  cluster.server = members.text("server");
  cluster.ca = members.pem("certificate-authority");
  cluster.tls_server_name = members.text("tls-server-name");
  cluster.insecure_skip_tls_verify = members.flag("insecure-skip-tls-verify");
  cluster.proxy_url = members.text("proxy-url");
  return cluster;
}

KubeconfigExec read_exec(Members& members) {
  KubeconfigExec exec;
  exec.command = members.text("command");
  exec.api_version = members.text("apiVersion");
  exec.provide_cluster_info = members.flag("provideClusterInfo");
  if (members.text("interactiveMode") == "Always") members.complain("needs a terminal (interactiveMode: Always)");
  if (exec.command.empty()) members.complain("has no command");
  // As a shell would: a name is looked up in PATH, a path is relative to the kubeconfig.
  if (exec.command.contains('/')) exec.command = members.directory() / exec.command;
  if (exec.api_version != "client.authentication.k8s.io/v1" &&
      exec.api_version != "client.authentication.k8s.io/v1beta1") {
    members.complain("has an apiVersion other than client.authentication.k8s.io/v1 and v1beta1");
  }
  for (const YAML::Node& argument : members.child("args")) {
    if (!argument.IsScalar()) members.complain("has an argument that is no text");
    exec.arguments.push_back(argument.IsScalar() ? argument.Scalar() : std::string());
  }
  for (const YAML::Node& variable : members.child("env")) {
    Members pair(variable, "", members.directory());
    exec.environment[pair.text("name")] = pair.text("value");
    if (!pair.verdict() || pair.text("name").empty()) members.complain("has an env entry that is no name and value");
  }
  return exec;
}

KubeconfigUser read_user(Members& members, const std::string& where) {
  KubeconfigUser user;
  user.certificate = members.pem("client-certificate");
  user.key = members.pem("client-key");
  user.token = members.text("token");
  user.token_file = members.file("tokenFile");
  if (members.has("exec")) {
    Members exec(members.child("exec"), where + ": exec", members.directory());
    user.exec = read_exec(exec);
    if (auto verdict = exec.verdict(); !verdict) members.complain("has a bad exec: " + verdict.error().message);
  }
  for (const char* name : {"username", "password", "auth-provider", "as", "as-uid", "as-groups", "as-user-extra"}) {
    if (user.unsupported.empty() && members.has(name)) user.unsupported = name;
  }
  return user;
}

/// Reads a list of {name, <member>: {...}}; the first of a name wins.
template <class Entry, class Read>
Done read_list(const YAML::Node& root, const char* list, const char* member, const std::filesystem::path& directory,
               std::map<std::string, Entry>& into, Read read) {
  const YAML::Node entries = root[list];
  if (!entries.IsDefined() || entries.IsNull()) return {};
  if (!entries.IsSequence()) return invalid(std::string(list) + " is no list");
  for (const YAML::Node& entry : entries) {
    Members outer(entry, std::string("an entry of ") + list, directory);
    const std::string name = outer.text("name");
    TRY(outer.verdict());
    if (name.empty()) return invalid(std::string("an entry of ") + list + " has no name");
    const std::string where = std::string(member) + " '" + name + "'";
    Members inner(outer.child(member), where, directory);
    Entry value = read(inner, where);
    TRY(inner.verdict());
    into.emplace(name, std::move(value));
  }
  return {};
}

Result<Kubeconfig> read_document(const YAML::Node& root, const std::filesystem::path& directory) {
  Kubeconfig config;
  if (!root.IsDefined() || root.IsNull()) return config;
  if (!root.IsMap()) return invalid("the kubeconfig is no map");
  Members top(root, "the kubeconfig", directory);
  config.current_context = top.text("current-context");
  TRY(top.verdict());
  TRY(read_list(root, "clusters", "cluster", directory, config.clusters,
                [](Members& members, const std::string&) { return read_cluster(members); }));
  TRY(read_list(root, "users", "user", directory, config.users, read_user));
  TRY(read_list(root, "contexts", "context", directory, config.contexts, [](Members& members, const std::string&) {
    return KubeconfigContext{members.text("cluster"), members.text("user"), members.text("namespace")};
  }));
  return config;
}

}  // namespace

Result<Kubeconfig> parse_kubeconfig(std::string_view yaml, const std::filesystem::path& directory) {
  TRY_ASSIGN(const YAML::Node root, load(yaml));
  try {
    return read_document(root, directory);
  } catch (const YAML::Exception&) {
    return invalid("the kubeconfig has a part of an unexpected shape");
  }
}

Kubeconfig merge_kubeconfigs(Kubeconfig first, const Kubeconfig& other) {
  if (first.current_context.empty()) first.current_context = other.current_context;
  first.clusters.insert(other.clusters.begin(), other.clusters.end());
  first.users.insert(other.users.begin(), other.users.end());
  first.contexts.insert(other.contexts.begin(), other.contexts.end());
  return first;
}

}  // namespace staves::kube
