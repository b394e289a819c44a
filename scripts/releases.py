"""Write `data/releases.toml`: when each version of a framework came out, and for which Pythons.

`python scripts/releases.py` asks the package index (PEP 691, with upload times as of PEP 700) for
every library of the table; `python scripts/releases.py xgboost` asks for one and keeps the others.
The date is that of the first file of a version; the Pythons are those that it has wheels for, on
any system: a lock is resolved for the one at hand, which may have fewer.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from pathlib import Path

TABLE = Path(__file__).parents[1] / "src/loadstone/data/releases.toml"
INDEX = "https://pypi.org/simple"
LIBRARIES = (
    *("scikit-learn", "xgboost", "lightgbm", "catboost", "onnxruntime", "statsmodels", "skops"),
    *("numpy", "scipy", "pandas", "joblib", "cloudpickle", "dill", "imbalanced-learn"),
    *("tensorflow", "keras", "tf-keras"),
)
# https://peps.python.org/pep-0494/ and its successors: the date of the first final release
PYTHONS = {
    "3.5": "2015-09-13",
    "3.6": "2016-12-23",
    "3.7": "2018-06-27",
    "3.8": "2019-10-14",
    "3.9": "2020-10-05",
    "3.10": "2021-10-04",
    "3.11": "2022-10-24",
    "3.12": "2023-10-02",
    "3.13": "2024-10-07",
    "3.14": "2025-10-07",
}
HEAD = """\
# Written by scripts/releases.py from the package index; not by hand.
# A version: the date of its first file, and the Pythons that have a wheel of it (">=": one wheel
# for every Python from there on).
"""


def main(names: list[str]) -> None:
    """Ask for `names`, or for all, and write the table."""
    from packaging.version import Version

    known = sections()
    for name in names or LIBRARIES:
        versions = of(name)
        rows = sorted(versions.items(), key=lambda item: Version(item[0]))
        known[name] = "".join(f'"{version}" = "{text}"\n' for version, text in rows)
        print(name, len(rows))
    pythons = "".join(f'"{python}" = "{date}"\n' for python, date in PYTHONS.items())
    parts = [HEAD, f"[python]\n{pythons}"]
    parts += [f"[{name}]\n{known[name]}" for name in sorted(known)]
    TABLE.write_text("\n".join(parts), "utf-8")


def sections() -> dict[str, str]:
    """Return what the table holds now, a text for each library."""
    if not TABLE.exists():
        return {}
    found = re.split(r"^\[([\w.-]+)\]\n", TABLE.read_text("utf-8"), flags=re.MULTILINE)
    texts = {name: f"{text.strip()}\n" for name, text in zip(found[1::2], found[2::2], strict=True)}
    texts.pop("python", None)
    return texts


def of(name: str) -> dict[str, str]:
    """Return the final versions of a library: date and Pythons."""
    request = urllib.request.Request(  # noqa: S310 - the index above
        f"{INDEX}/{name}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
        files = json.load(answer)["files"]
    dates: dict[str, str] = {}
    tags: dict[str, set[str]] = {}
    for file in files:
        version = version_of(file["filename"], name)
        if version is None or file.get("yanked"):
            continue
        day = file["upload-time"][:10]
        dates[version] = min(dates.get(version, day), day)
        tags.setdefault(version, set()).update(pythons_of(file["filename"]))
    return {
        version: " ".join(part for part in (dates[version], written(tags[version])) if part)
        for version in dates
    }


def version_of(filename: str, name: str) -> str | None:
    """Return the version of a wheel or sdist, None for one that is no final release."""
    stem = re.sub(r"\.(tar\.gz|tar\.bz2|zip|whl|exe|egg)$", "", filename)
    pattern = r"[-_.]+".join(map(re.escape, re.split(r"[-_.]+", name)))
    final = rf"{pattern}-(\d+(?:\.\d+)*(?:\.post\d+)?)(?:-|\.(?:win|linux)|$)"
    match = re.match(final, stem, re.IGNORECASE)
    return match[1] if match else None


def pythons_of(filename: str) -> set[str]:
    """Return the Pythons that a wheel is for: "3.8"; ">=3" and ">=3.8" where it is for many."""
    match = re.fullmatch(r".+-([\w.]+)-([\w.]+)-[\w.]+\.whl", filename)
    if match is None:
        return set()
    found = set()
    for tag in match[1].split("."):
        minor = re.fullmatch(r"cp3(\d+)", tag)
        if minor:
            found.add(f">=3.{minor[1]}" if "abi3" in match[2] else f"3.{minor[1]}")
        elif tag == "py3":
            found.add(">=3")
    return found


def written(tags: set[str]) -> str:
    """Return Pythons as a short text: "3.6 3.7 3.8", ">=3"."""
    least = sorted((tag for tag in tags if tag.startswith(">=")), key=lambda tag: minor_of(tag[2:]))
    if least:
        return least[0]
    return " ".join(sorted(tags, key=minor_of))


def minor_of(python: str) -> int:
    """Return 8 for "3.8"."""
    return int(python.partition(".")[2] or 0)


if __name__ == "__main__":
    main(sys.argv[1:])
