"""Manifests that must be refused, by the API server or by the operator: a name that says what is wrong, and the object."""
import copy

IMAGE = {
    "apiVersion": "staves.dev/v1alpha1",
    "kind": "StavesImage",
    "metadata": {"name": "bad"},
    "spec": {"builderRef": {"name": "glibc"}, "packages": ["app-shells/bash"], "image": {"repository": "registry.example/team-a/bash"}},
}
BUILDER = {
    "apiVersion": "staves.dev/v1alpha1",
    "kind": "StavesBuilder",
    "metadata": {"name": "bad"},
    "spec": {"stage3": {"image": "registry.example/stage3:latest"}, "portage": {"snapshot": {"image": "registry.example/tree:latest"}}},
}
DELETE = object()


def changed(base, path, value):
    """The base with one member set, or taken away; the path is its keys, joined by a slash."""
    whole = copy.deepcopy(base)
    *parents, last = path.split("/")
    place = whole
    for key in parents:
        place = place.setdefault(key, {})
    if value is DELETE:
        place.pop(last)
    else:
        place[last] = value
    return whole


def image(path, value):
    return changed(IMAGE, "spec/" + path, value)


def builder(path, value):
    return changed(BUILDER, "spec/" + path, value)


def config(**members):
    return image("packageConfig", [{"atom": "app-shells/bash", "use": ["nls"], **members}])


def toml(text):
    return changed(image("packages", DELETE), "spec/stavesToml", {"inline": text})


def nested(depth):
    value = "deep"
    for _ in range(depth):
        value = [value]
    return value


TYPES = {
    "spec-is-a-string": changed(IMAGE, "spec", "packages: [app-shells/bash]"),
    "spec-is-a-list": changed(IMAGE, "spec", [IMAGE["spec"]]),
    "builder-ref-is-a-string": image("builderRef", "glibc"),
    "builder-ref-without-name": image("builderRef", {}),
    "builder-ref-name-is-a-number": image("builderRef", {"name": 7}),
    "packages-is-a-string": image("packages", "app-shells/bash"),
    "packages-is-an-object": image("packages", {"app-shells/bash": {}}),
    "packages-is-empty": image("packages", []),
    "packages-has-a-number": image("packages", ["app-shells/bash", 7]),
    "packages-has-an-object": image("packages", [{"name": "app-shells/bash"}]),
    "packages-nested-deeply": image("packages", nested(40)),
    "package-config-is-an-object": image("packageConfig", {"app-shells/bash": {"use": ["nls"]}}),
    "package-config-has-a-string": image("packageConfig", ["app-shells/bash"]),
    "package-config-use-is-a-string": config(use="-nls"),
    "package-config-use-is-an-object": config(use={"nls": False}),
    "package-config-mask-is-a-string": config(mask="yes"),
    "package-config-unmask-is-a-number": config(unmask=1),
    "package-config-without-atom": image("packageConfig", [{"use": ["nls"]}]),
    "make-conf-is-a-string": image("makeConf", "CFLAGS=-O3"),
    "make-conf-is-a-list": image("makeConf", ["CFLAGS=-O3"]),
    "make-conf-has-a-number": image("makeConf", {"MAKEOPTS": 4}),
    "make-conf-has-a-list": image("makeConf", {"USE": ["a", "b"]}),
    "make-conf-has-true": image("makeConf", {"A": True}),
    "environments-is-an-object": image("environments", {"fast": {"CFLAGS": "-O3"}}),
    "environments-without-name": image("environments", [{"makeConf": {"A": "b"}}]),
    "environments-make-conf-is-a-list": image("environments", [{"name": "fast", "makeConf": []}]),
    "repository-is-a-list": image("image", {"repository": ["registry.example/a"]}),
    "tags-is-a-string": image("image/tags", "latest"),
    "tags-has-a-number": image("image/tags", [5.2]),
    "annotations-is-a-list": image("image/annotations", ["a=b"]),
    "annotations-has-a-number": image("image/annotations", {"a": 1}),
    "labels-has-an-object": image("image/labels", {"a": {"b": "c"}}),
    "compression-is-a-number": image("image/compression", 9),
    "entrypoint-is-a-string": image("config", {"entrypoint": "/bin/bash -c"}),
    "entrypoint-has-a-number": image("config", {"entrypoint": ["/bin/sleep", 10]}),
    "config-env-is-an-object": image("config", {"env": {"LANG": "C"}}),
    "timeout-is-a-string": image("build", {"timeoutSeconds": "1h"}),
    "timeout-is-a-fraction": image("build", {"timeoutSeconds": 60.5}),
    "timeout-beyond-64-bits": image("build", {"timeoutSeconds": 18446744073709551615}),
    "retries-below-zero": image("build", {"retries": -1}),
    "history-is-a-number": image("history", 3),
    "suspend-is-a-string": image("suspend", "false"),
    "toml-is-a-string": changed(image("packages", DELETE), "spec/stavesToml", "packages = ['a/b']"),
    "toml-inline-is-an-object": changed(image("packages", DELETE), "spec/stavesToml", {"inline": {"packages": ["a/b"]}}),
    "toml-config-map-without-name": changed(image("packages", DELETE), "spec/stavesToml", {"configMapRef": {"key": "a"}}),
    "builder-stage3-is-a-string": builder("stage3", "registry.example/stage3"),
    "builder-stage3-without-image": builder("stage3", {}),
    "builder-snapshot-without-image": builder("portage/snapshot", {}),
    "builder-portage-is-a-list": builder("portage", []),
    "builder-mirrors-is-a-string": builder("portage/mirrors", "https://example.com"),
    "builder-refresh-is-a-string": builder("refreshSeconds", "1h"),
    "builder-refresh-too-small": builder("refreshSeconds", 1),
    "builder-suspend-is-a-number": builder("suspend", 1),
    "builder-cache-is-a-string": builder("cache", "50Gi"),
    "builder-on-delete-unknown": builder("cache", {"onDelete": "Recycle"}),
    "builder-access-mode-unknown": builder("cache", {"accessMode": "ReadWriteEverywhere"}),
    "builder-insecure-registries-is-a-string": builder("trust", {"insecureRegistries": "a:5000"}),
}

