. "$(dirname "$0")/../sources/common.sh"
layer
serve
cd "$out"
crane append --oci-empty-base --new_layer "$scratch/layer.tar" --new_tag "$registry_at/hello:plain"
crane mutate --set-platform linux/amd64 --entrypoint /bin/hello --env GREETING=hello --label org.example.purpose=conformance \
    --annotation org.example.maker=crane --tag "$registry_at/hello:latest" "$registry_at/hello:plain"
crane pull --format oci "$registry_at/hello:latest" layout
