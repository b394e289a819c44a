"""The types of model that the installed transformers has are read from its source."""

from __future__ import annotations

import sys

import pytest

from loadstone.environment import model_types

transformers = pytest.importorskip("transformers")


def test_each_type_that_it_registers_is_known() -> None:
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    told = {name: model_types.known(name) for name in CONFIG_MAPPING_NAMES}
    assert len(told) > 300
    assert [name for name, item in told.items() if item is None or not item.known] == []


@pytest.mark.parametrize("name", ["brandnew", "BertConfig", "Config", "ber", "b.rt"])
def test_other_words_are_not(name: str) -> None:
    found = model_types.known(name)
    assert found is not None
    assert (found.installed, found.known) == (transformers.__version__, False)


def test_nothing_is_said_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    monkeypatch.setattr(model_types.importlib.util, "find_spec", lambda _: None)
    assert model_types.known("bert") is None
