. "$(dirname "$0")/../sources/common.sh"
layer
serve
crane append --oci-empty-base --new_layer "$scratch/layer.tar" --new_tag "$registry_at/base:plain"
crane mutate --set-platform linux/amd64 --tag "$registry_at/base" "$registry_at/base:plain"
cp -R "$sources/app" "$scratch/app"
cd "$scratch"
containerify --fromRegistry "http://$registry_at/v2/" --fromImage base --allowInsecureRegistries --toImage hello:latest \
    --folder "$scratch/app/" --customContent index.js:/app/index.js --setTimeStamp $date --entrypoint /bin/hello \
    --label org.example.purpose=conformance --toOciLayout "$out/image.tar"
