. "$(dirname "$0")/../sources/common.sh"
layer
serve
cd "$out"
crane append --new_layer "$scratch/layer.tar" --new_tag "$registry_at/hello:latest"
crane pull --format oci --annotate-ref "$registry_at/hello:latest" layout
