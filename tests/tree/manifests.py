#!/usr/bin/env python3
"""manifests.py REPO DISTFILES: writes the thin Manifests of the ebuilds that have sources.

A source that DISTFILES lacks gets the checksums of a text that nobody has; bad-digest gets checksums of another text of the same length."""
import hashlib
import pathlib
import re
import sys

repo, distfiles = map(pathlib.Path, sys.argv[1:])
for ebuild in sorted(repo.glob("*/*/*.ebuild")):
    found = re.search(r'^SRC_URI="([^"]+)"', ebuild.read_text(), re.M)
    if not found:
        continue
    lines = []
    for name in (uri.rsplit("/", 1)[-1] for uri in found[1].split()):
        path = distfiles / name
        data = path.read_bytes() if path.exists() else b"not here"
        if "bad-digest" in name:
            data = b"x" * len(data)
        lines.append(f"DIST {name} {len(data)} BLAKE2B {hashlib.blake2b(data).hexdigest()} SHA512 {hashlib.sha512(data).hexdigest()}\n")
    (ebuild.parent / "Manifest").write_text("".join(lines))
