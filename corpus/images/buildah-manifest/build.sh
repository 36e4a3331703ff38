. "$(dirname "$0")/../sources/common.sh"
. "$sources/buildah.sh"
cd "$out"
bud "manifest create" hello
for arch in amd64 arm64; do
    container=$(bud from scratch)
    bud copy "$container" "$sources/rootfs" /
    bud config --os linux --arch $arch "$container"
    bud commit --format oci --timestamp $SOURCE_DATE_EPOCH --manifest hello --signature-policy "$scratch/policy.json" "$container"
done
bud "manifest push" --all --format oci --signature-policy "$scratch/policy.json" hello oci:layout:latest
