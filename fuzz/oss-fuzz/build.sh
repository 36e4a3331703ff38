#!/usr/bin/env bash
# Builds every fuzz target, and puts each into $OUT with its seeds, its dictionary and its limits: the layout that
# OSS-Fuzz and ClusterFuzz expect. The source is in $SRC/seaworthy.
set -euo pipefail
cd "$SRC/seaworthy"
# Optimising across crates takes most of the time, and finds nothing more.
export CARGO_PROFILE_RELEASE_LTO=off
cargo fuzz build -O --sanitizer "${SANITIZER:-address}"
built=${CARGO_TARGET_DIR:-target}/x86_64-unknown-linux-gnu/release
for entry in fuzz/fuzz_targets/*.rs; do
    target=$(basename "$entry" .rs)
    cp "$built/$target" "$OUT/$target"
    options=fuzz/fuzz_targets/$target.options
    # A dictionary lies beside its target there, and is named without a folder.
    dictionary=$(sed -n 's/^dict *= *//p' "$options")
    if [ -n "$dictionary" ]; then
        cp "$dictionary" "$OUT/$target.dict"
    fi
    sed "s|^dict *=.*|dict = $target.dict|" "$options" >"$OUT/$target.options"
    folders=()
    for folder in corpus/seeds/"$target" corpus/regressions/"$target"; do
        [ -d "$folder" ] && folders+=("$folder")
    done
    rm -f "$OUT/${target}_seed_corpus.zip"
    zip -q -j -r "$OUT/${target}_seed_corpus.zip" "${folders[@]}"
done
