. "$(dirname "$0")/../sources/common.sh"
. "$sources/buildah.sh"
cd "$out"
container=$(bud from scratch)
bud copy "$container" "$sources/rootfs" /
bud config --author Seaworthy --os linux --arch amd64 --user 1000 --workingdir /srv --port 8080 --env GREETING=hello \
    --entrypoint '["/bin/hello"]' --cmd '--loud' --volume /data --stop-signal SIGTERM \
    --label org.example.purpose=conformance --annotation org.example.maker=buildah \
    --healthcheck 'CMD /bin/hello' --created-by "add the files" "$container"
bud commit --format oci --timestamp $SOURCE_DATE_EPOCH --signature-policy "$scratch/policy.json" "$container" oci:layout:latest
