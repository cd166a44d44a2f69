#include <CLI/CLI.hpp>

#include "api/step_result.h"
#include "base/log.h"
#include "oci/program.h"
#include "oci/sources_step.h"

int main(int count, char** arguments) {
  CLI::App app{"Brings the ebuild tree and the overlays of a build to the cache volume"};
  staves::oci::SourcesPlaces places;
  std::filesystem::path& secrets = places.overlays.credentials.overlays;
  std::string extra_ca = "/staves/trust/ca.crt";
  app.add_option("--plan", places.plan, "The plan of the build");
  app.add_option("--handover", places.handover, "Directory of the steps' handover directories");
  app.add_option("--pull-secret", places.pull_secret, "Docker configuration with the credentials");
  app.add_option("--termination-log", places.termination_message, "Where the result goes");
  app.add_option("--overlays", places.overlays.overlays, "Directory of overlays on the cache volume");
  app.add_option("--metadata", places.overlays.metadata, "Directory of Portage's metadata cache on the cache volume");
  app.add_option("--overlay-secrets", secrets, "Directory of the overlays' Secrets");
  app.add_option("--ssh-secret", places.overlays.credentials.ssh, "Directory of the builder's ssh Secret");
  app.add_option("--netrc-secret", places.overlays.credentials.netrc, "Directory of the builder's netrc Secret");
  app.add_option("--credentials", places.overlays.credentials.made, "Directory in memory for git's configuration");
  app.add_option("--ssh", places.overlays.ssh, "Program that git runs for ssh");
  app.add_option("--extra-ca", extra_ca, "PEM file of roots that are trusted beside the system's");
  CLI11_PARSE(app, count, arguments);
  places.overlays.credentials.extra_ca = extra_ca;

  std::stop_source stop;
  staves::oci::stop_on_signals(stop);
  auto transport = staves::oci::transport_options(extra_ca);
  if (!transport) {
    staves::base::log_error(transport.error().message);
    return staves::api::exit_code::failed_by_surroundings;
  }
  return staves::oci::run_sources_step(places, {*std::move(transport), {}, {}}, stop.get_token());
}
