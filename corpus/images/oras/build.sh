. "$(dirname "$0")/../sources/common.sh"
cd "$sources"
oras push --no-tty --oci-layout "$out/layout:latest" --artifact-type application/vnd.example.greeting \
    --annotation org.opencontainers.image.created=$date --annotation org.example.maker=oras hello.txt:text/plain app/index.js
oras attach --no-tty --oci-layout --artifact-type application/vnd.example.bill+json \
    --annotation org.opencontainers.image.created=$date "$out/layout:latest" sbom.json:application/json
oras attach --no-tty --oci-layout --artifact-type application/vnd.example.mark \
    --annotation org.opencontainers.image.created=$date --annotation org.example.mark=seen "$out/layout:latest"
# Left by oras, empty: git would drop it.
rmdir "$out/layout/ingest"
