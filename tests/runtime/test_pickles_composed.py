"""Ways round the audited table that were found by loading files for real, each closed since.

What is kept is called later by a class that iterates what it is given; a container is changed after
something was made of it; keywords, persistent ids and keys hold what is asked for its attributes.
"""

import gzip
import io
import pickle
import struct
import tarfile
from pathlib import Path

import pytest
from opcodes import FALSE, NONE, START, TRUE, call, glob, listed, new, number, pairs, text, together

from loadstone import readers
from loadstone.runtime import audited, pickles


def raw(value):
    return b"B" + struct.pack("<I", len(value)) + value


def put(at):
    return b"r" + struct.pack("<I", at)


def get(at):
    return b"j" + struct.pack("<I", at)


def leaf():
    """Return a partial of a method that writes a file: it must not be kept."""
    method = call("builtins", "getattr", glob("pathlib", "PosixPath"), text("write_text")) + put(
        900
    )
    made = glob("functools", "partial") + b"(" + method + b"tR"
    path = call("pathlib", "PosixPath", text("gone"))
    return made + together(get(900), together(path, text("x")), b"}", NONE) + b"b"


PLAIN = new("sklearn.model_selection._search", "ParameterGrid") + pairs(
    text("param_grid"), listed(pairs(text("a"), listed(number(1))))
)
GRID = PLAIN + b"b"  # harmless in itself: what iterates it runs its methods
SPACE = call("argparse", "Namespace") + pairs(text("detach"), number(1)) + b"b"
OBJECTS = call("numpy", "dtype", text("O8"), FALSE, TRUE) + together(
    *(number(3), text("|"), NONE, NONE, NONE, number(-1), number(-1), number(63))
)
FIELDS = (number(3), text("|"), NONE, together(text("a")))


def fields(flags):
    """Return the type of a field that holds an object, with what it says of that."""
    one = pairs(text("a"), together(OBJECTS + b"b", number(0)))
    return call("numpy", "dtype", text("V8"), FALSE, TRUE) + together(
        *FIELDS, one, number(8), number(1), number(flags)
    )


BUNCH = new("sklearn.utils._bunch", "Bunch")
LETTERS = call("numpy", "dtype", text("U3"), FALSE, TRUE) + together(
    *(number(3), text("<"), NONE, NONE, NONE, number(12), number(4), number(8))
)
ADD = call("numpy._core.multiarray", "scalar", LETTERS + b"b", raw("add".encode("utf-32-le")))
PARTS = ("storages", "tensors", "pickle")
DATA = new("lightgbm.basic", "Dataset")
TORCH = (text("cpu"), number(4))


@pytest.mark.parametrize(
    "made",
    {
        "a method that writes": call("argparse", "Namespace") + pairs(text("items"), leaf()) + b"b",
        "pairs of a factory": call("collections", "defaultdict", NONE, listed(GRID)),
        "pairs of a dictionary": call(
            "copyreg",
            "_reconstructor",
            *(glob("sklearn.utils._bunch", "Bunch"), glob("builtins", "dict"), listed(GRID)),
        ),
        "a namespace of another": call("types", "SimpleNamespace", SPACE),
        "keywords": glob("torch.nn.parameter", "Parameter")
        + b")"
        + pairs(text("data"), SPACE)
        + b"\x92",
        "a persistent id": together(text("storage"), GRID, text("0"), *TORCH) + b"Q",
        "what is added": BUNCH + ADD + number(1) + b"s" + b"(" + text("x") + b"\x90",
        "a key with slots": new("pathlib", "PosixPath")
        + together(NONE, pairs(text("_parts"), GRID))
        + b"b"
        + put(7)
        + b"}"
        + get(7)
        + number(1)
        + b"s",
        "a state that is changed": DATA
        + pairs(text("_handle"), number(9))
        + put(1)
        + b"b"
        + get(1)
        + text("_handle")
        + NONE
        + b"s0",
        "arguments that are changed": glob("argparse", "Namespace")
        + b"("
        + pairs(text("a"), GRID)
        + put(1)
        + b"tR"
        + get(1)
        + text("a")
        + NONE
        + b"s0",
        "the dictionary of a factory that is changed": glob("collections", "OrderedDict")
        + b"("
        + pairs(text("a"), number(1))
        + put(1)
        + b"tR"
        + get(1)
        + text("a")
        + NONE
        + b"s0",
        "a dictionary of attributes by a slot": call("collections", "OrderedDict")
        + together(NONE, pairs(text("__dict__"), pairs(text("append"), leaf())))
        + b"b"
        + text("gone")
        + b"a",
        "a dictionary of attributes that is changed": pairs()
        + put(5)
        + b"0"
        + new("torch.utils.data.datapipes.datapipe", "DataChunk")
        + pairs(text("__dict__"), get(5))
        + b"b"
        + put(6)
        + b"0"
        + get(5)
        + text("append")
        + GRID
        + b"s0"
        + get(6),
        "another class that an enumeration makes": call(
            "transformers.utils.generic", "ExplicitEnum", text("X"), listed(text("a"))
        ),
        "a method that no table has": call(
            "builtins",
            "getattr",
            glob("joblib._store_backends", "FileSystemStoreBackend"),
            text("clear_location"),
        ),
        "a ufunc of a module of numpy's tests": call(
            "numpy._core", "_ufunc_reconstruct", text("numpy._core.tests._natype"), text("add")
        ),
        "an item that is set": listed(number(1)) + number(0) + number(2) + b"s",
        "a field without its flag": fields(0) + b"b",
    }.items(),
    ids=lambda item: item[0],
)
def test_it_is_not_let_through(made):
    word, _ = audited.verdict(pickles.read(START + made[1] + b"."))
    assert word in ("yes", "unknown")


