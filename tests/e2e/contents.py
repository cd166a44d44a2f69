"""Cases about what is inside of an image."""
import http.server
import json
import os
import pathlib
import subprocess
import tempfile
import threading

from builds import files_of
from cluster import REGISTRY, Namespace, builder, check, condition, image, is_ready, run


def env_of(reference):
    return json.loads(run("crane", "config", "--insecure", reference))["config"]["Env"]


def text_in(reference, path):
    return run("sh", "-c", f"crane export --insecure {reference} - | tar -xO {path}", timeout=300)


def a_locale_works_in_the_image():
    with Namespace("locale") as ns:
        nls = [{"atom": "app-misc/hello", "use": ["nls"]}]
        ns.apply(builder(), image("german", ["app-misc/hello"], packageConfig=nls, locale={"name": "de_DE.UTF-8"}),
                 image("unknown", ["app-misc/hello"], locale={"name": "xx_XX.UTF-8"}))
        reference = ns.wait_ready("german")[0]["status"]["image"]["reference"]
        check(ns.run_image("hello", reference, "/usr/bin/hello") == "Hallo, Welt!\n", "the program does not speak the language of its image")
        names = ns.run_image("names", reference, "/usr/bin/locale", "-a").split()
        check(sorted(names) == ["C", "C.utf8", "POSIX", "de_DE.utf8"], f"locales: {names}")
        check("UTF-8" in ns.run_image("charmap", reference, "/usr/bin/locale", "charmap"), "the locale is not in force")
        check("LANG=de_DE.UTF-8" in env_of(reference), f"environment: {env_of(reference)}")
        failed = ns.wait_failed("unknown")["status"]["build"]
        check(failed["failure"]["class"] == "InvalidConfiguration" and "spec.locale.name" in failed["failure"]["message"], f"{failed['failure']}")
        check(failed.get("metrics", {}).get("compiledPackages", 0) == 0, f"it compiled first: {failed}")


SURPLUS = {
    "headers": ["usr/include/devfiles.h", "usr/lib64/libdevfiles.a", "usr/lib64/libdevfiles.la", "usr/lib64/pkgconfig/devfiles.pc",
                "usr/lib64/cmake/devfiles/devfiles-config.cmake", "usr/share/aclocal/devfiles.m4"],
    "documents": ["usr/share/man/man1/devfiles.1"],
    "translations": ["usr/share/locale/fr/LC_MESSAGES/devfiles.mo", "usr/share/locale/en_GB/LC_MESSAGES/devfiles.mo",
                     "usr/share/locale/de_AT/LC_MESSAGES/devfiles.mo", "usr/share/i18n/charmaps/UTF-8.gz"],
    "portageState": ["var/lib/portage/", "var/cache/edb/"],
}
NEEDED = ["usr/lib64/libdevfiles.so.1", "usr/lib64/libdevfiles.so", "usr/lib64/devfiles/plugins/plugin.la", "usr/lib64/devfiles/plugins/plugin.a",
          "usr/share/devfiles/include/template.h", "usr/share/locale/de/LC_MESSAGES/devfiles.mo"]


def begins_any(files, beginning):
    return any(f.removeprefix("./").startswith(beginning) for f in files)


def an_image_has_only_what_runs_and_what_it_keeps():
    with Namespace("small") as ns:
        german = {"name": "de_DE.UTF-8"}
        small, whole = (image(name, ["app-misc/devfiles"], locale=german) for name in ("small", "whole"))
        whole["spec"]["image"]["keep"] = list(SURPLUS)
        ns.apply(builder(), small)
        status = ns.wait_ready("small")[0]["status"]["image"]
        files = files_of(status["reference"])
        there = [f for some in SURPLUS.values() for f in some if begins_any(files, f)]
        check(not there, f"in the image though nothing needs it: {there}")
        gone = [f for f in NEEDED if not begins_any(files, f)]
        check(not gone, f"not in the image though something needs it: {gone}")
        contents = text_in(status["reference"], "var/db/pkg/app-misc/devfiles-1/CONTENTS")
        check("libdevfiles.so.1" in contents and "devfiles.h" not in contents, f"the database speaks of what is not there: {contents}")
        check(status["leftOut"]["files"] >= 10 and status["leftOut"]["bytes"] > 0, f"left out: {status.get('leftOut')}")

        ns.apply(whole)
        kept = ns.wait_ready("whole")[0]["status"]["image"]
        files = files_of(kept["reference"])
        gone = [f for some in SURPLUS.values() for f in some if not begins_any(files, f)] + [f for f in NEEDED if not begins_any(files, f)]
        check(not gone, f"not in the image that keeps all: {gone}")
        check("leftOut" not in kept, f"left out: {kept.get('leftOut')}")
        check(kept["sizeBytes"] > status["sizeBytes"], f"{kept['sizeBytes']} is not more than {status['sizeBytes']}")


