"""Cases about overlays and credentials, against a real sshd and real git servers in the cluster."""
import base64
import functools
import json
import pathlib
import shlex
import re
import secrets
import subprocess
import tarfile
import tempfile
import threading
import urllib.request

from cluster import REGISTRY, Namespace, builder, check, condition, image, run

HERE = pathlib.Path(__file__).parent
SERVER = "staves-test-overlays"
HOST = f"git.{SERVER}.svc.cluster.local"
SSH_THEIRS = f"ssh://root@{HOST}/state/git/private/theirs.git"
HTTP_THEIRS = f"http://{HOST}/private/theirs.git"
HTTP_OURS = f"http://{HOST}/public/ours.git"
LOCK = threading.Lock()


class Server:
    """The servers and what they let in."""

    def __init__(self):
        self.password = "password-" + secrets.token_hex(12)
        with tempfile.TemporaryDirectory() as folder:
            self.host_key = self._key(folder, "host_key")
            self.key = self._key(folder, "key")
            self.other_key = self._key(folder, "other_key")
        reference = run(str(HERE / "../cluster-images/overlays/publish"), REGISTRY, timeout=600).strip()
        run("kubectl", "delete", "namespace", SERVER, "--ignore-not-found", "--wait")
        run("kubectl", "create", "namespace", SERVER)
        keys = {"host_key": self.host_key[0], "authorized_keys": self.key[1], "password": self.password}
        self._apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "keys"}, "stringData": keys})
        manifest = (HERE / "../cluster-images/overlays/server.yaml").read_text(encoding="utf-8").replace("@IMAGE@", reference)
        run("kubectl", "apply", "-f", "-", stdin=manifest)
        run("kubectl", "-n", SERVER, "rollout", "status", "deployment/git", "--timeout=120s", timeout=150)
        service = json.loads(run("kubectl", "-n", SERVER, "get", "service", "git", "-o", "json"))
        port = next(p["nodePort"] for p in service["spec"]["ports"] if p["name"] == "http")
        self.address = f"http://{REGISTRY.split(':')[0]}:{port}"

    @staticmethod
    def _key(folder, name):
        path = pathlib.Path(folder) / name
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path))
        return path.read_text(encoding="utf-8"), path.with_suffix(".pub").read_text(encoding="utf-8")

    @staticmethod
    def _apply(wanted):
        run("kubectl", "-n", SERVER, "apply", "-f", "-", stdin=json.dumps(wanted))

    def move(self, name, word):
        request = urllib.request.Request(f"{self.address}/move/{name}?word={word}", method="POST")
        with urllib.request.urlopen(request, timeout=30):
            pass

    def known_hosts(self):
        return f"{HOST} {' '.join(self.host_key[1].split()[:2])}\n"

    def ssh_secret(self, name, key):
        return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "type": "kubernetes.io/ssh-auth",
                "stringData": {"ssh-privatekey": key[0], "known_hosts": self.known_hosts()}}

    def basic_secret(self, name):
        return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "type": "kubernetes.io/basic-auth",
                "stringData": {"username": "reader", "password": self.password}}

    def netrc_secret(self, name):
        return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name},
                "stringData": {"netrc": f"machine {HOST} login reader password {self.password}\n"}}

    def words(self):
        """What must be nowhere: the password in every spelling that travels, and the body of the key."""
        joined = f"reader:{self.password}".encode()
        body = [line for line in self.key[0].splitlines() if not line.startswith("-----")]
        return [self.password, base64.b64encode(joined).decode(), base64.b64encode(self.password.encode()).decode(), *body[1:3]]


@functools.cache
def _server():
    return Server()


def server():
    with LOCK:
        return _server()


def overlay(name, uri, **more):
    return {"name": name, "type": "git", "uri": uri, **more}


def text_in(reference, path):
    """A file of an image."""
    with tempfile.NamedTemporaryFile() as archive:
        run("crane", "export", "--insecure", reference, archive.name)
        with tarfile.open(archive.name) as tar:
            return tar.extractfile(path).read().decode()


def check_nothing_secret_is_told(ns, words):
    """Greps whatever people and programs can read but Secrets themselves."""
    objects = "".join(ns.kubectl("get", kind, "-o", "json") for kind in ("pods", "jobs", "events", "stavesimages", "stavesbuilders"))
    logs = "".join(ns.kubectl("logs", p["metadata"]["name"], "--all-containers") for p in ns.get("pod"))
    logs += run("kubectl", "-n", "staves-system", "logs", "deployment/staves", "--all-containers")
    for word in words:
        check(word not in objects, "a secret is in an object")
        check(word not in logs, "a secret is in a log")
    with tempfile.TemporaryDirectory() as folder:
        for built in ns.get("stavesimage"):
            reference = built["status"].get("image", {}).get("reference")
            if reference:
                archive = pathlib.Path(folder) / built["metadata"]["name"]
                run("crane", "export", "--insecure", reference, str(archive))
        patterns = [part for word in words for part in ("-e", word)]
        check(any(pathlib.Path(folder).iterdir()), "no image was built")
        found = subprocess.run(["grep", "-rlF", *patterns, folder], capture_output=True, text=True, check=False)
        check(found.returncode == 1, f"a secret is in {found.stdout} {found.stderr}")
    cached = ns.run_with_cache("glibc-cache", f"find /cache -name '*.gpkg.tar' | wc -l; grep -rlF {shlex.join(patterns)} /cache; echo grep $?").split()
    check(int(cached[0]) > 0 and cached[1:] == ["grep", "1"], f"a secret is in the cache: {cached}")


