"""Code that is given to a Keras file runs with TensorFlow, where it imports it."""

import pytest

from loadstone.engine import given


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("import tensorflow as tf\n", "own"),
        ("from tensorflow.keras import layers\n", "own"),
        ("import keras\n", ""),
        ("from .tensorflow import x\n", ""),
        ("def later():\n    import tensorflow\n", ""),
        ("not python at all (\n", ""),
    ],
)
def test_which_module_imports_tensorflow(source, named, monkeypatch):
    monkeypatch.setattr(given, "find_spec", lambda _: None)
    assert given.needs_tensorflow({"modules": {"own": {"source": source}}}) == named


def test_where_tensorflow_is_here_nothing_is_rebuilt(monkeypatch):
    monkeypatch.setattr(given, "find_spec", lambda _: object())
    assert given.needs_tensorflow({"modules": {"own": {"source": "import tensorflow"}}}) == ""
    assert given.needs_tensorflow(None) == ""