SCRIPT = "set -e; echo here > /tmp/mine; read -r word < /tmp/mine; test $word = here; echo nothing > /dev/null; test \"$COLOUR\" = green; " \
         "test $PWD = /usr/share; ! echo x 2> /dev/null > /usr/x; hello"


def an_image_that_fails_its_own_test_is_not_pushed():
    with Namespace("tested") as ns:
        repository = f"{REGISTRY}/e2e/tested-{os.getpid()}"  # nobody has pushed there yet
        wanted = image("tested", ["app-shells/bash", "app-misc/hello"], repository, test={"command": ["/bin/bash", "-c", "echo one; echo expected two >&2; exit 3"]},
                       config={"env": [{"name": "COLOUR", "value": "green"}], "workingDir": "/usr/share"}, packageConfig=[{"atom": "app-shells/bash", "use": ["-nls"]}])
        ns.apply(builder(), wanted)
        failed = ns.wait_failed("tested", 900)
        failure = failed["status"]["build"]["failure"]
        check(failure["class"] == "TestFailed" and "exit code 3" in failure["message"], f"{failure}")
        check("expected two" in failure["logTail"], f"what the test said is not there: {failure}")
        check(condition(failed, "Stalled").get("status") == "True", f"{failed['status']['conditions']}")
        check("spec.test.command" in condition(failed, "Ready")["message"], f"no advice: {condition(failed, 'Ready')}")
        check("image" not in failed["status"], f"it was pushed: {failed['status']}")
        run("crane", "digest", "--insecure", f"{repository}:latest", fails=True)

        wanted["spec"]["test"] = {"command": ["/bin/bash", "-c", "while :; do :; done"], "timeoutSeconds": 2}
        ns.apply(wanted)
        late = ns.wait("stavesimage", "tested", lambda o: o["status"]["build"]["number"] == 2 and "failure" in o["status"]["build"], "failed again")[0]
        check("within 2 s" in late["status"]["build"]["failure"]["message"], f"{late['status']['build']['failure']}")

        wanted["spec"]["test"] = {"command": ["/bin/bash", "-c", SCRIPT]}
        ns.apply(wanted)
        passed, states = ns.wait_ready("tested")
        parts = {s["name"]: s["seconds"] for s in passed["status"]["build"]["metrics"]["steps"]}
        check("test/run" in parts, f"the test is not measured: {parts}")
        check(passed["status"]["build"]["metrics"]["compiledPackages"] == 0, "a test made packages compile again")
        pod = next(p for p in ns.get("pod") if p["metadata"]["labels"].get("staves.dev/build-number") == "3")
        test = next(c for c in pod["spec"]["containers"] if c["name"] == "test")
        check(not any("secret" in m["mountPath"] for m in test["volumeMounts"]), f"{test['volumeMounts']}")
        # The same packages without a test give the same image.
        plain = image("plain", wanted["spec"]["packages"], config=wanted["spec"]["config"], packageConfig=wanted["spec"]["packageConfig"])
        ns.apply(plain)
        check(ns.wait_ready("plain")[0]["status"]["image"]["digest"] == passed["status"]["image"]["digest"], "the test left traces in the image")


def what_is_configured_for_a_package_is_obeyed():
    with Namespace("configured") as ns:
        config = [{"atom": "app-misc/flagged", "use": ["extra", "-greeting"]}, {"atom": "app-misc/testing-only", "keywords": ["~amd64"]},
                  {"atom": "app-misc/masked", "unmask": True}, {"atom": "app-misc/licensed", "license": ["test-EULA"]},
                  {"atom": "app-misc/conflict", "use": ["a", "-b"]}]
        wanted = image("configured", [entry["atom"] for entry in config], packageConfig=config, makeConf={"CFLAGS": "${CFLAGS} -fno-ident"})
        wanted["spec"]["image"]["packageDatabase"] = "Full"
        neither = image("neither", ["app-misc/conflict"])
        ns.apply(builder(), wanted, neither)
        reference = ns.wait_ready("configured")[0]["status"]["image"]["reference"]
        use = text_in(reference, "var/db/pkg/app-misc/flagged-1/USE").split()
        check("extra" in use and "greeting" not in use, f"USE of the package in the image: {use}")
        check("-fno-ident" in text_in(reference, "var/db/pkg/app-misc/flagged-1/CFLAGS"), "the compiler did not get the flag")
        files = files_of(reference)
        for package in ("masked", "licensed", "testing-only-2", "conflict"):
            check(begins_any(files, f"var/db/pkg/app-misc/{package}"), f"{package} is not in the image")
        failure = ns.wait_failed("neither")["status"]["build"]["failure"]
        check(failure["class"] == "RequiredUse" and "exactly-one-of ( a b )" in failure["message"], f"Portage's own sentence is not there: {failure}")


