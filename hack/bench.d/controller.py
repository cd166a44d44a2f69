#!/usr/bin/env python3
"""controller.py: what the controller costs on an API server with many objects, run outside of the cluster as the release build.
No pod of it ever runs: a scheduler that does not exist is named, and results of pods are written here as a kubelet would."""
import collections
import datetime
import json
import os
import signal
import sys
import time

from objects import DIGEST, api, builder, counted, image, images_of, namespace
from program import HEALTH, METRICS, Controller, quiet, until

IMAGES = int(os.environ.get("BENCH_IMAGES", "3000"))
UNRELATED = int(os.environ.get("BENCH_UNRELATED", "10000"))
BURST = int(os.environ.get("BENCH_BURST", "1000"))
RATE_SECONDS = int(os.environ.get("BENCH_RATE_SECONDS", "60"))
PER_SECOND = 5
AGENT = "staves-controller"


def crowd():
    """What a busy cluster has and the controller must not care for."""
    name = namespace("bench-crowd")
    pod = {"schedulerName": "nobody", "restartPolicy": "Never", "containers": [{"name": "c", "image": "registry.invalid/c"}]}
    share = UNRELATED // 10
    api.create(f"/api/v1/namespaces/{name}/secrets", ({"metadata": {"name": f"s{i}"}, "stringData": {"k": "x" * 1000}} for i in range(5 * share)))
    api.create(f"/apis/batch/v1/namespaces/{name}/jobs", ({"metadata": {"name": f"j{i}"}, "spec": {"suspend": True, "template": {"spec": pod}}} for i in range(3 * share)))
    api.create(f"/api/v1/namespaces/{name}/pods", ({"metadata": {"name": f"p{i}"}, "spec": pod} for i in range(2 * share)))


def calls(since, agent=AGENT):
    """Finished calls of the controller in the audit log since a moment."""
    with open(os.environ["STAVES_AUDIT_LOG"], encoding="utf-8") as log:
        for line in log:
            if f'"userAgent":"{agent}' not in line and agent:
                continue
            entry = json.loads(line)
            if entry["stage"] == "ResponseComplete" and entry["requestReceivedTimestamp"] >= since:
                yield entry


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def stored(since, verbs, resource, name_space, agent, subresource=""):
    """Name and moment of each write that the server has carried out."""
    for entry in calls(since, agent):
        ref = entry.get("objectRef", {})
        told = (ref.get("resource"), ref.get("namespace"), ref.get("subresource", ""))
        if entry["verb"] in verbs and told == (resource, name_space, subresource) and entry["responseStatus"]["code"] < 300:
            yield ref.get("name", ""), moment(entry["stageTimestamp"])


def quantiles(title, values):
    values = sorted(values)
    at = lambda part: values[min(len(values) - 1, int(len(values) * part))] * 1000
    print(f"{title:58} p50 {at(0.5):8.1f} ms   p99 {at(0.99):8.1f} ms   of {len(values)}", flush=True)


