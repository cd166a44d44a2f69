"""Cases about builds that fail: class, package, phase, log tail and advice stand on the resource."""
import base64
import json
import pathlib
import subprocess
import tempfile
import urllib.request

from cluster import REGISTRY, Namespace, builder, check, condition, image, run

REQUESTS = {
    "unknown": ("app-misc/no-such-package", "PackageNotFound", "app-misc/no-such-package"),
    "keyword": ("app-misc/testing-only", "KeywordMasked", "app-misc/testing-only"),
    "masked": ("app-misc/masked", "PackageMasked", "app-misc/masked"),
    "licence": ("app-misc/licensed", "LicenseNotAccepted", "app-misc/licensed"),
    "required-use": ("app-misc/conflict", "RequiredUse", "app-misc/conflict"),
}


def bad_requests_fail_with_class_package_and_advice():
    with Namespace("requests") as ns:
        ns.apply(builder(), *(image(name, [atom]) for name, (atom, _, _) in REQUESTS.items()))
        for name, (_, wanted_class, package) in REQUESTS.items():
            failed = ns.wait_failed(name)
            failure = failed["status"]["build"]["failure"]
            check(failure["class"] == wanted_class, f"{name}: {failure}")
            check(package in failure["package"] + failure["message"], f"{name}: {failure}")
            check(condition(failed, "Ready").get("reason") == "BuildFailed", f"{name}: {failed['status']['conditions']}")
            check(condition(failed, "Stalled").get("status") == "True", f"{name} is not Stalled: only the user can mend it")
            check(len(condition(failed, "Ready")["message"]) > len(failure["message"]), f"{name}: no advice in the condition")
        check(len(ns.names("job")) == len(REQUESTS), f"a failed request was built again: {ns.names('job')}")


def a_compile_error_has_phase_and_log_tail():
    with Namespace("compile") as ns:
        ns.apply(builder(), image("broken", ["app-misc/broken-compile"]))
        failure = ns.wait_failed("broken")["status"]["build"]["failure"]
        check(failure["class"] == "CompileFailed" and failure["phase"] == "compile", f"{failure}")
        check("app-misc/broken-compile-1" in failure["package"], f"{failure}")
        check("undeclared" in failure["logTail"], f"the compiler's words are not in the tail: {failure}")
        ns.wait_event("broken", "BuildFailed")


def a_build_that_runs_out_of_time_says_what_it_was_at():
    with Namespace("out-of-time") as ns:
        ns.apply(builder(), image("slow", ["app-misc/sleeper"], makeConf={"SLEEPER_SECONDS": "600"}, build={"timeoutSeconds": 60, "retries": 0}))
        failed = ns.wait_failed("slow")
        failure = failed["status"]["build"]["failure"]
        check(failure["class"] == "DeadlineExceeded" and "60 s" in failure["message"], f"{failure}")
        check("app-misc/sleeper-1" in failure["package"], f"the package is not named: {failure}")
        check("second " in failure["logTail"], f"the log's end is not there: {failure}")
        check(condition(failed, "Ready").get("reason") == "Retrying", f"{failed['status']['conditions']}")


def two_images_that_push_one_tag_are_told_of_each_other():
    with Namespace("tags") as ns:
        shared = {"image": {"repository": f"{REGISTRY}/e2e/shared-tag", "tags": ["1", "latest"]}, "suspend": True}
        ns.apply(builder(), image("one", ["app-misc/hello"], **shared), image("two", ["app-misc/hello"], **shared))
        for name, other in (("one", "two"), ("two", "one")):
            told, _ = ns.wait("stavesimage", name, lambda o: condition(o, "TagShared"), "TagShared", 60)
            message = condition(told, "TagShared")["message"]
            check("shared-tag:1" in message and f"StavesImage {other} " in message, message)
        ns.apply(image("two", ["app-misc/hello"], image={"repository": f"{REGISTRY}/e2e/shared-tag", "tags": ["2"]}, suspend=True))
        for name in ("one", "two"):
            ns.wait("stavesimage", name, lambda o: not condition(o, "TagShared"), "no TagShared", 60)


def a_missing_builder_is_said_and_mended_by_applying_it():
    with Namespace("no-builder") as ns:
        ns.apply(image("chain", ["dev-libs/chain-d"]))
        waiting, _ = ns.wait("stavesimage", "chain", lambda o: condition(o, "Ready").get("reason") == "BuilderNotFound", "waiting for its builder", 60)
        check("glibc" in condition(waiting, "Ready")["message"], "the builder is not named")
        check(not condition(waiting, "Stalled"), "waiting is not Stalled")
        ns.apply(builder())
        ns.wait_ready("chain")


class LockedRegistry:
    """A real registry that wants a password, on the machine's end of the cluster's network."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self.folder.name)
        host = REGISTRY.split(":")[0].rsplit(".", 1)[0] + ".254"
        run("htpasswd", "-Bbc", str(folder / "users"), "staves", "right")
        (folder / "config.yml").write_text(
            f"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {folder}/data}}}}\nhttp: {{addr: '{host}:5443'}}\n"
            f"auth: {{htpasswd: {{realm: test, path: {folder}/users}}}}\n")
        self.address = f"{host}:5443"
        self.process = subprocess.Popen(["docker-registry", "serve", str(folder / "config.yml")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "listening on" in line:
                break
        check(self.process.poll() is None, "the locked registry did not start")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def tags(self, name):
        token = base64.b64encode(b"staves:right").decode()
        request = urllib.request.Request(f"http://{self.address}/v2/{name}/tags/list", headers={"Authorization": f"Basic {token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["tags"]


def push_secret(name, address, password):
    auths = {"auths": {address: {"username": "staves", "password": password}}}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "type": "kubernetes.io/dockerconfigjson",
            "stringData": {".dockerconfigjson": json.dumps(auths)}}


def wrong_push_credentials_fail_before_anything_is_compiled():
    with LockedRegistry() as registry, Namespace("credentials") as ns:
        target = {"repository": f"{registry.address}/team/sleeper", "pushSecretRef": {"name": "push"}}
        wanted = image("sleeper", ["app-misc/sleeper"])
        wanted["spec"]["image"] = target
        ns.apply(push_secret("push", registry.address, "wrong-password-of-the-test"), builder(registries=[registry.address]), wanted)
        failed = ns.wait_failed("sleeper")["status"]
        check(failed["build"]["failure"]["class"] == "RegistryAuthFailed", f"{failed['build']['failure']}")
        check(failed["build"].get("metrics", {}).get("compiledPackages", 0) == 0, f"it compiled first: {failed['build']}")
        pods = ns.get("pod")
        logs = "".join(ns.kubectl("logs", p["metadata"]["name"], "--all-containers") for p in pods)
        spoken = logs + json.dumps(pods) + json.dumps(failed) + ns.kubectl("get", "events", "-o", "json")
        check("wrong-password-of-the-test" not in spoken, "the password is somewhere that people read")

        ns.apply(push_secret("push", registry.address, "right"))
        ns.kubectl("annotate", "stavesimage", "sleeper", "staves.dev/rebuild=with-the-right-password")
        # An annotation makes no new generation: until the next build begins, the old failure is the state of this one.
        ns.wait("stavesimage", "sleeper", lambda o: o["status"]["build"]["number"] == 2, "built again", 60)
        ns.wait_ready("sleeper")
        check(registry.tags("team/sleeper") == ["latest"], "the image is not in the locked registry")
