# For the images made by buildah: storage in the scratch folder, no overlay mounts, no containers.
mkdir -p "$scratch/root" "$scratch/run"
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs
printf '{"default":[{"type":"insecureAcceptAnything"}]}' >"$scratch/policy.json"
bud() {
    command=$1
    shift
    buildah --root "$scratch/root" --runroot "$scratch/run" --storage-driver vfs $command "$@"
}
