"""Cases about what builds again by itself, what is held back, and a queue that is not ours."""
import datetime

from breakage import kill_controller
from command_line import expect, staves
from cluster import REGISTRY, TREE, Namespace, builder, check, condition, image, is_ready, run

# Small, and in the cache from the first build on.
QUICK = ["app-misc/flagged"]


def reasons_of(o):
    return [reason["reason"] for reason in o["status"]["build"]["reasons"]]


def minute_of(time):
    return int(datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()) // 60


def built(number):
    def holds(o):
        build = o.get("status", {}).get("build", {})
        return is_ready(o) and build.get("number") == number and "completionTime" in build
    return holds


def a_schedule_builds_when_its_minute_comes():
    with Namespace("schedule") as ns:
        ns.apply(builder(), image("hourly", QUICK))
        first = ns.wait_ready("hourly")[0]["status"]["build"]
        ns.apply(image("hourly", QUICK, rebuild={"schedule": "* * * * *"}))
        second, _ = ns.wait("stavesimage", "hourly", built(2), "built on schedule", 180)
        check(reasons_of(second) == ["Schedule"], f"{reasons_of(second)}")
        build = second["status"]["build"]
        check(minute_of(first["queuedTime"]) < minute_of(build["queuedTime"]), f"no minute began between {first['queuedTime']} and {build['queuedTime']}")
        ns.apply(image("hourly", QUICK))
        last = ns.wait_ready("hourly")[0]["status"]["build"]
        minutes = minute_of(last["queuedTime"]) - minute_of(first["queuedTime"])
        check(last["number"] - 1 <= minutes, f"build {last['number']} after {minutes} minutes: more than one a minute")


def a_tree_that_is_held_back_builds_nothing_until_another_build_takes_it():
    moved = f"{REGISTRY}/e2e/moved-tree:1"
    run("crane", "mutate", "--insecure", TREE, "--label", "staves.test=moved", "--tag", moved)
    with Namespace("held-back") as ns:
        ns.apply(builder(), image("held", QUICK, rebuild={"onTreeChange": "Never"}), image("bystander", QUICK))
        first = ns.wait_ready("held")[0]["status"]["build"]
        ns.wait_ready("bystander")
        newer = builder()
        newer["spec"]["portage"]["snapshot"] = {"image": moved}
        ns.apply(newer)
        bystander, _ = ns.wait("stavesimage", "bystander", built(2), "built with the new tree")
        check(reasons_of(bystander) == ["Tree"], f"{reasons_of(bystander)}")
        held = ns.get("stavesimage", "held")
        check(is_ready(held) and held["status"]["build"]["number"] == 1, f"{held['status']}")
        ns.kubectl("annotate", "stavesimage", "held", "staves.dev/rebuild=please")
        second = ns.wait("stavesimage", "held", built(2), "built again")[0]
        check(reasons_of(second) == ["Trigger", "Tree"], f"{reasons_of(second)}")
        check(second["status"]["build"]["inputs"]["tree"] != first["inputs"]["tree"], "the old tree once more")


