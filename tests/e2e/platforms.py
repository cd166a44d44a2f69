"""Cases about images for several platforms."""
import json

from cluster import REGISTRY, Namespace, builder, check, condition, image, is_ready, run
from rebuild import built, reasons_of

BOTH = ["linux/amd64", "linux/amd64/v3"]


def manifest(reference):
    return json.loads(run("crane", "manifest", "--insecure", reference))


def config(reference):
    return json.loads(run("crane", "config", "--insecure", reference))


def flags_of(reference, package):
    """What its compiler was told, as the image's package database has it."""
    return run("sh", "-c", f"crane export --insecure {reference} - | tar -xO --wildcards 'var/db/pkg/{package}-*/CFLAGS'", timeout=300).strip()


def of_platforms(ns):
    """The images that others own, by platform."""
    return {i["spec"]["platforms"][0]: i for i in ns.get("stavesimage") if i["metadata"].get("ownerReferences")}


def wanted(packages, platforms=BOTH):
    made = image("hello", packages, f"{REGISTRY}/e2e/platforms", config={"entrypoint": ["/usr/bin/flagged"]}, platforms=platforms)
    made["spec"]["image"].update(tags=["1.0"], packageDatabase="Full")
    return made


def an_image_for_two_platforms_is_an_index_of_two_that_run():
    with Namespace("platforms") as ns:
        ns.apply(builder(), wanted(["app-misc/flagged"]))
        status = ns.wait_ready("hello")[0]["status"]
        repository = f"{REGISTRY}/e2e/platforms"
        index = manifest(f"{repository}:1.0")
        check(index["mediaType"] == "application/vnd.oci.image.index.v1+json", f"no index: {index}")
        platforms = [(m["platform"]["architecture"], m["platform"].get("variant"), m["digest"]) for m in index["manifests"]]
        said = [(p["platform"], p["digest"]) for p in status["image"]["platforms"]]
        check(said == [("linux/amd64", platforms[0][2]), ("linux/amd64/v3", platforms[1][2])], f"{said} is not {platforms}")
        check([p[:2] for p in platforms] == [("amd64", None), ("amd64", "v3")], f"{platforms}")
        check(run("crane", "digest", "--insecure", f"{repository}:1.0").strip() == status["image"]["digest"], "the tag is not the digest of the status")

        check(config(f"{repository}:1.0-amd64-v3").get("variant") == "v3", "the config does not name the variant")
        check("-march=x86-64-v3" in flags_of(f"{repository}:1.0-amd64-v3", "app-misc/flagged"), "not compiled for v3")
        check("-march" not in flags_of(f"{repository}:1.0-amd64", "app-misc/flagged"), "the other one is compiled for v3 as well")
        check(ns.run_image("index", status["image"]["reference"]) == "hello\n", "the index does not run")
        check(ns.run_image("v3", f"{repository}@{platforms[1][2]}") == "hello\n", "the image for v3 does not run")
        nodes = {p["spec"]["nodeSelector"].get("kubernetes.io/arch") for p in ns.get("pod") if len(p["spec"]["containers"]) > 1}
        check(nodes == {"amd64"}, f"pods are for nodes {nodes}")

        # A change makes new images first, and an index when both are there.
        ns.apply(wanted(["app-misc/flagged", "dev-libs/chain-a"]))
        again, _ = ns.wait("stavesimage", "hello", built(2), "an index of the new images")
        check(reasons_of(again) == ["Platform"], f"{reasons_of(again)}")
        changes = again["status"]["build"]["reasons"][0]["changes"]
        check([c["path"] for c in changes] == ["images.linux/amd64", "images.linux/amd64/v3"], f"{changes}")
        check(again["status"]["image"]["digest"] != status["image"]["digest"], "the same index")

        # One that cannot be built keeps the index, and says which and why.
        ns.apply(wanted(["app-misc/no-such-package"]))
        failed, _ = ns.wait("stavesimage", "hello", lambda o: condition(o, "Ready").get("reason") == "BuildFailed", "failed")
        message = condition(failed, "Ready")["message"]
        check("the image for linux/amd64" in message and "no-such-package" in message, message)
        check(failed["status"]["image"]["digest"] == again["status"]["image"]["digest"], "the index is gone")

        # For one platform it is an ordinary image, and the others go.
        ns.apply(wanted(["app-misc/flagged"], ["linux/amd64/v3"]))
        one, _ = ns.wait("stavesimage", "hello", lambda o: is_ready(o) and o["status"]["build"]["number"] == 3, "an image for one platform")
        check(one["status"]["image"]["platforms"][0]["platform"] == "linux/amd64/v3", f"{one['status']['image']}")
        check(one["status"]["build"]["metrics"]["compiledPackages"] == 0, "what was compiled for v3 is not used again")
        check(not of_platforms(ns), f"left over: {of_platforms(ns)}")


def what_one_node_cannot_build_is_refused_before_anything_is_made():
    with Namespace("architectures") as ns:
        ns.apply(builder(), wanted(["app-misc/flagged"], ["linux/amd64", "linux/arm64"]))
        state, _ = ns.wait("stavesimage", "hello", lambda o: condition(o, "Ready").get("reason") == "InvalidSpec", "refused", 120)
        check("ReadWriteMany" in condition(state, "Ready")["message"], f"{condition(state, 'Ready')}")
        check(not of_platforms(ns), "images were made")
