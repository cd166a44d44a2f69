"""Cases about staves.toml: what the predecessor's files say is built, from the resource and from a ConfigMap."""
import bz2
import subprocess

from cluster import REGISTRY, Namespace, builder, check, condition, image, is_ready, is_stalled

GREETING = """\
name = 'staves/bash'
packages = ['app-shells/bash']
command = ['/bin/bash', '-c']

['app-shells/bash']
use = ['-nls']
"""

# What a shell, make.conf's reader or a configuration file could take for an end or a command.
HOSTILE = """\
packages = ['app-misc/flagged']
version = 'hostile'
[env]
CFLAGS = "${CFLAGS} -O3 -fno-plt"
STAVES_TEST = '''"; touch /rootfs/evil1; "
$(touch /rootfs/evil2) `touch /rootfs/evil3` ' \\\\ # ${HOME}
EVIL=$(touch /rootfs/evil4)'''
"""

NOCACHE = """\
packages = ['app-misc/flagged', 'dev-libs/chain-d']
[env.nocache]
FEATURES = "-buildpkg"
['app-misc/flagged']
env = ['nocache']
"""

ALLOWED = """\
packages = ['app-misc/testing-only', 'app-misc/masked', 'app-misc/licensed', 'app-misc/flagged']
['app-misc/testing-only']
keywords = ['~amd64']
['app-misc/masked']
unmask = true
['app-misc/licensed']
license = ['test-EULA']
['app-misc/flagged']
use = ['extra', '-greeting']
"""


def with_toml(name, source, **spec):
    wanted = image(name, [], **spec)
    del wanted["spec"]["packages"]
    wanted["spec"]["stavesToml"] = source
    return wanted


def config_map(text, key="staves.toml"):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "recipes"}, "data": {key: text}}


def content(reference, path):
    """A file of an image."""
    command = f"crane export --insecure {reference} - | tar -xO {path}"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, timeout=300, check=False)
    check(done.returncode == 0, f"{path} of {reference}: {done.stderr.decode()}")
    return done.stdout


def files_of(reference):
    done = subprocess.run(["bash", "-o", "pipefail", "-c", f"crane export --insecure {reference} - | tar -t"], capture_output=True, text=True, timeout=300, check=False)
    check(done.returncode == 0, f"{reference}: {done.stderr}")
    return done.stdout.splitlines()


def a_staves_toml_builds_what_the_equal_fields_build():
    with Namespace("toml") as ns:
        ns.apply(builder(), with_toml("toml", {"inline": GREETING}, repository=f"{REGISTRY}/e2e/greeting"))
        built = ns.wait_ready("toml")[0]["status"]
        check(ns.run_image("toml", built["image"]["reference"], "echo Hello World!") == "Hello World!\n", "the image does not say hello")
        fields = image("fields", ["app-shells/bash"], repository=f"{REGISTRY}/e2e/greeting", config={"entrypoint": ["/bin/bash", "-c"]},
                       packageConfig=[{"atom": "app-shells/bash", "use": ["-nls"]}])
        fields["spec"]["image"]["annotations"] = {"org.opencontainers.image.title": "staves/bash"}
        ns.apply(fields)
        equal = ns.wait_ready("fields")[0]["status"]
        check(equal["build"]["inputs"]["digest"] == built["build"]["inputs"]["digest"], f"{equal['build']['inputs']} is not {built['build']['inputs']}")
        check(equal["build"]["metrics"]["compiledPackages"] == 0, f"compiled again: {equal['build']['metrics']}")
        check(equal["image"]["digest"] == built["image"]["digest"], "the same inputs gave another image")


