# shellcheck shell=bash
# Where the programs were built last. Source it.

newest_build() { # FOLDER of the sources
  local newest='' binary
  for binary in "$1"/build/*/controller/bin/staves-publisher; do
    if [[ -x $binary && (-z $newest || $binary -nt $newest) ]]; then newest=$binary; fi
  done
  if [[ -z $newest ]]; then
    echo "build staves-publisher and staves-sources first" >&2
    return 1
  fi
  dirname "$newest"
}
