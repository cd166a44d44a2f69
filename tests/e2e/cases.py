#!/usr/bin/env python3
"""cases.py [CASE...]: what the product promises, on a real cluster. Every case has a namespace of its own, so that one fills no
other's cache. Those that disturb nobody run two at a time. Prints one line per case and at last `N passed, N failed`."""
import concurrent.futures
import sys
import time
import traceback

import breakage
import builds
import failures
from cluster import Failed

BESIDE_EACH_OTHER = [
    builds.a_bash_image_built_from_source_runs_and_its_digest_is_the_registrys,
    failures.a_build_that_runs_out_of_time_says_what_it_was_at,
    builds.a_warm_build_compiles_nothing_and_a_changed_flag_compiles_one_package,
    builds.applying_the_same_again_builds_nothing_and_writes_nothing,
    builds.a_cxx_program_gets_its_libraries_and_a_c_program_gets_none,
    builds.other_tools_agree_that_the_image_is_valid,
    builds.warnings_of_ebuilds_stand_on_the_resource,
    builds.a_wanted_rebuild_of_the_same_inputs_makes_a_second_build,
    failures.bad_requests_fail_with_class_package_and_advice,
    failures.a_compile_error_has_phase_and_log_tail,
    failures.a_missing_builder_is_said_and_mended_by_applying_it,
    failures.wrong_push_credentials_fail_before_anything_is_compiled,
    breakage.a_deleted_pod_is_replaced_and_the_build_ends,
    breakage.a_deleted_job_is_made_again_and_the_build_ends,
    breakage.deleting_the_image_removes_its_jobs_and_keeps_the_cache,
]
ALONE = [
    breakage.a_controller_killed_while_the_pod_compiles_makes_one_build,
    breakage.a_controller_killed_right_after_the_job_was_made_makes_one_build,
    breakage.the_controller_asks_for_nothing_that_it_may_not,
]


def passes(case):
    started = time.monotonic()
    try:
        case()
    except (Failed, Exception) as error:  # a case that breaks is a case that failed
        trace = "" if isinstance(error, Failed) else "\n" + traceback.format_exc()
        print(f"FAILED {case.__name__} ({time.monotonic() - started:.1f} s): {error}{trace}", flush=True)
        return False
    print(f"ok     {case.__name__} ({time.monotonic() - started:.1f} s)", flush=True)
    return True


def main(wanted):
    def chosen(cases):
        return [case for case in cases if not wanted or case.__name__ in wanted]

    unknown = set(wanted) - {case.__name__ for case in BESIDE_EACH_OTHER + ALONE}
    if unknown:
        sys.exit(f"cases.py: no such case: {', '.join(sorted(unknown))}")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(passes, chosen(BESIDE_EACH_OTHER)))
    results += [passes(case) for case in chosen(ALONE)]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
