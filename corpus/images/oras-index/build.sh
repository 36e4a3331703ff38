. "$(dirname "$0")/../sources/common.sh"
cd "$sources"
oras push --no-tty --oci-layout "$out/layout:one" --artifact-platform linux/amd64 --artifact-type application/vnd.example.greeting \
    --annotation org.opencontainers.image.created=$date hello.txt:text/plain
oras push --no-tty --oci-layout "$out/layout:two" --artifact-platform linux/arm64 --artifact-type application/vnd.example.greeting \
    --annotation org.opencontainers.image.created=$date hello.txt:text/plain
oras manifest index create --oci-layout "$out/layout:latest" --annotation org.example.maker=oras one two
# Left by oras, empty: git would drop it.
rmdir "$out/layout/ingest"
