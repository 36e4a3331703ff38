. "$(dirname "$0")/../sources/common.sh"
cd "$out"
umoci init --layout layout
umoci new --image layout:latest
