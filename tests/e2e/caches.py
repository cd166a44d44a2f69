"""Cases about the volume of a builder: its bound, what it counts, and pods that die while they write it."""
import json
import os
import pathlib
import signal
import time

from cluster import Namespace, builder, check, image, is_ready, run


def volume(ns, claim="glibc-cache"):
    """The directory of a claim's volume: the node keeps its volumes below its own state."""
    bound, _ = ns.wait("persistentvolumeclaim", claim, lambda o: o["status"].get("phase") == "Bound", "bound", 120)
    spec = json.loads(run("kubectl", "get", "persistentvolume", bound["spec"]["volumeName"], "-o", "json"))["spec"]
    state = pathlib.Path(os.environ["STAVES_AUDIT_LOG"]).parent.parent
    return state / "volumes" / pathlib.Path(spec["hostPath"]["path"]).name


PARTITION = "binpkgs/" + "[0-9a-f]" * 16


def packages_on(folder):
    return sorted(p.name for p in folder.glob(f"{PARTITION}/*/*/*.gpkg.tar") if p.stat().st_size)


def cache_of(ns, holds, what):
    return ns.wait("stavesbuilder", "glibc", lambda o: holds(o.get("status", {}).get("cache", {})), what, 60)[0]["status"]["cache"]


def build_again(ns, name, why):
    number = ns.get("stavesimage", name)["status"]["build"]["number"] + 1
    ns.kubectl("annotate", "--overwrite", "stavesimage", name, f"staves.dev/rebuild={why}")
    done, _ = ns.wait("stavesimage", name, lambda o: is_ready(o) and o["status"]["build"]["number"] == number and "completionTime" in o["status"]["build"], f"built again: {why}")
    return done["status"]


def a_bounded_cache_loses_what_was_not_used_for_longest_and_the_next_build_works():
    with Namespace("bounded") as ns:
        # More than the tenth that goes below the bound, so that no other has to.
        ns.apply(builder(), image("old", ["app-misc/large"]))
        first = ns.wait_ready("old")[0]["status"]
        folder = volume(ns)
        cache = cache_of(ns, lambda c: c.get("packages"), "counted")
        check(cache["packages"] == len(packages_on(folder)) and cache["usedBytes"] > 0, f"{cache}: {packages_on(folder)}")
        check(cache["misses"] == first["build"]["metrics"]["compiledPackages"], f"{cache}: {first['build']['metrics']}")

        ns.apply(image("young", ["dev-libs/chain-d", "app-misc/modes"]))
        ns.wait_ready("young")
        full = cache_of(ns, lambda c: c.get("measuredTime", "") > cache["measuredTime"], "counted again")
        check(any(p.startswith("large-") for p in packages_on(folder)), f"{packages_on(folder)}")

        wanted = builder()
        wanted["spec"]["cache"]["maxBytes"] = str(full["usedBytes"] - 1)
        ns.apply(wanted)
        build_again(ns, "young", "to-prune")
        pruned = cache_of(ns, lambda c: c.get("measuredTime", "") > full["measuredTime"], "pruned")
        check(pruned["usedBytes"] < full["usedBytes"] - 1 and pruned["packages"] < full["packages"], f"{full} became {pruned}")
        left = packages_on(folder)
        check(not any(p.startswith("large-") for p in left), f"the oldest package is still there: {left}")
        check(any(p.startswith("modes-") for p in left) or any(p.startswith("chain-d-") for p in left), f"the youngest packages are gone: {left}")
        check(not list(folder.glob("binpkgs/.locks/*.repair")), "an index was left half mended")

        again = build_again(ns, "old", "after-pruning")
        check(again["build"]["metrics"]["compiledPackages"] >= 1, f"{again['build']['metrics']}")
        young = build_again(ns, "young", "what-is-left")
        check(young["build"]["metrics"]["cachedPackages"] >= 1, f"{young['build']['metrics']}")