@pytest.mark.parametrize(
    "made",
    {
        "a grid": GRID,
        "a factory": call("collections", "defaultdict", NONE, pairs(text("a"), number(1))),
        "a namespace": call("types", "SimpleNamespace") + pairs(text("a"), number(1)) + b"b",
        "keywords": glob("datetime", "timedelta") + b")" + pairs() + b"\x92",
        "a persistent id": together(
            text("storage"), glob("torch", "FloatStorage"), text("0"), *TORCH
        )
        + b"Q",
        "a key": b"}" + call("pathlib", "PosixPath", text("a")) + number(1) + b"s",
        "a state": call("argparse", "Namespace") + pairs(text("a"), number(9)) + b"b",
        "items beside slots": call("collections", "OrderedDict")
        + together(NONE, pairs(text("a"), number(1)))
        + b"b",
        "a method": call(
            "builtins", "getattr", glob("sklearn.svm._classes", "SVC"), text("predict")
        ),
        "a ufunc": call("numpy._core", "_ufunc_reconstruct", text("numpy"), text("add")),
        "a field with its flag": fields(63) + b"b",
    }.items(),
    ids=lambda item: item[0],
)
def test_its_neighbour_is(made):
    assert audited.verdict(pickles.read(START + made[1] + b"."))[0] == "library"


def test_bytes_of_an_array_that_pickle_would_run_are_told(tmp_path):
    """`joblib.load` steps over them, `pickle.load` does not."""
    evil = b"0" + glob("posix", "system") + together(text("true")) + b"R."
    evil += b"." * (-len(evil) % 8)
    kind = call("numpy", "dtype", text("u1"), FALSE, TRUE) + together(
        *(number(3), text("|"), NONE, NONE, NONE, number(-1), number(-1), number(0))
    )
    for held, word in ((evil, "unknown"), (b"\0" * len(evil), "library")):
        state = pairs(
            *(text("subclass"), glob("numpy", "ndarray"), text("order"), text("C")),
            *(text("shape"), together(number(len(held))), text("dtype"), kind + b"b"),
            *(text("allow_mmap"), FALSE),
        )
        made = new("joblib.numpy_pickle", "NumpyArrayWrapper") + state + b"b" + held + b"."
        (tmp_path / "a.joblib").write_bytes(START + made)
        assert readers.read(tmp_path / "a.joblib").opening_runs_code == word


EVIL = b"0" + glob("posix", "system") + together(text("true")) + b"R."
BYTES = call("numpy", "dtype", text("u1"), FALSE, TRUE) + together(
    *(number(3), text("|"), NONE, NONE, NONE, number(-1), number(-1), number(0))
)
ANNOUNCED = "joblib.numpy_pickle", "NumpyArrayWrapper"


WRAPPER = glob(*ANNOUNCED)


def announced(of, count, kind=WRAPPER):
    held = text("subclass"), glob("numpy", "ndarray"), text("order"), text("C")
    held += text("shape"), together(number(count)), text("dtype"), of, text("allow_mmap"), FALSE
    return kind + b")\x81" + pairs(*held) + b"b"


def test_bytes_of_an_array_in_a_compressed_file_are_told(tmp_path):
    """`pickle.load` reads what `gzip.open` gives."""
    for held, word in ((EVIL + b".", "unknown"), (b"cPipeline\ndtype\n.", "library")):
        made = START + announced(BYTES + b"b", len(held)) + held + b"."
        (tmp_path / "a.pkl.gz").write_bytes(gzip.compress(made))
        assert readers.read(tmp_path / "a.pkl.gz").opening_runs_code == word