PACKAGES = {
    "up-and-out": "../../etc/passwd",
    "command-substitution": "app-shells/$(reboot)",
    "backticks": "app-shells/`reboot`",
    "option": "--config-root=/tmp",
    "newline": "app-shells/bash\n*/* **",
    "nul": "app-shells/bash\u0000",
    "escape-sequence": "app-shells/\u001b[31mbash",
    "right-to-left": "app-shells/\u202ehsab",
    "surrogate-pair": "app-shells/\U0001f680",
    "nothing": "",
    "giant": "app-shells/" + "b" * 10000,
    "set-of-all-installed": "@installed",
    "set-of-the-world": "@world",
    "version-without-operator": "app-shells/bash-5.2",
}

WORDS = {
    "use-with-a-newline": config(use=["nls\n*/* -nls"]),
    "use-with-shell": config(use=["$(reboot)"]),
    "use-too-many": config(use=[f"u{n}" for n in range(97)]),
    "keyword-with-a-space": config(keywords=["~amd64 **"]),
    "license-up": config(license=["../GPL"]),
    "env-up-and-out": config(env=["../../etc/shadow"]),
    "env-twice": config(env=["a", "a"]),
    "atom-up-and-out": config(atom="../../etc/passwd"),
    "atom-with-a-newline": config(atom="a/b\nc/d"),
    "atom-of-a-set": config(atom="@system"),
    "environment-up-and-out": image("environments", [{"name": "../../../root/.bashrc", "makeConf": {}}]),
    "environment-hidden": image("environments", [{"name": ".hidden", "makeConf": {}}]),
    "environment-with-nul": image("environments", [{"name": "a\u0000b", "makeConf": {}}]),
    "environment-variable-refused": image("environments", [{"name": "a", "makeConf": {"BASH_ENV": "/tmp/x"}}]),
    "variable-in-lower-case": image("makeConf", {"cflags": "-O3"}),
    "variable-with-a-newline": image("makeConf", {"A\nB": "x"}),
    "variable-with-an-equals": image("makeConf", {"A=B": "x"}),
    "variable-without-a-name": image("makeConf", {"": "x"}),
    "variable-value-too-long": image("makeConf", {"A": "x" * 4097}),
    "variables-too-many": image("makeConf", {f"V{n}": "x" for n in range(65)}),
    "repository-with-a-tag": image("image", {"repository": "registry.example/a:latest"}),
    "repository-is-a-url": image("image", {"repository": "https://registry.example/a"}),
    "repository-up-and-out": image("image", {"repository": "registry.example/../a"}),
    "repository-with-shell": image("image", {"repository": "registry.example/$(id)"}),
    "repository-with-a-port-too-large": image("image", {"repository": "registry.example:65536/a"}),
    "repository-with-credentials": image("image", {"repository": "user:word@registry.example/a"}),
    "tag-with-a-slash": image("image/tags", ["a/b"]),
    "tag-twice": image("image/tags", ["a", "a"]),
    "tag-too-long": image("image/tags", ["t" * 129]),
    "library-with-a-path": image("toolchainLibraries", {"include": ["../../lib/libc.so.6"]}),
    "library-that-is-none": image("toolchainLibraries", {"include": ["bash"]}),
    "locale-up-and-out": image("locale", {"name": "../../etc/passwd"}),
    "charset-is-an-option": image("locale", {"name": "de_DE", "charset": "--prefix=/"}),
    "builder-ref-up-and-out": image("builderRef", {"name": "../glibc"}),
    "push-secret-up-and-out": image("image/pushSecretRef", {"name": "../../secret"}),
    "toml-config-map-up-and-out": changed(image("packages", DELETE), "spec/stavesToml", {"configMapRef": {"name": "../x"}}),
    "toml-config-map-key-with-a-slash": changed(image("packages", DELETE), "spec/stavesToml", {"configMapRef": {"name": "x", "key": "a/b"}}),
    "builder-profile-up-and-out": builder("portage/profile", "../../etc"),
    "builder-profile-absolute": builder("portage/profile", "/etc"),
    "builder-mirror-with-shell": builder("portage/mirrors", ["https://example.com/$(id)"]),
    "builder-mirror-of-a-file": builder("portage/mirrors", ["file:///etc"]),
    "builder-mirror-with-a-newline": builder("portage/mirrors", ["https://example.com/\nDISTDIR=/etc"]),
    "builder-make-conf-refused": builder("portage/makeConf", {"PORTAGE_BASHRC": "/tmp/x"}),
    "builder-make-conf-mirrors": builder("portage/makeConf", {"GENTOO_MIRRORS": "https://example.com"}),
    "builder-environment-refused": builder("portage/environments", [{"name": "a", "makeConf": {"LD_PRELOAD": "/x.so"}}]),
}

