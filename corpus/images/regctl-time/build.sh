. "$(dirname "$0")/../sources/common.sh"
layer
cd "$out"
regctl image create --created $date --platform linux/amd64 ocidir://layout:scratch
regctl image mod ocidir://layout:scratch --create latest --layer-add "tar=$scratch/layer.tar" --time "set=$date"
regctl tag delete ocidir://layout:scratch