def a_public_overlay_is_pinned_shared_and_followed():
    servers = server()
    with Namespace("overlay") as ns:
        wanted = image("ours", ["app-misc/ours"], repositories=[overlay("ours", HTTP_OURS, branch="main")])
        ns.apply(builder(refreshSeconds=60), wanted)
        first = ns.wait_ready("ours")[0]["status"]
        used = first["build"]["inputs"]["repositories"]
        check([r["name"] for r in used] == ["ours"] and re.fullmatch("[0-9a-f]{40}", used[0]["revision"]), f"{used}")
        check(text_in(first["image"]["reference"], "usr/share/ours/word") == "one\n", "another file is in the image")

        ns.apply(image("twin", ["app-misc/ours"], repositories=[overlay("ours", HTTP_OURS, branch="main")]))
        twin = ns.wait_ready("twin")[0]["status"]["build"]
        check(twin["metrics"]["compiledPackages"] == 0, f"the twin compiled: {twin['metrics']}")
        log = ns.kubectl("logs", f"job/{twin['jobRef']['name']}", "-c", "sources")
        check("the overlay is on the volume" in log, f"the overlay was fetched twice: {log}")

        servers.move("ours", "two")
        ns.wait("stavesimage", "ours", lambda o: o["status"]["build"]["number"] == 2, "built again", 180)
        second = ns.wait_ready("ours")[0]["status"]
        reason = second["build"]["reasons"][0]
        check(reason["reason"] == "Repository", f"{second['build']['reasons']}")
        now = second["build"]["inputs"]["repositories"][0]["revision"]
        change = reason["changes"][0]
        check(json.loads(change["was"]) == used[0]["revision"] and json.loads(change["is"]) == now, f"{change}")
        check(text_in(second["image"]["reference"], "usr/share/ours/word") == "two\n", "the old binary package was taken")
        check(second["build"]["metrics"]["compiledPackages"] == 1, f"{second['build']['metrics']}")


def private_overlays_by_ssh_and_password_and_nothing_secret_is_told():
    servers = server()
    with Namespace("private") as ns:
        ns.apply(servers.ssh_secret("key", servers.key), servers.basic_secret("login"), servers.netrc_secret("logins"),
                 builder(credentials={"netrcSecretRef": {"name": "logins"}}),
                 image("by-ssh", ["app-misc/theirs"], repositories=[overlay("theirs", SSH_THEIRS, branch="main", secretRef={"name": "key"})]),
                 image("by-password", ["app-misc/theirs"], repositories=[overlay("theirs", HTTP_THEIRS, secretRef={"name": "login"})]),
                 image("by-netrc", ["app-misc/locked"], repositories=[overlay("theirs", HTTP_THEIRS)]))
        for name in ("by-ssh", "by-password", "by-netrc"):
            built = ns.wait_ready(name)[0]["status"]
            check(built["build"]["inputs"]["repositories"][0]["name"] == "theirs", f"{built['build']['inputs']}")
            if name == "by-netrc":
                check(text_in(built["image"]["reference"], "usr/share/locked/text") == "behind a login\n", "another archive was fetched")
        check_nothing_secret_is_told(ns, servers.words())


def a_wrong_key_is_told_and_mended():
    servers = server()
    with Namespace("wrong-key") as ns:
        ns.apply(servers.ssh_secret("key", servers.other_key), builder(),
                 image("theirs", ["app-misc/theirs"], repositories=[overlay("theirs", SSH_THEIRS, secretRef={"name": "key"})]))
        failed = ns.wait_failed("theirs")
        failure = failed["status"]["build"]["failure"]
        check(failure["class"] == "RepositoryAuthFailed", f"{failure}")
        check("does not accept the key" in failure["message"] and "theirs" in failure["message"], f"{failure}")
        check("secretRef" in condition(failed, "Ready")["message"], f"no advice: {condition(failed, 'Ready')}")
        check(condition(failed, "Stalled").get("status") == "True", "only the user can mend it")
        check(len(ns.names("job")) == 1, f"it was tried again: {ns.names('job')}")
        ns.apply(servers.ssh_secret("key", servers.key))
        ns.kubectl("annotate", "stavesimage", "theirs", "staves.dev/rebuild=with-the-right-key")
        ns.wait("stavesimage", "theirs", lambda o: o["status"]["build"]["number"] == 2, "built again", 60)
        ns.wait_ready("theirs")


def a_missing_secret_is_said_and_mended_by_applying_it():
    servers = server()
    with Namespace("no-secret") as ns:
        ns.apply(builder(), image("theirs", ["app-misc/theirs"], repositories=[overlay("theirs", SSH_THEIRS, secretRef={"name": "key"})]))
        waiting, _ = ns.wait("stavesimage", "theirs", lambda o: condition(o, "Ready").get("reason") == "SecretNotFound", "waiting for its Secret", 120)
        check('"key"' in condition(waiting, "Ready")["message"], f"the Secret is not named: {condition(waiting, 'Ready')}")
        check(not condition(waiting, "Stalled"), "waiting is not Stalled")
        ns.apply(servers.ssh_secret("key", servers.key))
        built = ns.wait_ready("theirs")[0]["status"]
        check(built["build"]["number"] == 1, "another build was made though the pod goes on by itself")

