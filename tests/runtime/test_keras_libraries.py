"""Classes that a library registers for Keras: where they are, what brings them, what imports it."""

import sys
import types
from pathlib import Path

import pytest

import loadstone
from loadstone.environment.distributions import distributions
from loadstone.environment.infer import infer
from loadstone.readers import _keras_names
from loadstone.runtime import keras_model

FILES = Path(__file__).parents[1] / "files/keras_addons"


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("maxout.h5", "tensorflow_addons.layers"),
        ("maxout.keras", "tensorflow_addons.layers.maxout"),
    ],
)
def test_a_layer_of_addons_is_told_with_what_brings_it(name, module):
    report = loadstone.check(FILES / name)
    found = next(item for item in report.found if item.check.code == "LS320").finding
    assert (found.rows[0].saved, found.rows[0].expected) == ("Addons>Maxout", module)
    assert found.fix.shell == "pip install tensorflow-addons"
    assert f"from {module} import Maxout\n" in found.fix.python
    assert "'Addons>Maxout': Maxout" in found.fix.python
    asked = [str(item) for item in infer(report.artifact).requirements]
    assert asked == ["tensorflow==2.15.*", "tensorflow-addons"]


def test_what_is_registered_is_in_a_library_that_is_known():
    packages = _keras_names._libraries()
    assert set(packages) == set(keras_model._REGISTERING)
    for package, names in packages.items():
        tops = {module.partition(".")[0] for module in names.values()}
        assert tops == {keras_model._REGISTERING[package]}
        assert tops <= set(distributions())
    assert _keras_names.module_of("Addons>GELU") == "tensorflow_addons.layers"
    assert _keras_names.module_of("Addons>LAMB") == "tensorflow_addons.optimizers"
    assert _keras_names.module_of("Addons>Own") == ""
    assert _keras_names.module_of("other>GELU") == ""
    assert _keras_names.module_of("GELU") == ""


def test_the_library_is_imported_where_it_is_here(monkeypatch, tmp_path):
    (tmp_path / "tensorflow_addons.py").write_text("IMPORTED = True\n")
    monkeypatch.delitem(sys.modules, "tensorflow_addons", raising=False)
    keras_model.register(["Addons>Maxout"])  # which is not here
    assert "tensorflow_addons" not in sys.modules
    monkeypatch.syspath_prepend(tmp_path)
    keras_model.register(["Scale", "os>path", "my_pkg>Shift"])
    assert "tensorflow_addons" not in sys.modules
    keras_model.register(["Addons>Maxout"])
    assert isinstance(sys.modules["tensorflow_addons"], types.ModuleType)
    monkeypatch.delitem(sys.modules, "tensorflow_addons")
