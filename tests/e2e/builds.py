"""Cases about builds that succeed."""
import json
import pathlib
import tempfile

from cluster import REGISTRY, Namespace, builder, check, image, is_ready, now, run, writes_of_controller

BASH = {"packages": ["app-shells/bash"], "config": {"entrypoint": ["/bin/bash", "-c"]}}
NO_NLS = [{"atom": "app-shells/bash", "use": ["-nls"]}]


def registry_digest(reference):
    return run("crane", "digest", "--insecure", reference).strip()


def a_bash_image_built_from_source_runs_and_its_digest_is_the_registrys():
    with Namespace("hello") as ns:
        ns.apply(builder(), image("bash", **BASH, packageConfig=NO_NLS))
        built, states = ns.wait_ready("bash")
        status = built["status"]
        check(ns.run_image("hello", status["image"]["reference"], "echo Hello World!") == "Hello World!\n", "the image does not say hello")
        check(status["image"]["digest"] == registry_digest(f"{REGISTRY}/e2e/bash:latest"), "another digest in the registry")
        check([r["reason"] for r in status["build"]["reasons"]] == ["First"], f"reasons: {status['build']['reasons']}")
        metrics = status["build"]["metrics"]
        check(metrics["compiledPackages"] >= 1, f"nothing compiled: {metrics}")
        toolchain = status["build"]["inputs"]["toolchain"]
        check(toolchain["arch"] == "amd64" and toolchain["libc"].startswith("glibc-") and toolchain["gcc"], f"{toolchain}")
        ns.wait("stavesbuilder", "glibc", lambda o: o["status"].get("toolchain") == toolchain, "the toolchain on the builder", 30)
        check(status["image"]["sizeBytes"] > 0 and metrics["steps"], f"no figures: {status}")
        progress = [s["status"]["build"]["progress"] for s in states if s.get("status", {}).get("build", {}).get("progress")]
        check(any("app-shells/bash" in p.get("current", "") for p in progress), f"no progress seen: {progress}")
        for state in states[1:]:
            check("conditions" in state.get("status", {"conditions": 1}), "a status without conditions")


def a_warm_build_compiles_nothing_and_a_changed_flag_compiles_one_package():
    with Namespace("warm") as ns:
        flagged = [{"atom": "app-misc/flagged", "use": ["greeting"]}]
        first = image("one", ["app-misc/flagged", "app-misc/chained"], packageConfig=flagged)
        ns.apply(builder(), first)
        one = ns.wait_ready("one")[0]["status"]
        check(one["build"]["metrics"]["compiledPackages"] >= 2, f"cold: {one['build']['metrics']}")

        ns.apply(image("two", ["app-misc/flagged", "app-misc/chained"], packageConfig=flagged))
        two = ns.wait_ready("two")[0]["status"]
        metrics = two["build"]["metrics"]
        check(metrics["compiledPackages"] == 0 and metrics["cachedPackages"] >= 5, f"warm: {metrics}")
        check(two["image"]["digest"] == one["image"]["digest"], "the same packages gave another digest")

        first["spec"]["packageConfig"] = [{"atom": "app-misc/flagged", "use": ["-greeting"]}]
        ns.apply(first)
        changed = ns.wait_ready("one")[0]["status"]["build"]
        check(changed["number"] == 2, f"build {changed['number']}")
        reason = changed["reasons"][0]
        check(reason["reason"] == "Spec", f"reasons: {changed['reasons']}")
        change = reason["changes"][0]
        check("app-misc/flagged" in change["path"] and "greeting" in json.dumps(change["was"]) and "-greeting" in json.dumps(change["is"]), f"change: {change}")
        check(changed["metrics"]["compiledPackages"] == 1, f"after the change: {changed['metrics']}")


def applying_the_same_again_builds_nothing_and_writes_nothing():
    with Namespace("again") as ns:
        # To a repository of its own: whoever pushed there as well would be told of in its status.
        wanted = image("chain", ["dev-libs/chain-d"], f"{REGISTRY}/e2e/again")
        ns.apply(builder(), wanted)
        before, _ = ns.wait_ready("chain")
        number = before["status"]["build"]["number"]
        ns.wait("job", before["status"]["build"]["jobRef"]["name"], lambda j: j["status"].get("succeeded"), "Complete", 60)
        since = now()
        ns.apply(wanted, builder())
        # A bystander's whole life proves that the controller has worked through its queue meanwhile.
        ns.apply(image("bystander", ["dev-libs/chain-d"]))
        ns.wait_ready("bystander")
        after = ns.get("stavesimage", "chain")
        check(after["status"]["build"]["number"] == number, "it was built again")
        check(after["metadata"]["resourceVersion"] == ns.get("stavesimage", "chain")["metadata"]["resourceVersion"], "it changes by itself")
        writes = writes_of_controller(ns.name, since)
        written = [w for w in writes if w[1] == "stavesimages" and w[3] == "chain"]
        check(not written, f"writes: {written}")
        own = [w for w in writes if w[3].startswith("bystander")]
        others = [w for w in own if w[1] != "events" and not (w[1] == "stavesimages" and "progress" in w)]
        check(sum(1 for w in others if w[0] == "create" and w[1] == "jobs") <= 1, f"Jobs created: {others}")


def files_of(reference):
    return run("sh", "-c", f"crane export --insecure {reference} - | tar -t", timeout=300).splitlines()


