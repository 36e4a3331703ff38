# Lists the archives in a folder with Python's tarfile, for seaworthy: sys.argv is the folder, and the name of
# the first archive. One line for each entry: a letter, the size, the path, the link's target, the SHA-256 of the
# content; text in hexadecimal, and - where there is nothing.
import hashlib, os, sys, tarfile

KINDS = {
    tarfile.LNKTYPE: "h", tarfile.SYMTYPE: "l", tarfile.CHRTYPE: "c", tarfile.BLKTYPE: "b",
    tarfile.DIRTYPE: "d", tarfile.FIFOTYPE: "p",
}
MOST = 1 << 20

def text(name):
    return name.encode("utf-8", "surrogateescape").hex() or "-"

def entries(path):
    with tarfile.open(path, "r:") as archive:
        for entry in archive:
            kind, digest = KINDS.get(entry.type, "-"), "-"
            if kind == "-" and entry.size <= MOST:
                try:
                    content = archive.extractfile(entry)
                    digest = hashlib.sha256(content.read()).hexdigest() if content else "-"
                except (tarfile.TarError, OSError):
                    pass
            yield kind, entry.size, text(entry.name), text(entry.linkname), digest

os.chdir(sys.argv[1])
for archive in sorted(name for name in os.listdir() if name.endswith(".tar")):
    name = archive[:-4]
    if name < sys.argv[2]:
        continue
    status = "0"
    with open(name + ".out", "w") as out, open(name + ".err", "w") as err:
        try:
            for entry in entries(archive):
                print(*entry, file=out)
        except Exception as error:
            status = "1"
            words = " ".join(f"{type(error).__name__}: {error}".split())
            print(words.encode("ascii", "backslashreplace").decode(), file=err)
    with open(name + ".status", "w") as file:
        print(status, file=file)
