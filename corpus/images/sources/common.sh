# Shared by every build.sh: where our files are, where the image goes, one date, a layer, a registry.
#
# Run from anywhere as `sh corpus/images/NAME/build.sh OUT`, OUT being a folder that does not exist yet.
set -eu
sources=$(cd "$(dirname "$0")/../sources" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
date=2026-01-01T00:00:00Z
SOURCE_DATE_EPOCH=1767225600
export SOURCE_DATE_EPOCH
scratch=$(mktemp -d)
trap finish EXIT

finish() {
    [ -z "${registry:-}" ] || kill "$registry"
    rm -rf "$scratch"
}

# A tar of sources/rootfs that is the same everywhere.
layer() {
    tar --create --file "$scratch/layer.tar" --directory "$sources/rootfs" --sort=name --format=ustar \
        --mtime=@$SOURCE_DATE_EPOCH --owner=0 --group=0 --numeric-owner --mode=go-w .
}

# A registry on the loopback interface, for builders that can write to nothing else; its address is in $registry_at.
serve() {
    registry_at=127.0.0.1:${PORT:-5000}
    crane registry serve --address "$registry_at" >"$scratch/registry" 2>&1 &
    registry=$!
    until grep -q 'serving on port' "$scratch/registry"; do sleep 0.01; done
}

# A copy of sources/rootfs with one date, for builders that take a file's time as it is.
stage() {
    cp -R "$sources/rootfs" "$scratch/rootfs"
    find "$scratch/rootfs" -exec touch -h -d $date {} +
}

# A linux/amd64 image made by crane, as $registry_at/hello:base.
base() {
    layer
    serve
    crane append --oci-empty-base --new_layer "$scratch/layer.tar" --new_tag "$registry_at/hello:plain"
    crane mutate --set-platform linux/amd64 --tag "$registry_at/hello:base" "$registry_at/hello:plain"
}
