#!/usr/bin/env python3
"""soak.py MINUTES: images come and go while watches are dropped and answers fail. Ends with an error when the controller's memory keeps
growing, or when an image was ever left without its Job."""
import atexit
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

from objects import api, builder, counted, image, images_of, namespace
from program import HEALTH, METRICS, Controller, quiet, until

AT_ONCE = 100
MOST_KIB_PER_CYCLE = 8
FAULTS = [{"fault": "dropWatch", "ms": 3000}, {"fault": "status", "status": 500, "every": 41},
          {"fault": "status", "status": 409, "verbs": ["write"], "every": 17}, {"fault": "loseReply", "verbs": ["write"], "every": 23}]


class FaultProxy:
    """The tests' proxy between the controller and the API server."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(["build/dev/tests/fault_proxy/fault-proxy", "--directory", self.folder.name], stdout=subprocess.PIPE, text=True)
        told = json.loads(self.process.stdout.readline())
        self.kubeconfig = told["kubeconfig"]
        request = urllib.request.Request(told["control"] + "/rules", json.dumps({"rules": FAULTS}).encode(), method="PUT")
        urllib.request.urlopen(request, timeout=10).close()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.folder.cleanup()


def cycle(controller, name):
    """Images come, get their Jobs, and go."""
    api.create(images_of(name), (image(i) for i in range(AT_ONCE)))
    until(lambda: counted(f"/apis/batch/v1/namespaces/{name}/jobs") >= AT_ONCE, "every image has a Job", 120, 0.5)
    api.call("DELETE", images_of(name))
    until(lambda: not api.items(f"/apis/batch/v1/namespaces/{name}/jobs"), "the Jobs are gone", 120, 0.5)
    quiet(controller, 2)


def slope(values):
    """Of the straight line through them that fits best."""
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    return sum((i - middle) * (v - mean) for i, v in enumerate(values)) / max(1, sum((i - middle) ** 2 for i in range(len(values))))


def main(minutes):
    with FaultProxy() as proxy:
        controller = Controller("--kubeconfig", proxy.kubeconfig, metrics=METRICS + 4, health=HEALTH + 4)
        atexit.register(controller.process.kill)  # also when a cycle fails
        until(controller.numbers, "metrics are there", 60)
        name = namespace(f"soak-{os.getpid()}")
        builder(name)
        quiet(controller)
        sizes, deadline = [], time.monotonic() + minutes * 60
        while time.monotonic() < deadline or len(sizes) < 4:
            cycle(controller, name)
            sizes.append(controller.status("VmRSS"))
            print(f"cycle {len(sizes)}: resident {sizes[-1]} KiB", flush=True)
        settled = sizes[len(sizes) // 4:]
        growth = slope(settled)
        print(f"{len(sizes)} cycles of {AT_ONCE} images: resident {sizes[0]} to {sizes[-1]} KiB, {growth:.1f} KiB a cycle after the first quarter")
        controller.stop()
    if growth > MOST_KIB_PER_CYCLE:
        sys.exit(f"memory grows by more than {MOST_KIB_PER_CYCLE} KiB a cycle")


if __name__ == "__main__":
    main(float(sys.argv[1]))
