#!/usr/bin/env python3
"""farm.py: images that share packages, on one builder with one cache, against each with a builder and a cache of its own. Two builds run at a
time in both, so that the ratio says what is shared and not what runs side by side."""
import collections
import concurrent.futures
import os
import time

from cluster import Namespace, builder, image

IMAGES = int(os.environ.get("BENCH_FARM_IMAGES", "20"))
AT_ONCE = 2
SHARED = ["app-misc/chained"]  # with the three libraries that it needs
OTHERS = ["app-misc/cxxapp", "app-misc/hello", "app-misc/svc", "app-misc/modes", "app-misc/devfiles",
          "app-misc/capp", "app-misc/bins", "app-misc/flagged", "app-misc/greeter", "app-misc/postinst"]


def packages_of(number):
    """Of the others two, so that no two images in ten are the same."""
    return SHARED + sorted({OTHERS[number % 10], OTHERS[(3 * number + number // 10 + 1) % 10]})


def counted(built):
    counts = collections.Counter()
    for one in built:
        metrics = one["status"]["build"]["metrics"]
        counts["compiled"] += metrics["compiledPackages"]
        counts["cached"] += metrics["cachedPackages"]
    return counts


def on_one_builder(ns):
    ns.apply(builder(maxConcurrentBuilds=AT_ONCE))
    begun = time.monotonic()
    ns.apply(*(image(f"farm-{number}", packages_of(number)) for number in range(IMAGES)))
    built = [ns.wait_ready(f"farm-{number}")[0] for number in range(IMAGES)]
    return time.monotonic() - begun, built


def alone(ns, number):
    name = f"alone-{number}"
    ns.apply(builder(name), image(name, packages_of(number), builderRef={"name": name}))
    return ns.wait_ready(name)[0]


def on_their_own(ns):
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        built = list(pool.map(lambda number: alone(ns, number), range(IMAGES)))
    return time.monotonic() - begun, built


def main():
    print(f"\n{IMAGES} images that share packages, {AT_ONCE} builds at a time")
    seconds = {}
    for title, name, measure in (("on one builder", "bench-farm", on_one_builder), ("each on its own", "bench-alone", on_their_own)):
        with Namespace(name) as ns:
            seconds[title], built = measure(ns)
        counts = counted(built)
        print(f"{title:18} {seconds[title]:8.1f} s   {counts['compiled']:5} compiled, {counts['cached']:5} from the cache", flush=True)
    print(f"times faster together: {seconds['each on its own'] / seconds['on one builder']:.1f}")


if __name__ == "__main__":
    main()
