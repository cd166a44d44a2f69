# shellcheck shell=bash
# Builds the pinned programs into $BIN. A program is built again only when its pins or flags changed.

GO_LINKER_FLAGS='-s -w'
BUILD_JOBS=2

program_stamp() { # FIELD...: says whether a built program is still the pinned one
  {
    printf '%s\n' "$@" "$GO_LINKER_FLAGS" "$(uname -m)"
    cat "$MODULES/$2/go.mod" "$MODULES/$2/go.sum"
  } | sha256sum | cut -d' ' -f1
}

program_is_built() { # FIELD...
  [[ -x $BIN/$1 && -f $BIN/.stamps/$1 && $(<"$BIN/.stamps/$1") == "$(program_stamp "$@")" ]]
}

build_program() { # NAME MODULE_FOLDER PACKAGE VERSION_MODULE VERSION_VARIABLE CGO TAGS
  local name=$1 folder=$2 package=$3 variable=$5 cgo=$6 tags=$7
  local flags=$GO_LINKER_FLAGS version started=$SECONDS output=$BIN/.stamps/$1.new
  version=$(pinned_version "$folder" "$4")
  [[ -n $version ]] || die "modules/$folder/go.mod names no version of $4"
  if [[ -n $variable ]]; then flags+=" -X $variable=$version"; fi
  say "building $name $version"
  if ! (cd "$MODULES/$folder" &&
    env GOWORK=off GOFLAGS='-mod=readonly -buildvcs=false' GOTOOLCHAIN=local CGO_ENABLED="$cgo" \
      nice -n 5 "$GO" build -p "$BUILD_JOBS" -trimpath -tags "$tags" -ldflags "$flags" -o "$output" "$package") >"$BIN/.stamps/$name.log" 2>&1; then
    rm -f "$output"
    tail -n 30 "$BIN/.stamps/$name.log" >&2
    die "could not build $name (all its words: $BIN/.stamps/$name.log)"
  fi
  rm -f "$BIN/.stamps/$name.log"
  mv -f "$output" "$BIN/$name"
  program_stamp "$@" >"$BIN/.stamps/$name"
  say "built $name $version in $((SECONDS - started)) s"
}

build_programs() { # [NAME...]: these, or all
  local name
  for name in "$@"; do
    grep -q "^$name|" <<<"$(pinned_programs)" || die "there is no program '$name' to build; there are: $(pinned_programs | cut -d'|' -f1 | tr '\n' ' ')"
  done
  local wanted=" $* " line fields started=$SECONDS pending=()
  mkdir -p "$BIN/.stamps"
  exec {build_lock}>"$BIN/.stamps/lock"
  if ! flock -n "$build_lock"; then
    say "another build is running, waiting for it"
    flock "$build_lock"
  fi
  while read -r line; do
    IFS='|' read -r -a fields <<<"$line|end" # the last field may be empty
    unset 'fields[-1]'
    [[ $wanted == "  " || $wanted == *" ${fields[0]} "* ]] || continue
    program_is_built "${fields[@]}" || pending+=("$line")
  done < <(pinned_programs)
  if ((${#pending[@]})); then
    need_disk "$BIN" 6144 "building the cluster's programs"
    find_go
    say "programs to build with $("$GO" env GOVERSION): ${#pending[@]} (all take about 11 minutes on two idle cores)"
    for line in "${pending[@]}"; do
      IFS='|' read -r -a fields <<<"$line|end"
      unset 'fields[-1]'
      build_program "${fields[@]}" </dev/null
    done
    say "built in $((SECONDS - started)) s, they are in $BIN"
  fi
  exec {build_lock}>&-
}
