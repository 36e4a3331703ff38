"""A reader of image layouts that speaks the line protocol of Seaworthy."""
import hashlib
import json
import pathlib
import sys


class Refused(Exception):
    pass


def blob(layout, descriptor):
    algorithm, _, encoded = descriptor["digest"].partition(":")
    if algorithm not in ("sha256", "sha512") or not encoded.isalnum():
        raise Refused(f"the digest {descriptor['digest']} is not one it knows")
    data = (layout / "blobs" / algorithm / encoded).read_bytes()
    if len(data) != descriptor["size"] or hashlib.new(algorithm, data).hexdigest() != encoded:
        raise Refused(f"the blob {descriptor['digest']} is not what its descriptor says")
    return data


def read(layout):
    if json.loads((layout / "oci-layout").read_bytes())["imageLayoutVersion"] != "1.0.0":
        raise Refused("the version of the layout is not 1.0.0")
    todo = [json.loads((layout / "index.json").read_bytes())]
    while todo:
        document = todo.pop()
        if document["schemaVersion"] != 2:
            raise Refused("schemaVersion is not 2")
        for descriptor in document.get("manifests", []):
            if descriptor["mediaType"].startswith("application/vnd.oci.image."):
                todo.append(json.loads(blob(layout, descriptor)))
        for descriptor in [document["config"]] if "config" in document else []:
            blob(layout, descriptor)
        for descriptor in document.get("layers", []):
            blob(layout, descriptor)


def answer(request):
    try:
        read(pathlib.Path(request["layout"]))
        return {"outcome": "accepted"}
    # Whatever is missing or of the wrong type is refused; anything else is a crash.
    except (Refused, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return {"outcome": "rejected", "words": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    if "--version" in sys.argv:
        print("1.0")
    else:
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line))), flush=True)
