"""Cases about things that die or are taken away in the middle of a build."""
import json
import os
import signal

from cluster import PLAIN, Namespace, builder, check, image, now, requests_of_controller, run, writes_of_controller
from processes import controller_pids

SLOW = {"packages": ["app-misc/sleeper"], "makeConf": {"SLEEPER_SECONDS": "25"}}


def kill_controller():
    pids = controller_pids(os.environ["E2E_CLUSTER"])
    check(len(pids) == 1, f"controllers: {pids}")
    os.kill(pids[0], signal.SIGKILL)


def emerging(o):
    return o.get("status", {}).get("build", {}).get("step") == "Emerge" and "sleeper" in json.dumps(o["status"]["build"].get("progress", {}))


def one_build(ns, name, since):
    check(ns.get("stavesimage", name)["status"]["build"]["number"] == 1, "more than one build")
    check(len(ns.names("job")) == 1, f"Jobs: {ns.names('job')}")
    created = [w for w in writes_of_controller(ns.name, since) if w[0] == "create" and w[1] == "jobs" and w[4] == 201]
    check(len(created) == 1, f"Jobs were created: {created}")


def a_controller_killed_while_the_pod_compiles_makes_one_build():
    with Namespace("kill-compiling") as ns:
        since = now()
        ns.apply(builder(), image("slow", **SLOW))
        ns.wait("stavesimage", "slow", emerging, "compiling")
        kill_controller()
        ns.wait_ready("slow")
        one_build(ns, "slow", since)


def a_controller_killed_right_after_the_job_was_made_makes_one_build():
    with Namespace("kill-early") as ns:
        since = now()
        ns.apply(builder(), image("slow", **SLOW))
        run("timeout", "60", "sh", "-c", f"kubectl -n {ns.name} get jobs --watch -o name | head -n 1")
        kill_controller()
        ns.wait_ready("slow")
        one_build(ns, "slow", since)


def a_deleted_pod_is_replaced_and_the_build_ends():
    with Namespace("delete-pod") as ns:
        ns.apply(builder(), image("slow", **SLOW))
        ns.wait_emerge(8)
        ns.kubectl("delete", "pod", "-l", "staves.dev/image=slow", "--grace-period=1")
        ready, _ = ns.wait_ready("slow")
        check(ready["status"]["build"]["number"] == 1, f"{ready['status']['build']}")


def a_deleted_job_is_made_again_and_the_build_ends():
    with Namespace("delete-job") as ns:
        ns.apply(builder(), image("slow", **SLOW))
        ns.wait_emerge(8)
        ns.kubectl("delete", "job", "-l", "staves.dev/image=slow", "--wait=false")
        ready, _ = ns.wait_ready("slow")
        check(ready["status"]["build"]["attempt"] == 2, f"{ready['status']['build']}")


def deleting_the_image_removes_its_jobs_and_keeps_the_cache():
    with Namespace("delete-image") as ns:
        ns.apply(builder(), image("chain", ["dev-libs/chain-d"]))
        job = ns.wait_ready("chain")[0]["status"]["build"]["jobRef"]["name"]
        ns.kubectl("delete", "stavesimage", "chain")
        ns.kubectl("wait", "--for=delete", f"job/{job}", "--timeout=60s")
        check(ns.names("persistentvolumeclaim") == ["glibc-cache"], "the cache volume is gone")
        ns.kubectl("delete", "stavesbuilder", "glibc")
        check(ns.names("persistentvolumeclaim") == ["glibc-cache"], "the cache volume went with its builder")


def full_lists_come_as_streams_or_from_an_older_server_in_pages():
    own = [e for e in requests_of_controller() if e.get("objectRef", {}).get("resource") == "stavesimages"]
    # A watch that goes on is not finished, but its answer has begun.
    begun = [e for e in requests_of_controller(stage="ResponseStarted") if e.get("objectRef", {}).get("resource") == "stavesimages"]
    streams = {e["responseStatus"]["code"] for e in begun if e["verb"] == "watch" and "sendInitialEvents=true" in e["requestURI"]}
    pages = [e for e in own if e["verb"] == "list" and "limit=500" in e["requestURI"] and e["responseStatus"]["code"] == 200]
    check(streams == {422} and pages if PLAIN else 200 in streams, f"streams ended with {streams}, {len(pages)} lists in pages")


def the_controller_asks_for_nothing_that_it_may_not():
    own = requests_of_controller()
    check(len(own) > 20, "the audit log does not know the controller")
    # A namespace that is going away answers 403 as well, whatever the rights are.
    forbidden = [e for e in own if e["responseStatus"]["code"] == 403 and "being terminated" not in e["responseStatus"].get("message", "")]
    refused = {(e["verb"], e.get("objectRef", {}).get("resource")) for e in forbidden}
    check(not refused, f"forbidden requests: {refused}")
