"""What the cases need of the cluster: objects applied, states waited for by watches, writes counted in the audit log."""
import json
import os
import subprocess
import threading
import time

REGISTRY = os.environ["E2E_REGISTRY"]
STAGE3 = os.environ["E2E_STAGE3"]
TREE = os.environ["E2E_TREE"]
MIRRORS = json.loads(os.environ["E2E_MIRRORS"])
PLAIN = os.environ["E2E_PLAIN"] == "yes"
CONTROLLER = "system:serviceaccount:staves-system:staves"


class Failed(Exception):
    """What a case saw is not what it must see."""


def check(holds, message):
    if not holds:
        raise Failed(message)


def run(*command, stdin=None, timeout=120, fails=False):
    """Standard output of a command that must succeed, or with `fails` its standard error when it must not."""
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
    if fails:
        check(done.returncode != 0, f"{' '.join(command)} succeeded")
        return done.stderr
    check(done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()[-1500:]}")
    return done.stdout


def told(o):
    """What an object says of itself, the sentences first: reports keep the beginning of a line."""
    status = o.get("status", {})
    build = status.get("build", {})
    failures = [b["failure"] for b in [build, *status.get("history", [])] if "failure" in b]
    sentences = [f"{f['class']}: {f['message']}" for f in failures] + [c["message"] for c in status.get("conditions", []) if c["type"] == "Ready"]
    return " | ".join(sentences + [json.dumps(status)])[:3000]


class Namespace:
    """A namespace of one case."""

    def __init__(self, name):
        self.name = "e2e-" + name

    def __enter__(self):
        # A case that failed before leaves its namespace for whoever wants to look.
        run("kubectl", "delete", "namespace", self.name, "--ignore-not-found", "--wait")
        run("kubectl", "create", "namespace", self.name)
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            run("kubectl", "delete", "namespace", self.name, "--wait=false")

    def kubectl(self, *arguments, **options):
        return run("kubectl", "-n", self.name, *arguments, **options)

    def apply(self, *objects):
        return self.kubectl("apply", "-f", "-", stdin="\n---\n".join(json.dumps(o) for o in objects))

    def get(self, kind, name=None, **selector):
        words = ["get", kind, "-o", "json"]
        if name:
            words.append(name)
        if selector.get("label"):
            words += ["-l", selector["label"]]
        found = json.loads(self.kubectl(*words))
        return found if name else found["items"]

    def names(self, kind):
        return sorted(o["metadata"]["name"] for o in self.get(kind))

    def wait(self, kind, name, holds, what, timeout=600):
        """The first state of an object for which `holds` is true, and all states seen until then, by a watch."""
        deadline = time.monotonic() + timeout
        seen = []
        while time.monotonic() < deadline:
            found = self._watch(kind, f"metadata.name={name}", holds, seen, deadline)
            if found is not None:
                return found, seen
        raise Failed(f"{kind}/{name} did not become {what} within {timeout} s; last seen: {told(seen[-1]) if seen else None}")

    def _watch(self, kind, selector, holds, seen, deadline):
        command = ["kubectl", "-n", self.name, "get", kind, "--field-selector", selector, "--watch", "-o", "json"]
        watch = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        stopper = threading.Timer(max(0.1, deadline - time.monotonic()), watch.kill)
        stopper.start()
        try:
            text = ""
            decoder = json.JSONDecoder()
            for line in watch.stdout:
                text += line
                if line != "}\n":
                    continue
                state, _ = decoder.raw_decode(text)
                text = ""
                seen.append(state)
                if holds(state):
                    return state
        finally:
            stopper.cancel()
            watch.kill()
            watch.wait()
        return None

    def wait_emerge(self, seconds):
        """Until a pod has been at its step emerge for so long. By the kubelet's word: behind a fault, the operator's may come too late."""
        def runs(pod):
            return any(one["name"] == "emerge" and "running" in one["state"] for one in pod["status"].get("containerStatuses", []))
        check(self._watch("pods", "status.phase=Running", runs, [], time.monotonic() + 300), "no pod began to emerge within 300 s")
        time.sleep(seconds)

    def wait_ready(self, name, timeout=900):
        """The image once it is Ready for its generation, and the states on the way. A build that fails ends the wait."""
        image, seen = self.wait("stavesimage", name, lambda o: is_ready(o) or is_stalled(o), "Ready", timeout)
        check(is_ready(image), f"{name} failed: {told(image)}")
        return image, seen

    def wait_failed(self, name, timeout=600):
        def holds(o):
            return o.get("status", {}).get("observedGeneration") == o["metadata"]["generation"] and "failure" in o["status"].get("build", {})
        return self.wait("stavesimage", name, holds, "failed", timeout)[0]

    def wait_event(self, name, reason, timeout=60):
        """Waits until an event about an object is there: events are written beside the status, not with it."""
        selector = f"involvedObject.name={name},reason={reason}"
        found = self._watch("events", selector, lambda _: True, [], time.monotonic() + timeout)
        check(found, f"no event {reason} about {name} within {timeout} s")

    def run_image(self, pod, reference, *arguments):
        """What a pod that uses the image prints."""
        self.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": pod},
                    "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": reference, "args": list(arguments)}]}})
        state, _ = self.wait("pod", pod, lambda o: o["status"].get("phase") in ("Succeeded", "Failed"), "finished", 120)
        log = self.kubectl("logs", pod)
        check(state["status"]["phase"] == "Succeeded", f"pod {pod} failed: {log}")
        return log


    def run_with_cache(self, claim, script):
        """What a shell command prints that sees a cache volume at /cache."""
        self.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "looks-into-the-cache"},
                    "spec": {"restartPolicy": "Never", "volumes": [{"name": "cache", "persistentVolumeClaim": {"claimName": claim}}],
                             "containers": [{"name": "c", "image": STAGE3, "command": ["sh", "-c", script],
                                             "volumeMounts": [{"name": "cache", "mountPath": "/cache", "readOnly": True}]}]}})
        self.wait("pod", "looks-into-the-cache", lambda o: o["status"].get("phase") in ("Succeeded", "Failed"), "finished", 120)
        return self.kubectl("logs", "looks-into-the-cache")


