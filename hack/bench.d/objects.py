"""Resources that the controller works on although nothing ever runs: their scheduler does not exist."""
from api import Api

DIGEST = "sha256:" + "1" * 64
BUILDERS = 20  # none has more than 256 places, and no build here ever ends
api = Api()


def namespace(name):
    api.call("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    return name


def images_of(name):
    return f"/apis/staves.dev/v1alpha1/namespaces/{name}/stavesimages"


def builder(name):
    pinned = "registry.invalid/{}@" + DIGEST
    claim = {"metadata": {"name": "cache"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
    api.call("POST", f"/api/v1/namespaces/{name}/persistentvolumeclaims", claim)
    for number in range(BUILDERS):
        api.call("POST", f"/apis/staves.dev/v1alpha1/namespaces/{name}/stavesbuilders", {
            "apiVersion": "staves.dev/v1alpha1", "kind": "StavesBuilder", "metadata": {"name": f"glibc-{number}"},
            "spec": {"stage3": {"image": pinned.format("stage3")}, "portage": {"snapshot": {"image": pinned.format("tree")}},
                     "maxConcurrentBuilds": 256, "cache": {"existingClaim": "cache"}, "pod": {"schedulerName": "nobody"}}})


def image(number):
    return {"apiVersion": "staves.dev/v1alpha1", "kind": "StavesImage", "metadata": {"name": f"image-{number}"},
            "spec": {"builderRef": {"name": f"glibc-{number % BUILDERS}"}, "packages": ["app-shells/bash", "net-misc/curl", "dev-libs/openssl"],
                     "packageConfig": [{"atom": "app-shells/bash", "use": ["-nls"]}],
                     "image": {"repository": f"registry.invalid/team/image-{number}"}, "config": {"entrypoint": ["/bin/bash", "-c"]}}}


def counted(path):
    """How many objects there are."""
    first = api.call("GET", path + "?limit=1")
    return len(first["items"]) + int(first["metadata"].get("remainingItemCount", 0))
