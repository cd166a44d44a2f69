# shellcheck shell=bash
# shellcheck disable=SC2154  # cache_dir
# Pushing an image layout to a plain http registry.

crane() {
  local program=$cache_dir/bin/crane
  [[ -x $program ]] || program=$(type -P crane) || die "no crane: neither $cache_dir/bin/crane nor on PATH; 'hack/cluster build' makes one"
  "$program" "$@"
}

push_layout() { # DIR HOST/NAME:TAG DIGEST: prints the reference by digest
  local layout=$1 reference=$2 digest=$3 plain=()
  [[ $reference == localhost:* || $reference == 127.* ]] || plain=(--insecure)
  if [[ $(crane digest "${plain[@]}" "$reference" 2>/dev/null) != "$digest" ]]; then
    timed "pushing $reference" crane push "${plain[@]}" "$layout" "$reference"
  fi
  echo "${reference%:*}@$digest"
}

tag_of() { # DIR: the key in the name of a result
  basename "$1" | sed 's/.*-//'
}