def condition(o, kind):
    return next((c for c in o.get("status", {}).get("conditions", []) if c["type"] == kind), {})


def is_ready(o):
    ready = condition(o, "Ready")
    return ready.get("status") == "True" and ready.get("observedGeneration") == o["metadata"]["generation"]


def is_stalled(o):
    stalled = condition(o, "Stalled")
    return stalled.get("status") == "True" and stalled.get("observedGeneration") == o["metadata"]["generation"]


def builder(name="glibc", registries=(), **spec):
    return {"apiVersion": "staves.dev/v1alpha1", "kind": "StavesBuilder", "metadata": {"name": name},
            "spec": {"stage3": {"image": STAGE3}, "portage": {"snapshot": {"image": TREE}, "mirrors": MIRRORS}, "cache": {"size": "5Gi"},
                     "trust": {"insecureRegistries": [REGISTRY.split("/")[0], *registries]}, **spec}}


def image(name, packages, repository=None, **spec):
    return {"apiVersion": "staves.dev/v1alpha1", "kind": "StavesImage", "metadata": {"name": name},
            "spec": {"builderRef": {"name": "glibc"}, "packages": packages,
                     "image": {"repository": repository or f"{REGISTRY}/e2e/{name}"}, **spec}}


def requests_of_controller(since="", stage="ResponseComplete"):
    """Finished requests of the controller in the audit log since a moment. One that could not be authenticated has no user name."""
    with open(os.environ["STAVES_AUDIT_LOG"], encoding="utf-8") as log:
        entries = [json.loads(line) for line in log if line.endswith("\n")]
    return [e for e in entries if e["user"].get("username") == CONTROLLER and e["stage"] == stage and e["requestReceivedTimestamp"] >= since]


def writes_of_controller(namespace, since):
    """Requests of the controller that write in a namespace since a moment, as (verb, resource, subresource, name, code)."""
    writes = []
    for entry in requests_of_controller(since):
        ref = entry.get("objectRef", {})
        if ref.get("namespace") == namespace and entry["verb"] in ("create", "update", "patch", "delete", "deletecollection"):
            writes.append((entry["verb"], ref.get("resource"), ref.get("subresource", ""), ref.get("name", ""), entry["responseStatus"]["code"]))
    return writes


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000000Z"
