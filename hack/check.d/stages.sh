# shellcheck shell=bash
# The stages of hack/check: one function each, exit status 0 when all is well. They may run alone.

# Each checkout has one of its own, so that a run beside this one keeps its cluster.
check_cluster=check-$(printf '%s' "$PWD" | cksum | cut -d' ' -f1)

in_check_cluster() { # COMMAND...: with the environment of the cluster that the checks share
  hack/cluster up --name "$check_cluster"
  local environment
  environment=$(hack/cluster env --name "$check_cluster")
  (
    eval "$environment"
    "$@"
  )
}

remove_check_cluster() {
  if [[ -x hack/cluster && $EUID == 0 ]]; then hack/cluster down --name "$check_cluster" >/dev/null 2>&1 || true; fi
}

build_and_test() { # PRESET
  hack/build "$1"
  ctest --preset "$1" --no-tests=error
}

stage_format() { hack/format --check; }
stage_layers() { hack/check-layers; }
stage_dev() {
  build_and_test dev
  # Without the preset, whose own filter is the fast tests.
  ctest --test-dir build/dev --output-on-failure --no-tests=error --label-regex thorough
}
stage_asan() { build_and_test asan; }
stage_tsan() { TSAN_OPTIONS="suppressions=$PWD/tests/support/tsan.supp halt_on_error=1" build_and_test tsan; }
stage_tidy() { hack/tidy; }
stage_fuzz() { hack/fuzz all 3; }
stage_reference() { hack/update-reference --check; }
stage_chart() { tests/chart/chart_test; }

stage_scripts() {
  hack/install lint
  local scripts
  mapfile -t scripts < <(git ls-files | while read -r f; do
    if [[ -f $f && $f != *.ebuild && $f != *.eclass ]] && { [[ $f == *.sh ]] || head -c 64 "$f" | grep -aqE '^#!.*(bash|/sh)'; }; then printf '%s\n' "$f"; fi
  done)
  shellcheck -x "${scripts[@]}"
  tests/check/check_test
}

stage_spelling() {
  hack/install lint
  "${STAVES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/staves}/lint/bin/codespell" --skip='*/golden/*,*/corpus/*,*.sum,*/build/*,*.supp' \
    --ignore-words-list=aks,te,nd,ser,fo,ba,crate,mis,doman README.md CHANGELOG.md docs controller crds charts config hack tests
}

stage_programs() { hack/cluster build; }
stage_images() { tests/stage3/build && tests/tree/build; }

stage_release() { hack/build release; }

stage_cluster() { tests/cluster/cluster_test.sh; }
stage_schema() { in_check_cluster tests/schema/schema_test; }
stage_publish() { tests/oci/publish_test build/release/controller/bin; }
stage_sources() { tests/oci/overlay_test build/release/controller/bin; }
stage_emerge() { tests/portage/emerge_step_test; }

stage_contract() {
  hack/build dev
  # Without the preset, whose own filter is the fast tests.
  in_check_cluster ctest --test-dir build/dev --output-on-failure --no-tests=error --label-regex cluster
}

# The whole way, on a cluster with image volumes and user namespaces; then what differs on one without, as older ones are.
stage_e2e() { tests/e2e/run --name "$check_cluster"; }
# Some of them once more behind the fault proxy; the others of its faults when asked for (tests/e2e/run --fault).
stage_faults() {
  local fault
  for fault in status dropWatch duplicateReply; do
    tests/e2e/run --name "$check_cluster" --fault "$fault" \
      a_warm_build_compiles_nothing_and_a_changed_flag_compiles_one_package \
      a_deleted_job_is_made_again_and_the_build_ends
  done
}
# What the README promises, the second time on what the first has left.
stage_quickstart() {
  hack/quickstart --name "$check_cluster"
  hack/quickstart --name "$check_cluster"
}

stage_e2e_plain() {
  hack/cluster down --name "$check_cluster"
  hack/build dev
  tests/e2e/run --name "$check_cluster" --plain \
    a_bash_image_built_from_source_runs_and_its_digest_is_the_registrys \
    a_warm_build_compiles_nothing_and_a_changed_flag_compiles_one_package \
    a_cxx_program_gets_its_libraries_and_a_c_program_gets_none \
    bad_requests_fail_with_class_package_and_advice \
    wrong_push_credentials_fail_before_anything_is_compiled \
    a_deleted_pod_is_replaced_and_the_build_ends \
    a_controller_killed_while_the_pod_compiles_makes_one_build \
    full_lists_come_as_streams_or_from_an_older_server_in_pages \
    the_controller_asks_for_nothing_that_it_may_not
  # The client against a server that streams no lists.
  in_check_cluster ctest --test-dir build/dev --output-on-failure --no-tests=error --tests-regex '^kube_contract$'
}