def libraries_of_the_compiler_come_as_they_are_asked_for():
    with Namespace("toolchain") as ns:
        modes = {"never": {"mode": "Never"}, "always": {"mode": "Always"}, "more": {"include": ["libgomp.so.1"]}, "unknown": {"include": ["libnosuch.so.7"]}}
        ns.apply(builder(), *(image(name, ["app-misc/cxxapp" if name == "never" else "app-misc/capp"], toolchainLibraries=wanted) for name, wanted in modes.items()))

        def libraries(name):
            files = files_of(ns.wait_ready(name)[0]["status"]["image"]["reference"])
            return sorted({l for l in ("libgcc_s.so.1", "libstdc++.so.6", "libgomp.so.1") if any(f.endswith("/" + l) for f in files)})
        check(libraries("never") == [], f"Never: {libraries('never')}")
        check(libraries("always") == ["libgcc_s.so.1", "libstdc++.so.6"], f"Always: {libraries('always')}")
        check(libraries("more") == ["libgomp.so.1"], f"include: {libraries('more')}")
        failure = ns.wait_failed("unknown")["status"]["build"]["failure"]
        check(failure["class"] == "MissingLibrary" and "libnosuch.so.7" in failure["message"], f"{failure}")


class LiveRepository:
    """A git repository with a branch main that is served over http, with an archive of each revision."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.place = pathlib.Path(self.folder.name, "sources.git")
        self.work = pathlib.Path(self.folder.name, "work")
        self.git(None, "init", "-q", "--bare", "-b", "main", str(self.place))
        self.git(None, "clone", "-q", str(self.place), str(self.work))
        self.git(self.work, "checkout", "-q", "-b", "main")
        (self.place / "archive").mkdir()
        host = REGISTRY.split(":")[0].rsplit(".", 1)[0] + ".254"

        class Quiet(http.server.SimpleHTTPRequestHandler):
            def __init__(handler, *arguments):
                super().__init__(*arguments, directory=self.folder.name)

            def log_message(handler, *_):
                pass
        self.server = http.server.ThreadingHTTPServer((host, 0), Quiet)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.uri = f"http://{host}:{self.server.server_port}/sources.git"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()

    def git(self, place, *words):
        who = ["-c", "user.name=tests", "-c", "user.email=tests@example.org"]
        return subprocess.run(["git", *who, *words], cwd=place, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, greeting):
        """Makes a revision and gives its name."""
        (self.work / "greeting").write_text(greeting + "\n")
        self.git(self.work, "add", "greeting")
        self.git(self.work, "commit", "-q", "-m", greeting)
        self.git(self.work, "push", "-q", "origin", "main")
        revision = self.git(self.work, "rev-parse", "HEAD")
        self.git(self.place, "update-server-info")
        self.git(self.place, "archive", "-o", str(self.place / "archive" / f"{revision}.tar"), revision)
        return revision


def live_ebuilds_are_built_anew_and_never_cached():
    with LiveRepository() as sources, Namespace("live") as ns:
        first = sources.commit("good morning")
        live = [{"atom": "app-misc/live-git", "keywords": ["**"]}]
        spec = {"packageConfig": live, "makeConf": {"LIVE_GIT_URI": sources.uri}}
        ns.apply(builder(), image("live", ["app-misc/live-git", "app-misc/flagged"], **spec))
        built = ns.wait_ready("live")[0]["status"]
        check(built["build"]["inputs"]["live"] == [{"package": "app-misc/live-git-9999", "revision": first}], f"{built['build']['inputs'].get('live')}")
        check(text_in(built["image"]["reference"], "usr/share/live-git/greeting") == "good morning\n", "other sources are in the image")

        def build_again(number):
            ns.kubectl("annotate", "--overwrite", "stavesimage", "live", f"staves.dev/rebuild={number}")
            return ns.wait("stavesimage", "live", lambda o: is_ready(o) and o["status"]["build"]["number"] == number and "completionTime" in o["status"]["build"], "built again")[0]["status"]
        same = build_again(2)
        check(same["build"]["metrics"]["compiledPackages"] == 1, f"the live package, and nothing else, is compiled each time: {same['build']['metrics']}")
        second = sources.commit("good evening")
        moved = build_again(3)
        check(moved["build"]["inputs"]["live"][0]["revision"] == second, f"{moved['build']['inputs']['live']}")
        check(moved["build"]["inputs"]["digest"] == built["build"]["inputs"]["digest"], "the revision became an input")
        check(text_in(moved["image"]["reference"], "usr/share/live-git/greeting") == "good evening\n", "the new revision is not in the image")

        cached = ns.run_with_cache("glibc-cache", "find /cache/binpkgs -name '*.gpkg.tar'")
        check("flagged" in cached and "live-git" not in cached, f"in the cache: {cached}")
