# shellcheck shell=bash disable=SC2154 # root: the checkout, set by whoever sources this
# The step `emerge` as a build pod runs it, in the tests' stage3 with the rights of the container. No network but a mirror on the loopback.
# STAVES_BUILDER names the program (build/release/controller/bin/staves-builder otherwise).

builder=${STAVES_BUILDER:-$root/build/release/controller/bin/staves-builder}
cache_dir=${STAVES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/staves}
[[ -x $builder ]] || {
  echo "no program at $builder" >&2
  exit 1
}
stage3=$("$root/tests/stage3/build")
tree=$("$root/tests/tree/build")
mkdir -p "$cache_dir"

in_stage3() { # POD BIND COMMAND...: in a fresh stage3 with the tests' tree, or the one at $repo; what it prints goes to POD/out; small devices and the like come from the environment
  local place=$1 bind=$2
  shift 2
  ENTER_OFFLINE=yes ENTER_SERVE=$tree/mirror ENTER_BUSYBOX=$cache_dir/busybox ENTER_LAYER=$place/layer ENTER_BIND=$bind \
    "$root/tests/stage3/parts/enter" "$stage3/root" "${repo:-$tree/repo}" "$@" >"$place/out" 2>&1
}

make_places() { # POD CACHE PLAN_JSON: directories of a pod and of its cache volume, and a plan with the given members
  mkdir -p "$1"/{tools,plan,handover/{sources,emerge,publish},rootfs,message} "$2"/{binpkgs,distfiles}
  "$builder" install "$1/tools/staves-builder"
  : >"$1/message/log"
  python3 - "$3" >"$1/plan/plan" <<'PY'
import json, sys
digest = "@sha256:" + "0" * 64
plan = {"namespace": "default", "name": "test", "number": 1, "attempt": 1, "inputsDigest": digest[1:], "stage3": "localhost/stage3" + digest,
        "tree": {"image": "localhost/tree" + digest, "location": "/var/db/repos/gentoo", "fetch": False},
        "mirrors": ["http://127.0.0.1"], "image": {"repository": "localhost/test", "tags": ["1"]}}
plan.update(json.loads(sys.argv[1]))
print(json.dumps(plan))
PY
}

emerge_in() { # POD CACHE: the step; its result is in POD/message/log
  in_stage3 "$1" "$1/tools:/staves/tools $1/plan:/staves/plan $1/handover:/staves/handover $1/rootfs:/rootfs $2:/staves/cache $1/message:/message" \
    /staves/tools/staves-builder emerge --termination-log /message/log
}
