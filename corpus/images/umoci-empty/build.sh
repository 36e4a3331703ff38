. "$(dirname "$0")/../sources/common.sh"
umoci init --layout "$scratch/layout"
# As a tar, because git keeps no empty folders and blobs/sha256 is one.
tar --create --file "$out/image.tar" --directory "$scratch/layout" --sort=name --format=ustar \
    --mtime=@$SOURCE_DATE_EPOCH --owner=0 --group=0 --numeric-owner .
