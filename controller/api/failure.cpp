#include "api/failure.h"

#include <array>

#include "api/fields.h"

namespace staves::api {

namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 27> spellings = {"PackageNotFound",
                                                        "PackageMasked",
                                                        "KeywordMasked",
                                                        "LicenseNotAccepted",
                                                        "UseConflict",
                                                        "RequiredUse",
                                                        "Blocked",
                                                        "FetchFailed",
                                                        "CompileFailed",
                                                        "FileCollision",
                                                        "PostinstFailed",
                                                        "MissingLibrary",
                                                        "BuilderTooOld",
                                                        "InvalidConfiguration",
                                                        "TestFailed",
                                                        "RegistryAuthFailed",
                                                        "RepositoryAuthFailed",
                                                        "TooLarge",
                                                        "OutOfMemory",
                                                        "Evicted",
                                                        "DiskFull",
                                                        "NodeLost",
                                                        "ImagePullFailed",
                                                        "RegistryUnreachable",
                                                        "RepositoryUnreachable",
                                                        "DeadlineExceeded",
                                                        "Internal"};
static_assert(spellings[static_cast<std::size_t>(FailureClass::Internal)] == "Internal");
static_assert(spellings[static_cast<std::size_t>(FailureClass::Evicted)] == "Evicted");

}  // namespace

std::string_view to_string(FailureClass value) {
  return spellings[static_cast<std::size_t>(value)];
}

std::optional<FailureClass> failure_class_from(std::string_view name) {
  return spelled<FailureClass>(name, spellings);
}

bool only_user_can_mend(FailureClass value) {
  return value < FailureClass::Evicted;
}

std::string_view advice(FailureClass value) {
  switch (value) {
    case FailureClass::PackageNotFound:
      return "Check the spelling in spec.packages (category/name), or use a newer tree in the StavesBuilder's "
             "spec.portage.snapshot.image.";
    case FailureClass::PackageMasked:
      return "The tree or the profile masks this package: choose another version in spec.packages, or accept it with "
             "an entry {atom, unmask: true} in spec.packageConfig.";
    case FailureClass::KeywordMasked:
      return "This version is not marked stable for the architecture: accept it with an entry {atom, keywords: "
             "[~amd64]} "
             "in spec.packageConfig (with your architecture's keyword), or ask for a stable version.";
    case FailureClass::LicenseNotAccepted:
      return "Accept the licence for this package with an entry {atom, license: [NAME]} in spec.packageConfig, or for "
             "all "
             "packages with ACCEPT_LICENSE in spec.makeConf.";
    case FailureClass::UseConflict:
      return "A dependency needs other USE flags of this package: set them with an entry {atom, use: [...]} in "
             "spec.packageConfig, as the message says.";
    case FailureClass::RequiredUse:
      return "The package's USE flags exclude or require one another (REQUIRED_USE): change spec.packageConfig[].use "
             "for "
             "it until the message's condition holds.";
    case FailureClass::Blocked:
      return "Two packages cannot be installed together: remove one of them from spec.packages, or switch off the USE "
             "flag "
             "that pulls it in with spec.packageConfig.";
    case FailureClass::FetchFailed:
      return "A source archive is missing everywhere or has the wrong checksum: set reachable spec.portage.mirrors in "
             "the "
             "StavesBuilder, or use a newer tree in its spec.portage.snapshot.image.";
    case FailureClass::CompileFailed:
      return "Read the log tail; if your own flags are the cause, change spec.makeConf or give this package an "
             "environment "
             "of its own with spec.environments and spec.packageConfig[].env.";
    case FailureClass::FileCollision:
      return "Two packages install the same file: remove one of them from spec.packages, or switch off the feature "
             "that "
             "installs it with spec.packageConfig[].use.";
    case FailureClass::PostinstFailed:
      return "The package's own installation script failed: read the log tail; often a USE flag in spec.packageConfig "
             "or "
             "another version avoids it.";
    case FailureClass::MissingLibrary:
      return "A program of the image needs a library that no package installed: add the package that has it to "
             "spec.packages, or a library of the compiler to spec.toolchainLibraries.include.";
    case FailureClass::BuilderTooOld:
      return "The builder's Portage or toolchain is too old for this ebuild tree: use a newer stage3 in the "
             "StavesBuilder's "
             "spec.stage3.image, or an older tree in spec.portage.snapshot.image.";
    case FailureClass::InvalidConfiguration:
      return "The configuration is not accepted: correct the field that the message names in spec.packages, "
             "spec.packageConfig, spec.makeConf, spec.environments, spec.locale, spec.image or the StavesBuilder's "
             "spec.";
    case FailureClass::TestFailed:
      return "The image is built and was not pushed, because its own test failed: read the log tail, then correct "
             "spec.packages or spec.config, or the test itself in spec.test.command and spec.test.timeoutSeconds.";
    case FailureClass::RegistryAuthFailed:
      return "Put a kubernetes.io/dockerconfigjson Secret that may push to spec.image.repository into this namespace, "
             "name it in spec.image.pushSecretRef, and set a new value of the annotation staves.dev/rebuild.";
    case FailureClass::RepositoryAuthFailed:
      return "Correct the Secret that the overlay's secretRef (or the StavesBuilder's spec.credentials) names, as the "
             "message says, and set a new value of the annotation staves.dev/rebuild.";
    case FailureClass::TooLarge:
      return "The registry refused the image because of its size: ask for fewer packages, or switch off USE flags that "
             "pull in what the image does not need.";
    case FailureClass::Evicted:
      return "The node evicted the pod, and the build is tried again; if it repeats, set requests in "
             "spec.build.resources, or choose other nodes with the StavesBuilder's spec.pod.nodeSelector.";
    case FailureClass::OutOfMemory:
      return "The build ran out of memory: raise spec.build.resources.limits.memory, or compile with fewer jobs "
             "(MAKEOPTS in spec.makeConf).";
    case FailureClass::DiskFull:
      return "A volume is full: enlarge the claim that status.cache.claimName of the StavesBuilder names (where its "
             "storage class can "
             "grow volumes), or free space on it or on the node.";
    case FailureClass::NodeLost:
      return "The node went away, and the build is tried again; packages that were finished come from the cache.";
    case FailureClass::ImagePullFailed:
      return "The node cannot pull an image of the build: check the StavesBuilder's spec.stage3.image, "
             "spec.portage.snapshot.image and spec.pod.imagePullSecrets, and the operator's own image.";
    case FailureClass::RegistryUnreachable:
      return "The registry does not answer: check spec.image.repository and the network; for a registry without TLS "
             "add "
             "host:port to the StavesBuilder's spec.trust.insecureRegistries.";
    case FailureClass::RepositoryUnreachable:
      return "The server of an overlay does not answer: check the uri in spec.repositories or in the StavesBuilder's "
             "spec.portage.repositories, and the network; it is tried again.";
    case FailureClass::DeadlineExceeded:
      return "The build took longer than it may: raise spec.build.timeoutSeconds, or give it more CPU in "
             "spec.build.resources; packages that were finished come from the cache.";
    case FailureClass::Internal:
      break;
  }
  return "This is not caused by the spec: read the log of the build's pod; if it repeats, report it with the message "
         "and "
         "the log tail.";
}

}  // namespace staves::api