def test_an_array_that_is_announced_among_objects_is_told(tmp_path):
    """joblib gives the objects of an array to `pickle.load`, which steps over no bytes."""
    for held, word in ((EVIL, "unknown"), (b"N.", "unknown")):
        inner = START + announced(BYTES + b"b", len(held)) + held + b"."
        (tmp_path / "a.joblib").write_bytes(START + announced(OBJECTS + b"b", 1) + inner + b".")
        assert readers.read(tmp_path / "a.joblib").opening_runs_code == word
    (tmp_path / "a.joblib").write_bytes(START + announced(OBJECTS + b"b", 1) + START + b"N..")
    assert readers.read(tmp_path / "a.joblib").opening_runs_code == "library"


def test_an_array_that_is_announced_by_what_dill_looks_up_is_told(tmp_path):
    """joblib steps over its bytes, whoever named the class."""
    module = call("dill._dill", "_import_module", text(ANNOUNCED[0]))
    kind = call("dill._dill", "_get_attr", module, text(ANNOUNCED[1]))
    hidden = b"B" + struct.pack("<I", len(EVIL)) + EVIL + b"."
    (tmp_path / "a.joblib").write_bytes(START + announced(BYTES + b"b", 5, kind) + hidden)
    assert readers.read(tmp_path / "a.joblib").opening_runs_code == "yes"


@pytest.mark.parametrize(
    "second", [EVIL[:-1] + b"\xff", announced(BYTES + b"b", len(EVIL)) + EVIL + b"."]
)
def test_what_a_second_load_runs_is_told(second, tmp_path):
    (tmp_path / "a.pkl").write_bytes(START + b"N." + START + b"N" + second)
    assert readers.read(tmp_path / "a.pkl").opening_runs_code in ("yes", "unknown")


def test_a_tar_that_begins_as_a_file_of_torch_does_is_a_tar(tmp_path):
    """`torch.load` looks for a tar before it looks for a pickle."""
    magic = pickle.dumps(0x1950A86A20F9469CFC6C, 2)
    parts = [1001, {}, {}, []]
    name = (magic + b"".join(pickle.dumps(item, 2) for item in parts)).decode("latin1")
    with tarfile.open(tmp_path / "m.pt", "w", format=tarfile.GNU_FORMAT, encoding="latin1") as tar:
        evil = START + call("posix", "system", text("true")) + b"."
        for member, data in ((name, b""), *((part, evil) for part in PARTS)):
            told = tarfile.TarInfo(member)
            told.size = len(data)
            tar.addfile(told, io.BytesIO(data))
    assert readers.read(tmp_path / "m.pt").opening_runs_code in ("yes", "unknown")


@pytest.mark.parametrize(
    "state",
    [
        pairs(text("__scipys"), listed(text("x"))),
        pairs(text("__numpys"), b"]", text("__scipys"), listed(text("x-y"))),
        pairs(text("__numpys"), b"]", text("__scipys"), listed(text("x")), text("x"), number(1)),
    ],
)
def test_what_gensim_unpickles_beside_is_read(state, tmp_path):
    made = new("gensim.models.tfidfmodel", "TfidfModel") + state + b"b."
    (tmp_path / "m.model").write_bytes(START + made)
    for name in ("x", "x-y"):
        beside = Path(tmp_path, f"m.model.{name}.npy")
        beside.write_bytes(START + call("posix", "system", text("true")) + b".")
    assert readers.read(tmp_path / "m.model").opening_runs_code == "yes"


LATER = call("functools", "partial", glob("sklearn.utils.validation", "check_array"))
TFIDF = "gensim.models.tfidfmodel", "TfidfModel"


@pytest.mark.parametrize(
    "made",
    [
        pairs(text("_load_specials"), glob("sklearn.utils.validation", "check_array")),
        pairs(text("_load_specials"), LATER),
        pairs(text("lifecycle_events"), call("argparse", "Namespace")),
        pairs(
            text("add_lifecycle_event"), new("torch.nn.modules.linear", "Linear") + pairs() + b"b"
        ),
        together(NONE, pairs(text("_load_specials"), LATER)),
    ],
)
def test_what_gensim_calls_of_a_model_is_told(made):
    """`load` of gensim calls methods of what it unpickled."""
    assert audited.verdict(pickles.read(START + new(*TFIDF) + made + b"b."))[0] == "yes"


def test_functions_of_models_of_gensim_are_not():
    held = text("wlocal"), glob("gensim.utils", "identity"), text("id2word"), b"}"
    assert audited.verdict(pickles.read(START + new(*TFIDF) + pairs(*held) + b"b."))[0] == "library"


def test_what_a_learner_of_fastai_moves_is_told():
    """`load_learner` calls `cpu` of its data."""
    for key, word in (("cpu", "yes"), ("n", "library")):
        data = new("fastai.data.core", "DataLoaders") + pairs(text(key), LATER) + b"b"
        made = new("fastai.learner", "Learner") + pairs(text("dls"), data) + b"b."
        assert audited.verdict(pickles.read(START + made))[0] == word
