. "$(dirname "$0")/../sources/common.sh"
stage
cd "$out"
umoci init --layout layout
umoci new --image layout:base
umoci insert --image layout:base --history.created $date --history.created_by "add the files" "$scratch/rootfs" /
umoci unpack --rootless --image layout:base "$scratch/bundle"
rm "$scratch/bundle/rootfs/etc/greeting.txt"
ln "$scratch/bundle/rootfs/etc/hello.txt" "$scratch/bundle/rootfs/etc/hard-link.txt"
touch -d $date "$scratch/bundle/rootfs/etc" "$scratch/bundle/rootfs/etc/hello.txt"
umoci repack --image layout:latest --history.created $date --history.created_by "change them" "$scratch/bundle"
