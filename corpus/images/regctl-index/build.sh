. "$(dirname "$0")/../sources/common.sh"
base
cd "$out"
regctl image copy --host "reg=$registry_at,tls=disabled" "$registry_at/hello:base" ocidir://layout:base
for platform in linux/arm64 linux/arm/v7 windows/amd64,osver=10.0.17763.4974; do
    name=$(echo $platform | tr -c 'a-z0-9\n' -)
    regctl image mod ocidir://layout:base --create "$name" --config-platform $platform
    set -- "$@" --ref "ocidir://layout:$name"
done
shift
regctl index create "$@" --annotation org.example.maker=regctl ocidir://layout:inner
regctl index create --ref ocidir://layout:inner --artifact-type application/vnd.example.bundle ocidir://layout:latest
regctl tag delete ocidir://layout:base
