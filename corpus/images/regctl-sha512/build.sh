. "$(dirname "$0")/../sources/common.sh"
base
cd "$out"
regctl image copy --host "reg=$registry_at,tls=disabled" "$registry_at/hello:base" ocidir://layout:base
regctl image mod ocidir://layout:base --create latest --digest-algo sha512
regctl tag delete ocidir://layout:base
# Left by regctl, empty: git would drop it.
rmdir "$out/layout/blobs/sha256"
