"""Write how many fields each checksum of Cython's stands for, as compiled modules tell of them.

    python scripts/cython_fields.py FOLDER …

A module that cannot be filled says so by `Incompatible checksums (… vs (0x…, …) = (fields))`.
"""

import argparse
import re
from pathlib import Path

TOLD = re.compile(rb"vs \((0x[0-9a-f, x]*)\) = \(([^)]*)\)")
OUT = Path(__file__).parent.parent / "src/loadstone/runtime/names/cython_fields"
CHECKED = {"pandas", "numpy", "river", "thinc", "gensim", "h5py", "grpc"}  # or not in the table


def main() -> None:
    """Add what the folders tell to what is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    found = dict(map(str.split, OUT.read_text("ascii").splitlines())) if OUT.exists() else {}
    for folder in parser.parse_args().folders:
        for path in folder.rglob("*.so"):
            if path.relative_to(folder).parts[0] in CHECKED:
                continue
            for sums, fields in TOLD.findall(path.read_bytes()):
                count = sum(bool(field.strip()) for field in fields.split(b","))
                found.update((word.strip(), str(count)) for word in sums.decode().split(","))
    lines = [f"{word} {count}\n" for word, count in sorted(found.items())]
    OUT.write_text("".join(lines), "ascii")


if __name__ == "__main__":
    main()
