. "$(dirname "$0")/../sources/common.sh"
base
cd "$out"
regctl image copy --host "reg=$registry_at,tls=disabled" "$registry_at/hello:base" ocidir://layout:latest
regctl artifact put --artifact-type application/vnd.example.note --file-media-type text/plain --file "$sources/hello.txt" \
    --file-title --strip-dirs --annotation org.example.maker=regctl ocidir://layout:note
regctl artifact put --artifact-type application/vnd.example.bill+json --file-media-type application/json \
    --file "$sources/sbom.json" --subject ocidir://layout:latest
