#!/usr/bin/env python3
"""cases.py [CASE...]: what the product promises, on a real cluster. Every case has a namespace of its own, so that one fills no
other's cache. Those that disturb nobody run two at a time. Prints one line per case and at last `N passed, N failed`."""
import concurrent.futures
import sys
import time
import traceback

import breakage
import builds
import caches
import chain
import command_line
import contents
import failures
import overlays
import platforms
import rebuild
import recipes
import scheduling
import trust
from cluster import Failed

BESIDE_EACH_OTHER = [
    builds.a_bash_image_built_from_source_runs_and_its_digest_is_the_registrys,
    failures.a_build_that_runs_out_of_time_says_what_it_was_at,
    builds.a_warm_build_compiles_nothing_and_a_changed_flag_compiles_one_package,
    builds.applying_the_same_again_builds_nothing_and_writes_nothing,
    builds.a_cxx_program_gets_its_libraries_and_a_c_program_gets_none,
    builds.a_stage3_with_musl_makes_an_image_that_runs,
    chain.a_builder_made_by_a_builder_builds_an_image_that_runs,
    chain.builders_that_lead_back_to_each_other_are_refused_and_mended,
    platforms.an_image_for_two_platforms_is_an_index_of_two_that_run,
    platforms.what_one_node_cannot_build_is_refused_before_anything_is_made,
    builds.packages_of_the_stage3_are_packed_instead_of_compiled,
    builds.other_tools_agree_that_the_image_is_valid,
    builds.warnings_of_ebuilds_stand_on_the_resource,
    builds.a_wanted_rebuild_of_the_same_inputs_makes_a_second_build,
    contents.an_image_that_fails_its_own_test_is_not_pushed,
    contents.a_locale_works_in_the_image,
    contents.an_image_has_only_what_runs_and_what_it_keeps,
    contents.what_is_configured_for_a_package_is_obeyed,
    contents.libraries_of_the_compiler_come_as_they_are_asked_for,
    contents.live_ebuilds_are_built_anew_and_never_cached,
    scheduling.a_cancelled_build_ends_with_its_pod_and_is_built_again_when_asked_for,
    scheduling.a_builder_with_one_place_builds_one_image_after_the_other,
    rebuild.a_schedule_builds_when_its_minute_comes,
    rebuild.a_tree_that_is_held_back_builds_nothing_until_another_build_takes_it,
    rebuild.a_tree_that_changes_no_package_of_an_image_makes_no_image,
    rebuild.a_job_in_a_queue_waits_until_it_is_resumed,
    failures.bad_requests_fail_with_class_package_and_advice,
    failures.a_compile_error_has_phase_and_log_tail,
    failures.two_images_that_push_one_tag_are_told_of_each_other,
    failures.a_missing_builder_is_said_and_mended_by_applying_it,
    failures.wrong_push_credentials_fail_before_anything_is_compiled,
    recipes.a_staves_toml_builds_what_the_equal_fields_build,
    recipes.a_config_map_is_waited_for_and_its_change_is_a_change_of_the_spec,
    recipes.what_env_says_reaches_the_compiler_and_nothing_breaks_out_of_it,
    recipes.an_environment_keeps_exactly_its_package_out_of_the_cache,
    recipes.a_staves_toml_allows_keywords_masks_and_licences_and_sets_flags,
    overlays.a_public_overlay_is_pinned_shared_and_followed,
    overlays.private_overlays_by_ssh_and_password_and_nothing_secret_is_told,
    overlays.a_wrong_key_is_told_and_mended,
    overlays.a_missing_secret_is_said_and_mended_by_applying_it,
    trust.an_authority_of_ones_own_is_trusted_by_builds_and_by_the_operator,
    trust.what_is_fetched_goes_through_the_proxy_and_what_needs_none_does_not,
    breakage.a_deleted_pod_is_replaced_and_the_build_ends,
    breakage.a_deleted_job_is_made_again_and_the_build_ends,
    breakage.deleting_the_image_removes_its_jobs_and_keeps_the_cache,
    command_line.a_staves_toml_is_built_and_the_exit_code_says_how_it_went,
    command_line.ctrl_c_leaves_a_build_running_and_logs_follow_it_to_its_end,
    command_line.the_command_line_needs_no_library_and_no_file_of_the_machine,
    command_line.whoever_may_not_or_cannot_is_told_what_to_do,
    caches.a_bounded_cache_loses_what_was_not_used_for_longest_and_the_next_build_works,
    caches.a_pod_killed_while_it_writes_the_cache_leaves_nothing_that_harms,
    caches.builds_that_write_the_cache_at_once_lose_no_package,
    caches.builds_of_a_builder_land_on_the_node_of_its_volume,
]
ALONE = [
    rebuild.an_image_that_the_registry_lost_is_built_again,
    breakage.a_controller_killed_while_the_pod_compiles_makes_one_build,
    breakage.a_controller_killed_right_after_the_job_was_made_makes_one_build,
    breakage.full_lists_come_as_streams_or_from_an_older_server_in_pages,
    command_line.what_explain_says_is_what_the_operator_does_next,
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