def a_tree_that_changes_no_package_of_an_image_makes_no_image():
    moved = f"{REGISTRY}/e2e/same-tree:1"
    run("crane", "mutate", "--insecure", TREE, "--label", "staves.test=same", "--tag", moved)
    with Namespace("same-packages") as ns:
        # One after the other: two builds at once in an empty cache may compile a package each, of which the cache keeps one.
        ns.apply(builder(), image("kept", QUICK))
        first = ns.wait_ready("kept")[0]["status"]
        ns.apply(image("always", QUICK, rebuild={"onTreeChange": "Always"}))
        ns.wait_ready("always")
        newer = builder()
        newer["spec"]["portage"]["snapshot"] = {"image": moved}
        ns.apply(newer)
        kept, _ = ns.wait("stavesimage", "kept", built(2), "looked at with the new tree")
        status = kept["status"]
        check(reasons_of(kept) == ["Tree"] and status["build"]["packagesUnchanged"], f"{status['build']}")
        check(status["image"]["pushedTime"] == first["image"]["pushedTime"], "it was pushed again")
        check(status["build"]["inputs"]["tree"] != first["build"]["inputs"]["tree"], "the old tree once more")
        expect(staves(ns, "status", "kept"), 0, "the packages stay the same, and so does the image")
        always, _ = ns.wait("stavesimage", "always", built(2), "built with the new tree")
        check("packagesUnchanged" not in always["status"]["build"] and always["status"]["image"]["pushedTime"] > first["image"]["pushedTime"], f"{always['status']}")
        check(status["history"][0]["result"] == "Unchanged", f"{status['history']}")
        run("crane", "mutate", "--insecure", TREE, "--label", "staves.test=lost", "--tag", moved)
        run("crane", "delete", "--insecure", status["image"]["reference"])
        newer["spec"]["portage"]["snapshot"] = {"image": f"{moved.rsplit(':', 1)[0]}@" + run("crane", "digest", "--insecure", moved).strip()}
        ns.apply(newer)
        healed, _ = ns.wait("stavesimage", "kept", built(3), "made again because the registry lost it")
        check("packagesUnchanged" not in healed["status"]["build"] and healed["status"]["build"]["metrics"]["compiledPackages"] == 0, f"{healed['status']}")
        run("crane", "digest", "--insecure", healed["status"]["image"]["reference"])
        ns.apply(image("kept", ["app-misc/devfiles"]))
        changed, _ = ns.wait("stavesimage", "kept", built(4), "built with other packages")
        check(changed["status"]["image"]["digest"] != first["image"]["digest"], "the old image")


def a_job_in_a_queue_waits_until_it_is_resumed():
    """Without Kueue: the test resumes the Job as Kueue would."""
    with Namespace("kueue") as ns:
        ns.apply(builder(queueName="builds"), image("queued", QUICK, build={"timeoutSeconds": 60}))
        waiting, _ = ns.wait("stavesimage", "queued", lambda o: "queue builds" in condition(o, "Ready").get("message", ""), "waiting in the queue", 120)
        check(condition(waiting, "Ready")["reason"] == "Queued", f"{condition(waiting, 'Ready')}")
        job = ns.get("job")[0]
        check(job["spec"]["suspend"] and job["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "builds", f"{job['metadata']}")
        check(not ns.names("pod"), f"pods: {ns.names('pod')}")
        ns.kubectl("patch", "job", job["metadata"]["name"], "--type=merge", "-p", '{"spec": {"suspend": false}}')
        check(ns.wait_ready("queued")[0]["status"]["build"]["number"] == 1, "another build")
        ns.apply(builder(queueName="others"), image("bystander", QUICK, queueName="mine"))
        ns.wait("stavesimage", "bystander", lambda o: "queue mine" in condition(o, "Ready").get("message", ""), "waiting in its own queue", 120)
        check(ns.get("stavesimage", "queued")["status"]["build"]["number"] == 1, "another queue built again")


def an_image_that_the_registry_lost_is_built_again():
    """The controller asks every five minutes at most; a new one asks at once."""
    with Namespace("lost") as ns:
        ns.apply(builder(), image("lost", QUICK))
        ns.wait_ready("lost")
        seen, _ = ns.wait("stavesimage", "lost", lambda o: "seenTime" in o["status"]["image"], "seen in the registry", 60)
        run("crane", "delete", "--insecure", seen["status"]["image"]["reference"])
        kill_controller()
        again, _ = ns.wait("stavesimage", "lost", built(2), "built again", 300)
        check(reasons_of(again) == ["ImageMissing"], f"{reasons_of(again)}")
        check(again["status"]["build"]["metrics"]["compiledPackages"] == 0, f"{again['status']['build']['metrics']}")
        run("crane", "digest", "--insecure", again["status"]["image"]["reference"])