def say(title, value, unit):
    print(f"{title:58} {value:12.2f} {unit}", flush=True)


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def grow(controller):
    """Images in steps, each with its Job and pod: what one more costs."""
    name = namespace("bench-many")
    builder(name)
    quiet(controller)
    sizes = []
    for number in (IMAGES // 3, IMAGES):
        have = counted(images_of(name)) if sizes else 0
        began, used = time.monotonic(), controller.cpu_seconds()
        api.create(images_of(name), (image(i) for i in range(have, number)))
        until(lambda: counted(f"/api/v1/namespaces/{name}/pods") >= number, "every image has a pod", 1800, 1)
        quiet(controller)
        sizes.append((number, controller.status("VmRSS")))
        say(f"{number} images with Job and pod: resident", sizes[-1][1] / 1024, "MiB")
        say("  CPU of the controller for each new one", (controller.cpu_seconds() - used) / (number - have) * 1000, "ms")
        say("  until all had Job and pod", time.monotonic() - began, "s")
    (few, small), (many, large) = sizes
    say("each further image with its Job and pod", (large - small) / (many - few), "KiB")


def restart():
    """A new process on all that."""
    controller = Controller()
    until(lambda: controller.rounds() > 0, "the first round", 120)
    say(f"restart with {IMAGES} images: first decision after", time.monotonic() - controller.started, "s")
    say("  resident then", controller.status("VmRSS") / 1024, "MiB")
    until(lambda: controller.rounds() >= IMAGES, "a round for every image", 300)
    say("  a round for every image after", time.monotonic() - controller.started, "s")
    quiet(controller)
    say("  resident when it rests", controller.status("VmRSS") / 1024, "MiB")
    say("  resident at most until then", controller.status("VmHWM") / 1024, "MiB")
    say("  CPU until it rests", controller.cpu_seconds(), "s")
    return controller


def burst(controller):
    name = namespace("bench-burst")
    builder(name)
    quiet(controller)
    since, used = now(), controller.cpu_seconds()
    api.create(images_of(name), (image(i) for i in range(BURST)))
    until(lambda: counted(f"/apis/batch/v1/namespaces/{name}/jobs") >= BURST, "every image has a Job", 600, 0.5)
    quiet(controller)
    made = {n.rsplit("-", 2)[0]: t for n, t in stored(since, ("create",), "jobs", name, AGENT)}
    quantiles(f"burst of {BURST}: image stored to Job stored", [made[n] - t for n, t in stored(since, ("create",), "stavesimages", name, "bench")])
    say("  CPU of the controller for each", (controller.cpu_seconds() - used) / BURST * 1000, "ms")
    tell_calls(since, name, BURST)


def tell_calls(since, name, number):
    kinds = collections.Counter((e["verb"], e["objectRef"]["resource"], e["objectRef"].get("subresource", "")) for e in calls(since) if e.get("objectRef", {}).get("namespace") == name)
    for (verb, resource, part), count in sorted(kinds.items()):
        say(f"  calls for each: {verb} {resource}{'/' + part if part else ''}", count / number, "")


def steady():
    """A few a second, as a busy farm has them."""
    name = namespace("bench-steady")
    builder(name)
    time.sleep(3)
    since, began = now(), time.monotonic()
    for number in range(PER_SECOND * RATE_SECONDS):
        time.sleep(max(0, began + number / PER_SECOND - time.monotonic()))
        api.call("POST", images_of(name), image(number))
    until(lambda: counted(f"/api/v1/namespaces/{name}/pods") >= PER_SECOND * RATE_SECONDS, "every image has a pod", 120, 0.5)
    made = {n.rsplit("-", 2)[0]: t for n, t in stored(since, ("create",), "jobs", name, AGENT)}
    quantiles(f"{PER_SECOND} a second for {RATE_SECONDS} s: image stored to Job stored", [made[n] - t for n, t in stored(since, ("create",), "stavesimages", name, "bench")])
    return name


def results(name):
    """The pods end well, one after the other: how long until the resource says so."""
    published = {"outcome": "Succeeded", "publish": {"digest": DIGEST, "sizeBytes": 1, "uncompressedBytes": 1, "layers": 1, "platform": "linux/amd64"}}
    emerged = {"outcome": "Succeeded", "emerge": {"compiled": 0, "cached": 3, "packages": 3}}
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    ended = lambda said: {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": stamp, "finishedAt": stamp, "message": json.dumps(said)}}
    said = {"tools": {"outcome": "Succeeded"}, "sources": {"outcome": "Succeeded"}, "emerge": emerged, "publish": published}
    since = now()
    pods = api.items(f"/api/v1/namespaces/{name}/pods")
    image_of = {pod["metadata"]["name"]: pod["metadata"]["labels"]["staves.dev/image"] for pod in pods}
    for pod in pods:
        states = [{"name": c["name"], "image": "", "imageID": "", "ready": False, "restartCount": 0, "state": ended(said[c["name"]])} for c in pod["spec"]["containers"]]
        body = {"status": {"phase": "Succeeded", "containerStatuses": states}}
        api.call("PATCH", f"/api/v1/namespaces/{name}/pods/{pod['metadata']['name']}/status", body, "application/strategic-merge-patch+json")
        time.sleep(0.1)
    is_ready = lambda one: any(c["type"] == "Ready" and c["status"] == "True" for c in one.get("status", {}).get("conditions", []))
    until(lambda: all(map(is_ready, api.items(images_of(name)))), "every image is Ready", 120, 0.5)
    ready = dict(stored(since, ("patch",), "stavesimages", name, AGENT, "status"))
    waits = [ready[image_of[n]] - t for n, t in stored(since, ("patch",), "pods", name, "bench", "status") if image_of[n] in ready]
    quantiles("result in the pod to resource Ready", waits)


def failover():
    """Two replicas; how long nobody works when the leader ends in order, and when it is killed."""
    name = namespace("bench-failover")
    builder(name)
    options = ("--leader-elect", "on", "--leader-elect-namespace", name)
    for number, (how, title) in enumerate(((signal.SIGTERM, "ends in order"), (signal.SIGKILL, "is killed"))):
        leader = Controller(*options)
        until(lambda: leads(leader), "a leader", 60)
        follower = Controller(*options, metrics=METRICS + 2, health=HEALTH + 2)
        until(lambda: "leader_election_master_status" in str(follower.numbers()), "a follower", 60)
        quiet(follower)
        began = time.monotonic()
        leader.process.send_signal(how)
        api.call("POST", images_of(name), image(number))
        until(lambda: counted(f"/apis/batch/v1/namespaces/{name}/jobs") > number and leads(follower), "the other made a Job", 120)
        say(f"failover: the leader {title}, Job of the other after", time.monotonic() - began, "s")
        leader.process.wait(60)
        follower.stop()


def leads(controller):
    return any(name.startswith("leader_election_master_status") and value == 1 for name, value in controller.numbers().items())


def rest(controller, seconds=60):
    """Converged means silent."""
    since = now()
    time.sleep(seconds)
    kinds = collections.Counter(e["verb"] for e in calls(since))
    print(f"{'converged, for ' + str(seconds) + ' s: calls':58} {dict(kinds) or 'none'}", flush=True)
    say("  resident", controller.status("VmRSS") / 1024, "MiB")
    if any(verb != "watch" for verb in kinds):
        sys.exit("controller.py: error: a converged cluster was written to, or read")


def main():
    print(f"\nThe controller beside {UNRELATED} Jobs, Secrets and pods of others")
    crowd()
    controller = Controller()
    until(lambda: controller.rounds() >= 0 and controller.numbers(), "metrics are there", 60)
    quiet(controller)
    say("with nothing to do: resident", controller.status("VmRSS") / 1024, "MiB")
    grow(controller)
    controller.stop()
    controller = restart()
    burst(controller)
    results(steady())
    quiet(controller)
    rest(controller)
    controller.stop()
    failover()


if __name__ == "__main__":
    main()
