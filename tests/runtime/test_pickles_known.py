"""Objects of real libraries that were once told to run code, each beside one that does."""

import pickle
import zipfile
from pathlib import Path

import pytest
import torch
from torch import nn

from loadstone import readers
from loadstone.runtime import audited, pickles

MET = Path(__file__).parents[1] / "files" / "genuine" / "met.zip"
VERDICTS = ("no", "library")


def test_files_that_were_met_are_no_alarms(tmp_path):
    with zipfile.ZipFile(MET) as archive:
        archive.extractall(tmp_path)
    found = {path.name: readers.read(path) for path in sorted(tmp_path.iterdir())}
    assert {
        name: (one.opening_runs_code, one.calls)
        for name, one in found.items()
        if one.opening_runs_code not in VERDICTS
    } == {}
    assert len(found) > 15


def said(data):
    return audited.verdict(pickles.read(data))


def text(value):
    return b"X" + len(value).to_bytes(4, "little") + value.encode()


def a_lazy_network():
    return nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(3))


@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize(
    "made",
    [
        a_lazy_network,
        lambda: nn.LazyLinear(3).state_dict(),
        lambda: nn.parameter.UninitializedBuffer(),
        lambda: torch.ones(2, 3).max(0),
        lambda: torch.linalg.svd(torch.eye(2)),
        lambda: {"activation": torch.relu, "similarity": nn.functional.cosine_similarity},
        lambda: nn.TripletMarginWithDistanceLoss(distance_function=nn.functional.pairwise_distance),
    ],
)
def test_torch(tmp_path, made, protocol):
    torch.save(made(), tmp_path / "model.pt", pickle_protocol=protocol)
    assert readers.read(tmp_path / "model.pt").opening_runs_code == "library"
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(made(), protocol=protocol))
    assert readers.read(tmp_path / "model.pkl").opening_runs_code == "library"


LAZY = b"ctorch.nn.modules.linear\nLazyLinear\n)\x81"
HANDLE = b"ctorch.utils.hooks\nRemovableHandle\n)\x81"
HOOKS = b"ccollections\nOrderedDict\n)R"
METHOD = b"cbuiltins\ngetattr\n%s%s\x86R"
RIDGE = b"csklearn.linear_model._ridge\nRidge\n)\x81"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (METHOD % (LAZY, text("_infer_parameters")), "library"),
        (METHOD % (LAZY, text("cuda")), "yes"),
        (METHOD % (b"ctorch._C\n_VariableFunctionsClass\n", text("relu")), "library"),
        (METHOD % (b"ctorch._C\n_VariableFunctionsClass\n", text("from_file")), "yes"),
        (b"ctorch._C\n_VariableFunctionsClass\n)R", "yes"),
        (HANDLE + b"(" + HOOKS + b"K\1)tb", "library"),
        (HANDLE + b"(NK\1NtbK\2", "library"),
        (HANDLE + b"(" + HOOKS + RIDGE + b")tb", "yes"),  # it is compared
        (HANDLE + b"(" + HOOKS + b"K\1" + RIDGE + b"tb", "yes"),  # it is gone through
        (HANDLE + b"}" + text("remove") + b"cposix\nsystem\nsb", "yes"),
        (b"ctorch.nn.parameter\nUninitializedParameter\n\x88\x85R", "library"),
        (b"ctorch.nn.parameter\nUninitializedParameter\n" + RIDGE + b"\x85R", "yes"),
        (b"ctorch.nn.parameter\nUninitializedParameter\n(\x88" + text("cuda") + b"tR", "yes"),
        (b"ctorch.return_types\nmax\n()}tR", "library"),
        (b"ctorch.return_types\nmax\n(" + RIDGE + b"}tR", "yes"),
        (b"ctorch.return_types\nmax\n()}" + text("indices") + RIDGE + b"stR", "yes"),
        (b"ctorch.return_types\nregister_pytree_node\n()}tR", "yes"),
    ],
)
def test_near_misses_of_torch(data, word):
    assert said(b"\x80\2" + data + b".")[0] == word


PRESET = b"ctorchvision.transforms._presets\nImageClassification\n"


def weights(url=text("https://a.b/c.pth"), made=PRESET, meta=b"}", more=b""):
    """Return what one of torchvision's weights is pickled as."""
    state = b"}(" + text("url") + url + text("transforms") + made + text("meta") + meta + more
    own = b"ctorchvision.models._api\nWeights\n)\x81" + state + b"ub"
    return b"ctorchvision.models.resnet\nResNet18_Weights\n" + own + b"\x85R"


def a_partial(of, size=b"K\xe0"):
    return b"cfunctools\npartial\n%s\x85R(%s)}" % (of, of) + text("crop_size") + size + b"sNtb"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (weights(), "library"),
        (weights(made=a_partial(PRESET)), "library"),
        (weights(made=a_partial(b"cbuiltins\nprint\n")), "yes"),
        (weights(made=a_partial(PRESET, size=RIDGE)), "yes"),
        (weights(made=RIDGE), "yes"),
        (weights(url=RIDGE), "yes"),  # it is compared with a text
        (weights(meta=RIDGE), "yes"),
        (weights(meta=b"}" + text("size") + RIDGE + b"s"), "yes"),
        (weights(meta=b"}" + text("unquantized") + weights() + b"s"), "library"),
        (weights(meta=b"}" + text("unquantized") + RIDGE + b"s"), "yes"),
        (weights(more=text("__class__") + RIDGE), "yes"),
        (b"ctorchvision.models.resnet\nResNet18_Weights\n" + RIDGE + b"\x85R", "yes"),
    ],
)
def test_weights_of_torchvision(data, word):
    assert said(b"\x80\2" + data + b".")[0] == word
