"""Environments are really built, by uv, from a wheelhouse: no network is asked."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from loadstone.core.classes import replace
from loadstone.core.needs import Requirement
from loadstone.engine import inspect
from loadstone.environment import (
    build,
    cache,
    indexes,
    interpreters,
    rebuild,
    releases,
    resolve,
    uv,
)
from loadstone.environment.choose import Plan
from loadstone.environment.wishes import Wishes

HERE = ".".join(map(str, sys.version_info[:2]))


def wheel(folder: Path, name: str, version: str, source: str, requires: str = "") -> Path:
    """Write a real wheel, with hashes in its RECORD."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": source,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [f"{path},{_hash(text)},{len(text)}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,"]) + "\n"
    place = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(place, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return place


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.fixture
def places(tmp_path, monkeypatch):
    house = tmp_path / "wheels"
    house.mkdir()
    wheel(house, "lodebase", "1.4", "NUMBER = 14\n")
    wheel(house, "lodebase", "2.0", "NUMBER = 20\n")
    wheel(house, "lodetop", "1.0", "from lodebase import NUMBER\n", "Requires-Dist: lodebase<2\n")
    wheel(house, "lodebad", "1.0", "raise ImportError('libgone.so: cannot open')\n")
    monkeypatch.setenv("LOADSTONE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    return indexes.settings(wheelhouse=house, offline=True)


def plan(*texts: str, pythons: tuple[str, ...] = (HERE,)) -> Plan:
    asked = [Requirement(*build_split(text), "test") for text in texts]
    return Plan(tuple(asked), pythons, None)


def build_split(text: str) -> tuple[str, str]:
    name, sign, version = text.partition("==")
    return name, sign + version


def test_a_lock_names_every_distribution_with_its_hash(places):
    lock = resolve.resolve(plan("lodetop==1.0"), places)
    assert lock.versions == {"lodebase": "1.4", "lodetop": "1.0"}
    assert lock.text.count("sha256") == 2
    assert lock.python == HERE


def test_a_version_by_name_is_not_bound_by_the_day(places, monkeypatch):
    """A wheel of scikit-learn 0.18.2 came two days after the first of its files."""
    asked: list[list[str]] = []
    monkeypatch.setattr(uv, "run", lambda words, **_: asked.append(words) or "packages = []")
    dated = replace(plan("lodetop==1.0", "lodebase"), date="2017-06-21")
    assert resolve.resolve(dated, places).text == "packages = []"
    (arguments,) = asked
    at = arguments.index("--exclude-newer-package")
    assert arguments[at - 2 : at + 2] == [
        *("--exclude-newer", "2017-06-21"),
        *("--exclude-newer-package", "lodetop=2100-01-01"),
    ]
    assert arguments.count("--exclude-newer-package") == 1


def test_what_is_built_runs_and_is_reused(places):
    lock = resolve.resolve(plan("lodetop==1.0"), places)
    said: list[str] = []
    first = build.build(lock, places, say=said.append)
    code = "import lodetop; print(lodetop.NUMBER)"
    answer = subprocess.run([first.python, "-I", "-c", code], capture_output=True, check=True)
    assert answer.stdout.strip() == b"14"
    again = build.build(lock, places, say=said.append)
    assert again.path == first.path
    assert again.seconds == 0
    assert len(said) == 1
    assert not list(first.path.parent.glob(".*"))


def test_a_damaged_environment_is_built_again(places):
    lock = resolve.resolve(plan("lodetop==1.0"), places)
    first = build.build(lock, places)
    (site,) = first.path.glob("lib/python3*/site-packages/lodebase")
    file = site / "__init__.py"
    text = file.read_text()
    file.unlink()  # linked with uv's cache, which stays whole
    file.write_text("NUMBER = 99\n")
    said: list[str] = []
    second = build.build(lock, places, say=said.append)
    assert second.seconds > 0
    assert "damaged" in said[0]
    assert file.read_text() == text


def test_every_file_is_compared_where_a_library_cannot_be_imported(places):
    lock = resolve.resolve(plan("lodetop==1.0"), places)
    first = build.build(lock, places)
    assert not build.condemned(str(first.python))
    assert not build.condemned(sys.executable)
    (site,) = first.path.glob("lib/python3*/site-packages/lodebase")
    (site / "__init__.py").unlink()
    assert build.condemned(str(first.python))
    said: list[str] = []
    assert build.build(lock, places, say=said.append).seconds > 0
    assert "damaged" in said[0]
    assert (site / "__init__.py").is_file()


def test_an_interrupted_build_is_no_environment(places):
    lock = resolve.resolve(plan("lodetop==1.0"), places)
    half = cache.environments() / build.key(lock)
    (half / "bin").mkdir(parents=True)
    (half / "pyvenv.cfg").write_text("home = /usr/bin\n")
    built = build.build(lock, places)
    assert built.seconds > 0
    assert json.loads((built.path / cache.RECORD).read_text())["versions"]["lodetop"] == "1.0"


def test_two_builds_at_once_give_one_environment(places):
    lock = resolve.resolve(plan("lodetop==1.0"), places)
    found: list[build.Built] = []
    threads = [
        threading.Thread(target=lambda: found.append(build.build(lock, places))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({item.path for item in found}) == 1
    assert len(found) == 3
    assert [item.name for item in cache.environments().iterdir()] == [build.key(lock)]


def test_what_cannot_be_imported_is_not_kept(places):
    good = build.build(resolve.resolve(plan("lodetop==1.0"), places), places)
    build.attempt(good, ["lodetop", "lodebase"])
    assert len(list(good.path.glob("lib/python3*/site-packages/lode*/__pycache__/*.pyc"))) == 2
    bad = build.build(resolve.resolve(plan("lodebad==1.0"), places), places)
    with pytest.raises(build.BuildFailedError) as caught:
        build.attempt(bad, ["lodebad"])
    assert "`lodebad` cannot be imported" in str(caught.value)
    assert any("libgone.so" in line for line in caught.value.lines)
    assert list(cache.environments().iterdir()) == [good.path]


def test_a_version_that_is_nowhere_is_named(places):
    with pytest.raises(resolve.UnresolvedError) as caught:
        resolve.resolve(plan("lodebase==7.0"), places)
    assert "`lodebase==7.0` cannot be resolved" in str(caught.value)
    assert "try another version with `--with" in str(caught.value)
    assert any("lodebase" in line for line in caught.value.lines)


def test_where_nothing_could_be_fetched_it_is_said(monkeypatch):
    def refuse(*_, **__):
        raise uv.UvFailedError(["error: Request failed", "Failed to fetch: https://x.example"])

    monkeypatch.setattr(uv, "run", refuse)
    with pytest.raises(resolve.UnresolvedError, match="try again with a network"):
        resolve.resolve(plan("lodebase==1.4"))
    with pytest.raises(resolve.UnresolvedError, match="only uv's cache is searched"):
        resolve.resolve(plan("lodebase==1.4"), ["--offline"])


def test_a_python_that_is_not_here_is_offered_as_a_command(places):
    with pytest.raises(resolve.UnresolvedError) as caught:
        resolve.resolve(plan("lodebase==1.4", pythons=("3.99",)), places)
    assert "`uv python install 3.99`" in str(caught.value)
    assert interpreters.get("3.6") == "conda create --name python3.6 python=3.6"


def test_pruning_removes_what_was_not_used(places):
    built = build.build(resolve.resolve(plan("lodetop==1.0"), places), places)
    assert [item.path for item in cache.kept()] == [built.path]
    cache.keep_answer("question", {"text": ""})
    assert cache.prune(older_than=3600) == []
    assert cache.kept_answer("question") is not None
    assert [item.path for item in cache.prune()] == [built.path]
    assert not built.path.exists()
    assert cache.kept_answer("question") is None


def test_an_index_is_asked_once_for_a_version_that_the_table_lacks(tmp_path, monkeypatch):
    monkeypatch.setenv("LOADSTONE_CACHE", str(tmp_path))
    asked = []

    def look_up(name, version, places):
        asked.append((name, version))
        return releases.Release("2031-02-03", "3.14 3.15")

    monkeypatch.setattr(resolve, "look_up", look_up)
    place = tmp_path / "model.npy"
    place.write_bytes(b"")
    wishes = Wishes(pins={"scikit-learn": "==99.1"})
    for _ in range(2):
        _, found = rebuild.plan(inspect(place), wishes)
        assert found.date == "2031-02-03"
    assert asked == [("scikit-learn", "99.1")]
    rebuild.plan(inspect(place), Wishes(pins={"scikit-learn": "==99.2"}))
    assert asked[1:] == [("scikit-learn", "99.2")]


def test_uv_that_is_not_there_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(uv.UvMissingError, match="pip install uv"):
        uv.program()


def test_this_python_is_found_and_a_shim_is_not():
    found = interpreters.found()
    assert found[0].path == sys.executable
    assert all("shims" not in Path(item.path).parts for item in found)
    assert interpreters.of(HERE) is not None


def test_a_full_disk_is_told_as_that(places, monkeypatch):
    lock = resolve.resolve(plan("lodetop==1.0"), places)

    def full(*_, **__):
        raise uv.UvFailedError(["failed to copy", "No space left on device (os error 28)"])

    monkeypatch.setattr(uv, "run", full)
    with pytest.raises(
        build.BuildFailedError, match=r"make room on the disk: `loadstone env prune`"
    ):
        build.build(lock, places)
    assert not list(cache.environments().glob("*"))
