"""Cases about kubectl staves."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

from cluster import REGISTRY, Namespace, builder, check, image, run

CHAIN = "name = 'staves/chain'\npackages = ['dev-libs/chain-d']\n"


def staves(ns, *words, stdin=None, timeout=900, **environment):
    return subprocess.run(("kubectl", "staves", *words, "-n", ns.name), input=stdin, capture_output=True, text=True, timeout=timeout,
                          env={**os.environ, **environment}, check=False)


def expect(done, code, *texts):
    said = done.stdout + done.stderr
    check(done.returncode == code, f"exit code {done.returncode} instead of {code}: {said[-1500:]}")
    for text in texts:
        check(text in said, f"'{text}' is not in: {said[-1500:]}")
    check("Traceback" not in said and '{"' not in said, f"not for people: {said[-800:]}")


def a_staves_toml_is_built_and_the_exit_code_says_how_it_went():
    with Namespace("cli-build") as ns, tempfile.TemporaryDirectory() as folder:
        ns.apply(builder())
        file = pathlib.Path(folder, "staves.toml")
        file.write_text(CHAIN, encoding="utf-8")
        options = ("-f", str(file), "--image", f"{REGISTRY}/e2e/cli:1")
        dry = staves(ns, "apply", *options, "--dry-run")
        expect(dry, 0, "kind: StavesImage")
        expect(staves(ns, "build", *options), 0, "StavesImage chain created", "chain: build 1", "chain: built " + REGISTRY)
        number = ns.get("stavesimage", "chain")["status"]["build"]["number"]
        ns.kubectl("apply", "-f", "-", stdin=dry.stdout)
        expect(staves(ns, "build", "chain"), 0)
        check(ns.get("stavesimage", "chain")["status"]["build"]["number"] == number, "the same manifest built again")
        expect(staves(ns, "status"), 0, "chain", "True", "Built")
        expect(staves(ns, "status", "chain"), 0, "because    First", "History:")
        expect(staves(ns, "logs", "chain", "--step", "emerge"), 0, "==> emerge")
        expect(staves(ns, "cache"), 0, "glibc-cache")
        expect(staves(ns, "rebuild", "chain", "--wait"), 0, "build 2")
        file.write_text("name = 'x'\npackages = ['app-misc/does-not-exist']\n", encoding="utf-8")
        expect(staves(ns, "build", "-f", str(file), "--image", f"{REGISTRY}/e2e/cli-x"), 1, "PackageNotFound", "app-misc/does-not-exist")
        file.write_text("name = 'x'\npackagez = ['a/b']\n", encoding="utf-8")
        expect(staves(ns, "build", "-f", str(file), "--image", f"{REGISTRY}/e2e/cli-x"), 2, "line 2", "packages")


def ctrl_c_leaves_a_build_running_and_logs_follow_it_to_its_end():
    with Namespace("cli-stop") as ns:
        ns.apply(builder(), image("slow", ["app-misc/sleeper"], makeConf={"SLEEPER_SECONDS": "25"}))
        build = subprocess.Popen(("kubectl-staves", "build", "slow", "-n", ns.name), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in build.stdout:
            if "sleeper" in line:
                break
        build.send_signal(signal.SIGINT)
        said = build.communicate(timeout=60)[1]
        check(build.returncode == 130, f"exit code {build.returncode}: {said}")
        check(f"kubectl staves logs -f slow -n {ns.name}" in said and "kubectl staves cancel slow" in said, f"no way on: {said}")
        check(len(ns.names("job")) == 1, "the Job is gone")
        logs = staves(ns, "logs", "-f", "slow")
        expect(logs, 0, "==> emerge", "==> publish")
        status = ns.wait_ready("slow", 120)[0]["status"]
        check(status["build"]["number"] == 1, f"build {status['build']['number']}")
        check("Completed" in logs.stdout and "app-misc/sleeper-1" in logs.stdout, f"the log is not whole: {logs.stdout[-800:]}")


def what_explain_says_is_what_the_operator_does_next():
    with Namespace("cli-explain") as ns:
        wanted = image("chain", ["dev-libs/chain-d"])
        ns.apply(builder(), wanted)
        ns.wait_ready("chain")
        expect(staves(ns, "explain", "chain"), 0, "would do nothing")
        run("kubectl", "-n", "staves-system", "scale", "deployment/staves", "--replicas=0")
        run("kubectl", "-n", "staves-system", "wait", "pod", "--all", "--for=delete", "--timeout=60s")
        try:
            wanted["spec"]["packages"].append("app-misc/flagged")
            ns.apply(wanted)
            said = staves(ns, "explain", "chain")
            check(said.returncode == 0, said.stderr)
            why = re.search(r"StavesImage chain: (build 2 because .*); it waits for a place", said.stdout)
            check(why and "queue build 2" in said.stdout, f"neither a place nor a reason: {said.stdout}")
            check(len(ns.names("job")) == 1, "explain has made a Job")
        finally:
            run("kubectl", "-n", "staves-system", "scale", "deployment/staves", "--replicas=1")
        built = ns.wait_ready("chain")[0]["status"]["build"]
        check(built["number"] == 2, f"build {built['number']} was made, build 2 was told")
        event = [e["message"] for e in ns.get("events") if e["reason"] == "BuildStarted" and "build 2" in e["message"]]
        check(event and event[0] == why[1], f"told '{why[1]}', happened {event}")


def the_command_line_needs_no_library_and_no_file_of_the_machine():
    with Namespace("cli-empty") as ns, tempfile.TemporaryDirectory() as root:
        ns.apply(builder())
        shutil.copy(shutil.which("kubectl-staves"), root)
        config = json.loads(run("kubectl", "config", "view", "--raw", "--flatten", "-o", "json"))
        server = config["clusters"][0]["cluster"]
        address, port = re.match(r"https://(.*):(\d+)", server["server"]).groups()
        server.update({"server": f"https://api.staves.test:{port}", "tls-server-name": address})
        pathlib.Path(root, "config").write_text(json.dumps(config), encoding="utf-8")
        pathlib.Path(root, "etc").mkdir()
        pathlib.Path(root, "etc/hosts").write_text(f"{address} api.staves.test\n", encoding="utf-8")
        # Modules that only the machine's own C library could load.
        pathlib.Path(root, "etc/nsswitch.conf").write_text("hosts: mymachines resolve [!UNAVAIL=return] files\n", encoding="utf-8")
        said = run("chroot", root, "/kubectl-staves", "cache", "-n", ns.name, "--kubeconfig", "/config")
        check("glibc" in said, said)


def whoever_may_not_or_cannot_is_told_what_to_do():
    with Namespace("cli-errors") as ns, tempfile.TemporaryDirectory() as folder:
        ns.apply(image("bash", ["app-shells/bash"]))
        ns.kubectl("create", "serviceaccount", "nobody")
        config = json.loads(run("kubectl", "config", "view", "--raw", "--flatten", "-o", "json"))
        file = pathlib.Path(folder, "config")

        def as_user(user, **server):
            config["users"][0]["user"] = user
            config["clusters"][0]["cluster"].update(server)
            file.write_text(json.dumps(config), encoding="utf-8")
            return {"KUBECONFIG": str(file)}

        token = ns.kubectl("create", "token", "nobody").strip()
        for words in (("status",), ("status", "bash"), ("explain", "bash"), ("logs", "bash"), ("rebuild", "bash"), ("build", "bash"), ("cache",)):
            expect(staves(ns, *words, **as_user({"token": token})), 3, "forbidden", "Ask whoever runs the cluster for that right")
        expect(staves(ns, "status", **as_user({"token": "wrong"})), 3, "does not know who you are")
        expect(staves(ns, "status", **as_user({"token": token}, server="https://127.0.0.1:1")), 3, "https://127.0.0.1:1", "current-context")
        expect(staves(ns, "status", "--kubeconfig", "/nowhere"), 2, "/nowhere")
        expect(staves(ns, "status", "--context", "nowhere"), 2, "no context 'nowhere'")
        expect(staves(ns, "build", "bash"), 2, "no StavesBuilder 'glibc'")
        expect(staves(ns, "status", "bahs"), 2, "did you mean 'bash'?")
        expect(staves(ns, "statuz"), 2, "did you mean 'status'?")
