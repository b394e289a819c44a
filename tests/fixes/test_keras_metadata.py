"""A SavedModel of a subclassed model without its empty configuration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loadstone import inspect
from loadstone.fixes import keras_metadata
from loadstone.fixes.protobuf import message

OWN = Path(__file__).parents[1] / "files" / "keras_crossings" / "own"


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_only_the_metadata_changes_and_the_original_not_at_all(tmp_path: Path) -> None:
    before, made = files(OWN), tmp_path / "own.fixed"
    keras_metadata.forget(OWN, made)
    after = files(made)
    assert files(OWN) == before
    assert set(after) == set(before)
    changed = [name for name in before if after[name] != before[name]]
    assert changed == ["keras_metadata.pb"]
    assert inspect(OWN).detail["keras_config"] is False
    assert inspect(made).detail["keras_config"] is None
    with pytest.raises(ValueError, match="not empty"):
        keras_metadata.forget(made, tmp_path / "again")
    with pytest.raises(FileExistsError):
        keras_metadata.forget(OWN, made)


def node(identifier: bytes, told: object) -> bytes:
    return message(1, message(4, identifier) + message(5, json.dumps(told).encode()))


def test_a_configuration_that_says_something_stays_byte_for_byte() -> None:
    empty = {"name": "own", "config": {}, "model_config": {"class_name": "Own", "config": {}}}
    held = {"name": "inner", "config": {"units": 2}}
    kept = node(b"_tf_keras_model", held) + node(b"_tf_keras_layer", empty)
    made = keras_metadata.without(kept + node(b"_tf_keras_model", empty))
    assert made == kept + node(b"_tf_keras_model", {"name": "own"})


@pytest.mark.parametrize("data", [b"\x0a\xff\xff\xff\xff\x0f", b"\x0a\x05ab", b"\xff"])
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        keras_metadata.without(data)
