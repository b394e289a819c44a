"""Names that an artifact needs are found, or not, and nothing is imported for it."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from loadstone.core.facts import Artifact, CodeName, GlobalFact
from loadstone.environment import renames
from loadstone.environment.code import code
from loadstone.environment.distributions import distributions
from loadstone.environment.renames import elsewhere

TABLES = {
    Path(file.name).stem: file
    for file in (resources.files("loadstone") / "data" / "renames").iterdir()
}


def look(folder: Path, *names: str) -> dict[str, CodeName]:
    found = tuple(GlobalFact(*name.rpartition(".")[::2]) for name in names)
    artifact = Artifact("model.pth", "torch-zip", "module", 1, globals=found)
    return {f"{item.module}.{item.name}": item for item in code(artifact, folder).names}


def state(folder: Path, name: str) -> str:
    return look(folder, name)[name].state


@pytest.mark.parametrize(
    "name",
    [
        "collections.OrderedDict",
        "__builtin__.set",
        "builtins.getattr",
        "argparse.Namespace",
        "pathlib.PosixPath",
        "_codecs.encode",
        "numpy.dtype",
        "numpy.ndarray",
        "numpy._core.multiarray.scalar",
        "numpy.core.multiarray.scalar",
    ],
)
def test_standard_library_and_numpy_are_present(tmp_path: Path, name: str) -> None:
    assert state(tmp_path, name) == "present"


@pytest.mark.parametrize(
    "name",
    [
        "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_parameter",
        "torch._tensor._rebuild_from_type_v2",
        "torch.FloatStorage",
        "torch.BFloat16Storage",
        "torch.float8_e4m3fn",
        "torch.uint16",
        "torch.Size",
        "torch.device",
        "torch.nn.modules.linear.Linear",
        "torch.nn.modules.activation.ReLU",
        "torch.storage.UntypedStorage",
        "torch.storage._load_from_bytes",
        "torch.optim.adam.Adam",
        "torch.distributed.tensor.DTensor",
    ],
)
def test_what_this_torch_has_is_present(tmp_path: Path, name: str) -> None:
    pytest.importorskip("torch")
    assert state(tmp_path, name) == "present"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("torch._utils._rebuild_tensor_v9", "name-missing"),
        ("torch.float7_e3m3", "name-missing"),
        ("torch.nn.modules.linear.Linearly", "name-missing"),
        ("torch.nn.no_such_module.Linear", "module-missing"),
    ],
)
def test_what_this_torch_lacks_is_missing(tmp_path: Path, name: str, expected: str) -> None:
    pytest.importorskip("torch")
    assert state(tmp_path, name) == expected


def test_a_class_of_main_is_looked_for_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("class Net(Base):\n    pass\n")
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("")
    (tmp_path / "pkg" / "nets.py").write_text("x = 1\nclass Net:\n    pass\n")
    found = look(tmp_path, "__main__.Net")["__main__.Net"]
    assert found.state == "main"
    assert found.found == ("train:Net", "pkg.nets:Net")


def test_a_module_of_the_project_is_read_and_not_imported(tmp_path: Path) -> None:
    (tmp_path / "netxyz.py").write_text("raise SystemExit\nclass Net: ...\n")
    assert state(tmp_path, "netxyz.Net") == "present"
    assert state(tmp_path, "netxyz.Other") == "name-missing"
    assert "netxyz" not in sys.modules


def test_a_library_is_not_imported(tmp_path: Path) -> None:
    before = set(sys.modules)
    look(tmp_path, "wsgiref.validate.validator", "dbm.dumb.open")
    assert set(sys.modules) - before == set()


def test_a_moved_class_is_missing_with_its_new_place(tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text("class Net: ...\n")
    found = look(tmp_path, "models.yolo.Net")["models.yolo.Net"]
    assert found.state == "module-missing"
    assert found.distribution is None
    assert found.found == ("nets:Net",)


def test_a_known_library_that_is_absent_is_named(tmp_path: Path) -> None:
    found = look(tmp_path, "torchtext.vocab.Vocab")["torchtext.vocab.Vocab"]
    assert (found.state, found.distribution) == ("module-missing", "torchtext")


def test_a_file_that_hides_a_package_is_told(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text("X = 1\n")
    found = look(tmp_path, "models.common.Net", "models.Net", "other.common.Net")
    assert [item.shadow for item in found.values()] == ["models.py", "", ""]
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "__init__.py").touch()
    assert look(tmp_path, "models.common.Net")["models.common.Net"].shadow == ""


@pytest.mark.parametrize("module", ["", "a b", "../etc", "x..y", "net\n", "1.2"])
def test_a_name_that_is_no_name_is_missing(tmp_path: Path, module: str) -> None:
    artifact = Artifact("m", "pickle", "object", 1, globals=(GlobalFact(module, "x"),))
    assert code(artifact, tmp_path).names[0].state == "module-missing"


def test_a_moved_name_is_told_with_its_place_here_and_the_versions_that_have_it(
    tmp_path: Path,
) -> None:
    item = look(tmp_path, "numpy.random._bit_generator.SeedSequence")[
        "numpy.random._bit_generator.SeedSequence"
    ]
    assert item.moved_to == "numpy.random.bit_generator.SeedSequence"
    assert (item.versions, item.library_here) == ("<=1.18.5", True)


def test_a_removed_name_has_versions_and_no_place(tmp_path: Path) -> None:
    item = look(tmp_path, "numpy.lib.financial.irr")["numpy.lib.financial.irr"]
    assert (item.moved_to, item.versions) == (None, "<=1.19.5")


def test_nothing_is_said_of_a_library_that_is_not_here_or_a_name_in_no_table(
    tmp_path: Path,
) -> None:
    for name in ("no_such_thing.net.Net", "numpy.no_such_module.thing"):
        item = look(tmp_path, name)[name]
        assert (item.moved_to, item.versions) == (None, "")
    assert look(tmp_path, "no_such_thing.net.Net")["no_such_thing.net.Net"].distribution is None


def test_every_rename_has_its_library_and_evidence() -> None:
    known = set(distributions().values())
    every = (*renames.written(), *(item for top in TABLES for item in renames.measured(top)))
    assert len(every) > 5000
    for item in every:
        assert item.library in known
        assert item.evidence.startswith(("measured", "https://"))
        assert item.since if item.new else item.until, item.old
    pairs = [(item.old, item.new) for item in every]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("sklearn.ensemble.forest.ExtraTreesClassifier", ("sklearn.ensemble._forest", "<=0.23.2")),
        ("sklearn.neighbors.ball_tree.BallTree", ("sklearn.neighbors._ball_tree", "<=0.23.2")),
        ("sklearn.metrics._dist_metrics.newObj", ("sklearn.neighbors.dist_metrics", ">=1.0.2")),
        ("sklearn.ensemble._forest.ExtraTreesClassifier", ("sklearn.ensemble.forest", ">=0.22.2")),
        ("scipy.sparse._csr.csr_matrix", ("scipy.sparse.csr", ">=1.8.1")),
        ("pandas.core.indexes.range.RangeIndex", None),
        ("pandas.core.indexes.numeric.Int64Index", (None, "<=1.5.3")),
        ("numpy._core.numeric._frombuffer", ("numpy.core.numeric", ">=2.0.2")),
        ("timm.models.layers.drop.DropPath", ("timm.layers.drop", "<=0.6.13")),
        ("torchvision.models.mobilenet.MobileNetV2", ("torchvision.models.mobilenetv2", "")),
        ("keras.engine.sequential.Sequential", ("keras.src.engine.sequential", "<=2.12.0")),
        ("xgboost.compat.XGBoostLabelEncoder", (None, "<=1.7.6")),
        ("transformers.modeling_bert.BertModel", ("transformers.models.bert.modeling_bert", None)),
        ("joblib.parallel.Parallel", None),
    ],
)
def test_the_table_of_the_wheels_tells_where_a_name_is(
    asked: str, first: tuple[str | None, str | None] | None
) -> None:
    module, _, name = asked.rpartition(".")
    found = next(iter(elsewhere(module, name)), None)
    assert (found is None) == (first is None)
    if found is not None and first is not None:
        assert found.path == (first[0] and f"{first[0]}.{name}")
        assert first[1] is None or found.spec.startswith(first[1] or "")


@pytest.mark.parametrize("package", TABLES)
def test_the_table_of_the_wheels_is_about_versions_that_were_read(package: str) -> None:
    table = json.loads(TABLES[package].read_text("utf-8"))
    for old, new, *spans in table["moved"]:
        assert old != new
        assert old.partition(".")[0] == new.partition(".")[0] == package, old
        assert "." in new, old
        assert set(spans) <= set(table["versions"]), old
    assert {until for _, until in table["removed"]} <= set(table["versions"][:-1])


def test_what_is_imported_for_type_checkers_alone_is_in_no_place() -> None:
    text = "".join(TABLES[package].read_text("utf-8") for package in ("pandas", "scipy"))
    assert '"pandas.core.dtypes.dtypes.NumpyExtensionArray"' not in text
    assert '"pandas.core.arrays.sparse.array.ellipsis"' not in text
    assert '"scipy.integrate._quadrature.CacheAttributes"' not in text


def test_the_table_is_not_read_where_no_name_is_missing(tmp_path: Path) -> None:
    source = (
        "import pathlib\n"
        "from loadstone.core import Artifact\n"
        "from loadstone.core.facts import GlobalFact\n"
        "from loadstone.environment import renames\n"
        "from loadstone.environment.code import code\n"
        "names = (GlobalFact('collections', 'OrderedDict'),)\n"
        "code(Artifact('m', 'pickle', 'object', 1, globals=names), pathlib.Path.cwd())\n"
        "print(renames.written.cache_info().currsize)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "0\n"


def test_import_names_lead_to_their_distributions() -> None:
    table = distributions()
    named = {"sklearn": "scikit-learn", "cv2": "opencv-python", "PIL": "pillow", "yaml": "pyyaml"}
    assert {name: table[name] for name in named} == named
    assert not {"models", "utils", "tests", "src"} & set(table)


def test_of_a_library_that_is_not_here_the_versions_that_have_a_name_are_told(
    tmp_path: Path,
) -> None:
    """What newer ones moved or removed, and no other."""
    for name, versions in {
        "timm.models.layers.drop.DropPath": "<=0.6.13",
        "torchvision.models.mobilenet.ConvBNReLU": "<=0.13.1",
        "torchvision.models.resnet.ResNet": "",
    }.items():
        module, _, last = name.rpartition(".")
        found = code(
            Artifact("a", "pickle", "object", 1, globals=(GlobalFact(module, last),)), tmp_path
        )
        assert (found.names[0].library_here, found.names[0].versions) == (False, versions)
