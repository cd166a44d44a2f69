#!/usr/bin/env python3
"""builds.py: what a build costs on the cluster of tests/e2e: the warm way step by step, calls to the API server, memory."""
import datetime
import json
import statistics

from breakage import controller_pids
from cluster import REGISTRY, Namespace, builder, image, now, writes_of_controller

WARM_RUNS = 5


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
        row("controller: resident", [resident_kib() / 1024], "MiB")


if __name__ == "__main__":
    print("registry", REGISTRY)
    warm_builds()
