"""The Python that a finding shows is run, on real files, with the torch that is installed."""

from __future__ import annotations

import argparse
import datetime as dt
import decimal
import pathlib
import pickle
import types
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loadstone.checks._globals import NUMPY, STANDARD, allowed, refused
from loadstone.checks.code.not_weights_only import allow
from loadstone.core.facts import Artifact, GlobalFact

torch = pytest.importorskip("torch")

EXTRAS: dict[str, Any] = {
    "namespace": argparse.Namespace(lr=1),
    "simple": types.SimpleNamespace(a=1),
    "path": pathlib.PosixPath("x"),
    "datetime": dt.datetime(2024, 1, 1),  # noqa: DTZ001 - as people save it
    "delta": dt.timedelta(1),
    "decimal": decimal.Decimal("1.5"),
    "slice": slice(1, 2),
    "range": range(3),
    "frozenset": frozenset([1]),
    "uuid": uuid.UUID(int=1),
    "float64": np.float64(0.5),
    "int32": np.int32(3),
    "bool": np.bool_(True),  # noqa: FBT003 - numpy's own
    "text": np.str_("a"),
    "array": np.arange(6, dtype=np.float32).reshape(2, 3),
    "objects": np.array(["a", None], dtype=object),
}


def described(path: Path) -> Artifact:
    names = torch.serialization.get_unsafe_globals_in_checkpoint(path)
    found = tuple(GlobalFact(*name.rpartition(".")[::2]) for name in names)
    return Artifact(str(path), "torch-zip", "checkpoint", 1, globals=found)


def load(path: Path, source: str) -> Any:
    spelled: dict[str, Any] = {}
    exec(compile(source, "<fix>", "exec"), spelled)
    return spelled["checkpoint"]


@pytest.mark.parametrize("name", EXTRAS)
def test_code_that_allows_names_loads_the_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "ckpt.pt"
    torch.save({"model": {"w": torch.ones(2)}, "extra": EXTRAS[name]}, path)
    artifact = described(path)
    names = refused(artifact)
    assert names
    assert set(names) <= set(NUMPY) | STANDARD
    with pytest.raises(pickle.UnpicklingError):
        torch.load(path)
    extra = load(path, allow(artifact, names))["extra"]
    assert np.array_equal(extra, EXTRAS[name])


@pytest.mark.filterwarnings("ignore:numpy.core:DeprecationWarning")
def test_numpy_1_names_load_beside_numpy_2(tmp_path: Path) -> None:
    import zipfile

    new, old = tmp_path / "new.pt", tmp_path / "old.pt"
    torch.save({"w": torch.ones(2), "best": np.float64(0.5)}, new)
    with zipfile.ZipFile(new) as source, zipfile.ZipFile(old, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("data.pkl"):
                data = data.replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
            target.writestr(name, data)
    artifact = described(old)
    assert "numpy.core.multiarray.scalar" in refused(artifact)
    assert load(old, allow(artifact, refused(artifact)))["best"] == 0.5


def test_what_is_called_allowed_is_what_torch_allows() -> None:
    from torch._weights_only_unpickler import _get_allowed_globals

    accepted = _get_allowed_globals()
    assert not [name for name in accepted if not allowed(name)]


@pytest.mark.parametrize("name", [*sorted(STANDARD), *NUMPY, "builtins.getattr", "torch.nn.Linear"])
def test_what_torch_refuses_is_not_called_allowed(name: str) -> None:
    assert not allowed(name)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    "value",
    [
        torch.float16,
        torch.device("cuda:0"),
        torch.Size([1]),
        torch.eye(2).to_sparse(),
        torch.nn.Parameter(torch.ones(2)),
        torch.qint8,
        {1, 2},
        1j,
        b"abc",
    ],
    ids=str,
)
def test_values_that_torch_loads_name_nothing_refused(tmp_path: Path, value: Any) -> None:
    import pickletools
    import zipfile

    torch.save({"x": value}, tmp_path / "x.pt")
    with zipfile.ZipFile(tmp_path / "x.pt") as file:
        data = file.read("x/data.pkl")
    found = [str(arg) for op, arg, _ in pickletools.genops(data) if op.name == "GLOBAL"]
    named = tuple(GlobalFact(*item.split(" ")) for item in found)
    assert refused(Artifact("x.pt", "torch-zip", "checkpoint", 1, globals=named)) == ()


def test_reading_by_content_is_what_a_misnamed_file_needs(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    from loadstone.checks.format.suffix_misleads import suffix_misleads

    misnamed = tmp_path / "model.safetensors"
    torch.save({"w": torch.ones(2)}, misnamed)
    other = tmp_path / "model.pt"
    save_file({"w": torch.ones(2)}, other)
    for path, format_ in ((misnamed, "torch-zip"), (other, "safetensors")):
        (finding,) = suffix_misleads(Artifact(str(path), format_, "state-dict", 1), None)
        assert finding.fix is not None
        spelled: dict[str, Any] = {}
        exec(compile(finding.fix.python, "<fix>", "exec"), spelled)
        assert torch.equal(spelled["state"]["w"], torch.ones(2))


@pytest.mark.filterwarnings("ignore:TypedStorage is deprecated:UserWarning")
def test_unpickler_for_the_cpu_reads_a_plain_pickle(tmp_path: Path) -> None:
    from loadstone.checks._nested import UNPICKLER

    path = tmp_path / "clf.pkl"
    path.write_bytes(pickle.dumps({"w": torch.arange(4.0)}))
    spelled: dict[str, Any] = {}
    exec(compile(UNPICKLER.replace("{path}", repr(str(path))), "<fix>", "exec"), spelled)
    assert torch.equal(spelled["state"]["w"], torch.arange(4.0))
    assert torch.equal(torch.load(f"{path}.pth")["w"], torch.arange(4.0))
