. "$(dirname "$0")/../sources/common.sh"
layer
serve
cd "$out"
for platform in linux/amd64 linux/arm64/v8; do
    name=$(echo $platform | tr / -)
    crane append --oci-empty-base --new_layer "$scratch/layer.tar" --new_tag "$registry_at/hello:plain"
    crane mutate --set-platform $platform --tag "$registry_at/hello:$name" "$registry_at/hello:plain"
done
crane index append --manifest "$registry_at/hello:linux-amd64" --manifest "$registry_at/hello:linux-arm64-v8" --tag "$registry_at/hello:latest"
crane pull --format oci --annotate-ref "$registry_at/hello:latest" layout
