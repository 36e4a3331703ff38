. "$(dirname "$0")/../sources/common.sh"
. "$sources/buildah.sh"
cd "$out"
container=$(bud from scratch)
bud copy "$container" "$sources/rootfs" /
bud commit --format oci --disable-compression=false --timestamp $SOURCE_DATE_EPOCH --signature-policy "$scratch/policy.json" "$container" oci-archive:image.tar:latest
