. "$(dirname "$0")/../sources/common.sh"
stage
cd "$out"
umoci init --layout layout
umoci new --image layout:latest
umoci insert --image layout:latest --history.created $date --history.created_by "add the files" "$scratch/rootfs" /
umoci insert --image layout:latest --history.created $date --history.created_by "add one file" "$scratch/rootfs/etc/hello.txt" /srv/hello.txt
umoci insert --image layout:latest --history.created $date --history.created_by "remove it" --whiteout /srv/hello.txt
umoci config --image layout:latest --created $date --history.created $date --history.created_by "configure" \
    --author "Seaworthy" --architecture amd64 --os linux \
    --config.user 1000:1000 --config.exposedports 8080/tcp --config.env GREETING=hello \
    --config.entrypoint /bin/hello --config.cmd --loud --config.volume /data --config.workingdir /srv \
    --config.label org.example.purpose=conformance --config.stopsignal SIGTERM \
    --manifest.annotation org.example.maker=umoci
umoci gc --layout layout
