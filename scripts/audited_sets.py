"""Install the sets of `audited_sets.toml`, collect what they hold, and write the table anew.

    python scripts/audited_sets.py WORK [set …] [--date 2026] [--again]

`WORK` is a folder outside of the repository: environments are made in it and deleted, and what was
collected stays there, so that a second run collects only what is missing. Then `audited_names.py`
judges all of it. It needs `uv`, and the Pythons that the sets name.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from concurrent import futures
from importlib import metadata
from pathlib import Path

import audited_names
import audited_texts
import tomllib

HERE = Path(__file__).parent
UV = shutil.which("uv") or "uv"
NONE = "nvidia-nccl-cu12 nvidia-nccl-cu11 triton nvidia-cublas-cu12 nvidia-cudnn-cu12"  # for GPUs
LARGE = (  # never compiled here
    "numpy scipy scikit-learn pandas statsmodels matplotlib llvmlite numba pyarrow h5py lightgbm "
    "xgboost catboost torch tensorflow scikit-image spacy thinc blis shapely pyproj rdkit polars "
    "jax jaxlib ray cvxpy osqp ecos scs pystan"
)
MINUTES = 6  # for one package
_STDLIB = "import platform, sysconfig as s; print(platform.python_version(), s.get_path('stdlib'))"
TOGETHER = 8  # packages whose texts are read at once


def main() -> int:
    """Collect what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--date", default="", help="only worlds whose date starts so")
    parser.add_argument("--again", action="store_true", help="collect also what is there")
    given = parser.parse_args()
    given.work.mkdir(exist_ok=True, parents=True)
    sets = tomllib.loads((HERE / "audited_sets.toml").read_text("utf-8"))
    for world in sets["texts"]["worlds"]:
        if world.split()[1].startswith(given.date) and (not given.sets or "texts" in given.sets):
            _texts(sets["texts"]["packages"].split(), *world.split(), given.work)
        if world.split()[1].startswith(given.date) and (not given.sets or "python" in given.sets):
            _python(sets["texts"]["python"].split(), *world.split(), given.work)
    if not given.sets or "installed" in given.sets:
        _installed(sets["texts"]["installed"].split(), given.work)
    for held in sets["set"]:
        if given.sets and held["name"] not in given.sets:
            continue
        for world in held["worlds"]:
            python, date = world.split()
            out = given.work / f"{held['name']}@{python}@{date}"
            if not date.startswith(given.date):
                continue
            if given.again or not (out / "done").exists():
                _collect(held["packages"].split(), python, date, out)
    return audited_names.write(given.work)


def _collect(packages: list[str], python: str, date: str, out: Path) -> None:
    started = time.monotonic()
    out.mkdir(exist_ok=True)
    place = out.parent / "environment" / str(os.getpid())
    _uv("venv", "-q", "--clear", "--python", python, str(place))
    _install([word.partition(":")[0].lstrip("+") for word in packages], place, date, out)
    for word in packages:
        name, _, modules = word.partition(":")
        if not word.startswith("+"):
            for module in (modules or name.replace("-", "_")).split(","):
                _one(place, module, out)
    shutil.rmtree(place)
    held = sorted(path.stem for path in out.glob("*.json"))
    (out / "done").write_text(" ".join(held) + "\n", "utf-8")
    print(
        f"{out.name}: {len(held)} of {len(packages)}, {time.monotonic() - started:.0f} s",
        flush=True,
    )


def _install(names: list[str], place: Path, date: str, out: Path) -> None:
    without = out / "without.txt"
    without.write_text("".join(f"{name}; python_version < '3'\n" for name in NONE.split()), "utf-8")
    how = (
        "pip",
        "install",
        "-q",
        "--python",
        str(place),
        "--exclude-newer",
        date,
        "--override",
        str(without),
    )
    large = [word for name in LARGE.split() for word in ("--only-binary", name)]
    _together(how, large, names)
    _uv(*how, "setuptools<81")  # older packages ask it for their version
    without.unlink()


