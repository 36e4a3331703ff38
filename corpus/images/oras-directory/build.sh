. "$(dirname "$0")/../sources/common.sh"
stage
cd "$scratch"
printf '{"greeting":"hello"}' >config.json
oras push --no-tty --oci-layout "$out/layout:latest" --image-spec v1.0 --config config.json:application/vnd.example.config.v1+json \
    --annotation org.opencontainers.image.created=$date rootfs
# Left by oras, empty: git would drop it.
rmdir "$out/layout/ingest"
