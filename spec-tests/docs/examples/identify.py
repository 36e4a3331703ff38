"""Says which image a layout holds, over the line protocol of Seaworthy."""
import hashlib
import json
import pathlib
import sys

PLATFORM = {"os": "linux", "architecture": "amd64"}


def blob(layout, descriptor):
    return (layout / "blobs" / descriptor["digest"].replace(":", "/", 1)).read_bytes()


def find(layout, index):
    """The manifest of the image for the platform, or else of the first."""
    entries = index["manifests"]
    fits = [entry for entry in entries if PLATFORM.items() <= entry.get("platform", {}).items()]
    document = json.loads(blob(layout, (fits or entries)[0]))
    return find(layout, document) if "manifests" in document else document


def identify(layout):
    index = json.loads((layout / "index.json").read_bytes())
    # The first entry of index.json, and its own index if it is one.
    manifest = find(layout, {"manifests": index["manifests"][:1]})
    config = blob(layout, manifest["config"])
    diff_ids = json.loads(config)["rootfs"]["diff_ids"]
    chain_ids = diff_ids[:1]
    for diff_id in diff_ids[1:]:
        below = f"{chain_ids[-1]} {diff_id}".encode()
        chain_ids.append("sha256:" + hashlib.sha256(below).hexdigest())
    image_id = "sha256:" + hashlib.sha256(config).hexdigest()
    return {"image_id": image_id, "diff_ids": diff_ids, "chain_ids": chain_ids}


if "--version" in sys.argv:
    print("1.0")
else:
    for line in sys.stdin:
        try:
            answer = {"outcome": "accepted", "identity": identify(pathlib.Path(json.loads(line)["layout"]))}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            answer = {"outcome": "rejected", "words": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
