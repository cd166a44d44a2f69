# shellcheck shell=bash
# The two images that the cluster itself needs, made from scratch as OCI layouts in the cache folder.

pack_layout() { # LAYOUT_FOLDER PROGRAM: an image with one file, which is its entrypoint
  local layout=$1 program=$2 work diff_id layer config manifest name
  name=$(basename "$program")
  work=$(mktemp -d "$layout.XXXXXX")
  mkdir -p "$work/root" "$work/layout/blobs/sha256"
  cp "$program" "$work/root/$name"
  chmod 755 "$work/root" "$work/root/$name"
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$work/root" -cf "$work/layer.tar" "$name"
  diff_id=$(sha256sum <"$work/layer.tar" | cut -d' ' -f1)
  gzip -n -1 "$work/layer.tar"
  layer=$(blob "$work" <"$work/layer.tar.gz")
  config=$(jq -cn --arg diff "sha256:$diff_id" --arg entry "/$name" \
    '{architecture: "amd64", os: "linux", config: {Entrypoint: [$entry]}, rootfs: {type: "layers", diff_ids: [$diff]}}' | blob "$work")
  manifest=$(jq -cn --argjson config "$config" --argjson layer "$layer" '{
    schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: ($config + {mediaType: "application/vnd.oci.image.config.v1+json"}),
    layers: [$layer + {mediaType: "application/vnd.oci.image.layer.v1.tar+gzip"}]}' | blob "$work")
  jq -cn --argjson manifest "$manifest" '{schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [$manifest + {mediaType: "application/vnd.oci.image.manifest.v1+json"}]}' >"$work/layout/index.json"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$work/layout/oci-layout"
  rm -rf "$layout"
  mv "$work/layout" "$layout"
  rm -rf "$work"
}

blob() { # WORK_FOLDER <content: stores it and prints its digest and size as JSON
  local digest
  cat >"$1/blob"
  digest=$(sha256sum <"$1/blob" | cut -d' ' -f1)
  printf '{"digest":"sha256:%s","size":%s}' "$digest" "$(stat -c %s "$1/blob")"
  mv "$1/blob" "$1/layout/blobs/sha256/$digest"
}

build_images() {
  local stamp images=$CACHE/images
  stamp=$(cat "$PARTS/images.sh" "$PARTS/images/pause.c" "$BIN/.stamps/coredns" | sha256sum | cut -d' ' -f1)
  [[ -f $images/stamp && $(<"$images/stamp") == "$stamp" ]] && return 0
  mkdir -p "$images"
  exec {images_lock}>"$images/lock"
  flock "$images_lock"
  rm -f "$images/stamp"
  gcc -Os -s -static -Wall -Wextra -Werror -o "$images/pause.bin" "$PARTS/images/pause.c"
  mkdir -p "$images/program"
  mv "$images/pause.bin" "$images/program/pause"
  pack_layout "$images/pause" "$images/program/pause"
  pack_layout "$images/coredns" "$BIN/coredns"
  rm -rf "$images/program"
  printf '%s\n' "$stamp" >"$images/stamp"
  exec {images_lock}>&-
}

push_cluster_images() {
  local name
  for name in pause coredns; do
    "$BIN/crane" push --insecure "$CACHE/images/$name" "$REGISTRY/staves-cluster/$name:pinned" >/dev/null 2>"$STATE/logs/push-$name.log" ||
      die "could not push the image '$name' into the cluster's registry: $(tail -n 3 "$STATE/logs/push-$name.log")"
  done
}

load_image() { # IMAGE_TAR|OCI_FOLDER REF: prints the reference with its digest
  local source=$1 ref=${2#"${REGISTRY-}"/} contents='' unpacked='' status=0 pushed
  node_must_run >/dev/null
  [[ -e $source ]] || die "there is no $source"
  if [[ -f $source ]]; then contents=$(tar -tf "$source" 2>/dev/null) || die "$source is no tar archive"; fi
  if grep -qxE '(\./)?oci-layout' <<<"$contents" && ! grep -qxE '(\./)?manifest\.json' <<<"$contents"; then
    unpacked=$(mktemp -d "$STATE/load.XXXXXX")
    tar -C "$unpacked" -xf "$source"
    source=$unpacked
  fi
  pushed=$("$BIN/crane" push --insecure "$source" "$REGISTRY/$ref") || status=$?
  if [[ -n $unpacked ]]; then rm -rf "$unpacked"; fi
  ((status == 0)) || die "could not push $1 to $REGISTRY/$ref: it must be an image archive (docker save, crane pull) or an OCI layout"
  printf '%s\n' "$pushed"
}

trust_registry() { # HOST:PORT: the node pulls from it over plain HTTP, from now on
  [[ $1 == *:* && $1 != */* ]] || die "a registry is HOST:PORT, not '$1'"
  node_must_run >/dev/null
  mkdir -p "$STATE/certs.d/$1"
  printf 'server = "http://%s"\n' "$1" >"$STATE/certs.d/$1/hosts.toml"
}