def a_config_map_is_waited_for_and_its_change_is_a_change_of_the_spec():
    with Namespace("config-map") as ns:
        text = "packages = ['app-misc/flagged']\n"
        ns.apply(builder(), with_toml("flagged", {"configMapRef": {"name": "recipes"}}))
        waiting, _ = ns.wait("stavesimage", "flagged", lambda o: condition(o, "Ready").get("reason") == "ConfigMapNotFound", "waiting for its ConfigMap", 120)
        check(not condition(waiting, "Stalled") and "recipes" in condition(waiting, "Ready")["message"], f"{waiting['status']}")
        ns.apply(config_map(text))
        first = ns.wait_ready("flagged")[0]["status"]["build"]
        check(first["number"] == 1, f"build {first['number']}")

        ns.apply(config_map(text + "['app-misc/flagged']\nuse = ['-greeting']\n"))
        changed, _ = ns.wait("stavesimage", "flagged", lambda o: is_ready(o) and o["status"]["build"]["number"] == 2 and "completionTime" in o["status"]["build"], "built again")
        reason = changed["status"]["build"]["reasons"][0]
        check(reason["reason"] == "Spec" and reason["changes"][0] == {"path": "packageConfig[app-misc/flagged].use", "was": "[]", "is": '["-greeting"]'}, f"{reason}")

        ns.apply(config_map(text + "['app-misc/flagged']\nues = ['-greeting']\n"))
        wrong, _ = ns.wait("stavesimage", "flagged", is_stalled, "Stalled", 60)
        ready = condition(wrong, "Ready")
        check(ready["reason"] == "InvalidSpec" and "line 3, column 1" in ready["message"] and "did you mean use?" in ready["message"], f"{ready}")

        # The same as fields is no other input: nothing is built.
        fields = image("flagged", ["app-misc/flagged"], packageConfig=[{"atom": "app-misc/flagged", "use": ["-greeting"]}])
        ns.apply(fields)
        after = ns.wait_ready("flagged")[0]["status"]
        check(after["build"]["number"] == 2, f"built again: {after['build']['reasons']}")


def what_env_says_reaches_the_compiler_and_nothing_breaks_out_of_it():
    with Namespace("hostile") as ns:
        wanted = with_toml("hostile", {"inline": HOSTILE})
        wanted["spec"]["image"]["packageDatabase"] = "Full"
        ns.apply(builder(), wanted)
        status = ns.wait_ready("hostile")[0]["status"]
        check(status["image"]["tags"] == ["hostile"], f"version is no tag: {status['image']}")
        reference = status["image"]["reference"]
        evil = [f for f in files_of(reference) if "evil" in f]
        check(not evil, f"something ran: {evil}")
        database = "var/db/pkg/app-misc/flagged-1/"
        cflags = content(reference, database + "CFLAGS").decode()
        check("-O3" in cflags and "-fno-plt" in cflags and len(cflags.split()) > 2, f"the compiler had {cflags}")
        environment = bz2.decompress(content(reference, database + "environment.bz2")).decode()
        check("$(touch /rootfs/evil2)" in environment and "touch /rootfs/evil1" in environment, "the value did not arrive as it is")


def an_environment_keeps_exactly_its_package_out_of_the_cache():
    with Namespace("nocache") as ns:
        ns.apply(builder(), with_toml("one", {"inline": NOCACHE}))
        one = ns.wait_ready("one")[0]["status"]["build"]["metrics"]
        check(one["compiledPackages"] >= 2, f"cold: {one}")
        ns.apply(with_toml("two", {"inline": NOCACHE}))
        two = ns.wait_ready("two")[0]["status"]["build"]["metrics"]
        check(two["compiledPackages"] == 1 and two["cachedPackages"] >= 3, f"warm: {two}")


def a_staves_toml_allows_keywords_masks_and_licences_and_sets_flags():
    with Namespace("allowed") as ns:
        wanted = with_toml("allowed", {"inline": ALLOWED})
        wanted["spec"]["image"]["packageDatabase"] = "Full"
        ns.apply(builder(), wanted)
        reference = ns.wait_ready("allowed")[0]["status"]["image"]["reference"]
        use = content(reference, "var/db/pkg/app-misc/flagged-1/USE").decode().split()
        check("extra" in use and "greeting" not in use, f"built with {use}")
