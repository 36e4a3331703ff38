. "$(dirname "$0")/../sources/common.sh"
layer
crane append --new_layer "$scratch/layer.tar" --new_tag example.test/hello:latest --output "$scratch/docker.tar"
cd "$out"
skopeo --insecure-policy copy --dest-compress-format zstd --dest-compress "docker-archive:$scratch/docker.tar" oci-archive:image.tar:example.test/hello:latest
