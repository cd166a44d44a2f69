#include <CLI/CLI.hpp>
#include <iostream>

#include "api/step_result.h"
#include "base/log.h"
#include "oci/index_step.h"
#include "oci/program.h"
#include "oci/publish_step.h"

int main(int count, char** arguments) {
  CLI::App app{"Makes an OCI image of the root that emerge built and pushes it"};
  staves::oci::PublishPlaces places;
  std::string extra_ca = "/staves/trust/ca.crt";
  app.add_option("--plan", places.plan, "The plan of the build");
  app.add_option("--handover", places.handover, "Directory of the steps' handover directories");
  app.add_option("--rootfs", places.root, "What becomes the image");
  app.add_option("--scratch", places.scratch, "Room for the compressed layer");
  app.add_option("--push-secret", places.push_secret, "Docker configuration with the credentials");
  app.add_option("--termination-log", places.termination_message, "Where the result goes");
  app.add_option("--extra-ca", extra_ca, "PEM file of roots that are trusted beside the system's");
  const auto* index = app.add_subcommand("index", "Pushes an index of images that are in the registry");
  CLI11_PARSE(app, count, arguments);

  std::stop_source stop;
  staves::oci::stop_on_signals(stop);
  auto transport = staves::oci::transport_options(extra_ca);
  if (!transport) {
    staves::base::log_error(transport.error().message);
    return staves::api::exit_code::failed_by_surroundings;
  }
  staves::oci::RegistryOptions options{*std::move(transport), {}, {}};
  if (index->parsed()) {
    return staves::oci::run_index_step({places.plan, places.push_secret, places.termination_message},
                                       std::move(options), stop.get_token());
  }
  const auto print = [](std::string_view line) { std::cout << line << std::endl; };
  return staves::oci::run_publish_step(places, std::move(options), print, stop.get_token());
}