def _texts(packages: list[str], python: str, date: str, work: Path) -> None:
    """Read what packages were at a date from their texts, without what they depend on."""
    out = work / f"texts@{date}.json"
    if out.exists():
        return
    how = ("--no-cache", "--no-deps", "--only-binary", ":all:", "--python", python)
    told = {}
    with futures.ProcessPoolExecutor(TOGETHER) as pool:
        asked = [
            pool.submit(_text, word, work, (*how, "--exclude-newer", date)) for word in packages
        ]
        for found in asked:
            told.update(found.result())
    out.write_text(json.dumps(told), "utf-8")
    print(
        f"texts {date}: {sum(len(held) > 1 for held in told.values())} of {len(told)}", flush=True
    )


def _python(modules: list[str], python: str, date: str, work: Path) -> None:
    """Read what modules of Python itself were in a version, from their texts."""
    words = [shutil.which(f"python{python}") or "python3", "-c", _STDLIB]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    version, _, folder = done.stdout.strip().partition(" ")
    if version.startswith(python):
        told = {
            module: {"version": version, **audited_texts.read(Path(folder), module)}
            for module in modules
        }
        (work / f"texts@{date}@python.json").write_text(json.dumps(told), "utf-8")


def _installed(packages: list[str], work: Path) -> None:
    """Read packages as they are installed beside these scripts."""
    folder = Path(sysconfig.get_path("purelib"))
    told = {
        package: {"version": metadata.version(package), **audited_texts.read(folder, package)}
        for package in packages
    }
    (work / "texts@installed.json").write_text(json.dumps(told), "utf-8")


def _text(word: str, work: Path, how: tuple[str, ...]) -> dict[str, audited_texts.Told]:
    """Read one package, where it has a wheel."""
    name, _, modules = word.partition(":")
    told = {}
    folder = Path(tempfile.mkdtemp(dir=work))
    _uv("pip", "install", "-q", "--target", str(folder), *how, name)
    for module in (modules or name.replace("-", "_")).split(","):
        told[module] = {
            "version": _version(folder, name),
            **audited_texts.read(folder, module),
        }
    shutil.rmtree(folder)
    return told


def _version(folder: Path, name: str) -> str:
    plain = re.sub(r"[-_.]+", "_", name).lower()
    found = [
        path.name
        for path in folder.glob("*.dist-info")
        if path.name.lower().startswith(plain + "-")
    ]
    return found[0].removesuffix(".dist-info").rpartition("-")[2] if found else ""


def _together(how: tuple[str, ...], large: list[str], names: list[str]) -> None:
    """Install all of them, but for those that cannot be; what has no wheel is built afterwards."""
    for wheels in (["--only-binary", ":all:"], large):
        left = []
        while names:
            why = _uv(*how, *wheels, *names)
            if not why:
                break
            bad = [name for name in names if _is_named(name, why)] or names[-1:]
            left += bad
            names = [name for name in names if name not in bad]
        names = left


def _is_named(name: str, why: str) -> bool:
    """Whether an error of the installer is about a package."""
    plain = re.sub(r"[-_.]+", "-", name.partition("=")[0]).lower()
    return re.search(rf"(?<![\w-]){re.escape(plain)}(?![\w-])", why.lower()) is not None


def _uv(*words: str) -> str:
    """Run uv, and return what it says where it fails."""
    try:
        done = subprocess.run(
            [UV, *words], check=False, capture_output=True, text=True, timeout=60 * MINUTES
        )
    except subprocess.TimeoutExpired:
        return "too long"
    return (done.stderr.strip() or "it failed") if done.returncode else ""


def _one(place: Path, module: str, out: Path) -> None:
    """Collect one package in a process of its own."""
    environment = dict(
        os.environ,
        CUDA_VISIBLE_DEVICES="",
        MPLBACKEND="agg",
        HOME=str(out.parent / "home"),
        TF_CPP_MIN_LOG_LEVEL="3",
        NUMBA_DISABLE_JIT="1",
        PYTHONDONTWRITEBYTECODE="1",
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
    )
    command = [
        str(place / "bin/python"),
        str(HERE / "audited_collect.py"),
        str(out / f"{module}.json"),
        module,
    ]
    try:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            env=environment,
            timeout=60 * MINUTES,
            cwd=out.parent,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            print(
                f"{out.name} {module}:",
                done.stderr.decode("utf-8", "replace").strip()[-150:].replace("\n", " "),
                flush=True,
            )
    except subprocess.TimeoutExpired:
        print(f"{out.name} {module}: too long", flush=True)


if __name__ == "__main__":
    sys.exit(main())
