"""Cases about when builds run."""
from breakage import SLOW, emerging
from cluster import Namespace, builder, check, condition, image

NAMES = ("one", "two", "three")


def a_builder_with_one_place_builds_one_image_after_the_other():
    with Namespace("queue") as ns:
        ns.apply(builder(maxConcurrentBuilds=1), *(image(name, ["dev-libs/chain-d"]) for name in NAMES))
        queued = [state for name in NAMES for state in ns.wait_ready(name)[1] if condition(state, "Ready").get("reason") == "Queued"]
        told = {condition(state, "Ready")["message"] for state in queued}
        check(any("in the queue of builder glibc" in message for message in told), f"nobody was told a position: {told}")
        builds = sorted((ns.get("stavesimage", name)["status"]["build"] for name in NAMES), key=lambda build: build["startTime"])
        for first, second in zip(builds, builds[1:]):
            check(first["completionTime"] <= second["startTime"], f"two builds at once: {first['startTime']} to {first['completionTime']} and from {second['startTime']}")
        check(builds[-1]["metrics"]["queueSeconds"] > builds[0]["metrics"]["queueSeconds"], f"waits: {[b['metrics']['queueSeconds'] for b in builds]}")
        check(len(ns.names("job")) == len(NAMES), f"Jobs: {ns.names('job')}")
        ns.wait("stavesbuilder", "glibc", lambda o: o["status"].get("builds", {}).get("running") == 0, "idle", 60)


def a_cancelled_build_ends_with_its_pod_and_is_built_again_when_asked_for():
    with Namespace("cancel") as ns:
        ns.apply(builder(), image("slow", **SLOW))
        ns.wait("stavesimage", "slow", emerging, "compiling")
        ns.kubectl("annotate", "stavesimage", "slow", "staves.dev/cancel=1")
        cancelled, _ = ns.wait("stavesimage", "slow", lambda o: condition(o, "Ready").get("reason") == "Cancelled", "cancelled", 120)
        check(not ns.names("job") and not ns.names("pod"), f"left over: {ns.names('job')} {ns.names('pod')}")
        check(cancelled["status"]["history"][0]["result"] == "Cancelled", f"history: {cancelled['status']['history']}")
        check("staves.dev/rebuild" in condition(cancelled, "Ready")["message"], f"message: {condition(cancelled, 'Ready')}")
        ns.kubectl("annotate", "stavesimage", "slow", "staves.dev/rebuild=please")
        built, _ = ns.wait_ready("slow")
        check(built["status"]["build"]["number"] == 2, f"build {built['status']['build']['number']}")
