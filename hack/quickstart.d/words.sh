# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the scripts that source this share their variables with it
# What the quickstart says, and how long each part took.

say() { printf '%s\n' "$*"; }

die() {
  printf 'quickstart: error: %s\n' "$*" >&2
  exit 1
}

part_names=() part_seconds=()

begin() {
  all_started=$SECONDS
  trap tell_failed_part EXIT
}

# In a trap, because a part that stood before `||` would go on after its first command that fails.
tell_failed_part() {
  local code=$?
  ((code == 0)) || [[ -z ${part-} ]] ||
    printf "quickstart: error: '%s' failed; what it said stands above. Mend it and run the quickstart again: it goes on from here.\n" "$part" >&2
}

part() { # TITLE COMMAND...: runs a part in this shell, so that it may set what the next ones need
  local started=$SECONDS
  part=$1
  shift
  printf '\n==> %s\n' "$part"
  "$@"
  part_names+=("$part")
  part=''
  part_seconds+=($((SECONDS - started)))
  printf '    %d s\n' $((SECONDS - started))
}

summary() {
  local i
  printf '\n%-48s %8s\n' part seconds
  for i in "${!part_names[@]}"; do printf '%-48s %8d\n' "${part_names[$i]}" "${part_seconds[$i]}"; done
  printf '%-48s %8d\n\n' all $((SECONDS - all_started))
  if [[ -n $kubeconfig ]]; then
    say "Look around:   build/release/controller/bin/kubectl-staves status bash -n $namespace --kubeconfig $kubeconfig"
    say "Remove it all: hack/quickstart --down --kubeconfig $kubeconfig"
  else
    say "Look around:   eval \"\$(hack/cluster env --name $cluster)\" && kubectl staves status bash -n $namespace"
    say "Remove it all: hack/quickstart --down$name_words"
  fi
}
