# shellcheck shell=bash
# Builds the pinned programs into $bin_dir. A program is built again only when its pins, flags or Go changed.

go_mod_version() { # MODULE_DIR MODULE
  awk -v m="$2" '$1 == m { print $2; exit } $1 == "require" && $2 == m { print $3; exit }' "$1/go.mod"
}

program_stamp() { # what decides whether a built program is still right; the arguments are its line of the table
  local folder=$modules_dir/$2
  { printf '%s\n' "$@" "$go_linker_flags" "$("$go_program" env GOVERSION GOARCH)"
    sha256sum <"$folder/go.mod"
    sha256sum <"$folder/go.sum"; } | sha256sum | cut -d' ' -f1
}

go_linker_flags='-s -w'

build_program() { # NAME MODULE_FOLDER PACKAGE VERSION_MODULE VERSION_VARIABLE CGO TAGS
  local name=$1 folder=$2 package=$3 version_module=$4 variable=$5 cgo=$6 tags=$7
  local stamp_file=$bin_dir/.stamps/$name stamp flags=$go_linker_flags version started output
  stamp=$(program_stamp "$@")
  if [[ -x $bin_dir/$name && -f $stamp_file && $(<"$stamp_file") == "$stamp" ]]; then return 0; fi
  version=$(go_mod_version "$modules_dir/$folder" "$version_module")
  [[ -n $version ]] || die "modules/$folder/go.mod names no version of $version_module"
  if [[ -n $variable ]]; then flags+=" -X $variable=$version"; fi
  say "building $name $version"
  started=$SECONDS
  output=$bin_dir/.stamps/$name.new
  if ! (cd "$modules_dir/$folder" &&
    env GOWORK=off GOFLAGS='-mod=readonly -buildvcs=false' GOTOOLCHAIN=local CGO_ENABLED="$cgo" \
      nice -n 5 "$go_program" build -p "$build_jobs" -trimpath -tags "$tags" -ldflags "$flags" -o "$output" "$package"); then
    rm -f "$output"
    die "could not build $name; the compiler's words are above"
  fi
  mv -f "$output" "$bin_dir/$name"
  printf '%s\n' "$stamp" >"$stamp_file"
  say "built $name $version in $((SECONDS - started)) s"
}

programs_missing() { # prints the names of programs that were never built, for commands that must not build
  local name rest
  while IFS='|' read -r name rest; do
    [[ -x $bin_dir/$name ]] || printf '%s ' "$name"
  done < <(pinned_programs)
  : "${rest-}"
}

build_everything() { # [NAME...]: all, or only these
  local started=$SECONDS line fields only=" $* "
  mkdir -p "$bin_dir/.stamps"
  exec {build_lock}>"$bin_dir/.stamps/lock"
  flock -n "$build_lock" || { say "another build runs; waiting for it"; flock "$build_lock"; }
  find_go
  while read -r line; do
    # The appended field keeps an empty last one.
    IFS='|' read -r -a fields <<<"$line|end"
    unset 'fields[-1]'
    if [[ $only == "  " || $only == *" ${fields[0]} "* ]]; then
      need_disk_for_build "${fields[@]}"
      build_program "${fields[@]}"
    fi
  done < <(pinned_programs)
  exec {build_lock}>&-
  if ((SECONDS - started > 2)); then say "all programs are ready in $bin_dir ($((SECONDS - started)) s)"; fi
}

need_disk_for_build() {
  [[ -x $bin_dir/$1 ]] || need_disk "$bin_dir" 6144 "building Kubernetes and containerd"
}
