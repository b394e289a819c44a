"""Objects of real libraries that were once told to run code, each beside one that does."""

import pickle
import zipfile
from pathlib import Path

import cloudpickle
import dill
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
    assert len(found) > 30


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
        nn.parameter.UninitializedBuffer,
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


@pytest.mark.parametrize("by", [cloudpickle, dill])
def test_a_lazy_network_by(tmp_path, by):
    (tmp_path / "model.pkl").write_bytes(by.dumps(a_lazy_network()))
    assert readers.read(tmp_path / "model.pkl").opening_runs_code == "library"


LAZY = b"ctorch.nn.modules.linear\nLazyLinear\n)\x81"
HANDLE = b"ctorch.utils.hooks\nRemovableHandle\n)\x81"
HOOKS = b"ccollections\nOrderedDict\n)R"
METHOD = b"cbuiltins\ngetattr\n%s%s\x86R"
HOOK = (
    b"cdill._dill\n_load_type\n"
    + text("MethodType")
    + b"\x85Rctorch.nn.modules.lazy\nLazyModuleMixin."
)
RIDGE = b"csklearn.linear_model._ridge\nRidge\n)\x81"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (METHOD % (LAZY, text("_infer_parameters")), "library"),
        (METHOD % (LAZY, text("cuda")), "yes"),
        (HOOK + b"_infer_parameters\n" + LAZY + b"\x86R", "library"),
        (HOOK + b"initialize_parameters\n" + LAZY + b"\x86R", "yes"),
        (b"ctorch.nn.modules.lazy\nLazyModuleMixin._infer_parameters\n(NNNtR", "yes"),
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


URL = text("https://a.b/c.pth")


def weights(url=URL, made=PRESET, meta=b"}", more=b""):
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


FEATURES = b"cnltk.featstruct\nFeatDict\n)\x81"
FEATURE = b"cnltk.featstruct\nFeature\n)\x81}" + text("_name") + text("num") + b"sb"
STL = b"cstatsmodels.tsa.stl._stl\nSTL\n(%s%sK\7K\x15K\x0dK\1K\1K\1\x89K\1K\1K\1tR"
PERIOD = b"K\x0c"
TREE = b"cscipy.spatial.kdtree\nKDTree\n"
LEAF = b"cbuiltins\ngetattr\n" + TREE + text("leafnode") + b"\x86R"
PARTIAL = b"cdill._dill\n_create_ftype\n(cdill._dill\n_load_type\n" + text("PartialType")
NEW_BLOCK = b"cpandas.core.internals.blocks\nnew_block\n"
FOUND = b"cdill._dill\n_get_attr\ncdill._dill\n_import_module\n%s\x85R%s\x86R"
RECONSTRUCT = FOUND % (text("numpy.core._multiarray_umath"), text("_reconstruct"))
DTYPE = b"cnumpy\ndtype\n" + text("f4") + b"\x89\x88\x87R"
ARRAY = (
    b"cdill._dill\n_create_array\n(%scnumpy\nndarray\nK\0\x85c_codecs\nencode\n"
    + text("b")
    + text("latin1")
    + b"\x86R\x87(K\1K\0\x85"
    + DTYPE
    + b"\x89cbuiltins\nbytes\n)Rt%stR"
)
JITTER = b"ckornia.augmentation._2d.intensity.color_jitter\nColorJitter\n)\x81}"


