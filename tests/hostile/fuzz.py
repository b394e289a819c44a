"""An atheris target for each reader: changed files give well-typed facts, in time and memory.

`fuzz.py --seconds N [READER …]` runs each for so long, in processes of their own, and keeps what it
found in `.fuzz/`: what `READER/corpus` holds is where the next run begins, `READER/found-*` fails.
What is slow or large under the fuzzer is measured again without it, as the other attacks are.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import seeds

KEPT = Path(__file__).parents[2] / ".fuzz"
LARGEST = 200_000
TRACED = 5  # seconds: what takes longer under the fuzzer is measured without it
SECONDS, MB = 2, 200


def packed(case: seeds.Case) -> bytes:
    """Return a case as the bytes that the fuzzer changes: the entry, and a zip of the files."""
    return case.entry.encode() + b"\n" + seeds.zipped(case.files)


def unpacked(data: bytes) -> seeds.Case | None:
    entry, _, rest = data.partition(b"\n")
    try:
        with zipfile.ZipFile(io.BytesIO(rest)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 - the fuzzer's own changes to the outer archive
        return None
    return seeds.Case(files, entry.decode("utf-8", "replace"))


def fuzz(reader: str, options: list[str]) -> None:
    """Run the target of one reader; libFuzzer ends the process."""
    import atheris  # only its own environment has it

    with atheris.instrument_imports(include=["loadstone.readers", "loadstone.runtime"]):
        import watched

        watched.ready()
    root = Path(tempfile.mkdtemp(prefix="fuzz"))

    def one(data: bytes) -> None:
        case = unpacked(data)
        if case is None:
            return
        with tempfile.TemporaryDirectory(dir=root) as folder:
            watched.look(str(case.write(Path(folder))), [])

    def mutate(data: bytes, largest: int, seed: int) -> bytes:
        case, pick = unpacked(data), random.Random(seed).randrange
        case = case or seeds.SEEDS[reader]()[0]
        for _ in range(1 + pick(3)):
            case = seeds.change(case, pick, lambda part: atheris.Mutate(part, len(part) + 64))
        new = packed(case)
        return new if len(new) <= largest else data

    atheris.Setup([sys.argv[0], *options], one, custom_mutator=mutate)
    atheris.Fuzz()


def run(reader: str, seconds: int) -> tuple[str, int, list[str]]:
    """Fuzz one reader in a process of its own; return its executions and what it found."""
    folder = KEPT / reader
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, case in enumerate(seeds.SEEDS[reader]()):
        (corpus / f"seed-{number}").write_bytes(packed(case))
    options = [
        str(corpus),
        f"-artifact_prefix={folder}/found-",
        f"-max_total_time={seconds}",
        f"-timeout={TRACED}",
        "-rss_limit_mb=1000",
        f"-max_len={LARGEST}",
        "-print_final_stats=1",
    ]
    for old in folder.glob("found-*"):
        old.unlink()
    done = subprocess.run(
        [sys.executable, __file__, "--target", reader, "--", *options],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    told = [line.split()[-1] for line in done.stderr.splitlines() if "executed_units" in line]
    (folder / "log").write_text(done.stdout + done.stderr)
    failing = [f"{path}: {why}" for path in sorted(folder.glob("found-*")) if (why := judged(path))]
    if done.returncode and not failing and not list(folder.glob("found-*")):
        failing = [f"{folder / 'log'}: it ended with {done.returncode}"]
    return reader, int(told[0]) if told else 0, failing


def judged(path: Path) -> str:
    """Return what is wrong with a found case when it is read without the fuzzer, or nothing."""
    case = unpacked(path.read_bytes())
    if case is None:
        return ""
    script = Path(__file__).with_name("watched.py")
    with tempfile.TemporaryDirectory() as folder:
        given = json.dumps(str(case.write(Path(folder, "case"))))
        told = subprocess.run(
            [sys.executable, script], input=given, capture_output=True, text=True, check=True
        )
    seen = json.loads(told.stdout)
    good = (
        not seen["outcome"].startswith(("RAISED", "DIED"))
        and not seen["did"]
        and seen["seconds"] < SECONDS
        and seen["mb"] < MB
    )
    return "" if good else json.dumps(seen)


def main() -> int:
    """Fuzz the readers that are named, or all, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="READER")
    parser.add_argument("--seconds", type=int, default=10, help="for each reader (default: 10)")
    parser.add_argument("--target", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.target:
        fuzz(given.target, given.readers)
        return 0
    names = given.readers or sorted(seeds.SEEDS)
    bad = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for reader, executions, failing in pool.map(lambda name: run(name, given.seconds), names):
            bad += len(failing)
            print(f"{reader:18} {executions:>8,} executions", *failing, sep="\n  ", flush=True)
    print(f"{bad} found" if bad else "nothing found")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
