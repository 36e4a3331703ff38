"""Reads every case. Prints the id and a hash of the image, and whether JSON alone tells it apart."""
import base64, gzip, hashlib, json, pathlib, sys

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)


def content(entry):
    if "text" in entry:
        return entry["text"].encode()
    if "base64" in entry:
        return base64.b64decode(entry["base64"])
    return gzip.decompress(base64.b64decode(entry["gzip"]))


def read(path):
    return json.loads((folder / path).read_text(encoding="utf-8"))


def cases():
    """Each case with the files of its control and of its image, by path."""
    index = read("index.json")
    for group in index["requirements"] + index["safety"]:
        for case in read(group["file"])["cases"]:
            control = {path: content(entry) for path, entry in read(f"controls/{case['control']}.json")["files"].items()}
            image = {path: data for path, data in control.items() if path not in case.get("removed", [])}
            image.update((path, content(entry)) for path, entry in case["files"].items())
            yield case, control, image


if __name__ == "__main__":
    # Here a reader of your own would be given `control` and `image`, and what it does compared with
    # case["expect"]["1.1.1"]["reader"], or with case["effect"] where the id begins with safety/.
    for case, control, image in cases():
        digest = hashlib.sha256()
        for path, data in sorted(image.items(), key=lambda item: item[0].encode()):
            digest.update(path.encode() + b"\0" + data + b"\0")
        print(case["id"], digest.hexdigest())
