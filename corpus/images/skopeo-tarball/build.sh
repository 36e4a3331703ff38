. "$(dirname "$0")/../sources/common.sh"
layer
cd "$out"
skopeo --insecure-policy copy "tarball:$scratch/layer.tar" oci:layout:latest
