#!/usr/bin/env python3
"""builds.py: what a build costs on the cluster of tests/e2e: the warm way step by step, calls to the API server, memory, and
the time from a changed spec to its Job."""
import datetime
import json
import os
import statistics
import subprocess

from breakage import controller_pids
from cluster import CONTROLLER, REGISTRY, Namespace, builder, image, now, writes_of_controller

WARM_RUNS = 5
BURST = 100


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def row(name, values, unit):
    values = sorted(values)
    print(f"{name:44} {statistics.median(values):10.3f} {values[0]:10.3f} {values[-1]:10.3f}  {unit}")


def resident_kib():
    with open(f"/proc/{controller_pids()[0]}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def ready_seconds(built):
    """From the resource's creation to Ready=True, as the resource itself tells it (whole seconds), and by step."""
    ready = next(c for c in built["status"]["conditions"] if c["type"] == "Ready")
    return (moment(ready["lastTransitionTime"]) - moment(built["metadata"]["creationTimestamp"])).total_seconds()


def warm_builds():
    print(f"\nA bash image, cold, then {WARM_RUNS} times warm in other images of the same builder (median, least, most)")
    spec = {"packages": ["app-shells/bash"], "config": {"entrypoint": ["/bin/bash", "-c"]}}
    with Namespace("bench-warm") as ns:
        ns.apply(builder(), image("cold", **spec))
        row("cold: created to Ready", [ready_seconds(ns.wait_ready("cold")[0])], "s")
        results, writes = [], []
        for number in range(WARM_RUNS):
            since = now()
            started = datetime.datetime.now(datetime.timezone.utc)
            ns.apply(image(f"warm-{number}", **spec))
            built = ns.wait_ready(f"warm-{number}")[0]
            results.append(((datetime.datetime.now(datetime.timezone.utc) - started).total_seconds(), built["status"]["build"]["metrics"]))
            done = writes_of_controller(ns.name, since)
            writes.append([w for w in done if w[1] != "events"])
        row("warm: applied to Ready, seen by a watch", [r[0] for r in results], "s")
        for step in results[0][1]["steps"]:
            same = [s["seconds"] for r in results for s in r[1]["steps"] if s["name"] == step["name"]]
            row("  " + step["name"], same, "s")
        row("packages compiled", [r[1]["compiledPackages"] for r in results], "")
        row("writes per build besides events", [len(w) for w in writes], "calls")
        print("  of the last build:", json.dumps([w[:3] for w in writes[-1]]))


def spec_to_job():
    """Pods of this builder fit no node, so Jobs are made and nothing else competes for the processors."""
    print(f"\nSpec to Job: {BURST} images created one after the other")
    with Namespace("bench-burst") as ns:
        before = resident_kib()
        ns.apply(builder(pod={"nodeSelector": {"no-such": "node"}}))
        ns.wait("stavesbuilder", "glibc", lambda o: any(c["type"] == "Ready" and c["status"] == "True" for c in o.get("status", {}).get("conditions", [])), "Ready", 60)
        since = now()
        for number in range(BURST):
            ns.apply(image(f"i{number}", ["dev-libs/chain-d"]))
        ns.wait("stavesimage", f"i{BURST - 1}", lambda o: o.get("status", {}).get("build"), "decided", 120)
        subprocess.run(["kubectl", "-n", ns.name, "wait", "stavesimage", "--all", "--for=jsonpath={.status.build.number}=1", "--timeout=120s"], check=True, stdout=subprocess.DEVNULL)
        applied, made = {}, {}
        with open(os.environ["STAVES_AUDIT_LOG"], encoding="utf-8") as log:
            for line in log:
                entry = json.loads(line)
                ref = entry.get("objectRef", {})
                if entry["stage"] != "ResponseComplete" or ref.get("namespace") != ns.name or entry["verb"] not in ("create", "patch"):
                    continue
                if ref.get("resource") == "stavesimages" and not ref.get("subresource") and entry["user"].get("username") != CONTROLLER:
                    applied.setdefault(ref["name"], moment(entry["stageTimestamp"]))
                elif ref.get("resource") == "jobs" and entry["verb"] == "create":
                    made.setdefault(ref.get("name", ""), moment(entry["stageTimestamp"]))
        waits = []
        for name, when in applied.items():
            job = next((t for j, t in made.items() if j.startswith(name + "-1-")), None)
            if job:
                waits.append((job - when).total_seconds() * 1000)
        waits.sort()
        print(f"{'image stored to Job stored':44} p50 {waits[len(waits) // 2]:.1f} ms, p99 {waits[int(len(waits) * 0.99) - 1]:.1f} ms, of {len(waits)}")
        print(f"{'controller, resident':44} {before / 1024:.1f} MiB before, {resident_kib() / 1024:.1f} MiB with {BURST} more images and their Jobs")


if __name__ == "__main__":
    print("registry", REGISTRY)
    warm_builds()
    spec_to_job()
