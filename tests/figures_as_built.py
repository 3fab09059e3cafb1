"""Hold figures that were made again to those of the last build: python tests/figures_as_built.py MADE BUILT"""

import hashlib
import sys
from pathlib import Path


def sha(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def differences(made, built, names="*"):
    """Tell what is not as the build noted it, in a folder of ambitions, whose names (and figures) match a pattern."""
    found = []
    for folder in sorted(folder.name for folder in {*made.iterdir(), *built.iterdir()} if folder.is_dir()):
        sums = built / folder / "SHA256SUMS"
        lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
        noted = {line.split("  ")[1]: line.split("  ")[0] for line in lines}
        noted = {name: digest for name, digest in noted.items() if Path(name).match(names)}
        here = {f.name: sha(f) for f in (made / folder).glob(names) if f.suffix != ".pdf"}
        kept = {f.name: sha(f) for f in (built / folder).glob(names) if f.suffix != ".pdf" and f != sums}
        found += [
            f"{folder}/{name}: not as noted" for name in sorted({*here, *noted}) if here.get(name) != noted.get(name)
        ]
        found += [f"{folder}/{name}: changed since" for name in sorted(kept) if kept[name] != noted.get(name)]
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    told = differences(Path(sys.argv[1]), Path(sys.argv[2]))
    print(*told, sep="\n", end="\n" if told else "")
    sys.exit(1 if told else 0)
