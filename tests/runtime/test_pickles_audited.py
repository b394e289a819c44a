"""The table of audited globals, and what it says of torch's and numpy's own pickles."""

import argparse
import collections
import datetime as dt
import decimal
import io
import pathlib
import pickle
import uuid
import zipfile
import zoneinfo

import numpy as np
import pytest
import torch

from loadstone.runtime import audited, pickles

HARMLESS = [
    collections.OrderedDict(a=1),
    collections.Counter("ab"),
    collections.defaultdict(dict, a={}),
    collections.deque([1]),
    {1, frozenset([2])},
    1j,
    bytearray(b"a"),
    b"\xff",
    b"",
    slice(1),
    range(3),
    dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc),
    dt.timedelta(1),
    dt.datetime(2020, 1, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Paris")),
    np.polynomial.Polynomial([1, 2]),
    np.polynomial.Chebyshev([1, 2]),
    np.polynomial.Legendre([1, 2]),
    np.polynomial.Hermite([1, 2]),
    np.polynomial.HermiteE([1, 2]),
    np.polynomial.Laguerre([1, 2]),
    decimal.Decimal("1.5"),
    uuid.UUID(int=1),
    pathlib.PurePosixPath("a/b"),
    pathlib.Path("a"),
    argparse.Namespace(lr=0.1),
    np.float64(1),
    np.ones(3),
    np.array(["a"], dtype=object),
    np.datetime64(1, "s"),
    torch.float32,
    torch.Size([1]),
    torch.device("cpu"),
    torch.strided,
    torch.per_tensor_affine,
]


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("value", HARMLESS, ids=lambda value: type(value).__name__)
def test_harmless_values_are_library(value, protocol):
    stream = pickles.read(pickle.dumps(value, protocol))
    assert audited.verdict(stream) in (("library", []), ("no", []))


def saved(value):
    """Return the pickle that `torch.save` writes."""
    out = io.BytesIO()
    torch.save(value, out)
    with zipfile.ZipFile(out) as archive:
        return archive.read(next(n for n in archive.namelist() if n.endswith("/data.pkl")))


def test_state_dict_is_library():
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    stream = pickles.read(saved(net.state_dict()))
    assert audited.verdict(stream) == ("library", [])
    assert [node.pid[0] for node in stream.persistent] == ["storage"] * len(net.state_dict())


def test_training_checkpoint_is_library():
    net = torch.nn.Linear(2, 3)
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    checkpoint = {
        "model": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        "args": argparse.Namespace(lr=1e-3, out=pathlib.PurePosixPath("runs")),
        "best": np.float64(0.9),
        "dtype": torch.bfloat16,
    }
    assert audited.verdict(pickles.read(saved(checkpoint))) == ("library", [])


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.ReLU(), torch.nn.Flatten()),
        lambda: torch.nn.LSTM(2, 3),
        lambda: torch.nn.TransformerEncoderLayer(4, 2),
        lambda: torch.nn.MultiheadAttention(4, 2),
        lambda: torch.optim.SGD([torch.nn.Parameter(torch.ones(2))]),
        lambda: torch.ones(2).to_sparse(),
        lambda: torch.nn.Parameter(torch.ones(2)),
        lambda: torch.nn.parameter.Buffer(torch.ones(2)),
    ],
)
def test_torchs_own_objects_are_library(make):
    assert audited.verdict(pickles.read(saved(make()))) == ("library", [])


class Own(torch.nn.Module):
    pass


def test_own_module_is_other_code():
    assert audited.verdict(pickles.read(saved(Own()))) == ("yes", [f"{__name__}.Own"])


@pytest.mark.parametrize("protocol", [2, 4])
def test_tensor_pickled_by_pickle_itself_unpickles_inside(protocol):
    stream = pickles.read(pickle.dumps(torch.ones(1), protocol))
    assert audited.verdict(stream) == ("yes", ["torch.storage._load_from_bytes"])


@pytest.mark.parametrize(
    ("data", "other"),
    [
        (b"cos\nsystem\n.", "os.system"),  # a bare reference imports its module
        (
            b"cbuiltins\ngetattr\n(cos\nsystem\nVa\ntR.",
            "builtins.getattr with arguments that are not audited",
        ),
        (b"ctorch.nn.modules.linear\nLinear\n(K\x01K\x01tR.", "torch.nn.modules.linear.Linear"),
        (b"ctorch\nfloat32\n)R.", "torch.float32"),
        (b"ctorch\nFloatStorage\n}b.", "torch.FloatStorage"),
        (b"ccollections\nOrderedDict\n}b.", "collections.OrderedDict"),
        (b"\x80\x04\x8c\x0ctorch._utils\x8c\x0bsys.modules\x93.", "torch._utils.sys.modules"),
        (b"cbuiltins\nset\n)R)R.", "what a call at byte 15 gives"),
        (
            b"ccollections\ndefaultdict\n(Va\ntR.",
            "collections.defaultdict with arguments that are not audited",
        ),
        (
            b"c_codecs\nencode\n(Va\nVrot13\ntR.",
            "_codecs.encode with arguments that are not audited",
        ),
        (
            b"ctorch._tensor\n_rebuild_from_type_v2\n(ctorch\nfloat32\nctorch\nTensor\n)NtR.",
            "torch._tensor._rebuild_from_type_v2 with arguments that are not audited",
        ),
        (
            b"ccopyreg\n_reconstructor\n(ctorch\nfloat32\ncbuiltins\nobject\nNtR.",
            "copyreg._reconstructor with arguments that are not audited",
        ),
        (b"Pa\n}b.", "persistent object at byte 0"),
    ],
)
def test_other_code(data, other):
    word, calls = audited.verdict(pickles.read(data))
    assert word == "yes"
    assert other in calls


def test_old_protocol_object_of_an_audited_class_is_library():
    data = b"ccopy_reg\n_reconstructor\n(cargparse\nNamespace\nc__builtin__\nobject\nNtR}b."
    assert audited.verdict(pickles.read(data)) == ("library", [])


def test_words_of_several_streams():
    inert, library = pickles.read(b"N."), pickles.read(b"cbuiltins\nset\n)R.")
    other, differs = pickles.read(b"cm\nf\n."), pickles.read(b"I0x1\n.")
    assert audited.verdict(inert) == ("no", [])
    assert audited.verdict(inert, library) == ("library", [])
    assert audited.verdict(library, differs) == ("unknown", [])
    assert audited.verdict(library, None) == ("unknown", [])
    assert audited.verdict(differs, None, other) == ("yes", ["m.f"])


def test_names_of_torch_exist_and_are_what_they_are_listed_as():
    import importlib

    for table, base in (
        (audited.MODULES, torch.nn.Module),
        (audited.OPTIMIZERS, torch.optim.Optimizer),
    ):
        for module, names in table.items():
            for name in names.split():
                found = getattr(importlib.import_module(module), name)
                assert issubclass(found, base)
                assert not hasattr(found, "__del__")
                assert found.__reduce_ex__ is object.__reduce_ex__
    for name in audited.VALUES["torch"].split():
        kinds = (torch.dtype, torch.qscheme, torch.memory_format)
        assert isinstance(getattr(torch, name), kinds), name


def test_every_use_is_a_known_word():
    known = {"call", "new", "build", "items", "method", "array", "@own", "key"}
    assert all(entry.uses <= known for entry in audited.TABLE.values())
