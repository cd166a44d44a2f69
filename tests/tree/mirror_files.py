#!/usr/bin/env python3
"""mirror_files.py DISTFILES TARGET: copies the files into the layouts of a Gentoo mirror: by hash of the name (GLEP 75), and flat."""
import hashlib
import pathlib
import shutil
import sys

source, target = map(pathlib.Path, sys.argv[1:])
target.mkdir(parents=True, exist_ok=True)
(target / "layout.conf").write_text("[structure]\n0=filename-hash BLAKE2B 8\n1=flat\n")
for path in sorted(source.iterdir()):
    folder = target / hashlib.blake2b(path.name.encode()).hexdigest()[:2]
    folder.mkdir(exist_ok=True)
    shutil.copyfile(path, folder / path.name)
    (target / path.name).symlink_to(f"{folder.name}/{path.name}")
