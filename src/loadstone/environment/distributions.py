"""Which distribution on PyPI brings a top-level module, where the two are named differently or not.

A module that is in this table and not installed is a library that is missing; any other that is
missing may be the user's own.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources

from loadstone.core.facts import Artifact
from loadstone.toml import loads


@functools.cache
def distributions() -> Mapping[str, str]:
    """Return the table: import name to distribution."""
    text = resources.files("loadstone").joinpath("data/distributions.toml").read_text("utf-8")
    table: dict[str, str] = loads(text)["distributions"]
    return table


def distribution_of(artifact: Artifact) -> str:
    """Return the distribution whose model it is, "" where nothing tells."""
    name = artifact.framework or ""
    return "onnxruntime" if name == "onnx" else distributions().get(name, name)
