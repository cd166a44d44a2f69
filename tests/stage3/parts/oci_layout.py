#!/usr/bin/env python3
"""oci_layout.py DIR [--volume PATH] [--cmd WORD]... [--entrypoint WORD]... [--env NAME=VALUE]... [--user USER] [--port PORT] LAYER...

Makes an OCI image layout of one linux/amd64 image from gzip layers, prints the digest of its manifest. The layer files are moved into it."""
import argparse
import hashlib
import json
import os
import shutil
import sys
import zlib

CHUNK = 1 << 20


def digests(path):
    """SHA-256 of the file and of what it holds uncompressed."""
    packed, plain, inflater = hashlib.sha256(), hashlib.sha256(), zlib.decompressobj(wbits=31)
    with open(path, "rb") as source:
        while chunk := source.read(CHUNK):
            packed.update(chunk)
            plain.update(inflater.decompress(chunk))
    plain.update(inflater.flush())
    if not inflater.eof or inflater.unused_data:
        sys.exit(f"{path}: not one whole gzip member")
    return packed.hexdigest(), plain.hexdigest()


def put(layout, document):
    """Stores a JSON document as a blob, gives its digest and size."""
    data = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    digest = hashlib.sha256(data).hexdigest()
    with open(os.path.join(layout, "blobs/sha256", digest), "wb") as out:
        out.write(data)
    return f"sha256:{digest}", len(data)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("layout")
    parser.add_argument("layers", nargs="+")
    for many in ("cmd", "entrypoint", "env", "volume", "port"):
        parser.add_argument(f"--{many}", action="append", default=[])
    parser.add_argument("--user", default="")
    arguments = parser.parse_args()
    layout = arguments.layout
    os.makedirs(os.path.join(layout, "blobs/sha256"), exist_ok=True)
    descriptors, plain_digests = [], []
    for path in arguments.layers:
        packed, plain = digests(path)
        media_type = "application/vnd.oci.image.layer.v1.tar+gzip"
        descriptors.append({"mediaType": media_type, "digest": f"sha256:{packed}", "size": os.path.getsize(path)})
        plain_digests.append(f"sha256:{plain}")
        shutil.move(path, os.path.join(layout, "blobs/sha256", packed))
    settings = {
        "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", *arguments.env],
        "Entrypoint": arguments.entrypoint,
        "Cmd": arguments.cmd,
        "User": arguments.user,
        "Volumes": {path: {} for path in arguments.volume},
        "ExposedPorts": {port: {} for port in arguments.port},
    }
    config, size = put(layout, {
        "architecture": "amd64",
        "os": "linux",
        "config": {name: value for name, value in settings.items() if value},
        "rootfs": {"type": "layers", "diff_ids": plain_digests},
        "history": [{"created_by": "tests"} for _ in plain_digests],
    })
    manifest_type = "application/vnd.oci.image.manifest.v1+json"
    manifest, manifest_size = put(layout, {
        "schemaVersion": 2,
        "mediaType": manifest_type,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": size},
        "layers": descriptors,
    })
    with open(os.path.join(layout, "oci-layout"), "w") as out:
        json.dump({"imageLayoutVersion": "1.0.0"}, out)
    with open(os.path.join(layout, "index.json"), "w") as out:
        json.dump({"schemaVersion": 2, "manifests": [{"mediaType": manifest_type, "digest": manifest, "size": manifest_size}]}, out)
    print(manifest)


main()
