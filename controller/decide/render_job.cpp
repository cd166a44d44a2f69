#include "decide/render_job.h"

#include "api/plan.h"
#include "api/spec_parts.h"
#include "base/digest.h"
#include "decide/kueue.h"
#include "decide/labels.h"
#include "decide/names.h"
#include "decide/owner_reference.h"
#include "decide/platform_images.h"
#include "decide/render_index.h"
#include "decide/render_plan.h"
#include "decide/render_pod.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using base::Json;

Json labels_of(const ImageObservation& seen, const api::BuildStatus& build) {
  return {{label::managed_by, label::managed_by_staves},
          {label::image, label_value(seen.wanted->meta.name)},
          {label::builder, label_value(seen.builder->meta.name)},
          {label::build_number, std::to_string(build.number)}};
}

Json annotations_of(const api::BuildStatus& build) {
  return {{annotation::inputs, build.inputs.digest}, {annotation::attempt, std::to_string(build.attempt)}};
}

// A lost node or a preemption is nobody's failure; what only another input can mend is not tried again.
Json pod_failure_policy() {
  const Json disrupted{{"action", "Ignore"},
                       {"onPodConditions", Json::array({{{"type", "DisruptionTarget"}, {"status", "True"}}})}};
  const Json hopeless{
      {"action", "FailJob"},
      {"onExitCodes", {{"operator", "In"}, {"values", Json::array({api::exit_code::failed_by_input})}}}};
  return {{"rules", Json::array({disrupted, hopeless})}};
}

// What the user puts on pods comes first, so that it never hides a label or annotation of ours.
Json added_to(const std::string& given, const Json& ours) {
  Json all = parsed_object(given);
  all.update(ours);
  return all;
}

std::string plan_of(const ImageObservation& seen, const Inputs& inputs, const api::BuildStatus& build) {
  if (is_index(seen.wanted->spec)) return api::to_json(render_index_plan(seen, inputs, build.number, build.attempt));
  api::Plan plan = render_plan(seen, inputs, build.number, build.attempt);
  const auto& image = seen.wanted->status.image;
  // The spec may want an image of every tree by now.
  const bool leaves_it_to_packages = seen.wanted->spec.rebuild.on_tree_change == api::OnTreeChange::WhenPackagesChange;
  if (build.only_if_packages_change && leaves_it_to_packages && image) {
    plan.unless = {.packages = image->packages_digest, .image = image->digest};
  }
  return api::to_json(plan);
}

Json template_of(const ImageObservation& seen, const Inputs& inputs, const api::BuildStatus& build) {
  Json annotations = annotations_of(build);
  annotations[annotation::plan] = plan_of(seen, inputs, build);
  annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"] = "false";
  const api::PodSettings& pod = seen.builder->spec.pod;
  Json labels = labels_of(seen, build);
  // Build pods follow that label to the node of their volume, which an index does not need.
  if (is_index(seen.wanted->spec)) labels.erase(label::builder);
  return {
      {"metadata", {{"labels", added_to(pod.labels, labels)}, {"annotations", added_to(pod.annotations, annotations)}}},
      {"spec", is_index(seen.wanted->spec) ? render_index_pod_spec(seen) : render_pod_spec(seen, inputs)}};
}

Json spec_of(const ImageObservation& seen, const Inputs& inputs, const api::BuildStatus& build) {
  const api::BuildSettings& settings = seen.wanted->spec.build;
  Json spec{{"backoffLimit", settings.retries},
            {"activeDeadlineSeconds", settings.timeout_seconds},
            {"podReplacementPolicy", "Failed"},
            {"podFailurePolicy", pod_failure_policy()},
            {"template", template_of(seen, inputs, build)}};
  // Kueue starts it. Without Kueue it would never start, which is what whoever names a queue has to know.
  if (!kueue_queue_of(*seen.wanted, *seen.builder).empty()) spec["suspend"] = true;
  return spec;
}

/// The queue is no part of the spec, and a Job in the wrong one has to be made anew all the same.
std::string digest_of(Json spec, const std::string& queue) {
  api::put_text(spec, "queueName", queue);
  return base::sha256_digest(base::to_canonical_json(spec));
}

}  // namespace

bool is_rendered_otherwise(const api::BuildJob& job, const ImageObservation& seen, const Inputs& inputs,
                           const api::BuildStatus& build) {
  if (job.rendered.empty()) return settings_changed(build.inputs, inputs);
  return job.rendered != digest_of(spec_of(seen, inputs, build), kueue_queue_of(*seen.wanted, *seen.builder));
}

std::string reasons_json(const std::vector<api::ReasonToBuild>& reasons) {
  Json list = Json::array();
  for (const api::ReasonToBuild& reason : reasons) {
    Json entry{{"reason", api::to_string(reason.reason)}};
    for (const api::Change& change : reason.changes) {
      entry["changes"].push_back({{"path", change.path}, {"was", change.was}, {"is", change.is}});
    }
    list.push_back(std::move(entry));
  }
  return base::to_canonical_json(list);
}

CreateOnce render_job(const ImageObservation& seen, const Inputs& inputs, const api::BuildStatus& build) {
  const api::StavesImage& image = *seen.wanted;
  Json annotations = annotations_of(build);
  annotations[annotation::reasons] = reasons_json(build.reasons);
  Json spec = spec_of(seen, inputs, build);
  const std::string& queue = kueue_queue_of(image, *seen.builder);
  annotations[annotation::rendered] = digest_of(spec, queue);
  Json labels = labels_of(seen, build);
  api::put_text(labels, api::queue_name_label, queue);
  const Json job{{"apiVersion", api_version(api::job_kind())},
                 {"kind", api::job_kind().name},
                 {"metadata",
                  {{"name", build.job_name},
                   {"namespace", image.meta.name_space},
                   {"labels", std::move(labels)},
                   {"annotations", std::move(annotations)},
                   {"ownerReferences", Json::array({owner_reference(api::stavesimage_kind(), image.meta)})}}},
                 {"spec", std::move(spec)}};
  return {.object = {api::job_kind(), image.meta.name_space, build.job_name, {}}, .body = base::to_canonical_json(job)};
}

}  // namespace staves::decide
