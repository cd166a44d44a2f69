"""Cases about builders whose stage3 other builders make."""
from cluster import REGISTRY, Namespace, builder, check, condition, image, is_ready, run
from rebuild import built, reasons_of

# The profile's set, and what makes it a stage3 again in the tests' tree.
SYSTEM = ("@system", "sys-apps/stage3-files")


def made_by(other, name, packages=SYSTEM, **spec):
    made = builder(name, **spec, **{"from": {"name": other}}, packages=list(packages), image={"repository": f"{REGISTRY}/e2e/{name}-stage3"})
    del made["spec"]["stage3"]
    return made


def own_image(ns, name):
    """The image that a builder is made of."""
    owned = [i for i in ns.get("stavesimage") if [o["name"] for o in i["metadata"].get("ownerReferences", [])] == [name]]
    check(len(owned) == 1, f"images of {name}: {[i['metadata']['name'] for i in owned]}")
    return owned[0]


def ready_builder(ns, name, timeout=900):
    def holds(o):
        return is_ready(o) or condition(o, "Ready").get("reason") == "BuildFailed"
    state, _ = ns.wait("stavesbuilder", name, holds, "Ready", timeout)
    check(is_ready(state), f"{name}: {condition(state, 'Ready')}")
    return state


def files_of(reference):
    return set(run("sh", "-c", f"crane export --insecure {reference} - | tar -t", timeout=300).splitlines())


def a_builder_made_by_a_builder_builds_an_image_that_runs():
    with Namespace("chain") as ns:
        portage = {**builder()["spec"]["portage"], "makeConf": {"STAVES_CHAIN": "first"}}
        ns.apply(builder(), made_by("glibc", "made", portage=portage),
                 image("flagged", ["app-misc/flagged"], builderRef={"name": "made"}, config={"entrypoint": ["/usr/bin/flagged"]}))
        waiting, _ = ns.wait("stavesimage", "flagged", lambda o: condition(o, "Ready").get("reason") == "BuilderNotReady", "waiting for its builder", 120)
        check("made" in condition(waiting, "Ready")["message"], f"{condition(waiting, 'Ready')}")
        made = ready_builder(ns, "made")
        child = own_image(ns, "made")
        check(is_ready(child) and condition(made, "ImageReady")["status"] == "True", f"{made['status']}")
        digest = child["status"]["image"]["digest"]
        check(made["status"]["stage3"]["digest"] == digest, f"{made['status']['stage3']} is not {digest}")

        files = files_of(child["status"]["image"]["reference"])
        for path in ("var/db/pkg/sys-devel/gcc-12.2.0/CONTENTS", "var/db/pkg/sys-apps/portage-3.0.83/environment.bz2",
                     "etc/portage/make.conf", "etc/portage/make.profile", "usr/include/stdio.h", "usr/bin/emerge"):
            check(path in files, f"{path} is not in the stage3")
        strangers = [f for f in files if f.startswith(("var/db/repos/", "staves/", "var/cache/edb/", "rootfs/", "etc/portage-of-the-image"))]
        check(not strangers, f"left over: {strangers[:5]}")

        status = ns.wait_ready("flagged")[0]["status"]
        check(ns.run_image("flagged", status["image"]["reference"]) == "hello\n", "the program does not run")
        check(status["build"]["inputs"]["stage3"].endswith(digest), f"built in {status['build']['inputs']['stage3']}")
        check(status["build"]["metrics"]["compiledPackages"] >= 1, f"nothing compiled: {status['build']['metrics']}")

        # The third of the chain: it is made by one that was made.
        ns.apply(made_by("made", "third"), image("cxx", ["app-misc/cxxapp"], builderRef={"name": "third"}, config={"entrypoint": ["/usr/bin/cxxapp"]}))
        ready_builder(ns, "third")
        reference = ns.wait_ready("cxx")[0]["status"]["image"]["reference"]
        check("C++ says hello" in ns.run_image("cxx", reference, "an exception"), "the C++ program does not run")
        third = own_image(ns, "third")
        make_conf = run("sh", "-c", f"crane export --insecure {third['status']['image']['reference']} - | tar -xO etc/portage/make.conf", timeout=300)
        check('STAVES_CHAIN="first"' in make_conf, f"not the configuration of what built it: {make_conf}")

        # What the builder is made of changes, and everything after it follows.
        ns.apply(made_by("glibc", "made", packages=[*SYSTEM, "app-misc/flagged"], portage=portage))
        name = child["metadata"]["name"]
        again, _ = ns.wait("stavesimage", name, built(2), "built again")
        check(reasons_of(again) == ["Spec"] and again["status"]["image"]["digest"] != digest, f"{again['status']['build']['reasons']}")
        follower, _ = ns.wait("stavesimage", "flagged", built(2), "built in the new stage3")
        check(reasons_of(follower) == ["Builder"], f"{reasons_of(follower)}")

        ns.kubectl("delete", "stavesbuilder", "third")
        ns.kubectl("wait", "--for=delete", f"stavesimage/{third['metadata']['name']}", "--timeout=60s")


def builders_that_lead_back_to_each_other_are_refused_and_mended():
    with Namespace("circle") as ns:
        one = builder("one", **{"from": {"name": "two"}})
        two = builder("two", **{"from": {"name": "one"}})
        for made in (one, two):
            del made["spec"]["stage3"]
        ns.apply(one, two)
        for name in ("one", "two"):
            state, _ = ns.wait("stavesbuilder", name, lambda o: condition(o, "Ready").get("reason") == "InvalidSpec", "refused", 60)
            check("one → two" in condition(state, "Ready")["message"] or "two → one" in condition(state, "Ready")["message"], f"{condition(state, 'Ready')}")
        # An apply without from removes it.
        ns.apply(builder("two"))
        ready_builder(ns, "two", 120)
        state = ready_builder(ns, "one", 120)
        check(state["status"]["stage3"] == ns.get("stavesbuilder", "two")["status"]["stage3"], f"{state['status']}")