def processes_of_pod(uid):
    """Processes of a pod's containers, by the node's own control groups."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cgroup", encoding="utf-8") as group, open(f"/proc/{pid}/comm", encoding="utf-8") as comm:
                if f"pod{uid}" in group.read() and comm.read().strip() in ("staves-builder", "emerge", "ebuild.sh", "python3", "zstd"):
                    found.append(int(pid))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def a_pod_killed_while_it_writes_the_cache_leaves_nothing_that_harms():
    with Namespace("kill-writing") as ns:
        ns.apply(builder(), image("chain", ["dev-libs/chain-d"]))
        folder = volume(ns)
        deadline = time.monotonic() + 300
        unfinished = []
        while not unfinished:
            check(time.monotonic() < deadline, "nothing was packed")
            unfinished = [p for p in folder.glob(f"{PARTITION}/*/*/*") if ".gpkg.tar" in p.name and not p.name.endswith(".gpkg.tar")]
        pods = ns.get("pod")
        check(len(pods) == 1, f"{len(pods)} pods")
        for pid in processes_of_pod(pods[0]["metadata"]["uid"]):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        ready, states = ns.wait_ready("chain")
        check(any("another one follows" in s.get("status", {}).get("build", {}).get("waiting", "") for s in states) or len(ns.get("pod")) > 1,
              "the pod was not killed in the middle")
        check(ready["status"]["build"]["number"] == 1, f"{ready['status']['build']}")
        left = [p.name for p in folder.glob(f"{PARTITION}/*/*/*") if not p.name.startswith(".") and (not p.name.endswith(".gpkg.tar") or not p.stat().st_size)]
        check(not left, f"left over: {left}")
        warm = build_again(ns, "chain", "warm")
        check(warm["build"]["metrics"]["compiledPackages"] == 0, f"after the kill something is compiled again and again: {warm['build']['metrics']}")


def builds_of_a_builder_land_on_the_node_of_its_volume():
    with Namespace("one-node") as ns:
        ns.apply(builder(), image("one", ["app-misc/sleeper"], makeConf={"SLEEPER_SECONDS": "5"}), image("two", ["app-misc/sleeper"], makeConf={"SLEEPER_SECONDS": "6"}))
        for name in ("one", "two"):
            ns.wait_ready(name)
        affinities = [p["spec"]["affinity"]["podAffinity"] for p in ns.get("pod")]
        terms = [a["requiredDuringSchedulingIgnoredDuringExecution"][0] for a in affinities]
        check(len(terms) == 2 and all(t["labelSelector"]["matchLabels"] == {"staves.dev/builder": "glibc"} for t in terms), f"{affinities}")
        check(len({p["spec"]["nodeName"] for p in ns.get("pod")}) == 1, "two nodes")


def indexed_in(folder):
    """Paths of binary packages by the indexes of all partitions, and the paths of those that lie there."""
    partitions = [p.parent for p in folder.glob("binpkgs/*/Packages")]
    indexed = [f"{p.name}/{line.split(': ', 1)[1]}" for p in partitions for line in (p / "Packages").read_text().splitlines() if line.startswith("PATH: ")]
    there = [str(p.relative_to(folder / "binpkgs")) for p in folder.glob("binpkgs/*/*/*/*.gpkg.tar") if p.stat().st_size]
    return sorted(indexed), sorted(there)


def builds_that_write_the_cache_at_once_lose_no_package():
    wanted = {"one": ["dev-libs/chain-d"], "two": ["app-misc/modes", "app-misc/bins"], "three": ["app-misc/flagged", "dev-libs/chain-d"]}
    with Namespace("at-once") as ns:
        ns.apply(builder(maxConcurrentBuilds=3), *(image(name, packages) for name, packages in wanted.items()))
        builds = {name: ns.wait_ready(name)[0]["status"]["build"] for name in wanted}
        check(max(b["startTime"] for b in builds.values()) < min(b["completionTime"] for b in builds.values()), f"they did not run at once: {builds}")
        indexed, there = indexed_in(volume(ns))
        check(there and indexed == there, f"the index has {indexed}, the volume {there}")
        for name in wanted:
            again = build_again(ns, name, "warm")["build"]["metrics"]
            check(again["compiledPackages"] == 0, f"{name} compiles again what was packed: {again}")