def a_tree(leaf=LEAF + b")\x81", more=b"", data=b"N"):
    held = b"".join(text(key) + b"K\1" for key in ("n", "m", "leafsize", "maxes", "mins"))
    state = text("data") + data + held + text("tree") + leaf + more
    return TREE + b")\x81}(" + state + b"ub"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (FEATURES + text("num") + FEATURES + b"s", "library"),
        (FEATURES + FEATURE + text("sg") + b"s", "library"),
        (FEATURES + RIDGE + text("sg") + b"s", "yes"),  # it is hashed
        (FEATURES + text("a") + text("b") + b"\x86" + b"Ns", "yes"),  # a path is followed
        (FEATURES + b"}" + text("_frozen") + b"\x88sb", "library"),
        (FEATURES + b"}" + text("_frozen") + RIDGE + b"sb", "yes"),  # it is asked
        (FEATURES + b"}" + text("update") + b"cposix\nsystem\nsb", "yes"),
        (b"cnltk.featstruct\nFeatDict\n" + text("[a=1]") + b"\x85R", "yes"),  # it is parsed
        (STL % (b"N", PERIOD), "library"),
        (STL % (RIDGE, PERIOD), "yes"),
        (STL % (b"N", b"J\xff\xff\xff\x7f"), "yes"),  # more room than there is
        (STL % (b"N", RIDGE), "yes"),
        (a_tree(), "library"),
        (a_tree(leaf=RIDGE), "yes"),
        (a_tree(data=RIDGE), "yes"),
        (a_tree(more=text("query") + b"cposix\nsystem\n"), "yes"),
        (a_tree(more=text("indices") + b"N"), "yes"),
        (PARTIAL + b"\x85R" + NEW_BLOCK + b")}" + text("ndim") + b"K\2stR", "library"),
        (PARTIAL + b"\x85Rcposix\nsystem\n)}tR", "yes"),
        (PARTIAL.replace(b"PartialType", b"FunctionTyp") + b"\x85R" + NEW_BLOCK + b")}tR", "yes"),
        (PARTIAL + b"\x85Rcbuiltins\nbytearray\n)}tRJ\xff\xff\xff\x7f\x85R", "yes"),
        (ARRAY % (RECONSTRUCT, b"N"), "library"),
        (ARRAY % (RECONSTRUCT, b"}"), "library"),
        (ARRAY % (RECONSTRUCT, b"}" + text("a") + RIDGE + b"s"), "yes"),
        (ARRAY % (FOUND % (text("posix"), text("system")), b"N"), "yes"),
        (JITTER + text("_compile_kwargs") + b"Nsb", "library"),
        (JITTER + text("_compile_kwargs") + b"}" + text("mode") + text("default") + b"ssb", "yes"),
        (JITTER + text("_compile_kwargs") + RIDGE + b"sb", "yes"),
        (b"ckornia.constants\nResample\nK\1\x85R", "library"),
        (b"ckornia.constants\nResample\n" + RIDGE + b"\x85R", "yes"),
        (b"ckornia.constants\nResample\n(" + text("A") + text("B") + b"tR", "yes"),
        (
            b"cnumpy.core\n_ufunc_reconstruct\n"
            + text("scipy.special._ufuncs")
            + text("expit")
            + b"\x86R",
            "library",
        ),
        (
            b"cnumpy.core\n_ufunc_reconstruct\n"
            + text("scipy.special._ufuncs")
            + text("errstate")
            + b"\x86R",
            "yes",
        ),
    ],
)
def test_near_misses_of_others(data, word):
    assert said(b"\x80\2" + data + b".")[0] == word


HULL = b"cscipy.spatial._qhull\nHalfspaceIntersection\n)\x81}"
DICT = b"cpandas.io.formats.printing\nPrettyDict\n)\x81"
OBJECT = b"cnumpy._core.multiarray\nscalar\ncnumpy\ndtype\n" + text("O8") + b"\x89\x88\x87R%s\x86R"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (HULL + text("_qhull") + b"Nsb", "library"),
        (HULL + text("_qhull") + RIDGE + b"sb", "yes"),  # it is closed at its end
        (HULL + text("close") + b"cposix\nsystem\nsb", "yes"),
        (DICT + text("a") + b"K\1s", "library"),
        (DICT + RIDGE + b"K\1s", "yes"),
        (DICT + b"}" + text("update") + b"cposix\nsystem\nsb" + text("a") + b"K\1s", "yes"),
        (OBJECT % (b"c_codecs\nencode\n" + text("a") + text("latin1") + b"\x86R"), "library"),
        (OBJECT % RIDGE, "yes"),
        (OBJECT % (b"c_codecs\nencode\n" + text("a") + text("rot13") + b"\x86R"), "yes"),
    ],
)
def test_near_misses_of_tables(data, word):
    assert said(b"\x80\2" + data + b".")[0] == word


FILLED = (
    RECONSTRUCT
    + b"cnumpy\nndarray\nK\0\x85c_codecs\nencode\n"
    + text("b")
    + text("latin1")
    + b"\x86R\x87R(K\1K\1\x85cnumpy\ndtype\n"
    + text("O8")
    + b"\x89\x88\x87R\x89%stb"
)


@pytest.mark.parametrize("protocol", [b"\x80\2", b"\x80\4"])
def test_objects_of_an_array_that_dill_looked_up_are_counted(protocol):
    assert said(protocol + FILLED % b"]Na" + b".")[0] == "library"
    for held in (RIDGE, b"cbuiltins\nlist\n)R"):
        assert said(protocol + FILLED % held + b".")[0] in ("yes", "unknown")
    with pytest.raises(pickles.Malformed):
        pickles.read(protocol + FILLED % b"]" + b".")


@pytest.mark.parametrize("value", ["hello", "é" * 300, ""])
def test_a_text_of_protocol_1(tmp_path, value):
    path = tmp_path / "text.pkl"
    path.write_bytes(pickle.dumps(value, protocol=1))
    found = readers.read(path)
    assert (found.format, found.opening_runs_code) == ("pickle", "no")
    path.write_bytes(pickle.dumps(value, protocol=1) + b"and much that is no pickle")
    assert readers.read(path).opening_runs_code == "unknown"
