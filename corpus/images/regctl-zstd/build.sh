. "$(dirname "$0")/../sources/common.sh"
base
cd "$out"
regctl image copy --host "reg=$registry_at,tls=disabled" "$registry_at/hello:base" ocidir://layout:base
regctl image mod ocidir://layout:base --create latest --layer-compress zstd --config-entrypoint '["/bin/hello"]' \
    --env GREETING=hello --expose-add 8080/tcp --volume-add /data --annotation org.example.maker=regctl --data-max 1024
regctl tag delete ocidir://layout:base
