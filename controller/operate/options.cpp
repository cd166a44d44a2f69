#include "operate/options.h"

#include <CLI/CLI.hpp>

namespace staves::operate {

namespace {

void describe(CLI::App& app, Options& options) {
  const auto on_or_off = [] {
    return CLI::CheckedTransformer(std::vector<std::pair<std::string, bool>>{{"on", true}, {"off", false}});
  };
  app.add_option("--kubeconfig", options.kubeconfig,
                 "kubeconfig file; without it KUBECONFIG, the pod's service account or ~/.kube/config");
  app.add_option("--context", options.context, "context of the kubeconfig; without it the current one");
  app.add_option("--namespace", options.name_space, "the only namespace to look after; without it all");
  app.add_option("--operator-image", options.operator_image, "image of the steps tools, sources and publish")
      ->required();
  app.add_option("--operator-pull-policy", options.operator_pull_policy, "pull policy of that image in build pods")
      ->check(CLI::IsMember({"Always", "IfNotPresent", "Never"}))
      ->capture_default_str();
  app.add_option("--image-volumes", options.image_volumes, "on: the cluster mounts images as volumes (Kubernetes 1.33)")
      ->transform(on_or_off())
      ->option_text("on|off=off");
  app.add_option("--user-namespaces", options.user_namespaces, "on: build pods run with hostUsers: false")
      ->transform(on_or_off())
      ->option_text("on|off=off");
  app.add_option("--workers", options.workers, "resources that are looked at at once")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--round-seconds", options.round_seconds,
                 "after which a look at a resource gives up what it waits for, and is repeated later; a request has 30")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  app.add_option("--leader-elect", options.leader_elect,
                 "on: work only while holding the lease, of several controllers")
      ->transform(on_or_off())
      ->option_text("on|off=off");
  app.add_option("--leader-elect-namespace", options.lease_namespace,
                 "namespace of the lease; without it the pod's own, or that of the kubeconfig's context");
  app.add_option("--leader-elect-name", options.lease_name, "name of the lease: one for each installation")
      ->capture_default_str();
  app.add_option("--metrics-address", options.metrics_address, "host:port of /metrics; 0: nowhere")
      ->capture_default_str();
  app.add_option("--health-address", options.health_address, "host:port of /healthz and /readyz; 0: nowhere")
      ->capture_default_str();
  app.add_option("--kube-api-qps", options.kube_api_qps,
                 "most requests to the API server in a second, watches left out; 0: no limit of our own")
      ->check(CLI::Range(0.0, 10000.0))
      ->capture_default_str();
  app.add_option("--kube-api-burst", options.kube_api_burst,
                 "requests that may come at once under --kube-api-qps; 0: twice as many")
      ->check(CLI::Range(0, 20000))
      ->capture_default_str();
  app.add_option("--log-level", options.log_level, "least level that is logged")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
  app.add_option("--drain-seconds", options.drain_seconds, "how long SIGTERM waits for rounds under way")
      ->check(CLI::Range(0, 600))
      ->capture_default_str();
}

}  // namespace

base::Result<CommandLine> parse_options(const std::vector<std::string>& arguments, std::string_view version) {
  CommandLine line;
  CLI::App app("Makes container images from StavesImage resources.", "staves-controller");
  app.set_version_flag("--version", std::string(version));
  describe(app, line.options);
  try {
    // It takes them from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    line.text = app.help();
  } catch (const CLI::CallForVersion&) {
    line.text = std::string(version) + "\n";
  } catch (const CLI::ParseError& wrong) {
    return base::fail("InvalidOptions", std::string(wrong.what()) + " (see --help)", base::Retry::never());
  }
  return line;
}

}  // namespace staves::operate