def a_cxx_program_gets_its_libraries_and_a_c_program_gets_none():
    with Namespace("libraries") as ns:
        ns.apply(builder(), image("cxx", ["app-misc/cxxapp"], config={"entrypoint": ["/usr/bin/cxxapp"]}),
                 image("c", ["app-misc/flagged"], config={"entrypoint": ["/usr/bin/flagged"]}))
        cxx = ns.wait_ready("cxx")[0]["status"]["image"]["reference"]
        check("C++ says hello" in ns.run_image("cxx", cxx, "an exception"), "the C++ program does not run")
        cxx_files = files_of(cxx)
        for library in ("libstdc++.so.6", "libgcc_s.so.1"):
            check(any(f.endswith("/" + library) for f in cxx_files), f"{library} is not in the C++ image")
        c = ns.wait_ready("c")[0]["status"]["image"]["reference"]
        check(ns.run_image("c", c) == "hello\n", "the C program does not run")
        strangers = [f for f in files_of(c) if "libstdc++" in f or "libgcc_s" in f]
        check(not strangers, f"the C image has {strangers}")


def musl_builder():
    script = pathlib.Path(__file__).parent.parent / "stage3/musl"
    name, reference = run(str(script), REGISTRY.split("/")[0], timeout=600).strip().split("=", 1)
    check(name == "STAVES_TEST_STAGE3_MUSL", name)
    made = builder("musl")
    made["spec"]["stage3"]["image"] = reference
    return made


def a_stage3_with_musl_makes_an_image_that_runs():
    with Namespace("musl") as ns:
        of_musl = {"builderRef": {"name": "musl"}}
        ns.apply(musl_builder(), image("small", ["app-misc/capp"], config={"entrypoint": ["/usr/bin/capp"]}, **of_musl),
                 image("german", ["app-misc/capp"], locale={"name": "de_DE.UTF-8"}, **of_musl))
        built = ns.wait_ready("small")[0]["status"]
        check(ns.run_image("small", built["image"]["reference"]) == "C says hello\n", "the program does not run")
        files = files_of(built["image"]["reference"])
        check(any(f.endswith("lib/ld-musl-x86_64.so.1") for f in files), f"no loader: {files}")
        strangers = [f for f in files if "ld-linux" in f or f.endswith("/libc.so.6") or "libgcc_s" in f]
        check(not strangers, f"of another libc: {strangers}")
        toolchain = ns.wait("stavesbuilder", "musl", lambda o: o["status"].get("toolchain"), "its toolchain", 30)[0]["status"]["toolchain"]
        check(toolchain["libc"].startswith("musl-") and toolchain["chost"] == "x86_64-pc-linux-musl", f"{toolchain}")
        failed = ns.wait_failed("german")["status"]["build"]["failure"]
        check(failed["class"] == "InvalidConfiguration" and "musl" in failed["message"], f"{failed}")


def packages_of_the_stage3_are_packed_instead_of_compiled():
    with Namespace("stage3") as ns:
        ns.apply(builder(), image("make", ["dev-build/make"], config={"entrypoint": ["/usr/bin/make"]}))
        built = ns.wait_ready("make")[0]["status"]
        metrics = built["build"]["metrics"]
        # The layout has another flag, and the tests' stage3 has a nsswitch.conf of its own instead of the libc's.
        check(metrics["compiledPackages"] == 2 and metrics["cachedPackages"] == 2, f"{metrics}")
        check("GNU Make" in ns.run_image("make", built["image"]["reference"], "--version"), "make does not run")


def other_tools_agree_that_the_image_is_valid():
    with Namespace("valid") as ns:
        ns.apply(builder(), image("modes", ["app-misc/modes"], image={"repository": f"{REGISTRY}/e2e/valid", "tags": ["1", "latest"]}))
        status = ns.wait_ready("modes")[0]["status"]["image"]
        reference = f"{REGISTRY}/e2e/valid:1"
        inspected = json.loads(run("skopeo", "inspect", "--tls-verify=false", f"docker://{reference}"))
        check(inspected["Digest"] == status["digest"], "skopeo sees another digest")
        run("crane", "validate", "--insecure", "--remote", reference)
        with tempfile.TemporaryDirectory() as folder:
            run("skopeo", "copy", "-q", "--src-tls-verify=false", f"docker://{reference}", f"oci:{folder}/oci:1")
            run("umoci", "unpack", "--image", f"{folder}/oci:1", f"{folder}/bundle")
            root = pathlib.Path(folder, "bundle", "rootfs")
            check((root / "etc/passwd").read_text().startswith("root:x:0:0:"), "no root in passwd")
            check((root / "bin").is_symlink() and (root / "usr/bin").is_dir(), "the layout is not merged")
            leftovers = [p for p in ("var/cache/edb", "var/lib/portage", "etc/portage", "etc/passwd-", "etc/group-") if (root / p).exists()]
            check(not leftovers, f"left over: {leftovers}")


def warnings_of_ebuilds_stand_on_the_resource():
    with Namespace("warnings") as ns:
        ns.apply(builder(), image("soft", ["app-misc/soft-check"]))
        built = ns.wait_ready("soft")[0]["status"]["build"]
        check(any("soft-check" in w["package"] for w in built.get("warnings", [])), f"warnings: {built.get('warnings')}")


def a_wanted_rebuild_of_the_same_inputs_makes_a_second_build():
    with Namespace("rebuild") as ns:
        ns.apply(builder(), image("chain", ["dev-libs/chain-d"]))
        first = ns.wait_ready("chain")[0]["status"]
        ns.kubectl("annotate", "stavesimage", "chain", "staves.dev/rebuild=please")
        second, _ = ns.wait("stavesimage", "chain", lambda o: is_ready(o) and o["status"]["build"]["number"] == 2 and "completionTime" in o["status"]["build"], "built again")
        check([r["reason"] for r in second["status"]["build"]["reasons"]] == ["Trigger"], f"{second['status']['build']['reasons']}")
        check(second["status"]["image"]["digest"] == first["image"]["digest"], "the same packages gave another digest")
        check(len(ns.names("job")) == 2, f"Jobs: {ns.names('job')}")