REFUSED = ["LD_PRELOAD", "BASH_ENV", "PATH", "HOME", "IFS", "PYTHONPATH", "PERL5OPT", "ROOT", "PKGDIR", "DISTDIR", "PORTDIR", "PORTAGE_TMPDIR",
           "FETCHCOMMAND", "EMERGE_DEFAULT_OPTS", "GENTOO_MIRRORS"]

TOMLS = {
    "unknown-key": "packages = ['a/b']\npackges = ['c/d']\n",
    "syntax": "packages = ['a/b'\n",
    "wrong-type": "packages = 'a/b'\n",
    "without-packages": "name = 'a'\n",
    "atom-with-shell": "packages = ['a/$(id)']\n",
    "variable-refused": "packages = ['a/b']\n[env]\nLD_PRELOAD = '/x.so'\n",
    "control-character": "packages = ['a/b\u0001']\n",
    "nul": "packages = ['a/b']\n\u0000",
    "nested": "packages = " + "[" * 500 + "\n",
    "dotted": "packages = ['a/b']\n[a" + ".a" * 5000 + "]\n",
    "windows-lines": "packages = ['a/b']\r\nuse = 1\r\n",
    "too-long": "#" * 66000,
}

MANIFESTS = {
    **{"type-" + name: value for name, value in TYPES.items()},
    **{"package-" + name: image("packages", ["a/b", value]) for name, value in PACKAGES.items()},
    **{"word-" + name: value for name, value in WORDS.items()},
    **{"variable-" + name.lower().replace("_", "-"): image("makeConf", {"USE": "x", name: "x"}) for name in REFUSED},
    **{"toml-" + name: toml(value) for name, value in TOMLS.items()},
}
